"""The executions that Step Functions remembers (90 days of them); where they failed or are, where that matters.

A list of executions tells neither input nor output: those are asked for one by one, side by side.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import islice, takewhile
from typing import Any

from cli.aws import Deployed, Target, side_by_side
from cli.errors import one_sentence
from fitbit_daily.adapters.executions import Execution, execution_of, last_entered

_NAMED_FOR = re.compile(r"(\d{4}-\d{2}-\d{2})-(?:by-hand|caught-up-by)-")


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


def of_day(deployed: Deployed, day: date) -> list[Execution]:
    """All executions about one day, newest first. None was started before the day was over."""
    over = deployed.calendar.ends_at(day).astimezone(UTC)
    with one_sentence():
        listed = [
            each
            for each in takewhile(lambda each: each["startDate"] >= over, _listed(deployed))
            if _day_in_name(each["name"]) in (str(day), None)
        ]
    return _located(deployed, [each for each in _described(deployed, listed) if each.day == day])


def described(deployed: Deployed, arn: str) -> Execution:
    """One execution, by its ARN."""
    with one_sentence():
        told = deployed.target.client("stepfunctions").describe_execution(executionArn=arn)
    execution = execution_of(told, deployed.calendar)
    return replace(execution, state=_state(deployed, execution.arn))


def events_of(target: Target, execution: str) -> list[dict[str, Any]]:
    """The whole execution history so far, by the execution's ARN."""
    with one_sentence():
        pages = target.client("stepfunctions").get_paginator("get_execution_history").paginate(executionArn=execution)
        return [event for page in pages for event in page["events"]]


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
            return execution_of(client.describe_execution(executionArn=each["executionArn"]), calendar)

    return side_by_side(describe, listed)


def _located(deployed: Deployed, executions: Sequence[Execution]) -> list[Execution]:
    """Where the failed ones failed, and where the running ones are."""

    def locate(execution: Execution) -> Execution:
        if execution.status == "SUCCEEDED":
            return execution
        return replace(execution, state=_state(deployed, execution.arn))

    return side_by_side(locate, executions)


def _state(deployed: Deployed, arn: str) -> str:
    """The state that was entered last, read from the end of the execution history, without the health data in it."""
    pages = deployed.target.client("stepfunctions").get_paginator("get_execution_history")
    asked = {"executionArn": arn, "reverseOrder": True, "includeExecutionData": False}
    with one_sentence():
        for page in pages.paginate(**asked, PaginationConfig={"PageSize": 100}):
            entered = last_entered(page["events"])
            if entered:
                return str(entered["name"])
    return ""
