"""EventBridge on this machine: an event goes to the functions that the deployed rules send it to.

moto tells it nothing: the events are made here, as AWS documents them. The functions are invoked asynchronously, as
Lambda does it: one that fails is tried again after a minute, and after two more, and what it could not do in the end is
kept in its dead-letter queue.
https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from local.clock import Clock

# In seconds; a function may be configured to be tried less often.
PAUSES = (60, 120)
# In characters, of an error's words on a message of the dead-letter queue.
MOST_WORDS = 1024

Event = Mapping[str, Any]
# Gives a client of an AWS service.
Clients = Callable[[str], Any]
# Whether an event matches a rule's pattern, which is JSON.
Matches = Callable[[str | None, Event], bool]


class EventBus:
    """Everything is asked of AWS through `client`, and so of whatever is deployed at that moment."""

    def __init__(self, clock: Clock, client: Clients, matches: Matches, *, account: str, region: str) -> None:
        self._clock, self._client, self._matches = clock, client, matches
        self._alarms_begin = f"arn:aws:cloudwatch:{region}:{account}:alarm:"
        self._alarms: dict[str, str] = {}
        # Executions that run; and events that are sent or delivered.
        self._running, self._delivering = 0, 0
        self._closed = False
        self._changed = threading.Condition()

    # What AWS tells the bus

    def execution_ended(self, arn: str) -> None:
        if self._begin():
            try:
                told = self._client("stepfunctions").describe_execution(executionArn=arn)
                self.send(status_change(told, self._clock.now()))
            finally:
                self._end()

    def alarm_changed(self, name: str, state: str, reason: str) -> None:
        """An alarm that is told to be what it is already has not changed."""
        before, self._alarms[name] = self._alarms.get(name, "INSUFFICIENT_DATA"), state
        if state != before:
            arn = f"{self._alarms_begin}{name}"
            self.send(alarm_change(arn, state=state, before=before, reason=reason, now=self._clock.now()))

    # What becomes of it

    @property
    def under_way(self) -> int:
        """How many executions run, and how many invocations of what the rules lead to."""
        return self._running + self._delivering

    @contextmanager
    def busy(self) -> Iterator[None]:
        """While something goes on that may yet lead to an event."""
        self._count(running=1)
        try:
            yield
        finally:
            self._count(running=-1)

    def wait_until_quiet(self, seconds: float) -> bool:
        """Whether nothing is under way any more, after so many real seconds at most."""
        with self._changed:
            return self._changed.wait_for(lambda: self.under_way == 0, seconds)

    def close(self) -> None:
        """Takes no event any more, and tries none again: what it took has one attempt left at most."""
        with self._changed:
            self._closed = True

    def send(self, event: Event) -> None:
        """Returns at once: nobody waits for what is invoked asynchronously."""
        if self._begin():
            try:
                for function in self._functions_for(event):
                    self._count(delivering=1)
                    threading.Thread(target=self._invoke, args=(function, json.dumps(event)), daemon=True).start()
            finally:
                self._end()

    def _begin(self) -> bool:
        """Whether an event is still taken; if so, it is counted."""
        with self._changed:
            self._delivering += not self._closed
            return not self._closed

    def _end(self) -> None:
        self._count(delivering=-1)

    def _count(self, *, running: int = 0, delivering: int = 0) -> None:
        with self._changed:
            self._running += running
            self._delivering += delivering
            self._changed.notify_all()

    def _functions_for(self, event: Event) -> list[str]:
        rules = [rule for rule in self._client("events").list_rules()["Rules"] if rule["State"] == "ENABLED"]
        matching = [rule["Name"] for rule in rules if self._matches(rule.get("EventPattern"), event)]
        targets = [
            target["Arn"]
            for name in matching
            for target in self._client("events").list_targets_by_rule(Rule=name)["Targets"]
        ]
        return [arn for arn in targets if arn.split(":")[2] == "lambda"]

    def _invoke(self, function: str, body: str) -> None:
        """All attempts at one event; no other once the bus is closed."""
        try:
            error = self._attempt(function, body)
            for pause in PAUSES[: self._retries(function)] if error else ():
                self._clock.wait(pause)
                if self._closed:
                    return
                error = self._attempt(function, body)
                if not error:
                    break
            if error and not self._closed:
                self._keep(function, body, error)
        finally:
            self._end()

    def _attempt(self, function: str, body: str) -> str:
        """What the function failed with; "" if it did not."""
        answer = self._client("lambda").invoke(FunctionName=function, Payload=body.encode())
        told = answer["Payload"].read()
        return str(json.loads(told).get("errorMessage", "failed")) if "FunctionError" in answer else ""

    def _retries(self, function: str) -> int:
        client = self._client("lambda")
        try:
            config = client.get_function_event_invoke_config(FunctionName=function)
        except client.exceptions.ResourceNotFoundException:
            return len(PAUSES)
        return int(config.get("MaximumRetryAttempts", len(PAUSES)))

    def _keep(self, function: str, body: str, error: str) -> None:
        """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"""
        config = self._client("lambda").get_function_configuration(FunctionName=function)
        queue = config.get("DeadLetterConfig", {}).get("TargetArn")
        if queue is None:
            return
        client = self._client("sqs")
        client.send_message(
            QueueUrl=client.get_queue_url(QueueName=queue.rpartition(":")[2])["QueueUrl"],
            MessageBody=body,
            MessageAttributes={
                "RequestID": {"DataType": "String", "StringValue": str(uuid.uuid4())},
                "ErrorCode": {"DataType": "Number", "StringValue": "200"},
                "ErrorMessage": {"DataType": "String", "StringValue": error[:MOST_WORDS]},
            },
        )


# The events

# https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html
_EXECUTION = (
    "executionArn",
    "stateMachineArn",
    "stateMachineVersionArn",
    "stateMachineAliasArn",
    "name",
    "status",
    "startDate",
    "stopDate",
    "input",
    "inputDetails",
    "output",
    "outputDetails",
    "error",
    "cause",
    "redriveCount",
    "redriveDate",
    "redriveStatus",
    "redriveStatusReason",
)


def status_change(execution: Mapping[str, Any], now: datetime) -> Event:
    """Of an execution that is over, from what DescribeExecution tells of it: nothing is left out, but may be null.

    https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
    """
    redrivable = execution["status"] != "SUCCEEDED"
    told = {
        "redriveCount": 0,
        "redriveStatus": "REDRIVABLE" if redrivable else "NOT_REDRIVABLE",
        "redriveStatusReason": None if redrivable else "Execution is SUCCEEDED and cannot be redriven",
        **execution,
    }
    detail = {name: told.get(name) for name in _EXECUTION}
    dates = {name: _milliseconds(detail[name]) for name in ("startDate", "stopDate")}
    arn = str(execution["executionArn"])
    return _event("Step Functions Execution Status Change", "aws.states", arn, now, {**detail, **dates})


def alarm_change(arn: str, *, state: str, before: str, reason: str, now: datetime) -> Event:
    """Of an alarm whose configuration is not known here: its metrics are left out.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
    """
    at = now.astimezone(UTC)
    timestamp = f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}+0000"
    detail = {
        "alarmName": arn.rpartition(":")[2],
        "configuration": {"metrics": []},
        "previousState": {"value": before, "timestamp": timestamp},
        "state": {"value": state, "reason": reason, "timestamp": timestamp},
    }
    return _event("CloudWatch Alarm State Change", "aws.cloudwatch", arn, now, detail)


def _event(kind: str, source: str, arn: str, now: datetime, detail: Mapping[str, Any]) -> Event:
    _, _, _, region, account, *_ = arn.split(":")
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": kind,
        "source": source,
        "account": account,
        "time": f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "region": region,
        "resources": [arn],
        "detail": detail,
    }


def _milliseconds(moment: datetime | None) -> int | None:
    return None if moment is None else round(1000 * moment.timestamp())
