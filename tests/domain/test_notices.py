"""What the owner is told of, and how often."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from fitbit_daily.domain.day import Calendar
from fitbit_daily.domain.events import SILENCE, START_LOST, THROTTLING, Alarm, Facts
from fitbit_daily.domain.notices import Failed, Notice, Silent, StartLost, Throttled, WorksAgain
from tests.domain.happenings import REVOKED, TOKYO, Owner, in_february, owner, start_about

__all__ = ["owner"]

ALARMS = (SILENCE, START_LOST, THROTTLING)


# Failures


def test_a_failure_is_told_at_once_with_all_that_its_remedy_needs(owner: Owner) -> None:
    owner.next_day()
    (notice,) = owner.fail()
    arn = "arn:aws:states:ap-northeast-1:123456789012:execution:fitbit-daily:uuid-2"
    assert notice == Failed(in_february(2), "Refresh token", "AuthorizationLost", REVOKED, arn)


def test_ten_days_of_the_same_failure_are_told_twice_and_their_end_once(owner: Owner) -> None:
    told = {}
    for _ in range(10):
        owner.next_day()
        told[owner.day.day] = owner.fail()
    assert [day for day, notices in told.items() if notices] == [2, 9]
    (again,) = told[9]
    assert isinstance(again, Failed) and again.since == in_february(2)
    assert again.days == tuple(in_february(day) for day in range(2, 10))
    owner.next_day()
    missing = tuple(in_february(day) for day in range(2, 12))
    assert owner.succeed() == [WorksAgain(in_february(12), missing, look_back=12)]
    owner.next_day()
    assert owner.succeed() == []


@pytest.mark.parametrize("hours", [-11, 11])
def test_a_week_is_a_week_though_one_execution_waited_until_noon_and_another_did_not(owner: Owner, hours: int) -> None:
    """Whether it fails at once or at noon: the day of the week is the same."""
    owner.next_day().now += timedelta(hours=max(0, -hours))
    assert owner.fail()
    told = []
    for _ in range(7):
        owner.next_day().now += timedelta(hours=max(0, hours))
        told.append(bool(owner.fail()))
    assert told == [False] * 6 + [True]


def test_different_causes_are_told_separately_be_it_by_error_or_by_step(owner: Owner) -> None:
    owner.next_day()
    causes = [("AuthorizationLost", "Refresh token"), ("AuthorizationLost", "Tweet"), ("XOutOfCredits", "Tweet")]
    for error, step in causes:
        assert len(owner.fail(error, step)) == 1
    for error, step in causes:
        assert owner.fail(error, step) == []
    owner.next_day()
    assert [type(notice) for notice in owner.succeed()] == [WorksAgain]


def test_what_fails_after_it_has_worked_is_told_anew(owner: Owner) -> None:
    owner.next_day()
    owner.fail()
    owner.next_day()
    owner.succeed()
    owner.next_day()
    (notice,) = owner.fail()
    assert isinstance(notice, Failed) and notice.since is None


def test_the_days_that_a_person_posted_meanwhile_are_not_named(owner: Owner) -> None:
    for _ in range(7):
        owner.next_day()
        owner.fail()
    owner.post_by_hand(in_february(4))
    owner.next_day()
    (again,) = owner.fail()
    assert isinstance(again, Failed) and [day.day for day in again.days] == [2, 3, 5, 6, 7, 8, 9]
    assert again.look_back == 9, "the second is the eighth day back, or the ninth for who reads it tomorrow"
    owner.post_by_hand(in_february(2))
    owner.next_day()
    (works,) = owner.succeed()
    assert isinstance(works, WorksAgain) and [day.day for day in works.missing] == [3, 5, 6, 7, 8, 9]


def test_a_failure_that_lasts_for_months_names_the_days_that_thirty_days_back_from_tomorrow_hold(owner: Owner) -> None:
    notices = []
    for _ in range(60):
        owner.next_day()
        notices += owner.fail()
    last = notices[-1]
    assert isinstance(last, Failed) and last.since == in_february(2)
    assert last.days == tuple(last.day - timedelta(days=back) for back in range(28, -1, -1)) and last.look_back == 30
    owner.next_day()
    (works,) = owner.succeed()
    # The bound is what --days 30 finds when it is typed tomorrow.
    assert works == WorksAgain(in_february(62), tuple(in_february(day) for day in range(34, 62)), look_back=30)
    tomorrow = TOKYO.yesterday(owner.now + timedelta(days=1))
    assert works.missing[0] == tomorrow - timedelta(days=30 - 1)


# It works again


def test_days_before_the_first_success_are_not_missing() -> None:
    owner = Owner()
    for _ in range(3):
        owner.next_day()
        owner.fail("SourceSecretNotFilledIn")
    owner.next_day()
    assert owner.succeed() == [WorksAgain(in_february(4), (), 0)]


def test_a_person_who_posts_an_old_day_first_does_not_make_all_days_since_then_missing() -> None:
    owner = Owner().next_day()
    owner.post_by_hand(date(2021, 5, 23))
    owner.fail()
    owner.next_day()
    (works,) = owner.succeed()
    assert isinstance(works, WorksAgain) and works.missing == (in_february(1),)


def test_a_start_that_was_delivered_twice_says_once_that_it_works_again(owner: Owner) -> None:
    owner.next_day()
    owner.fail()
    owner.next_day()
    assert len(owner.succeed()) == 1
    assert owner.succeed() == []


def test_a_day_that_never_was_is_not_missing() -> None:
    """Apia went from the 29th to the 31st of December 2011."""
    apia = Calendar(zone=ZoneInfo("Pacific/Apia"), time_of_day=time(0, 10), give_up_at=time(12))
    owner = Owner(calendar=apia, day=date(2011, 12, 27))
    owner.next_day()
    owner.succeed()
    owner.next_day()
    owner.fail()
    owner.day, owner.now = date(2011, 12, 31), start_about(date(2011, 12, 31), apia)
    (works,) = owner.succeed()
    assert isinstance(works, WorksAgain) and works.missing == (date(2011, 12, 29),)


# Persons


@pytest.mark.parametrize("status", ["FAILED", "TIMED_OUT", "ABORTED"])
def test_a_persons_execution_that_fails_is_not_told(owner: Owner, status: str) -> None:
    before = owner.told
    assert owner.hear(owner.execution(status, scheduled=False, error="XOutOfCredits", step="Tweet")) == []
    assert owner.told == before


def test_a_persons_success_neither_ends_a_failure_nor_says_that_it_works_again(owner: Owner) -> None:
    owner.next_day()
    owner.fail()
    assert owner.post_by_hand(in_february(2)) == []
    owner.next_day()
    assert owner.fail() == []
    owner.next_day()
    assert owner.succeed() == [WorksAgain(in_february(4), (in_february(3),), 3)]


@pytest.mark.parametrize("scheduled", [True, False])
def test_a_dry_run_is_as_if_it_had_not_been(owner: Owner, scheduled: bool) -> None:
    for status in ("SUCCEEDED", "FAILED"):
        dry = owner.execution(status, scheduled=scheduled, day=in_february(5), dry_run=True, facts=Facts())
        before = owner.told
        assert owner.hear(dry) == [] and owner.told == before


# Alarms


@pytest.mark.parametrize(
    ("what", "notice"),
    [(START_LOST, StartLost(in_february(2), (in_february(2),), 2)), (THROTTLING, Throttled())],
)
def test_an_alarm_is_told_and_not_again_within_the_week(owner: Owner, what: str, notice: object) -> None:
    owner.next_day()
    assert owner.alarm(what) == [notice]
    for _ in range(6):
        owner.next_day()
        assert owner.alarm(what) == []
    owner.next_day()
    assert [type(each) for each in owner.alarm(what)] == [type(notice)]


def test_a_lost_start_that_is_told_again_names_all_days_that_nobody_posted(owner: Owner) -> None:
    told = []
    for _ in range(8):
        owner.next_day()
        told += owner.alarm(START_LOST)
        if owner.day == in_february(4):
            owner.post_by_hand(in_february(3))
    days = tuple(in_february(day) for day in (2, 4, 5, 6, 7, 8, 9))
    assert told == [StartLost(in_february(2), (in_february(2),), 2), StartLost(in_february(9), days, 9)]


def test_each_silence_is_told_for_something_was_settled_since_the_last_one(owner: Owner) -> None:
    owner.next_day()
    assert owner.alarm(SILENCE) == [Silent()]
    owner.post_by_hand(in_february(2))
    owner.next_day().next_day()
    assert owner.alarm(SILENCE) == [Silent()]
    owner.next_day()
    assert owner.succeed() == [WorksAgain(in_february(5), (in_february(3), in_february(4)), 4)]
    owner.next_day()
    assert owner.succeed() == []


@pytest.mark.parametrize("happen", [lambda owner: owner.fail(), lambda owner: owner.alarm(START_LOST)])
def test_what_a_person_has_cured_is_no_reason_for_a_later_silence(
    owner: Owner, happen: Callable[[Owner], list[Notice]]
) -> None:
    for _ in range(2):
        owner.next_day()
        happen(owner)
    owner.post_by_hand(in_february(2))
    assert owner.alarm(SILENCE) == [], "the third is still missing because of what was told"
    owner.post_by_hand(in_february(3))
    owner.next_day().next_day()
    assert owner.alarm(SILENCE) == [Silent()]
    owner.next_day()
    assert [type(each) for each in owner.succeed()] == [WorksAgain]


@pytest.mark.parametrize("what", ALARMS)
def test_before_anything_has_succeeded_no_alarm_is_told(what: str) -> None:
    owner = Owner().next_day()
    assert owner.alarm(what) == [] and owner.told.troubles == {}
    owner.fail()
    assert owner.alarm(what) == []
    owner.succeed()
    assert [type(each) for each in owner.alarm(what)] == [{SILENCE: Silent, START_LOST: StartLost}.get(what, Throttled)]


def test_silence_is_no_second_mail_for_a_failure_or_a_lost_start_that_was_told(owner: Owner) -> None:
    owner.next_day()
    owner.fail()
    assert owner.alarm(SILENCE) == []
    owner.next_day()
    owner.succeed()
    owner.next_day()
    owner.alarm(START_LOST)
    owner.next_day()
    assert owner.alarm(SILENCE) == []
    owner.next_day()
    (works,) = owner.succeed()
    assert works == WorksAgain(in_february(6), tuple(in_february(day) for day in (2, 4, 5)), 6)


def test_throttling_does_not_keep_silence_from_being_told_and_does_not_end_with_a_success(owner: Owner) -> None:
    owner.next_day()
    owner.alarm(THROTTLING)
    assert owner.succeed() == []
    assert owner.alarm(THROTTLING) == []
    assert owner.alarm(SILENCE) == [Silent()]


def test_what_failed_during_silence_is_told_and_both_end_together(owner: Owner) -> None:
    owner.next_day()
    owner.alarm(SILENCE)
    assert len(owner.fail()) == 1
    owner.next_day()
    assert [type(each) for each in owner.succeed()] == [WorksAgain]


@pytest.mark.parametrize(
    ("time_of_day", "alarm", "day"),
    [
        # Given up at once, and after an hour; and one that was late in the evening.
        (time(0, 10), "2026-02-03T00:13+09:00", 2),
        (time(0, 10), "2026-02-03T01:15+09:00", 2),
        (time(23, 50), "2026-02-03T00:55+09:00", 1),
        (time(23, 50), "2026-02-03T23:53+09:00", 2),
    ],
)
def test_a_lost_start_is_that_of_the_day_before_the_last_time_of_day(time_of_day: time, alarm: str, day: int) -> None:
    owner = Owner(calendar=Calendar(zone=TOKYO.zone, time_of_day=time_of_day, give_up_at=time(12))).next_day()
    owner.succeed()
    (lost,) = owner.hear(Alarm("k", START_LOST, datetime.fromisoformat(alarm)))
    assert isinstance(lost, StartLost) and lost.day == in_february(day)
