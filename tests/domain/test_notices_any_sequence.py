"""Whatever happens, in whatever order, however often it is delivered: the promises of the notices hold."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, get_args

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from fitbit_daily.domain.events import SILENCE, START_LOST, THROTTLING, Alarm, Ended, Facts
from fitbit_daily.domain.mails import Writer
from fitbit_daily.domain.notices import (
    REPEAT_AFTER,
    AlertChanged,
    AuthorizationEnds,
    BatteryLow,
    Failed,
    HistoryNotKept,
    Notice,
    NotSynced,
    Silent,
    StartLost,
    WorksAgain,
)
from fitbit_daily.domain.telling import ToldMeanwhile, tell
from fitbit_daily.domain.told import Mail, Told, from_json, to_json
from tests.domain.happenings import ARN, TOKYO, in_february, start_about

OUTAGES = (Failed, Silent, StartLost)


@dataclass(frozen=True)
class Recording(Writer):
    """Keeps what it is given to write."""

    notices: list[Notice] = field(default_factory=list)

    def write(self, notice: Notice) -> Mail:
        self.notices.append(notice)
        return super().write(notice)


@dataclass
class World:
    """The memory, as JSON; and the topic."""

    stored: str = json.dumps(to_json(Told()))
    version: int = 0
    sent: list[Mail] = field(default_factory=list)

    def read(self) -> Told:
        return from_json(json.loads(self.stored), self.version)

    def write(self, told: Told) -> None:
        if told.version != self.version:
            raise ToldMeanwhile
        self.stored, self.version = json.dumps(to_json(told)), self.version + 1

    def publish(self, mail: Mail) -> None:
        self.sent.append(mail)


@dataclass(frozen=True)
class Happened:
    """An event, when it was heard of, and what was told of it."""

    event: Ended | Alarm
    at: datetime
    notices: tuple[Notice, ...]

    @property
    def scheduled_success(self) -> bool:
        return isinstance(self.event, Ended) and self.event.scheduled and self.event.status == "SUCCEEDED"


flags = st.sampled_from((None, True, False))
facts = st.builds(
    Facts,
    complete=flags,
    authorization_expires_at=st.none() | st.integers(1, 60).map(lambda day: start_about(in_february(day))),
    battery_low=flags,
    history_failed=st.booleans(),
    alerts=st.none() | st.dictionaries(st.sampled_from(("a", "b")), flags),
)
causes = st.sampled_from([("AuthorizationLost", "Tweet"), ("AuthorizationLost", "Refresh token"), ("TIMED_OUT", "")])


@st.composite
def executions(draw: st.DrawFn) -> dict[str, Any]:
    """The day is so many days before the one that the schedule is at."""
    given: dict[str, Any] = {"scheduled": draw(st.booleans()), "back": 0}
    if not given["scheduled"]:
        given |= {"back": draw(st.integers(0, 40)), "dry_run": draw(st.booleans())}
    if draw(st.booleans()):
        return given | {"status": "SUCCEEDED", "facts": draw(facts)}
    error, step = draw(causes)
    return given | {"status": "FAILED", "error": error, "step": step}


happenings = executions() | st.sampled_from([SILENCE, START_LOST, THROTTLING]) | st.just("again")
# Hours until it happens; mostly a day, give or take.
waits = st.sampled_from((0, 1, 12, 23, 24, 24, 24, 25, 36, 24 * 6, 24 * 8))


@settings(max_examples=150, deadline=None, phases=(Phase.explicit, Phase.generate, Phase.shrink))
@given(sequence=st.lists(st.tuples(waits, happenings, st.integers(0, 100)), max_size=40))
def test_the_promises_hold(sequence: list[tuple[int, Any, int]]) -> None:
    world, now = World(), start_about(in_february(1))
    heard: list[Happened] = []
    for number, (hours, what, which) in enumerate(sequence):
        now += timedelta(hours=hours)
        if what == "again":
            assert_nothing_comes_of_a_second_delivery(world, heard, which, now)
        else:
            event = event_of(what, f"event {number}", now)
            heard.append(Happened(event, now, hear(world, event, now)))
    assert len(world.sent) == sum(len(each.notices) for each in heard)
    assert not any(world.read().heard.values()), "nothing is left to be sent"
    assert_no_cause_is_told_twice_within_a_week(heard)
    assert_every_outage_ends_with_one_mail(heard)
    assert_every_silence_is_told_unless_its_reason_was(heard)
    assert_a_person_is_never_written_to(heard)
    assert_nothing_but_failures_before_the_first_success(heard)
    assert_every_failure_is_told_or_was(heard)


def event_of(what: Any, key: str, now: datetime) -> Ended | Alarm:
    if isinstance(what, str):
        return Alarm(key, what, now)
    told = dict(what)
    day = TOKYO.yesterday(now) - timedelta(days=told.pop("back"))
    return Ended(key=key, execution=ARN + "uuid", day=day, **told)


def hear(world: World, event: Ended | Alarm, now: datetime) -> tuple[Notice, ...]:
    writer = Recording("ja", "google_health")
    tell(event, memory=world, topic=world, writer=writer, calendar=TOKYO, now=now)
    return tuple(writer.notices)


def assert_nothing_comes_of_a_second_delivery(world: World, heard: list[Happened], which: int, now: datetime) -> None:
    if heard:
        before = replace(world, sent=list(world.sent))
        assert hear(world, heard[which % len(heard)].event, now) == ()
        assert world == before


def assert_no_cause_is_told_twice_within_a_week(heard: list[Happened]) -> None:
    """Unless it was over in between, which is true of every silence."""
    told: dict[tuple[object, ...], datetime] = {}
    for each in heard:
        for cause in over(each):
            told.pop(cause, None)
        for notice in each.notices:
            if isinstance(notice, WorksAgain):
                told = {cause: at for cause, at in told.items() if cause[0] not in OUTAGES}
                continue
            cause = cause_of(notice)
            if cause == (Silent,):
                continue
            assert cause not in told or each.at - told[cause] >= REPEAT_AFTER
            told[cause] = each.at


def cause_of(notice: Notice) -> tuple[object, ...]:
    match notice:
        case Failed():
            return (Failed, notice.error, notice.step)
        case AuthorizationEnds():
            return (AuthorizationEnds, notice.at)
        case AlertChanged():
            return (AlertChanged, notice.rule, notice.crossed)
        case _:
            return (type(notice),)


def over(happened: Happened) -> list[tuple[object, ...]]:
    """What a scheduled success knows to be over."""
    if not happened.scheduled_success or not isinstance(happened.event, Ended) or happened.event.facts is None:
        return []
    known = happened.event.facts
    ended: list[tuple[object, ...]] = []
    ended += [(BatteryLow,)] if known.battery_low is False else []
    ended += [(NotSynced,)] if known.complete else []
    ended += [] if known.history_failed else [(HistoryNotKept,)]
    if known.alerts is not None:
        # A rule that has gone the other way, or was not there for a while, is news when it comes back.
        ended += [(AlertChanged, rule, not firing) for rule, firing in known.alerts.items() if firing is not None]
        ended += [(AlertChanged, rule, firing) for rule in {"a", "b"} - set(known.alerts) for firing in (True, False)]
    return ended


def assert_every_outage_ends_with_one_mail(heard: list[Happened]) -> None:
    out = False
    for each in heard:
        works = [notice for notice in each.notices if isinstance(notice, WorksAgain)]
        assert len(works) == (1 if each.scheduled_success and out else 0)
        out = any(isinstance(notice, OUTAGES) for notice in each.notices) or (out and not works)


def assert_every_silence_is_told_unless_its_reason_was(heard: list[Happened]) -> None:
    """A reason is a day that failed, or was not started, since the schedule last succeeded, and that nobody posted."""
    settled: set[date] = set()
    reasons: set[date] = set()
    for each in heard:
        yesterday = TOKYO.yesterday(each.at)
        match each.event:
            case Ended(status="SUCCEEDED", dry_run=False) as ended:
                settled.add(ended.day)
                reasons = set() if ended.scheduled else reasons
            case Ended(status="FAILED", scheduled=True) as ended:
                reasons.add(ended.day)
            case Alarm(what="start lost") if settled:
                reasons.add(yesterday)
            case Alarm(what="silence"):
                explained = any(yesterday - day < timedelta(days=29) for day in reasons - settled)
                assert (each.notices == (Silent(),)) == (bool(settled) and not explained)


def assert_a_person_is_never_written_to(heard: list[Happened]) -> None:
    for each in heard:
        assert not (each.notices and isinstance(each.event, Ended) and not each.event.scheduled)


def assert_nothing_but_failures_before_the_first_success(heard: list[Happened]) -> None:
    for each in heard:
        if isinstance(each.event, Ended) and each.event.status == "SUCCEEDED" and not each.event.dry_run:
            return
        assert all(isinstance(notice, Failed) for notice in each.notices)


def assert_every_failure_is_told_or_was(heard: list[Happened]) -> None:
    told: dict[tuple[str, str], datetime] = {}
    for each in heard:
        if each.scheduled_success:
            told = {}
        elif isinstance(each.event, Ended) and each.event.scheduled:
            cause = (each.event.error, each.event.step)
            if each.notices:
                told[cause] = each.at
            assert each.at - told[cause] < REPEAT_AFTER


def test_the_promises_are_about_every_kind_of_notice() -> None:
    """Each is told in some sequence, so that none of the above is true of nothing."""
    sequence: list[Any] = [
        {"status": "SUCCEEDED", "scheduled": True, "facts": Facts(complete=False, battery_low=True)},
        {"status": "SUCCEEDED", "scheduled": True, "facts": Facts(complete=False, history_failed=True)},
        THROTTLING,
        SILENCE,
        START_LOST,
        {"status": "FAILED", "scheduled": True, "error": "XOutOfCredits", "step": "Tweet"},
        {
            "status": "SUCCEEDED",
            "scheduled": True,
            "facts": Facts(authorization_expires_at=start_about(in_february(9)), alerts={"a": True}),
        },
    ]
    world, now, kinds = World(), start_about(in_february(1)), set()
    for number, what in enumerate(sequence):
        now += timedelta(days=1)
        given = what if isinstance(what, str) else what | {"back": 0}
        kinds |= {type(notice) for notice in hear(world, event_of(given, f"event {number}", now), now)}
    assert kinds == set(get_args(Notice))
