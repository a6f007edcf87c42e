"""Executions: what one was about and how it went, from its description or from the event at its end.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html
https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from botocore.exceptions import ClientError

from fitbit_daily.adapters.aws import client, error_code, failures
from fitbit_daily.domain.day import Calendar, read_request
from fitbit_daily.domain.days import Ending
from fitbit_daily.domain.events import SUCCEEDED, ExecutionEnded, Facts
from fitbit_daily.domain.mails import Place
from fitbit_daily.errors import InvalidInput, Message

_FAILED = "FAILED"
FAILURES = (_FAILED, "TIMED_OUT", "ABORTED")

# One page nearly always holds the last step with all its retries.
_EVENTS = 1000


@dataclass(frozen=True)
class Execution:
    """One execution.

    started, stopped   aware
    day         the day it was about; None where its input was invalid
    dry_run, forced, scheduled, caught_up   as its input says
    error       the error's class, or the status where there is none; empty unless it failed
    cause       as Step Functions has it
    state       where it failed or where it is, if somebody looked that up
    """

    arn: str
    name: str
    status: str
    started: datetime
    stopped: datetime | None
    day: date | None
    dry_run: bool
    forced: bool
    scheduled: bool
    caught_up: bool
    redriven: bool
    redrivable: bool
    output: Mapping[str, Any] | None
    error: str
    cause: str
    state: str = ""

    @property
    def failed(self) -> bool:
        return self.status in FAILURES

    @property
    def running(self) -> bool:
        return not self.failed and self.status != SUCCEEDED

    @property
    def is_a_nights(self) -> bool:
        """A night started it: nobody was there to see it end."""
        return self.scheduled or self.caught_up

    @property
    def sentence(self) -> str:
        """What happened, and what to type."""
        return message_of(self.cause).sentence

    @property
    def seconds(self) -> float | None:
        return (self.stopped - self.started).total_seconds() if self.stopped else None


def execution_of(described: Mapping[str, Any], calendar: Calendar) -> Execution:
    """From a description, or from an event's detail, whose times are in milliseconds."""
    given, started = as_object(described.get("input")), _moment(described["startDate"])
    output = as_object(described["output"]) if described.get("output") is not None else None
    known = output.get("date") if output else None
    return Execution(
        arn=described["executionArn"],
        name=described.get("name") or described["executionArn"].rpartition(":")[2],
        status=described["status"],
        started=started,
        stopped=_moment(described["stopDate"]) if described.get("stopDate") else None,
        day=date.fromisoformat(known) if known else _day(given, started, calendar),
        dry_run=given.get("dry_run") is True,
        forced=given.get("force") is True,
        scheduled="scheduled_time" in given,
        caught_up="caught_up_by" in given,
        redriven=bool(described.get("redriveCount")),
        redrivable=described.get("redriveStatus") != "NOT_REDRIVABLE",
        output=output,
        error=_error_of(described),
        cause=described.get("cause") or "",
    )


def execution_arn(machine: str, name: str) -> str:
    """The ARN of a state machine's execution, from the machine's ARN and the execution's name."""
    return f"{machine.replace(':stateMachine:', ':execution:', 1)}:{name}"


def place_of(machine: str) -> Place:
    """Where a state machine (its ARN) runs."""
    region, account = machine.split(":")[3:5]
    return Place(account, region, lambda name: console_link(execution_arn(machine, name)))


def console_link(execution: str) -> str:
    """Where the AWS console shows an execution (its ARN)."""
    region = execution.split(":")[3]
    return f"https://{region}.console.aws.amazon.com/states/home?region={region}#/v2/executions/details/{execution}"


def machine_link(machine: str) -> str:
    """Where the AWS console shows a state machine (its ARN)."""
    region = machine.split(":")[3]
    return f"https://{region}.console.aws.amazon.com/states/home?region={region}#/statemachines/view/{machine}"


def words_of(cause: str) -> str:
    """The text of a step's own error, which Lambda wraps in JSON with a stack trace. Empty if it is not ours."""
    return str(as_object(cause).get("errorMessage", ""))


