"""What the notices hear of, day by day, as the schedule and a person make it happen."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from fitbit_daily.domain.day import Calendar
from fitbit_daily.domain.events import Alarm, Ended, Facts
from fitbit_daily.domain.mails import Writer
from fitbit_daily.domain.notices import Notice, decide
from fitbit_daily.domain.told import Mail, Told

TOKYO = Calendar(zone=ZoneInfo("Asia/Tokyo"), time_of_day=time(0, 10), give_up_at=time(12))
FEBRUARY = date(2026, 2, 1)
ARN = "arn:aws:states:ap-northeast-1:123456789012:execution:fitbit-daily:"
REVOKED = (
    "Google no longer accepts the stored authorisation (invalid_grant).\n"
    "This authorises it anew: ./daily authorize google_health; then: ./daily run --date 2026-02-01\n"
    '{"source": "google_health"}'
)
WELL = Facts(complete=True, battery_low=False, alerts={})


def in_february(day: int) -> date:
    return FEBRUARY + timedelta(days=day - 1)


def start_about(day: date, calendar: Calendar = TOKYO) -> datetime:
    """When the schedule starts the execution about a day: on the following one."""
    return datetime.combine(day + timedelta(days=1), calendar.time_of_day, calendar.zone).astimezone(UTC)


@dataclass
class Owner:
    """Hears of everything in its order, and keeps the notices; `day` is that of the last start."""

    calendar: Calendar = TOKYO
    told: Told = field(default_factory=Told)
    day: date = FEBRUARY - timedelta(days=1)
    now: datetime = field(default_factory=lambda: start_about(FEBRUARY - timedelta(days=1)))
    notices: list[Notice] = field(default_factory=list)
    _names: int = 0

    def next_day(self) -> Owner:
        self.day += timedelta(days=1)
        self.now = start_about(self.day, self.calendar) + timedelta(minutes=1)
        return self

    def hear(self, event: Ended | Alarm) -> list[Notice]:
        self.told, notices = decide(self.told, event, calendar=self.calendar, now=self.now)
        self.notices += notices
        return notices

    def succeed(self, **facts: Any) -> list[Notice]:
        """The schedule's execution about the day."""
        return self.hear(self.execution("SUCCEEDED", facts=replace(WELL, **facts)))

    def fail(self, error: str = "AuthorizationLost", step: str = "Refresh token", **more: Any) -> list[Notice]:
        return self.hear(self.execution("FAILED", error=error, step=step, sentence=REVOKED, **more))

    def alarm(self, what: str) -> list[Notice]:
        self._names += 1
        return self.hear(Alarm(f"{what} {self._names}", what, self.now))

    def execution(self, status: str, *, scheduled: bool = True, day: date | None = None, **more: Any) -> Ended:
        self._names += 1
        name = f"uuid-{self._names}"
        return Ended(f"{name} {status} 1", ARN + name, status, day or self.day, scheduled, **more)

    def post_by_hand(self, day: date, **more: Any) -> list[Notice]:
        return self.hear(self.execution("SUCCEEDED", scheduled=False, day=day, **more))


@pytest.fixture
def owner() -> Owner:
    """For whom the first of February went well."""
    owner = Owner().next_day()
    assert owner.succeed() == []
    return owner


def mails(notices: list[Notice], language: str) -> list[Mail]:
    return [Writer(language, "google_health").write(notice) for notice in notices]
