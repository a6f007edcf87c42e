"""An execution's end, from the event that tells of it: what the event leaves out, Step Functions is asked for.

https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from fitbit_daily.adapters.aws import client, failures
from fitbit_daily.domain.day import Calendar, read_request
from fitbit_daily.domain.events import SUCCEEDED, Ended, Facts
from fitbit_daily.errors import InvalidInput

_FAILED = "FAILED"

# One page nearly always holds the last step with all its retries.
_EVENTS = 1000


def ended(detail: Mapping[str, Any], calendar: Calendar) -> Ended:
    """`detail` is that of a "Step Functions Execution Status Change"; its times are in milliseconds."""
    detail = _completed(detail)
    execution, status = str(detail["executionArn"]), str(detail["status"])
    given, output = _object(detail.get("input")), _object(detail.get("output"))
    dry_run = given.get("dry_run") is True
    # Somebody who has it redriven sees it end.
    scheduled = "scheduled_time" in given and not detail.get("redriveCount") and not dry_run
    step, state = _last_step(execution) if scheduled else ("", {})
    failed = status == _FAILED
    return Ended(
        key=f"{detail['name']} {status} {detail['stopDate']}",
        execution=execution,
        status=status,
        day=_day(output.get("date") or state.get("date"), given, int(detail["startDate"]), calendar),
        scheduled=scheduled,
        dry_run=dry_run,
        error=str(detail.get("error") or "") if failed else status,
        sentence=str(_object(detail.get("cause")).get("errorMessage", "")) if failed else "",
        step=step,
        facts=Facts.from_state(state) if state and status == SUCCEEDED else None,
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


def _last_step(execution: str) -> tuple[str, Mapping[str, Any]]:
    """The name of the state that it ended in, and that state's input; nothing where it got into none."""
    more: dict[str, str] = {}
    while True:
        with failures("asking for the execution's history"):
            page = client("stepfunctions").get_execution_history(
                executionArn=execution, reverseOrder=True, maxResults=_EVENTS, includeExecutionData=True, **more
            )
        entered = [event for event in page["events"] if event["type"].endswith("StateEntered")]
        if entered:
            # Not simply the first: moto tells the oldest first, whatever it is asked for.
            last = max(entered, key=lambda event: event["id"])["stateEnteredEventDetails"]
            return str(last["name"]), _object(last.get("input"))
        if "nextToken" not in page:
            return "", {}
        more = {"nextToken": page["nextToken"]}


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