def message_of(cause: str) -> Message:
    """What a failure says: the step's own error, else the cause as Step Functions has it."""
    return Message.parse(words_of(cause) or cause)


def last_entered(events: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The state that these events entered last: its name and, if the events have it, its input."""
    entered = [event for event in events if event["type"].endswith("StateEntered")]
    # Not simply the first: moto lists the oldest first, whatever the order asked for.
    newest = max(entered, key=lambda event: event["id"], default=None)
    return newest["stateEnteredEventDetails"] if newest else None


def as_object(text: Any) -> Mapping[str, Any]:
    """A JSON object from its text; empty where the text is not one."""
    try:
        value = json.loads(text)
    except (TypeError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def start(machine: str, *, name: str, given: Mapping[str, Any]) -> bool:
    """Starts an execution of a state machine (its ARN); False where there has been one of that name."""
    try:
        with failures("starting an execution"):
            client("stepfunctions").start_execution(stateMachineArn=machine, name=name, input=json.dumps(given))
    except ClientError as error:
        if error_code(error) != "ExecutionAlreadyExists":
            raise
        return False
    return True


def ending(machine: str, name: str) -> Ending | None:
    """How an execution of a state machine (its ARN) is; None for one that Step Functions does not know any more."""
    try:
        with failures("asking for an execution"):
            found = client("stepfunctions").describe_execution(executionArn=execution_arn(machine, name))
    except ClientError as error:
        if error_code(error) != "ExecutionDoesNotExist":
            raise
        return None
    return Ending(str(found["status"]), _error_of(found), words_of(found.get("cause") or ""))


def ended(detail: Mapping[str, Any], calendar: Calendar) -> ExecutionEnded:
    """`detail` is that of a "Step Functions Execution Status Change"."""
    over = execution_of(_completed(detail), calendar)
    state = _last_state(over.arn) if over.scheduled and over.status == SUCCEEDED else {}
    return ExecutionEnded(
        execution=over.name,
        status=over.status,
        day=over.day or calendar.yesterday(over.started),
        # Whoever redrove it sees it end.
        by_itself=over.is_a_nights and not over.redriven and not over.dry_run,
        dry_run=over.dry_run,
        error=over.error or over.status,
        cause=words_of(over.cause) if over.status == _FAILED else "",
        facts=Facts.from_state(state) if state else None,
    )


def _completed(detail: Mapping[str, Any]) -> dict[str, Any]:
    """An event has no room for long inputs, outputs and causes."""
    needed = ["input", "redriveCount"]
    needed += {SUCCEEDED: ["output"], _FAILED: ["error", "cause"]}.get(detail["status"], [])
    if all(detail.get(name) is not None for name in needed):
        return dict(detail)
    with failures("asking for the execution"):
        described = client("stepfunctions").describe_execution(executionArn=detail["executionArn"])
    return {**detail, **{name: described[name] for name in needed if detail.get(name) is None and name in described}}


def _last_state(execution: str) -> Mapping[str, Any]:
    """The input of the last state; empty where none was entered."""
    after: dict[str, Any] = {}
    while True:
        with failures("asking for the execution history"):
            page = client("stepfunctions").get_execution_history(
                executionArn=execution, reverseOrder=True, maxResults=_EVENTS, includeExecutionData=True, **after
            )
        entered = last_entered(page["events"])
        if entered or "nextToken" not in page:
            return as_object(entered.get("input")) if entered else {}
        after = {"nextToken": page["nextToken"]}


def _error_of(described: Mapping[str, Any]) -> str:
    """An execution that was stopped or ran out of time has no error of ours, only its status."""
    status = str(described["status"])
    if status == _FAILED:
        return str(described.get("error") or status)
    return status if status in FAILURES else ""


def _moment(given: datetime | int) -> datetime:
    return given if isinstance(given, datetime) else datetime.fromtimestamp(given / 1000, UTC)


def _day(given: Mapping[str, Any], started: datetime, calendar: Calendar) -> date | None:
    """Exactly as Choose date decides it."""
    try:
        return read_request(given, started_at=started.astimezone(UTC), calendar=calendar).day
    except InvalidInput:
        return None
