"""Which posts a day has, and which are due from when on, by the ledger's rows and the settings."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from fitbit_daily.domain.day import Request
from fitbit_daily.domain.days import Rows
from fitbit_daily.domain.due import Wanted, begins_to_be_due, due_since, plan_of, style_of
from fitbit_daily.domain.ledger import Due
from fitbit_daily.domain.posts import KINDS_OF
from tests.domain.ledger_rows import CLASSIC, COMPACT, DAY, HOUR, STARTS, TOKYO, due, plan, rows

ONE_DAY = timedelta(days=1)


def wanted(style: str = "classic", *destinations: str) -> Wanted:
    return Wanted(destinations or ("x",), style)


def since(of: Rows, day: date = DAY, *, style: str = "classic", scheduled: bool = False) -> date:
    """By an execution about a day that starts at night after DAY."""
    request = Request(day, dry_run=False, force=False, scheduled=scheduled)
    return due_since(request, of, wanted(style), calendar=TOKYO, started_at=STARTS + HOUR)


# The day's posts


def test_a_day_that_was_taken_on_has_the_posts_that_were_written_down_whatever_the_settings_say() -> None:
    assert plan_of(rows([plan()]), DAY, wanted("compact"), since=DAY) == {"x": CLASSIC}


def test_a_day_that_nobody_took_on_has_the_posts_of_its_time_and_from_since_on_those_of_the_settings() -> None:
    assert plan_of(rows(), DAY, wanted("compact"), since=DAY + ONE_DAY) == {"x": CLASSIC}
    assert plan_of(rows(), DAY, wanted("compact"), since=DAY) == {"x": COMPACT}


def test_a_day_before_anything_was_due_has_the_posts_of_the_settings() -> None:
    assert plan_of(rows(due_=due(DAY)), DAY - ONE_DAY, wanted("compact"), since=DAY) == {"x": COMPACT}


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
    assert begins_to_be_due(rows(due_=[]), wanted(), DAY) == ([], [("x", "activity"), ("x", "sleep")])


def test_where_all_is_in_force_nothing_changes() -> None:
    assert begins_to_be_due(rows(), wanted(), DAY) == ([], [])


def test_another_style_is_due_at_once_and_the_one_before_until_then() -> None:
    changed, at_first = begins_to_be_due(rows(), wanted("compact"), DAY)
    assert (changed, at_first) == ([*due(until=DAY), *due(DAY, COMPACT)], [])


def test_a_kind_never_ends_before_it_began() -> None:
    changed, _ = begins_to_be_due(rows(due_=due(DAY)), wanted("compact"), DAY - timedelta(days=5))
    assert [each.until for each in changed if each.kind in CLASSIC] == [DAY, DAY]


def test_a_destination_that_leaves_the_settings_is_due_until_then() -> None:
    changed, _ = begins_to_be_due(rows(), wanted("classic", "bluesky"), DAY)
    assert changed[:2] == due(until=DAY)


def test_a_destination_that_comes_beside_one_that_worked_is_due_at_once_so_that_its_failures_are_told() -> None:
    changed, at_first = begins_to_be_due(rows(), wanted("classic", "x", "line"), DAY)
    assert (changed, at_first) == ([Due("line", "day", DAY)], [])


def test_a_destination_that_comes_back_after_a_month_is_due_anew() -> None:
    known = rows(due_=[*due(), Due("line", "day", DAY - 60 * ONE_DAY, DAY - 30 * ONE_DAY)])
    changed, _ = begins_to_be_due(known, wanted("classic", "x", "line"), DAY)
    assert changed == [Due("line", "day", DAY)]


# Several destinations


def test_one_that_comes_later_takes_no_part_in_a_day_of_the_past_that_others_had() -> None:
    for known in (rows([plan()]), rows()):
        assert plan_of(known, DAY, wanted("classic", "x", "bluesky", "line"), since=DAY + ONE_DAY) == {"x": CLASSIC}


def test_from_since_on_and_on_a_day_that_was_nobodys_all_take_part() -> None:
    every = {"x": CLASSIC, "bluesky": CLASSIC, "line": ("day",)}
    assert plan_of(rows(), DAY, wanted("classic", *every), since=DAY) == every
    assert plan_of(rows(due_=due(DAY)), DAY - ONE_DAY, wanted("classic", *every), since=DAY) == every


def test_all_have_the_style_that_the_day_was_taken_on_in() -> None:
    known = rows([plan()], due_=[*due(), *(replace(each, destination="bluesky") for each in due())])
    assert plan_of(known, DAY, wanted("compact", "x", "bluesky"), since=DAY + ONE_DAY) == {
        "x": CLASSIC,
        "bluesky": CLASSIC,
    }


def test_lines_one_post_says_nothing_of_a_style() -> None:
    alone = wanted("classic", "line")
    known = rows([replace(plan(), destination="line", kinds=("day",))], due_=[Due("line", "day", DAY)])
    assert plan_of(known, DAY, alone, since=DAY) == {"line": ("day",)}
    assert style_of({"line": ("day",)}, otherwise="classic") == "classic"
    assert due_since(Request(DAY, False, False), known, alone, calendar=TOKYO, started_at=STARTS + HOUR) == DAY


@pytest.mark.parametrize("style", KINDS_OF)
def test_a_style_is_known_by_any_of_its_posts(style: str) -> None:
    for kind in KINDS_OF[style]:
        assert style_of({"x": [kind]}, otherwise="none") == style
    assert style_of({}, otherwise=style) == style
