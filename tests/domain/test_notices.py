"""What is told, rule by rule, and then what somebody gets week by week."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fitbit_daily.domain.cures import NOT_STARTED, UNSYNCED
from fitbit_daily.domain.days import Ending
from fitbit_daily.domain.events import SILENCE, START_LOST, SUCCEEDED, THROTTLING, ExecutionEnded, Facts
from fitbit_daily.domain.memory import Memory
from fitbit_daily.domain.notice_kinds import (
    ActionNeeded,
    AlertChanged,
    AuthorizationEnds,
    BatteryLow,
    CatchUpFailed,
    GivenUp,
    HistoryNotKept,
    Notice,
    NotSynced,
    Silent,
    Throttled,
    TriedAgain,
    WorksAgain,
)
from tests.domain.happenings import GOOD, TOKYO, WELL, Owner, in_february, owner_after_a_good_night

LOST = "AuthorizationLost"


@pytest.fixture
def owner() -> Owner:
    return owner_after_a_good_night()


def kinds(notices: list[Notice]) -> list[type[Notice]]:
    return [type(notice) for notice in notices]


def hang(owner: Owner) -> str:
    """The next night's execution begins, and does not end."""
    owner.begin_day()
    name = f"scheduled-{owner.day}"
    owner._take_on(owner.day, name)
    owner.now += timedelta(minutes=1)
    return name


# What passes by itself


def test_what_passes_is_told_with_the_last_night_that_tries_it_again(owner: Owner) -> None:
    (notice,) = owner.night("SourceUnavailable")
    assert isinstance(notice, TriedAgain) and notice.day.date == in_february(2)
    assert notice.until == TOKYO.scheduled_start(in_february(5))


def test_a_start_that_was_lost_is_told_when_it_is_certain(owner: Owner) -> None:
    owner.begin_day()
    assert owner.alarm(START_LOST) == []
    owner.now += timedelta(hours=1)
    (notice,) = owner.alarm(START_LOST)
    assert isinstance(notice, TriedAgain) and notice.day.failure == NOT_STARTED


def test_a_day_is_not_given_up_while_the_last_night_that_tries_it_is_at_work(owner: Owner) -> None:
    owner.night("PostOutcomeUnknown")
    for _ in range(2):
        owner.night(GOOD, {2: "PostOutcomeUnknown"})
    name = hang(owner)
    assert owner.look() == []
    owner._end(owner.day, name, GOOD)
    assert kinds([notice for _, notice in owner.heard]) == [TriedAgain, WorksAgain, GivenUp]


def test_an_execution_that_failed_before_it_wrote_its_day_down_tells_why(owner: Owner) -> None:
    owner.begin_day()
    (notice,) = owner.hear(ExecutionEnded("early", "FAILED", owner.day, by_itself=True, error="AwsUnavailable"))
    assert isinstance(notice, TriedAgain) and notice.day.failure == "AwsUnavailable"
    assert owner.look() == []


# What needs a person


def test_a_day_is_tried_by_the_next_night_or_has_to_be_posted_by_hand(owner: Owner) -> None:
    (first,) = owner.night(LOST)
    assert isinstance(first, ActionNeeded) and first.by_itself
    (later,) = [notice for _ in range(7) for notice in owner.night(LOST)]
    assert isinstance(later, ActionNeeded) and not later.by_itself and later.since == in_february(2)


def test_before_anything_has_worked_no_night_posts_a_day_of_the_past() -> None:
    owner = Owner()
    (notice,) = owner.night(LOST)
    assert isinstance(notice, ActionNeeded) and not notice.by_itself
    assert kinds(owner.night("SourceUnavailable")) == [GivenUp]


# When it works again


def test_it_works_again_when_nothing_is_under_way_any_more(owner: Owner) -> None:
    owner.night(LOST)
    before = len(owner.heard)
    owner.begin_day()
    for name, day in (("night", owner.day), ("of the day before", in_february(2))):
        owner._take_on(day, name)
    owner._end(owner.day, "night", GOOD)
    assert len(owner.heard) == before
    owner._end(in_february(2), "of the day before", GOOD)
    assert [notice for _, notice in owner.heard[before:]] == [WorksAgain(in_february(3))]


