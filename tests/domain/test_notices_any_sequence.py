"""Whatever the nights bring, in whatever order, and whatever is lost or comes twice: the promises of the mails hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitbit_daily.domain.cures import UNSYNCED, cure
from fitbit_daily.domain.days import Day, DayStatus
from fitbit_daily.domain.mails import Mail
from fitbit_daily.domain.memory import REPEAT_AFTER
from fitbit_daily.domain.notice_kinds import ActionNeeded, GivenUp, Notice, NotSynced, TriedAgain, WorksAgain
from tests.domain.happenings import FEBRUARY, GOOD, Owner, mail

PERSON = ("AuthorizationLost", "XOutOfCredits", "PostRejected")
OUTCOMES = (GOOD, GOOD, GOOD, "SourceUnavailable", "XUnavailable", UNSYNCED, *PERSON)


@dataclass(frozen=True)
class Night:
    """older: what becomes of the days that it catches up; "" is all well."""

    outcome: str
    older: str
    start_lost: bool
    delivered: int
    by_hand: int
    then: str


nights = st.builds(
    Night,
    outcome=st.sampled_from(OUTCOMES),
    older=st.sampled_from((GOOD, GOOD, "PostRejected", "XUnavailable")),
    start_lost=st.sampled_from((False,) * 9 + (True,)),
    delivered=st.sampled_from((1, 1, 1, 0, 2)),
    # So many days back one is run by hand; mostly none.
    by_hand=st.sampled_from((-1,) * 6 + (0, 1, 3, 5)),
    then=st.sampled_from(("",) * 10 + ("pause", "resume")),
)


@dataclass
class Witness(Owner):
    """Holds each mail against the days as they are at that moment."""

    def hear(self, event: object) -> list[Notice]:
        settled, paused = self.days(DayStatus.SETTLED), self.paused
        notices = super().hear(event)  # type: ignore[arg-type]
        assert not (paused and notices), "told while paused"
        for notice in notices:
            assert not settled & set(named(notice)), "a day that is settled"
        assert super().hear(event) == [], "the same again, though nothing has changed"  # type: ignore[arg-type]
        self.mails += [(self.now, notice, mail(notice)) for notice in notices]
        self.covered.update(*map(named, notices))
        # A trouble that was told within the week takes further days in.
        self.covered.update(*(trouble.days for trouble in self.memory.troubles.values()))
        return notices

    def __post_init__(self) -> None:
        self.mails: list[tuple[datetime, Notice, Mail]] = []
        self.covered: set[date] = set()


def named(notice: Notice) -> list[date]:
    """The days that it calls open."""
    match notice:
        case TriedAgain(day):
            return [day.date]
        case ActionNeeded(days) | GivenUp(days):
            return [day.date for day in days]
        case NotSynced():
            return list(notice.unposted)
        case WorksAgain():
            return list(notice.missing)
        case _:
            return []


def needs_person(day: Day) -> bool:
    return cure(day.failure, language="en").needs_person


SEQUENCES = {"sequence": st.lists(nights, min_size=1, max_size=14), "catch_up_days": st.sampled_from((0, 1, 3))}


@settings(max_examples=10)
@given(**SEQUENCES)
def test_the_promises_hold(sequence: list[Night], catch_up_days: int) -> None:
    assert_the_promises_hold(sequence, catch_up_days)


@pytest.mark.thorough
@settings(max_examples=500)
@given(**SEQUENCES)
def test_the_promises_hold_in_many_more_sequences(sequence: list[Night], catch_up_days: int) -> None:
    assert_the_promises_hold(sequence, catch_up_days)


def assert_the_promises_hold(sequence: list[Night], catch_up_days: int) -> None:
    owner = Witness(catch_up_days)
    owner.night()
    for night in sequence:
        live(owner, night)
        assert_every_open_day_is_told(owner)
    lived = len(owner.mails)
    assert_nothing_is_repeated(owner)
    if owner.paused:
        owner.resume()
    for _ in range(catch_up_days + 1):
        owner.night()
    assert_it_ends_well(owner, lived)


def live(owner: Witness, night: Night) -> None:
    with owner.events(night.delivered):
        if night.start_lost:
            owner.begin_day()
        else:
            earlier = dict.fromkeys(range(1, 40), night.older) if night.outcome == GOOD else None
            owner.night(night.outcome, earlier, look=False)
        day = (owner.day - FEBRUARY).days + 1 - night.by_hand
        if night.by_hand >= 0 and day >= 1 and not owner.paused:
            owner.by_hand(day)
    if night.then == "pause" and not owner.paused:
        owner.pause()
    if night.then == "resume" and owner.paused:
        owner.resume()
    owner.look()


def assert_every_open_day_is_told(owner: Witness) -> None:
    """By the daily look, whatever became of the events."""
    if not owner.paused:
        assert owner.days(DayStatus.OPEN) <= owner.covered


def assert_nothing_is_repeated(owner: Witness) -> None:
    tried: set[date] = set()
    given_up: set[date] = set()
    person: dict[str, datetime] = {}
    outage = False
    for at, notice, _ in owner.mails:
        match notice:
            case TriedAgain(day):
                assert day.date not in tried and notice.until > at
                tried.add(day.date)
            case ActionNeeded(days):
                failure = days[0].failure
                assert notice.since is None or at - person[failure] >= REPEAT_AFTER
                person[failure] = at
            case WorksAgain():
                assert outage
            case _:
                pass
        for_good = list(named(notice)) if isinstance(notice, GivenUp) else []
        if isinstance(notice, WorksAgain):
            for_good = [day for day in notice.missing if day not in notice.tried]
        assert not given_up & set(for_good), "named twice with its command"
        given_up |= set(for_good)
        assert isinstance(notice, WorksAgain) or not given_up & (set(named(notice)) - set(for_good))
        outage = (outage or not isinstance(notice, GivenUp)) and not isinstance(notice, WorksAgain)
        outage = outage or isinstance(notice, GivenUp)


def assert_it_ends_well(owner: Witness, lived: int) -> None:
    """Good nights in the end: whoever heard of a trouble hears of its end, and each day left has its command."""
    kinds = [type(notice) for _, notice, _ in owner.mails]
    assert owner.memory.outage is None
    told_of = [kind for kind in kinds if kind in (TriedAgain, ActionNeeded, NotSynced, WorksAgain)]
    assert not told_of or told_of[-1] is WorksAgain
    with_command = {
        day for _, notice, _ in owner.mails if isinstance(notice, GivenUp | WorksAgain) for day in named(notice)
    }
    assert owner.days(DayStatus.OPEN) <= with_command & owner.memory.given_up
    assert len(kinds) - lived <= 2
