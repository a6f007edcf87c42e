"""Nights as the schedule starts them, on the deployed template: what was missed is posted by itself, and told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from tests.end_to_end.driver import Stack
from tests.end_to_end.owner import Owner

# All of these share one stack: they go to one worker.
pytestmark = pytest.mark.xdist_group("end to end")


@pytest.fixture
def owner(stack: Stack) -> Iterator[Owner]:
    owner = Owner(stack)
    yield owner
    # A day that nobody has posted yet, for whoever comes next.
    owner.restore()
    owner.next_day()


def kinds_posted(stack: Stack, day: date) -> list[str]:
    """The kinds of the day's posts on the timeline, by their titles; twice where they are there twice."""
    titles = {f"本日({day})の運動": "activity", f"本日({day})の睡眠": "sleep"}
    return sorted(kind for text in stack.texts(str(day)) for title, kind in titles.items() if text.startswith(title))


def test_an_outage_past_its_deadline_and_a_night_of_refusals_are_made_good_without_a_command(
    owner: Owner, stack: Stack
) -> None:
    nights: list[date] = []
    ended: list[str | None] = []
    for fault in ("rollup-503", "rollup-403-permission", None):
        owner.restore()
        if fault:
            stack.fault(fault)
        nights.append(owner.next_day())
        execution = owner.scheduled()
        ended.append(execution.error)
        if fault:
            assert execution.states[-1] == "Fetch activity"
        if fault == "rollup-503":
            assert set(execution.errors[:-1]) == {"LookAgain"} and execution.errors[-1] == "SourceUnavailable"
            assert owner.clock() - owner.now < timedelta(days=1)
    assert ended == ["SourceUnavailable", "AccessRefused", None]
    assert [kinds_posted(stack, night) for night in nights] == [["activity", "sleep"]] * 3
    assert [mail["subject"].removeprefix("fitbit-daily: ") for mail in owner.mails] == [
        f"{nights[0]} is not posted yet",
        f"{nights[1]} needs you",
        "it works again",
    ]
    assert "まだ投稿されていない日" not in owner.texts[-1]


def test_while_it_is_paused_a_night_ends_well_with_nothing_done_and_is_no_missing_day(
    owner: Owner, stack: Stack
) -> None:
    pause = {"destination": {"S": "program"}, "row": {"S": "pause#now"}, "since": {"S": owner.clock().isoformat()}}
    table = stack.environment["LEDGER_TABLE"]
    stack.client("dynamodb").put_item(TableName=table, Item=pause)
    paused = owner.next_day()
    execution = owner.scheduled()
    assert (execution.status, execution.states[-1]) == ("SUCCEEDED", "Nothing is done")
    pause["until"] = {"S": owner.clock().isoformat()}
    stack.client("dynamodb").put_item(TableName=table, Item=pause)
    owner.next_day()
    assert owner.scheduled().status == "SUCCEEDED"
    assert kinds_posted(stack, paused) == []
    assert owner.mails == []
