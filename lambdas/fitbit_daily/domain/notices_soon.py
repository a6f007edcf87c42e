"""What the owner is told of what a good night knows: what needs attention soon, and the rules that a day crosses."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from fitbit_daily.domain.day import Calendar
from fitbit_daily.domain.events import Facts
from fitbit_daily.domain.notice_kinds import (
    AlertChanged,
    AuthorizationEnds,
    BatteryLow,
    CatchUpFailed,
    HistoryNotKept,
    Notice,
    NotSynced,
)
from fitbit_daily.domain.told import Told, Trouble

# Long enough before an authorisation ends that a weekend may pass.
EXPIRES_SOON = timedelta(days=3)
# Of incomplete days, so many have their command in a mail.
MOST_INCOMPLETE = 7

_INCOMPLETE, _BATTERY, _HISTORY, _CATCH_UP, _EXPIRY = "incomplete", "battery", "history", "catch up", "expiry "


def of_facts(
    told: Told,
    day: date,
    facts: Facts,
    *,
    not_synced: bool,
    reposted: Collection[date],
    calendar: Calendar,
    now: datetime,
) -> tuple[Told, list[Notice]]:
    """not_synced: it is told already that the tracker does not sync. reposted: days that a person has posted anew."""
    if told.looked_at is not None and day < told.looked_at:
        return told, []
    told, notices = _of_expiry(replace(told, looked_at=day), facts, calendar, now)
    signals: tuple[tuple[str, bool | None, Notice], ...] = (
        (_BATTERY, facts.battery_low, BatteryLow()),
        (_HISTORY, facts.history_failed, HistoryNotKept(day)),
        (_CATCH_UP, facts.catch_up_failed, CatchUpFailed(day)),
    )
    for name, lasts, notice in signals:
        if lasts is False:
            told = told.forgetting(name)
        elif lasts:
            told, due = told.lasting(name, day, (day,), now)
            notices += [notice] * due
    if not not_synced:
        told, more = _of_incomplete(told, day, facts.complete, reposted, now)
        notices += more
    told, changed = _of_alerts(told, day, facts.alerts)
    return told, notices + changed


def _of_expiry(told: Told, facts: Facts, calendar: Calendar, now: datetime) -> tuple[Told, list[Notice]]:
    """Each time at which an authorisation ends is a trouble of its own, and told once."""
    at = facts.authorization_expires_at
    soon = at is not None and now < at <= now + EXPIRES_SOON
    name = f"{_EXPIRY}{at.isoformat()}" if at and soon else ""
    told = told.forgetting(*(other for other in told.troubles if other.startswith(_EXPIRY) and other != name))
    if at is None or not soon:
        return told, []
    told, due = told.lasting(name, now.date(), (), now)
    return told, [AuthorizationEnds(at.astimezone(calendar.zone))] * due


def _of_incomplete(
    told: Told, day: date, complete: bool | None, reposted: Collection[date], now: datetime
) -> tuple[Told, list[Notice]]:
    """Days that were posted without their last sync. One is nothing to speak of; two in a row are."""
    if complete is None:
        return told, []
    if complete:
        return told.forgetting(_INCOMPLETE), []
    before = told.troubles.get(_INCOMPLETE)
    if before is None or (before.told_at is None and day > before.days[-1] + timedelta(days=1)):
        return told.remembering(_INCOMPLETE, Trouble(day, (day,))), []
    if before.days == (day,):
        return told, []
    days = (*(each for each in before.days if each != day), day)[-MOST_INCOMPLETE:]
    told, due = told.lasting(_INCOMPLETE, before.since, days, now)
    still = tuple(each for each in days if each not in reposted)
    return told, [NotSynced(before.since, incomplete=still)] * due


def _of_alerts(told: Told, day: date, alerts: Mapping[str, bool | None] | None) -> tuple[Told, list[Notice]]:
    """A rule that is gone from the settings is forgotten."""
    if alerts is None:
        return told, []
    known = {rule: told.alerts.get(rule, False) if firing is None else firing for rule, firing in alerts.items()}
    changed = [rule for rule, firing in known.items() if firing != told.alerts.get(rule, False)]
    return replace(told, alerts=known), [AlertChanged(day, rule, known[rule]) for rule in changed]
