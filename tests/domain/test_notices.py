"""The rules of what is told, one by one; whole weeks are in test_notices_stories.py."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fitbit_daily.domain.cures import NOT_STARTED, UNSYNCED
from fitbit_daily.domain.days import Ending
from fitbit_daily.domain.events import SILENCE, START_LOST, SUCCEEDED, THROTTLING, ExecutionEnded
from fitbit_daily.domain.memory import Memory
from fitbit_daily.domain.notice_kinds import (
    ActionNeeded,
    GivenUp,
    Notice,
    NotSynced,
    Silent,
    Throttled,
    TriedAgain,
    WorksAgain,
)
from tests.domain.happenings import GOOD, TOKYO, Owner, in_february, mail, owner_after_a_good_night

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


def test_a_day_that_the_schedule_jumped_over_is_told_by_the_next_look(owner: Owner) -> None:
    """As where the settings moved the time zone east."""
    owner.begin_day()
    assert [type(notice) for notice in owner.night("SourceUnavailable")] == [TriedAgain, TriedAgain]
    assert [notice.day.date for _, notice in owner.heard if isinstance(notice, TriedAgain)] == [
        in_february(2),
        in_february(3),
    ]


def test_a_day_is_not_given_up_while_the_last_night_that_tries_it_is_at_work(owner: Owner) -> None:
    owner.night("PostOutcomeUnknown")
    for _ in range(2):
        owner.night(GOOD, {2: "PostOutcomeUnknown"})
    name = hang(owner)
    assert owner.look() == []
    owner._end(owner.day, name, GOOD)
    assert kinds([notice for _, notice in owner.heard]) == [TriedAgain, WorksAgain, GivenUp]


def test_an_execution_that_was_stopped_is_tried_again_like_any_other(owner: Owner) -> None:
    name = hang(owner)
    owner.endings[name] = Ending("ABORTED", "ABORTED")
    (notice,) = owner.hear(ExecutionEnded(name, "ABORTED", owner.day, by_itself=True, error="ABORTED"))
    assert isinstance(notice, TriedAgain) and notice.day.failure == "ABORTED"


def test_an_execution_that_failed_before_it_wrote_its_day_down_tells_why(owner: Owner) -> None:
    owner.begin_day()
    (notice,) = owner.hear(ExecutionEnded("early", "FAILED", owner.day, by_itself=True, error="AwsUnavailable"))
    assert isinstance(notice, TriedAgain) and notice.day.failure == "AwsUnavailable"
    assert owner.look() == []


# What needs a person


def test_a_failure_after_a_cure_by_hand_is_told_though_it_is_the_same(owner: Owner) -> None:
    assert kinds(owner.night("XOutOfCredits", look=False)) == [ActionNeeded]
    with owner.events(0):
        owner.by_hand(2)
    (notice,) = owner.night("XOutOfCredits")
    assert isinstance(notice, ActionNeeded) and notice.since is None
    assert [day.date for day in notice.days] == [in_february(3)]


def test_a_day_is_tried_by_the_next_night_or_has_to_be_posted_by_hand(owner: Owner) -> None:
    (first,) = owner.night(LOST)
    assert isinstance(first, ActionNeeded) and first.by_itself
    (later,) = [notice for _ in range(7) for notice in owner.night(LOST)]
    assert isinstance(later, ActionNeeded) and not later.by_itself and later.since == in_february(2)


def test_what_is_still_failing_is_so_since_a_day_that_is_open(owner: Owner) -> None:
    owner.night(LOST)
    owner.night(LOST)
    owner.by_hand(2)
    (later,) = [notice for _ in range(8) for notice in owner.night(LOST)]
    assert isinstance(later, ActionNeeded) and later.since == in_february(3)


def test_before_anything_has_worked_no_night_posts_a_day_of_the_past() -> None:
    owner = Owner()
    (notice,) = owner.night(LOST)
    assert isinstance(notice, ActionNeeded) and not notice.by_itself
    assert kinds(owner.night("SourceUnavailable")) == [GivenUp]


# A tracker that does not sync


def test_a_day_that_waits_for_nothing_but_a_sync_is_told_and_is_not_called_incomplete(owner: Owner) -> None:
    (notice,) = owner.night(UNSYNCED)
    assert notice == NotSynced(in_february(2), (in_february(2),))
    assert "incomplete" not in mail(notice).body and "./daily" not in mail(notice).body


# When it works again


def test_it_does_not_work_again_while_a_newer_day_has_failed(owner: Owner) -> None:
    name = hang(owner)
    owner._take_on(in_february(2), name, until=owner.now + timedelta(hours=30))
    assert kinds(owner.night(LOST, look=False)) == [ActionNeeded]
    owner._write_posts(in_february(2), name, GOOD)
    owner.endings[name] = Ending(SUCCEEDED)
    assert owner.hear(ExecutionEnded(name, SUCCEEDED, in_february(2), by_itself=True)) == []


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


def test_silence_tells_of_the_day_that_nobody_has_told_of(owner: Owner) -> None:
    owner.begin_day()
    owner.now += timedelta(hours=14)
    assert kinds(owner.alarm(SILENCE)) == [TriedAgain]


def test_before_anything_has_worked_silence_is_not_told() -> None:
    assert Owner().alarm(SILENCE) == []


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
