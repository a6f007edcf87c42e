"""Executions: starting one, asking how one is, and its end, from the event that tells of it.

https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from botocore.exceptions import ClientError

from fitbit_daily.adapters.aws import client, error_code, failures
from fitbit_daily.domain.console import execution_arn
from fitbit_daily.domain.day import Calendar, read_request
from fitbit_daily.domain.days import RUNNING, Ending
from fitbit_daily.domain.events import SUCCEEDED, Ended, Facts
from fitbit_daily.errors import InvalidInput

_FAILED = "FAILED"

# One page nearly always holds the last step with all its retries.
_EVENTS = 1000


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
    status = str(found["status"])
    name_of_it = found.get("error") or ("" if status in (RUNNING, SUCCEEDED) else status)
    return Ending(status, str(name_of_it), str(_object(found.get("cause")).get("errorMessage", "")))


def ended(detail: Mapping[str, Any], calendar: Calendar) -> Ended:
    """`detail` is that of a "Step Functions Execution Status Change"; its times are in milliseconds."""
    detail = _completed(detail)
    status, failed = str(detail["status"]), detail["status"] == _FAILED
    given, output = _object(detail.get("input")), _object(detail.get("output"))
    dry_run = given.get("dry_run") is True
    # Somebody who has it redriven sees it end.
    by_itself = bool(given.keys() & {"scheduled_time", "caught_up_by"}) and not detail.get("redriveCount")
    state = _last_state(str(detail["executionArn"])) if "scheduled_time" in given and status == SUCCEEDED else {}
    return Ended(
        execution=str(detail["name"]),
        status=status,
        day=_day(output.get("date"), given, int(detail["startDate"]), calendar),
        by_itself=by_itself and not dry_run,
        dry_run=dry_run,
        error=str(detail.get("error") or "") if failed else status,
        cause=str(_object(detail.get("cause")).get("errorMessage", "")) if failed else "",
        facts=Facts.from_state(state) if state else None,
    )


def _completed(detail: Mapping[str, Any]) -> dict[str, Any]:
    """An event has no room for long inputs, outputs and causes."""
    needed = ["input", "redriveCount"]
    needed += {SUCCEEDED: ["output"], _FAILED: ["error", "cause"]}.get(detail["status"], [])
    if all(detail.get(name) is not None for name in needed):
        return dict(detail)
    with failures("asking for the execution"):
        told = client("stepfunctions").describe_execution(executionArn=detail["executionArn"])
    return {**detail, **{name: told[name] for name in needed if detail.get(name) is None and name in told}}


def _last_state(execution: str) -> Mapping[str, Any]:
    """The input of the state that it ended in; nothing where it got into none."""
    after: dict[str, Any] = {}
    while True:
        with failures("asking for the execution's history"):
            page = client("stepfunctions").get_execution_history(
                executionArn=execution, reverseOrder=True, maxResults=_EVENTS, includeExecutionData=True, **after
            )
        entered = [event for event in page["events"] if event["type"].endswith("StateEntered")]
        if entered or "nextToken" not in page:
            break
        after = {"nextToken": page["nextToken"]}
    if not entered:
        return {}
    # Not simply the first: moto tells the oldest first, whatever it is asked for.
    return _object(max(entered, key=lambda event: event["id"])["stateEnteredEventDetails"].get("input"))


def _day(known: Any, given: Mapping[str, Any], started: int, calendar: Calendar) -> date:
    """The day that the execution was about; where it did not get so far as to say, the one that it was to be about."""
    if known:
        return date.fromisoformat(known)
    started_at = datetime.fromtimestamp(started / 1000, UTC)
    try:
        return read_request(given, started_at=started_at, calendar=calendar).day
    except InvalidInput:
        return calendar.yesterday(started_at)


def _object(text: Any) -> Mapping[str, Any]:
    """A JSON object from its text; empty where it is none."""
    try:
        value = json.loads(text)
    except (TypeError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}
