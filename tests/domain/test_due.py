"""Which posts a day has, and which are due from when on, by the ledger's rows and the settings."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from fitbit_daily.domain.day import Request
from fitbit_daily.domain.days import Rows
from fitbit_daily.domain.due import begins_to_be_due, due_since, kinds_of, style_of
from fitbit_daily.domain.posts import KINDS_OF
from tests.domain.ledger_rows import CLASSIC, COMPACT, DAY, HOUR, STARTS, TOKYO, due, plan, rows

ONE_DAY = timedelta(days=1)


def since(of: Rows, day: date = DAY, *, style: str = "classic", scheduled: bool = False) -> date:
    """By an execution about a day that starts at night after DAY."""
    request = Request(day, dry_run=False, force=False, scheduled=scheduled)
    return due_since(request, of, style=style, calendar=TOKYO, started_at=STARTS + HOUR)


def kinds(of: Rows, day: date = DAY, *, since: date = DAY) -> tuple[str, ...]:
    request = Request(day, dry_run=False, force=False, scheduled=True)
    return kinds_of(of, "x", request, style="compact", weekly="off", since=since)


# The day's posts


def test_a_day_that_was_taken_on_has_the_posts_that_were_written_down_whatever_the_settings_say() -> None:
    assert kinds(rows([plan()])) == CLASSIC


def test_a_day_that_nobody_took_on_has_the_posts_of_its_time_and_from_since_on_those_of_the_settings() -> None:
    assert kinds(rows(), since=DAY + ONE_DAY) == CLASSIC
    assert kinds(rows()) == COMPACT


def test_a_day_before_anything_was_due_has_the_posts_of_the_settings() -> None:
    assert kinds(rows(due_=due(DAY)), DAY - ONE_DAY) == COMPACT


# From when on


@pytest.mark.parametrize("scheduled", [True, False])
def test_with_yesterday_and_with_what_is_scheduled_it_begins_at_once(scheduled: bool) -> None:
    assert since(rows(due_=[]), scheduled=scheduled) == DAY


def test_a_start_that_comes_late_begins_with_its_own_day() -> None:
    assert since(rows(due_=[]), DAY - ONE_DAY, scheduled=True) == DAY - ONE_DAY


def test_who_begins_with_a_day_of_the_past_owes_nothing_between_it_and_the_next_night() -> None:
    assert since(rows(due_=[]), DAY - 9 * ONE_DAY) == DAY + ONE_DAY


def test_a_day_that_was_taken_on_in_another_style_stays_due_in_that_one() -> None:
    assert since(rows([plan()])) == DAY
    assert since(rows([plan()]), style="compact") == DAY + ONE_DAY


# What changes in the ledger


def test_where_nothing_was_due_yet_each_kind_begins_with_its_first_settled_day() -> None:
    assert begins_to_be_due(rows(due_=[]), "classic", ["x"], DAY) == ([], [("x", "activity"), ("x", "sleep")])


def test_where_all_is_in_force_nothing_changes() -> None:
    assert begins_to_be_due(rows(), "classic", ["x"], DAY) == ([], [])


def test_another_style_is_due_at_once_and_the_one_before_until_then() -> None:
    changed, at_first = begins_to_be_due(rows(), "compact", ["x"], DAY)
    assert (changed, at_first) == ([*due(until=DAY), *due(DAY, COMPACT)], [])


def test_a_style_that_comes_back_is_due_anew() -> None:
    known = rows(due_=[*due(until=DAY), *due(DAY, COMPACT)])
    later = DAY + timedelta(days=9)
    changed, _ = begins_to_be_due(known, "classic", ["x"], later)
    assert changed == [*due(DAY, COMPACT, later), *due(later)]


def test_a_kind_never_ends_before_it_began() -> None:
    changed, _ = begins_to_be_due(rows(due_=due(DAY)), "compact", ["x"], DAY - timedelta(days=5))
    assert [each.until for each in changed if each.kind in CLASSIC] == [DAY, DAY]


def test_a_destination_that_leaves_the_settings_is_due_until_then_and_one_that_comes_begins_when_it_works() -> None:
    changed, at_first = begins_to_be_due(rows(), "classic", ["bluesky"], DAY)
    assert changed == due(until=DAY)
    assert at_first == [("bluesky", "activity"), ("bluesky", "sleep")]


@pytest.mark.parametrize("style", KINDS_OF)
def test_a_style_is_known_by_any_of_its_posts(style: str) -> None:
    for kind in KINDS_OF[style]:
        assert style_of([kind], otherwise="none") == style
    assert style_of([], otherwise=style) == style