def test_whoever_cures_it_by_hand_is_told_by_the_daily_look_not_by_what_they_run(owner: Owner) -> None:
    owner.night(LOST)
    assert owner.by_hand(2) == []
    assert owner.look() == [WorksAgain(in_february(2))]


# Silence


def test_silence_is_told_where_nothing_else_explains_it_and_ends_with_the_next_success(owner: Owner) -> None:
    name = hang(owner)
    owner.now += timedelta(hours=14)
    assert owner.alarm(SILENCE) == [Silent()]
    assert owner.alarm(SILENCE) == [Silent()], "each is a new one"
    assert owner.look() == []
    owner._end(owner.day, name, GOOD)
    assert owner.heard[-1][1] == WorksAgain(in_february(2))


def test_an_old_day_that_was_given_up_explains_no_silence(owner: Owner) -> None:
    owner.night("PostRejected")
    owner.night(GOOD, {2: "PostRejected"})
    assert owner.alarm(SILENCE) == [Silent()]


@pytest.mark.parametrize("failure", [LOST, UNSYNCED])
def test_silence_with_a_day_that_failed_is_no_second_mail(owner: Owner, failure: str) -> None:
    owner.night(failure)
    assert owner.alarm(SILENCE) == []


def test_throttling_is_told_once_a_week(owner: Owner) -> None:
    assert [owner.alarm(THROTTLING) for _ in range(2)] == [[Throttled()], []]
    for _ in range(7):
        owner.night()
    assert owner.alarm(THROTTLING) == [Throttled()]


# What is not told


def test_a_day_that_is_posted_is_not_said_to_have_failed(owner: Owner) -> None:
    """A start that was delivered twice, or a person who was quicker."""
    owner.night(look=False)
    owner.endings["twice"] = Ending("FAILED", LOST)
    assert owner.hear(ExecutionEnded("twice", "FAILED", owner.day, by_itself=True, error=LOST)) == []


def test_what_a_person_starts_and_a_dry_run_are_not_told(owner: Owner) -> None:
    assert owner.by_hand(1, LOST) == []
    name = hang(owner)
    owner.endings[name] = Ending("FAILED", LOST)
    assert owner.hear(ExecutionEnded("dry", "FAILED", owner.day, by_itself=False, dry_run=True, error=LOST)) == []


def test_nothing_is_told_while_it_is_paused(owner: Owner) -> None:
    owner.night(LOST, look=False)
    owner.memory = Memory()
    owner.pause()
    assert owner.look() == [] and owner.alarm(SILENCE) == [] and owner.memory == Memory()
    owner.resume()
    assert kinds(owner.look()) == [ActionNeeded]


# What a good night tells: what needs attention soon, and the rules that a day crosses.


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
    assert night(owner, battery_low=None, alerts=None) == []
    night(owner, battery_low=True)
    night(owner, battery_low=None, alerts=None)
    assert night(owner, battery_low=True) == []


def test_days_that_were_posted_incomplete_are_told_from_the_second_in_a_row_on(owner: Owner) -> None:
    for complete in (False, True, False, False, *[False] * 6):
        night(owner, complete=complete)
    assert told(owner) == {5: [NotSynced(in_february(4), incomplete=(in_february(4), in_february(5)))]}
    night(owner, complete=False)
    assert owner.heard[-1] == (12, NotSynced(in_february(4), incomplete=tuple(map(in_february, range(6, 13)))))


def test_an_incomplete_day_that_a_person_has_posted_anew_is_not_asked_for_again(owner: Owner) -> None:
    night(owner, complete=False)
    for kind in ("activity", "sleep"):
        entry = owner.entries["x", in_february(2), kind]
        owner.entries["x", in_february(2), kind] = replace(entry, generation=2)
    assert night(owner, complete=False) == [NotSynced(in_february(2), incomplete=(in_february(3),))]


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


