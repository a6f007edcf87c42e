"""What the owner is told of while all is well still: what needs attention soon, and the rules that a day crosses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from fitbit_daily.domain.events import Facts
from fitbit_daily.domain.notices import (
    AlertChanged,
    AuthorizationEnds,
    BatteryLow,
    Failed,
    HistoryNotKept,
    NotSynced,
    WorksAgain,
)
from tests.domain.happenings import TOKYO, Owner, in_february, owner

__all__ = ["owner"]


def test_an_authorisation_that_ends_within_three_days_is_told_once_in_the_owners_time(owner: Owner) -> None:
    ends = datetime(2026, 2, 8, 3, 30, tzinfo=UTC)
    told = {}
    for _ in range(5):
        owner.next_day()
        told[owner.day.day] = owner.succeed(authorization_expires_at=ends)
    assert {day: notices for day, notices in told.items() if notices} == {
        5: [AuthorizationEnds(datetime(2026, 2, 8, 12, 30, tzinfo=TOKYO.zone))]
    }


def test_a_new_authorisation_is_told_of_anew_and_the_old_one_is_forgotten(owner: Owner) -> None:
    for days in (3, 3.5):
        ends = owner.now + timedelta(days=days)
        owner.next_day()
        assert [type(each) for each in owner.succeed(authorization_expires_at=ends)] == [AuthorizationEnds]
        assert len(owner.told.troubles) == 1
    assert owner.succeed() == [] and owner.told.troubles == {}


@pytest.mark.parametrize("ends", [timedelta(seconds=-1), timedelta(0), timedelta(days=3, seconds=1)])
def test_an_authorisation_that_is_over_or_lasts_is_not_told(owner: Owner, ends: timedelta) -> None:
    assert owner.succeed(authorization_expires_at=owner.now + ends) == []


def test_a_tracker_is_told_of_on_its_second_day_in_a_row_and_again_after_a_week(owner: Owner) -> None:
    told = {}
    for _ in range(12):
        owner.next_day()
        told[owner.day.day] = owner.succeed(complete=False)
    assert {day: notices for day, notices in told.items() if notices} == {
        3: [NotSynced((in_february(2), in_february(3)))],
        10: [NotSynced(tuple(in_february(day) for day in range(2, 11)))],
    }


def test_one_day_that_is_late_is_well_and_so_are_two_that_are_not_in_a_row(owner: Owner) -> None:
    for complete in (False, True, False, None, False, True):
        owner.next_day()
        assert owner.succeed(complete=complete) == []


def test_a_day_started_twice_is_one_day(owner: Owner) -> None:
    owner.next_day()
    assert owner.succeed(complete=False) == [] and owner.succeed(complete=False) == []


def test_a_failure_in_between_does_not_repeat_the_tracker_within_the_week(owner: Owner) -> None:
    for _ in range(2):
        owner.next_day()
        owner.succeed(complete=False)
    owner.next_day()
    owner.fail()
    for _ in range(2):
        owner.next_day()
        owner.succeed(complete=False)
    assert [type(each) for each in owner.notices] == [NotSynced, Failed, WorksAgain]


@pytest.mark.parametrize(
    ("fact", "notice"),
    [("battery_low", lambda day: BatteryLow()), ("history_failed", HistoryNotKept)],
)
def test_what_lasts_is_told_once_a_week_and_forgotten_when_it_is_over(
    owner: Owner, fact: str, notice: Callable[[date], object]
) -> None:
    def told(lasts: bool) -> list[Any]:
        owner.next_day()
        return owner.succeed(**{fact: lasts})

    assert told(True) == [notice(owner.day)]
    assert [told(True) for _ in range(6)] == [[]] * 6
    assert told(True) == [notice(owner.day)]
    assert told(False) == []
    assert told(True) == [notice(owner.day)]


def test_a_source_that_does_not_tell_of_the_battery_changes_nothing(owner: Owner) -> None:
    assert owner.succeed(battery_low=None) == []
    assert owner.succeed(battery_low=True) == [BatteryLow()]
    assert owner.succeed(battery_low=None) == [] and owner.succeed(battery_low=True) == []


def test_of_a_persons_execution_nothing_needs_attention(owner: Owner) -> None:
    facts = Facts(complete=False, battery_low=True, history_failed=True, alerts={"steps below 6000": True})
    assert owner.post_by_hand(in_february(2), facts=facts) == []
    assert owner.told.troubles == {} and owner.told.alerts == {}


def test_a_success_of_which_no_facts_are_known_changes_nothing_but_that_it_works(owner: Owner) -> None:
    owner.succeed(battery_low=True, alerts={"a": True})
    owner.next_day()
    owner.fail()
    before = owner.told
    owner.next_day()
    assert [type(each) for each in owner.hear(owner.execution("SUCCEEDED"))] == [WorksAgain]
    assert owner.told.alerts == before.alerts and set(owner.told.troubles) == {"battery"}


# Alerts


def test_a_rule_is_told_when_it_is_crossed_and_when_it_is_back(owner: Owner) -> None:
    told = []
    for firing in (False, True, True, None, True, False, None, False, True):
        owner.next_day()
        told += [(owner.day.day, *owner.succeed(alerts={"steps below 6000": firing, "hours asleep below 6": False}))]
    assert [each for each in told if len(each) > 1] == [
        (3, AlertChanged(in_february(3), "steps below 6000", True)),
        (7, AlertChanged(in_february(7), "steps below 6000", False)),
        (10, AlertChanged(in_february(10), "steps below 6000", True)),
    ]


def test_a_rule_that_is_gone_is_forgotten_and_rules_that_could_not_be_looked_at_are_kept(owner: Owner) -> None:
    owner.succeed(alerts={"a": True})
    owner.succeed(alerts=None)
    assert owner.told.alerts == {"a": True}
    assert owner.succeed(alerts={"b": False}) == []
    assert owner.told.alerts == {"b": False}


def test_a_day_that_ends_after_the_next_one_changes_nothing_that_the_next_one_has_said(owner: Owner) -> None:
    owner.next_day()
    late = owner.execution("SUCCEEDED", facts=Facts(complete=False, battery_low=True, alerts={"a": True}))
    owner.next_day()
    assert owner.succeed(alerts={"a": False}) == []
    assert owner.hear(late) == []
    assert owner.told.alerts == {"a": False} and owner.told.troubles == {}
    assert in_february(2) in owner.told.settled and owner.told.looked_at == in_february(3)


# Facts


def test_facts_are_read_from_the_last_steps_state() -> None:
    state = {
        "complete": False,
        "authorization_expires_at": "2026-02-08T12:30:00+09:00",
        "battery_low": True,
        "history_failed": {"Error": "AwsUnavailable", "Cause": "..."},
        "alerts": [{"rule": "steps below 6000", "firing": True}, {"rule": "b", "firing": None}],
        "activity": {"steps": 1},
    }
    ends = datetime(2026, 2, 8, 3, 30, tzinfo=UTC)
    assert Facts.from_state(state) == Facts(False, ends, True, True, {"steps below 6000": True, "b": None})


def test_a_state_of_an_older_definition_has_fewer_facts() -> None:
    assert Facts.from_state({"complete": True}) == Facts(complete=True)
    nulls = {"complete": True, "authorization_expires_at": None, "battery_low": None}
    assert Facts.from_state(nulls) == Facts(complete=True)
