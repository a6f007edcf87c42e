"""Moments at which calendars go wrong: around every change of the clocks in zones of both hemispheres."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from fitbit_daily.domain.day import Calendar

ZONES = (
    "Africa/Cairo",  # midnight itself is skipped in spring, and summer time came back in 2023
    "America/Havana",  # midnight happens twice in autumn
    "America/New_York",
    "America/Santiago",
    "America/Sao_Paulo",  # no summer time since 2019
    "America/St_Johns",  # until 2011 the clocks went from 00:01 back to 23:01 of the day before
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Asia/Tokyo",
    "Australia/Lord_Howe",  # half an hour of summer time
    "Europe/Berlin",
    "Europe/Dublin",  # its winter time is the exception, its summer time the standard
    "Pacific/Apia",  # had no 2011-12-30
    "Pacific/Kiritimati",  # 14 hours ahead of UTC
    "Pacific/Pago_Pago",  # 11 hours behind
    "UTC",
)
FIRST, LAST = datetime(2009, 1, 3, tzinfo=UTC), datetime(2037, 12, 31, tzinfo=UTC)


def calendar(zone: str, time_of_day: time = time(0, 10), give_up_at: time = time(12)) -> Calendar:
    return Calendar(zone=ZoneInfo(zone), time_of_day=time_of_day, give_up_at=give_up_at)


@cache
def changes(zone: str) -> list[datetime]:
    """For every change of the zone's offset, a moment less than a day after it; at least one moment in any case."""
    weeks = (FIRST + timedelta(weeks=number) for number in range((LAST - FIRST).days // 7))
    changed = (week for week in weeks if _offset(zone, week) != _offset(zone, week + timedelta(weeks=1)))
    days = (week + timedelta(days=day) for week in changed for day in range(1, 8))
    return [FIRST, *(day for day in days if _offset(zone, day) != _offset(zone, day - timedelta(days=1)))]


def _offset(zone: str, moment: datetime) -> timedelta | None:
    return moment.astimezone(ZoneInfo(zone)).utcoffset()


@st.composite
def moments(draw: st.DrawFn) -> tuple[str, datetime]:
    """A zone and a moment, every other time near a change of its clocks."""
    zone = draw(st.sampled_from(ZONES))
    anywhere = st.datetimes(FIRST.replace(tzinfo=None), LAST.replace(tzinfo=None), timezones=st.just(UTC))
    off = st.timedeltas(timedelta(days=-2), timedelta(days=2))
    near = st.builds(lambda change, by: max(FIRST, change + by), st.sampled_from(changes(zone)), off)
    return zone, draw(st.one_of(near, anywhere))


@st.composite
def days(draw: st.DrawFn) -> tuple[str, datetime]:
    """A zone, and the start of a day that existed in it."""
    zone, moment = draw(moments())
    return zone, calendar(zone).starts_at(moment.astimezone(ZoneInfo(zone)).date())
