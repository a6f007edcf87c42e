"""The executions that Step Functions remembers (90 days of them), each with its day, its outcome, and where it failed.

A list of executions tells neither input nor output: those are asked for one by one, side by side.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import islice, takewhile
from typing import Any

from cli.deployed import Deployed, side_by_side
from cli.errors import one_sentence
from cli.history import as_object, told_by
from fitbit_daily.domain.day import Calendar, read_request
from fitbit_daily.errors import InvalidInput

FAILED = ("FAILED", "TIMED_OUT", "ABORTED")

_NAMED_FOR = re.compile(r"(\d{4}-\d{2}-\d{2})-(?:by-hand|caught-up-by)-")


@dataclass(frozen=True)
class Execution:
    """One execution. `state` is where it failed or where it is now, and is looked for only where it matters.

    day       what it was about; None where its input made no sense
    sentence  its error's own words, remedy included
    """

    arn: str
    name: str
    status: str
    started: datetime
    stopped: datetime | None
    day: str | None
    dry_run: bool
    scheduled: bool
    caught_up: bool
    output: Mapping[str, Any] | None
    error: str
    sentence: str
    redrivable: str | None
    state: str = ""

    @property
    def failed(self) -> bool:
        return self.status in FAILED

    @property
    def running(self) -> bool:
        return not self.failed and self.status != "SUCCEEDED"

    @property
    def is_a_nights(self) -> bool:
        """Nobody was there to see it end."""
        return self.scheduled or self.caught_up

    @property
    def seconds(self) -> float | None:
        return (self.stopped - self.started).total_seconds() if self.stopped else None


def latest(deployed: Deployed, count: int) -> list[Execution]:
    """The last executions, newest first."""
    with one_sentence():
        listed = list(islice(_listed(deployed, page=min(count, 1000)), count))
    return _located(deployed, _described(deployed, listed))


def since(deployed: Deployed, moment: datetime) -> list[Execution]:
    """All executions started since then, newest first."""
    with one_sentence():
        listed = list(takewhile(lambda each: each["startDate"] >= moment, _listed(deployed)))
    return _described(deployed, listed)


def running(deployed: Deployed) -> list[Execution]:
    """Those that have not ended."""
    pages = deployed.target.client("stepfunctions").get_paginator("list_executions")
    with one_sentence():
        asked = pages.paginate(stateMachineArn=deployed.target.state_machine, statusFilter="RUNNING")
        listed = [each for page in asked for each in page["executions"]]
    return _described(deployed, listed)


def of_day(deployed: Deployed, day: str) -> list[Execution]:
    """All executions about one day, newest first. None was started before the day was over."""
    over = deployed.calendar.ends_at(date.fromisoformat(day)).astimezone(UTC)
    with one_sentence():
        listed = [
            each
            for each in takewhile(lambda each: each["startDate"] >= over, _listed(deployed))
            if _day_in_name(each["name"]) in (day, None)
        ]
    return _located(deployed, [each for each in _described(deployed, listed) if each.day == day])


def described(deployed: Deployed, arn: str) -> Execution:
    """One execution, by its ARN."""
    with one_sentence():
        told = deployed.target.client("stepfunctions").describe_execution(executionArn=arn)
    execution = _execution(told, deployed.calendar)
    return replace(execution, state=_state(deployed, execution.arn))


def _listed(deployed: Deployed, page: int = 100) -> Iterator[Mapping[str, Any]]:
    """As Step Functions lists them: newest first."""
    pages = deployed.target.client("stepfunctions").get_paginator("list_executions")
    asked = {"stateMachineArn": deployed.target.state_machine, "PaginationConfig": {"PageSize": page}}
    for answer in pages.paginate(**asked):
        yield from answer["executions"]


def _day_in_name(name: str) -> str | None:
    """Those that were started for a day, by hand or by a night's catch-up, are named for it."""
    found = _NAMED_FOR.match(name)
    return found[1] if found else None


def _described(deployed: Deployed, listed: Sequence[Mapping[str, Any]]) -> list[Execution]:
    if not listed:
        return []
    client, calendar = deployed.target.client("stepfunctions"), deployed.calendar

    def describe(each: Mapping[str, Any]) -> Execution:
        with one_sentence():
            return _execution(client.describe_execution(executionArn=each["executionArn"]), calendar)

    return side_by_side(describe, listed)


def _execution(told: Mapping[str, Any], calendar: Calendar) -> Execution:
    given = as_object(told.get("input"))
    output = as_object(told["output"]) if "output" in told else None
    return Execution(
        arn=told["executionArn"],
        name=told.get("name") or told["executionArn"].rpartition(":")[2],
        status=told["status"],
        started=told["startDate"],
        stopped=told.get("stopDate"),
        day=str(output["date"]) if output and "date" in output else _day(given, told["startDate"], calendar),
        dry_run=given.get("dry_run") is True,
        scheduled="scheduled_time" in given,
        caught_up="caught_up_by" in given,
        output=output,
        error=told.get("error") or ("" if told["status"] not in FAILED else told["status"]),
        sentence=told_by(told.get("cause", "")).sentence,
        redrivable=told.get("redriveStatus"),
    )


def _day(given: Mapping[str, Any], started: datetime, calendar: Calendar) -> str | None:
    """Exactly as Choose date decides it."""
    try:
        return read_request(given, started_at=started.astimezone(UTC), calendar=calendar).day.isoformat()
    except InvalidInput:
        return None


def _located(deployed: Deployed, executions: Sequence[Execution]) -> list[Execution]:
    """Where the failed ones failed, and where the running ones are."""

    def locate(execution: Execution) -> Execution:
        if execution.status == "SUCCEEDED":
            return execution
        return replace(execution, state=_state(deployed, execution.arn))

    return side_by_side(locate, executions)


def _state(deployed: Deployed, arn: str) -> str:
    """The state that was entered last, read from the end of the history, without the health data in it."""
    pages = deployed.target.client("stepfunctions").get_paginator("get_execution_history")
    asked = {"executionArn": arn, "reverseOrder": True, "includeExecutionData": False}
    with one_sentence():
        for page in pages.paginate(**asked, PaginationConfig={"PageSize": 100}):
            # moto does not know the reverse order.
            for event in sorted(page["events"], key=lambda event: event["id"], reverse=True):
                if event["type"].endswith("StateEntered"):
                    return str(event["stateEnteredEventDetails"]["name"])
    return ""
