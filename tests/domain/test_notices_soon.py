"""What a good night tells: what needs attention soon, and the rules that a day crosses."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fitbit_daily.domain.cures import UNSYNCED
from fitbit_daily.domain.events import SUCCEEDED, ExecutionEnded, Facts
from fitbit_daily.domain.notice_kinds import (
    AlertChanged,
    AuthorizationEnds,
    BatteryLow,
    CatchUpFailed,
    HistoryNotKept,
    Notice,
    NotSynced,
)
from tests.domain.happenings import TOKYO, WELL, Owner, in_february, owner_after_a_good_night


@pytest.fixture
def owner() -> Owner:
    return owner_after_a_good_night()


def night(owner: Owner, **facts: Any) -> list[Notice]:
    return owner.night(facts=replace(WELL, **facts))


def told(owner: Owner) -> dict[int, list[Notice]]:
    days: dict[int, list[Notice]] = {}
    for day, notice in owner.heard:
        days.setdefault(day, []).append(notice)
    return days


def test_an_authorisation_that_ends_within_three_days_is_told_once_in_the_owners_time(owner: Owner) -> None:
    for _ in range(5):
        night(owner, authorization_expires_at=datetime(2026, 2, 8, 3, 30, tzinfo=UTC))
    assert told(owner) == {5: [AuthorizationEnds(datetime(2026, 2, 8, 12, 30, tzinfo=TOKYO.zone))]}


def test_a_new_authorisation_is_told_of_anew_and_the_old_one_is_forgotten(owner: Owner) -> None:
    for days in (3, 3.4):
        ends = owner.now + timedelta(days=days)
        assert [type(each) for each in night(owner, authorization_expires_at=ends)] == [AuthorizationEnds]
        assert len(owner.memory.troubles) == 1
    assert night(owner) == [] and owner.memory.troubles == {}


@pytest.mark.parametrize("hours", [-24, 24 * 5])
def test_an_authorisation_that_is_over_or_lasts_is_not_told(owner: Owner, hours: int) -> None:
    assert night(owner, authorization_expires_at=owner.now + timedelta(hours=hours)) == []


@pytest.mark.parametrize(
    ("fact", "kind"),
    [("battery_low", BatteryLow), ("history_failed", HistoryNotKept), ("catch_up_failed", CatchUpFailed)],
)
def test_what_lasts_is_told_when_it_is_seen_and_weekly_until_it_is_over(
    owner: Owner, fact: str, kind: type[Notice]
) -> None:
    for _ in range(8):
        night(owner, **{fact: True})
    night(owner, **{fact: False})
    night(owner, **{fact: True})
    assert {day: [type(each) for each in notices] for day, notices in told(owner).items()} == {
        2: [kind],
        9: [kind],
        11: [kind],
    }


def test_what_is_not_known_changes_nothing(owner: Owner) -> None:
    night(owner, battery_low=True)
    night(owner, battery_low=None, alerts=None)
    assert night(owner, battery_low=True) == []


def test_days_that_were_posted_incomplete_are_told_from_the_second_in_a_row_on(owner: Owner) -> None:
    for complete in (False, True, False, False, *[False] * 6):
        night(owner, complete=complete)
    assert told(owner) == {
        5: [NotSynced(in_february(4), incomplete=(in_february(4), in_february(5)))],
    }
    night(owner, complete=False)
    assert owner.heard[-1] == (12, NotSynced(in_february(4), incomplete=tuple(map(in_february, range(6, 13)))))


def test_an_incomplete_day_that_a_person_has_posted_anew_is_not_asked_for_again(owner: Owner) -> None:
    night(owner, complete=False)
    for kind in ("activity", "sleep"):
        entry = owner.entries["x", in_february(2), kind]
        owner.entries["x", in_february(2), kind] = replace(entry, generation=2)
    assert night(owner, complete=False) == [NotSynced(in_february(2), incomplete=(in_february(3),))]


def test_where_days_wait_for_a_sync_nothing_more_is_said_of_incomplete_ones(owner: Owner) -> None:
    night(owner, complete=False)
    assert owner.night(UNSYNCED) == [NotSynced(in_february(3), (in_february(3),))]


def test_a_rule_is_told_when_it_is_crossed_and_when_it_is_back(owner: Owner) -> None:
    for firing in (False, True, True, None, False):
        night(owner, alerts={"a": firing})
    night(owner, alerts={})
    night(owner, alerts={"a": True})
    assert told(owner) == {
        3: [AlertChanged(in_february(3), "a", True)],
        6: [AlertChanged(in_february(6), "a", False)],
        8: [AlertChanged(in_february(8), "a", True)],
    }


def test_what_an_older_day_knows_comes_too_late(owner: Owner) -> None:
    night(owner)
    late = Facts(battery_low=True, alerts={"a": True})
    assert owner.hear(ExecutionEnded("late", SUCCEEDED, in_february(1), by_itself=True, facts=late)) == []
