"""Nights as they come, and what the owner hears of them: executions write the ledger, and the notices look at it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from fitbit_daily.adapters.executions import place_of
from fitbit_daily.domain.cures import NOT_STARTED, UNSYNCED
from fitbit_daily.domain.day import Calendar
from fitbit_daily.domain.days import LOOK_BACK, RUNNING, SUCCEEDED, Day, DayStatus, Ending, Rows, judge, looked_up
from fitbit_daily.domain.events import Alarm, ExecutionEnded, Facts
from fitbit_daily.domain.ledger import Due, Entry, Pause, Plan, Status
from fitbit_daily.domain.mails import Mail, Writer
from fitbit_daily.domain.memory import Memory
from fitbit_daily.domain.notice_kinds import Notice
from fitbit_daily.domain.notices import Look, decide
from fitbit_daily.step import TWEET_MAY_TAKE

TOKYO = Calendar(zone=ZoneInfo("Asia/Tokyo"), time_of_day=time(0, 10), give_up_at=time(12))
MACHINE = "arn:aws:states:ap-northeast-1:123456789012:stateMachine:fitbit-daily"
FEBRUARY = date(2026, 2, 1)
KINDS = ("activity", "sleep")
WELL = Facts(complete=True, battery_low=False, alerts={})

# What may become of a day, besides any error's name.
GOOD = ""
# These end an execution before it catches up earlier days; the passing ones at its time to give up.
BEFORE_CATCH_UP = ("SourceUnavailable", "AuthorizationLost", "SourceSecretNotFilledIn")
# Of these, only one of the day's two posts knows.
OF_ONE_POST = ("PostRejected",)

MINUTE = timedelta(minutes=1)


PLACE = place_of(MACHINE)


def in_february(day: int) -> date:
    return FEBRUARY + timedelta(days=day - 1)


@dataclass
class Owner:
    """Hears of everything; `day` is the one that the last night was about, and `heard` the notices, by that day."""

    catch_up_days: int = 3
    day: date = FEBRUARY - timedelta(days=1)
    now: datetime = field(default_factory=lambda: TOKYO.scheduled_start(FEBRUARY).astimezone(UTC))
    memory: Memory = field(default_factory=Memory)
    heard: list[tuple[int, Notice]] = field(default_factory=list)
    plans: dict[tuple[str, date], Plan] = field(default_factory=dict)
    entries: dict[tuple[str, date, str], Entry] = field(default_factory=dict)
    due: dict[tuple[str, str], Due] = field(default_factory=dict)
    pauses: list[Pause] = field(default_factory=list)
    endings: dict[str, Ending] = field(default_factory=dict)
    delivered: int = 1

    # What happens

    def night(
        self, outcome: str = GOOD, earlier: Mapping[int, str] | None = None, *, facts: Facts = WELL, look: bool = True
    ) -> list[Notice]:
        """The next day's scheduled execution, those that it catches up, and the daily look; what was told of it all.

        outcome   of the day, and, where `earlier` says nothing else, of those that are caught up
        """
        before = len(self.heard)
        self.begin_day()
        if not self.paused:
            self._execute(outcome, earlier or {}, facts)
        if look:
            self.look()
        return [notice for _, notice in self.heard[before:]]

    def begin_day(self) -> None:
        self.day += timedelta(days=1)
        self.now = TOKYO.scheduled_start(self.day).astimezone(UTC)

    def look(self) -> list[Notice]:
        """The daily one: an hour after the time to give up."""
        self.now = max(self.now, TOKYO.gives_up_at(self.day).astimezone(UTC) + timedelta(hours=1))
        return self.hear(None)

    def by_hand(self, day: int, outcome: str = GOOD) -> list[Notice]:
        """A person runs a day."""
        self.now += MINUTE
        name = f"by-hand-{day}-{self.now:%d-%H-%M}"
        self._take_on(in_february(day), name)
        return self._end(in_february(day), name, outcome, by_itself=False)

    def pause(self) -> None:
        self.pauses.append(Pause(self.now))

    def resume(self) -> None:
        self.pauses[-1] = replace(self.pauses[-1], until=self.now)

    @contextmanager
    def events(self, delivered: int) -> Iterator[None]:
        """So many times each, for a while."""
        self.delivered, before = delivered, self.delivered
        yield
        self.delivered = before

    def _execute(self, outcome: str, earlier: Mapping[int, str], facts: Facts) -> None:
        name = f"scheduled-{self.day}"
        self._take_on(self.day, name)
        self.now += MINUTE
        if outcome in ("SourceUnavailable", UNSYNCED):
            self.now = TOKYO.gives_up_at(self.day).astimezone(UTC)
        caught_up = [] if outcome in BEFORE_CATCH_UP else self._missing_in_reach()
        for day in caught_up:
            self._take_on(day, f"{day}-caught-up-by-{self.day}")
        if outcome == "XUnavailable":
            self.now += timedelta(hours=2)
        self._end(self.day, name, outcome, facts=replace(facts, complete=False) if outcome == UNSYNCED else facts)
        for day in caught_up:
            self.now += MINUTE
            self._end(day, f"{day}-caught-up-by-{self.day}", earlier.get((day - FEBRUARY).days + 1, outcome))

    def _missing_in_reach(self) -> list[date]:
        first = self.day - timedelta(days=self.catch_up_days)
        days = judge(self.rows, first, self.day - timedelta(days=1), calendar=TOKYO, now=self.now)
        return [day.date for day in days if day.is_missing]

    def _take_on(self, day: date, name: str, until: datetime | None = None) -> None:
        before = self.plans.get(("x", day))
        until = until or TOKYO.deadline(day, self.now).astimezone(UTC) + TWEET_MAY_TAKE
        under_way = {**(before.under_way if before else {}), name: until}
        self.plans["x", day] = Plan("x", day, KINDS, under_way, name)
        self.endings[name] = Ending(RUNNING)

    def _end(
        self, day: date, name: str, outcome: str, *, by_itself: bool = True, facts: Facts | None = None
    ) -> list[Notice]:
        failed = outcome not in (GOOD, UNSYNCED)
        if outcome not in BEFORE_CATCH_UP:
            self._write_posts(day, name, outcome)
        if not failed:
            plan = self.plans["x", day]
            self.plans["x", day] = replace(plan, under_way={**plan.under_way, name: self.now})
        if not (failed or outcome):
            for kind in KINDS:
                self.due.setdefault(("x", kind), Due("x", kind, day))
        status = "FAILED" if failed else SUCCEEDED
        self.endings[name] = Ending(status, outcome if failed else "")
        event = ExecutionEnded(
            name, status, day, by_itself, error=outcome if failed else "", facts=facts if status == SUCCEEDED else None
        )
        return [notice for _ in range(self.delivered) for notice in self.hear(event)]

    def _write_posts(self, day: date, name: str, outcome: str) -> None:
        for kind in KINDS:
            before = self.entries.get(("x", day, kind))
            if before and before.is_settled:
                continue
            good = not outcome or (outcome in OF_ONE_POST and kind != "activity")
            status = Status.POSTED if good else Status.NOT_POSTED
            failure = "" if good else outcome
            self.entries["x", day, kind] = Entry(
                "x", day.isoformat(), kind, 1, 1, status, "", name, failure=failure, failed_in=name if failure else ""
            )

    # What is heard of it

    def hear(self, event: ExecutionEnded | Alarm | None) -> list[Notice]:
        self.memory, notices = decide(self.memory, self.sight(event), calendar=TOKYO, catch_up_days=self.catch_up_days)
        self.heard += [((self.day - FEBRUARY).days + 1, notice) for notice in notices]
        return notices

    def alarm(self, what: str) -> list[Notice]:
        return self.hear(Alarm(what))

    def sight(self, event: ExecutionEnded | Alarm | None = None) -> Look:
        last = TOKYO.yesterday(self.now)
        days = judge(self.rows, last - timedelta(days=LOOK_BACK - 1), last, calendar=TOKYO, now=self.now)
        return Look(looked_up(days, self.endings.get), self.paused, bool(self.due), event, self.now)

    @property
    def rows(self) -> Rows:
        return Rows(self.plans, self.entries, self.due, self.pauses)

    @property
    def paused(self) -> bool:
        return self.rows.paused

    def days(self, status: DayStatus) -> set[date]:
        return {day.date for day in self.sight().days if day.status is status}

    @property
    def story(self) -> list[str]:
        """The subjects, each after the day of February that the night was about."""
        subjects = ((day, mail(notice).subject.removeprefix("fitbit-daily: ")) for day, notice in self.heard)
        return [f"{day}: {subject.replace('2026-02-', '')}" for day, subject in subjects]


def owner_after_a_good_night(catch_up_days: int = 3) -> Owner:
    """For whom the first of February went well."""
    owner = Owner(catch_up_days)
    assert owner.night() == []
    return owner


def mail(notice: Notice, language: str = "en") -> Mail:
    return Writer(language, "google_health", PLACE).write(notice)


def an_open_day(number: int, failure: str, cause: str = "", kind: str = "activity") -> Day:
    day = in_february(number)
    post = Entry("x", day.isoformat(), kind, 1, 1, Status.NOT_POSTED, "", f"uuid-{number}", failure=failure)
    execution = "" if failure == NOT_STARTED else f"uuid-{number}"
    return Day(day, DayStatus.OPEN, failure, execution, (), cause, (post,))