# What somebody really gets, week by week: each story is the list of its subjects, after the day a night was about.


def lived_through(owner: Owner, nights: Iterable[str]) -> Owner:
    for outcome in nights:
        owner.night(outcome)
    return owner


def last(owner: Owner) -> Notice:
    return owner.heard[-1][1]


def works_again(*missing: int, day: int, tried: tuple[int, ...] = (), back: int = 0, told: bool = False) -> WorksAgain:
    """told: there are other open days, and they were told before."""
    dates = tuple(map(in_february, missing))
    return WorksAgain(in_february(day), dates, tuple(map(in_february, tried)), back, none_open=not (missing or told))


@pytest.mark.parametrize("failure", ["AuthorizationLost", "XOutOfCredits"])
def test_what_needs_a_person_for_ten_days(failure: str) -> None:
    owner = lived_through(owner_after_a_good_night(), [failure] * 10 + [GOOD] * 3)
    assert owner.story == ["2: 02 needs you", "9: still failing since 02", "12: it works again"]
    assert last(owner) == works_again(2, 3, 4, 5, 6, 7, 8, day=12, back=12)


def test_the_tracker_is_off_for_two_weeks() -> None:
    owner = lived_through(owner_after_a_good_night(), [UNSYNCED] * 14 + [GOOD] * 3)
    assert owner.story == ["2: the tracker does not sync", "9: the tracker does not sync", "16: it works again"]
    assert last(owner) == works_again(*range(2, 13), day=16, back=16)


def test_what_x_did_with_one_post_is_never_found_out() -> None:
    owner = owner_after_a_good_night()
    owner.night("PostOutcomeUnknown")
    for _ in range(10):
        owner.night(GOOD, {2: "PostOutcomeUnknown"})
    assert owner.story == ["2: 02 is not posted yet", "3: it works again", "5: 02 is not tried again"]
    assert owner.heard[1][1] == works_again(2, day=3, tried=(2,), back=3)


def test_a_first_deployment_that_nobody_authorises() -> None:
    owner = lived_through(Owner(), ["SourceSecretNotFilledIn"] * 9 + [GOOD] * 3)
    assert owner.story == ["1: 01 needs you", "8: still failing since 01", "10: it works again"]
    assert last(owner) == works_again(day=10)


def test_nothing_is_caught_up() -> None:
    nights = ["SourceUnavailable", GOOD, *["AuthorizationLost"] * 2, GOOD, *[UNSYNCED] * 2, GOOD, GOOD]
    owner = lived_through(owner_after_a_good_night(catch_up_days=0), nights)
    assert owner.story == [
        "2: 02 is not tried again",
        "3: it works again",
        "4: 04 needs you",
        "6: it works again",
        "7: the tracker does not sync",
        "9: it works again",
    ]
    assert [notice for _, notice in owner.heard if isinstance(notice, WorksAgain)] == [
        works_again(day=3, told=True),
        works_again(4, 5, day=6, back=4),
        works_again(7, 8, day=9, back=4),
    ]


def test_a_pause_in_the_middle() -> None:
    owner = lived_through(owner_after_a_good_night(), ["AuthorizationLost"] * 2)
    owner.pause()
    lived_through(owner, [GOOD] * 8)
    owner.resume()
    lived_through(owner, ["AuthorizationLost", GOOD, GOOD])
    assert owner.story == ["2: 02 needs you", "12: still failing since 02", "13: it works again"]
    assert last(owner) == works_again(2, 3, day=13, back=13)


def test_days_that_fail_in_turn_by_what_passes_and_by_what_does_not() -> None:
    nights = ["SourceUnavailable", "AuthorizationLost", "SourceUnavailable", "AuthorizationLost", GOOD]
    owner = lived_through(owner_after_a_good_night(), nights)
    assert owner.story == ["2: 02 is not posted yet", "3: 03 needs you", "4: 04 is not posted yet", "6: it works again"]
    assert not any(isinstance(notice, GivenUp) for _, notice in owner.heard)
