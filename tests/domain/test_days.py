"""What became of a day, by the ledger's rows and, where these leave it open, by the executions that they name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from fitbit_daily.domain.days import (
    RUNNING,
    SUCCEEDED,
    Day,
    DayStatus,
    Ending,
    Rows,
    being_caught_up,
    judge,
    last_night,
    looked_up,
    name_of_catch_up,
)
from fitbit_daily.domain.ledger import Due, Pause, Status
from tests.domain.ledger_rows import (
    COMPACT,
    DAY,
    HOUR,
    NIGHT_AFTER,
    STARTS,
    TOKYO,
    UNTIL,
    both,
    calendar,
    due,
    entry,
    plan,
    rows,
)


def judged(known: Rows, now: datetime = NIGHT_AFTER, day: date = DAY) -> Day:
    (found,) = judge(known, day, day, calendar=TOKYO, now=now)
    return found


def asked(day: Day, **endings: Ending) -> Day:
    (found,) = looked_up([day], endings.get)
    return found


FAILED = Ending("FAILED", "SourceUnavailable", "Google does not answer.")
WELL, AT_IT = Ending(SUCCEEDED), Ending(RUNNING)


# Settled


@pytest.mark.parametrize("status", [Status.POSTED, Status.NOTHING, Status.TOO_OLD])
def test_a_day_is_settled_when_each_of_its_posts_is_posted_or_has_nothing_to_say(status: Status) -> None:
    known = rows([plan("E1")], [entry("activity"), entry("sleep", status)])
    assert judged(known, STARTS).status is DayStatus.SETTLED
    assert not judged(known).is_missing


@pytest.mark.parametrize("status", [Status.ATTEMPTING, Status.UNKNOWN, Status.NOT_POSTED, None])
def test_one_post_that_is_neither_leaves_it_open(status: Status | None) -> None:
    entries = [entry("activity"), *([entry("sleep", status)] if status else [])]
    assert judged(rows([plan("E1")], entries)).is_missing


def test_a_forced_post_that_failed_reopens_nothing() -> None:
    failed = [entry("activity", Status.NOT_POSTED, generation=2, failure="PostRejected"), entry("sleep")]
    assert judged(rows([plan("E2")], failed)).status is DayStatus.SETTLED


def test_a_day_settled_in_a_pause_or_before_anything_was_due_is_settled() -> None:
    plans, entries = [plan("E1")], both(Status.POSTED)
    assert judged(rows(plans, entries, due_=[])).status is DayStatus.SETTLED
    assert judged(rows(plans, entries, pauses=[Pause(STARTS - HOUR)])).status is DayStatus.SETTLED


def test_a_day_asked_for_in_a_pause_is_settled_where_each_destination_in_use_has_it() -> None:
    pause = [Pause(STARTS - HOUR)]
    plans, entries = [plan("E1"), replace(plan("E1"), destination="bluesky")], both(Status.POSTED)
    at_bluesky = Due("bluesky", "activity", date(2026, 1, 1))
    assert judged(rows(plans, entries, [*due(), at_bluesky], pause)).status is DayStatus.NOT_DUE
    assert judged(rows(plans, entries, due(), pause)).status is DayStatus.SETTLED
    assert judged(rows(plans[:1], entries, [*due(), at_bluesky], pause)).status is DayStatus.SETTLED


# Not due


def test_days_before_due_since_and_after_its_end_are_nobodys() -> None:
    later, before = DAY + timedelta(days=1), DAY - timedelta(days=1)
    for due_ in (due(later), due(before, until=DAY), []):
        assert judged(rows(due_=due_)).status is DayStatus.NOT_DUE
        assert judged(rows([plan("E1")], due_=due_)).status is DayStatus.NOT_DUE
    for due_ in (due(DAY), due(before, until=later)):
        assert judged(rows(due_=due_)).is_missing


def test_a_day_is_due_in_the_style_that_it_was_taken_on_in() -> None:
    known = rows([plan("E1", kinds=COMPACT)], due_=due())
    assert judged(known).status is DayStatus.NOT_DUE
    known = rows([plan("E1")], due_=[*due(until=DAY + timedelta(days=1)), *due(DAY + timedelta(days=1), COMPACT)])
    assert judged(known).is_missing


@pytest.mark.parametrize(
    ("since", "until", "missing"),
    [(-1, None, False), (-1, 1, False), (0, 1, False), (-3, -2, True), (-1, 0, True), (1, None, True)],
)
def test_a_day_whose_start_fell_into_a_pause_was_never_due(since: int, until: int | None, missing: bool) -> None:
    pause = Pause(STARTS + since * HOUR, None if until is None else STARTS + until * HOUR)
    for plans in ([], [plan("E1")]):
        assert judged(rows(plans, pauses=[pause])).is_missing is missing


# Open, under way, waiting


def test_a_day_that_nobody_took_on_waits_for_its_start_for_an_hour_and_is_missing_then() -> None:
    assert judged(rows(), STARTS + HOUR - timedelta(seconds=1)).status is DayStatus.WAITING
    never = judged(rows(), STARTS + HOUR)
    assert (never.status, never.failure, never.execution) == (DayStatus.OPEN, "NotStarted", "")
    assert asked(never) == never


def test_a_day_is_under_way_until_its_executions_said_they_would_be_done() -> None:
    known = rows([plan("E1", "E2")])
    under_way = judged(known, UNTIL - timedelta(seconds=1))
    assert (under_way.status, under_way.at_work, under_way.execution) == (DayStatus.UNDER_WAY, ("E1", "E2"), "E2")
    lapsed = judged(known, UNTIL)
    assert (lapsed.status, lapsed.at_work, lapsed.failure) == (DayStatus.OPEN, (), "")


def test_a_day_given_up_unsynced_is_open_for_want_of_a_sync() -> None:
    unsynced: dict[str, Any] = {"failure": "Unsynced", "failed_in": "E1"}
    assert judged(rows([plan("E1")], both(Status.NOT_POSTED, **unsynced))).failure == "Unsynced"
    half = [entry("activity"), entry("sleep", Status.NOT_POSTED, **unsynced)]
    assert judged(rows([plan("E1")], half)).failure == "Unsynced"
    worse = [entry("activity", Status.NOT_POSTED, failure="XOutOfCredits", failed_in="E1"), half[1]]
    assert judged(rows([plan("E1")], worse)).failure == "XOutOfCredits"


def test_what_an_earlier_execution_met_does_not_count_for_the_last_one() -> None:
    failed = both(Status.NOT_POSTED, failure="XOutOfCredits", failed_in="E1")
    day = judged(rows([plan("E1", "E2")], failed))
    assert (day.failure, day.execution) == ("", "E2")
    assert asked(day, E1=FAILED, E2=FAILED).failure == "SourceUnavailable"


def test_which_posts_only_their_destination_or_a_person_can_tell_of_is_said() -> None:
    of_force = entry("sleep", Status.UNKNOWN, generation=2)
    day = judged(rows([plan("E1")], [entry("activity", Status.UNKNOWN), of_force]))
    assert [each.kind for each in day.unknown] == ["activity"]


# Looked up


def test_what_failed_before_it_reached_a_post_is_told_by_its_execution() -> None:
    day = asked(judged(rows([plan("E1")])), E1=FAILED)
    assert (day.status, day.failure, day.cause) == (DayStatus.OPEN, "SourceUnavailable", "Google does not answer.")


def test_the_rows_know_better_than_one_error_what_each_post_met() -> None:
    met: dict[str, Any] = {"failure": "PostRejected", "failed_in": "E1"}
    open_ = judged(rows([plan("E1")], [entry("activity"), entry("sleep", Status.NOT_POSTED, **met)]))
    assert asked(open_, E1=FAILED).failure == "PostRejected"


def test_under_way_left_by_an_abort_is_open_at_once() -> None:
    day = asked(judged(rows([plan("E1")]), STARTS + HOUR), E1=Ending("ABORTED", "ABORTED"))
    assert (day.status, day.failure) == (DayStatus.OPEN, "ABORTED")


def test_an_execution_that_nobody_knows_any_more_is_not_at_work() -> None:
    assert asked(judged(rows([plan("E1")]), STARTS + HOUR)).is_missing


@pytest.mark.parametrize("others", [{"E2": FAILED}, {"E2": AT_IT}, {}])
def test_one_that_is_running_is_at_work_whatever_became_of_the_others(others: Mapping[str, Ending]) -> None:
    assert asked(judged(rows([plan("E1", "E2")]), STARTS + HOUR), E1=AT_IT, **others).status is DayStatus.UNDER_WAY


def test_a_redriven_execution_is_at_work_longer_than_it_said() -> None:
    lapsed = judged(rows([plan("E1")], both(Status.NOT_POSTED, failure="XOutOfCredits", failed_in="E1")))
    assert lapsed.is_missing
    assert asked(lapsed, E1=AT_IT).status is DayStatus.UNDER_WAY


@pytest.mark.parametrize("last", [FAILED, WELL])
def test_rows_older_than_the_end_of_an_execution_that_went_well_are_no_news(last: Ending) -> None:
    """It was at work when the ledger was read, and met something on its way: by now, the day may be settled."""
    met: dict[str, Any] = {"failure": "XUnavailable", "failed_in": "E2"}
    day = judged(rows([plan("E1", "E2")], both(Status.NOT_POSTED, **met)), STARTS + HOUR)
    assert not asked(day, E1=WELL, E2=last).is_missing


def test_a_day_whose_catch_up_was_just_started_is_under_way_until_that_takes_it_on_and_fails() -> None:
    tonight, other = DAY + timedelta(days=1), DAY - timedelta(days=1)
    name = name_of_catch_up(DAY, tonight)
    missing = Day(DAY, DayStatus.OPEN, "SourceUnavailable", execution="E1")
    assert being_caught_up([missing], [DAY], tonight)[0].status is DayStatus.UNDER_WAY
    for day in (replace(missing, execution=name), replace(missing, date=other), Day(DAY, DayStatus.SETTLED)):
        assert being_caught_up([day], [DAY], tonight) == [day]
    assert name_of_catch_up(DAY, tonight) != name_of_catch_up(DAY, tonight + timedelta(days=1))


def test_an_execution_that_went_well_and_was_done_leaves_open_what_it_gave_up() -> None:
    done = replace(plan("E1"), under_way={"E1": STARTS})
    unsynced = both(Status.NOT_POSTED, failure="Unsynced", failed_in="E1")
    day = asked(judged(rows([done], unsynced), STARTS + HOUR), E1=WELL)
    assert (day.is_missing, day.failure) == (True, "Unsynced")


@pytest.mark.parametrize("known", [rows([plan("E1")], both(Status.POSTED)), rows(due_=[]), rows([plan("E1")], due_=[])])
def test_of_a_day_that_is_settled_or_nobodys_nothing_is_asked(known: Rows) -> None:
    def never(name: str) -> Ending:
        raise AssertionError(name)

    day = judged(known)
    assert looked_up([day], never) == [day]


def test_a_range_is_told_oldest_first_without_a_day_that_never_was() -> None:
    apia = calendar("Pacific/Apia")
    found = judge(
        rows(due_=[]), date(2011, 12, 29), date(2011, 12, 31), calendar=apia, now=datetime(2012, 1, 5, tzinfo=UTC)
    )
    assert [day.date.day for day in found] == [29, 31]


def test_the_last_night_that_catches_a_day_up_is_that_of_the_last_day_it_looks_back_from() -> None:
    assert last_night(DAY, calendar=TOKYO, catch_up_days=3) == STARTS + timedelta(days=3)
    assert last_night(DAY, calendar=TOKYO, catch_up_days=0) is None
