"""Notices that a successful night gives rise to: what needs attention soon, and the alerts that a day changes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from fitbit_daily.domain.day import Calendar
from fitbit_daily.domain.events import Facts
from fitbit_daily.domain.memory import Memory, Trouble
from fitbit_daily.domain.notice_kinds import (
    AlertChanged,
    AuthorizationEnds,
    BatteryLow,
    CatchUpFailed,
    HistoryNotKept,
    Notice,
    NotSynced,
)

# A weekend may pass before anybody authorises again.
EXPIRES_SOON = timedelta(days=3)
# A mail has the commands for this many incomplete days.
MOST_INCOMPLETE = 7

_INCOMPLETE, _BATTERY, _HISTORY, _CATCH_UP, _EXPIRY = "incomplete", "battery", "history", "catch up", "expiry "


def of_facts(
    memory: Memory,
    day: date,
    facts: Facts,
    *,
    not_synced: bool,
    reposted: Collection[date],
    calendar: Calendar,
    now: datetime,
) -> tuple[Memory, list[Notice]]:
    """not_synced: a trouble about the sync is open already. reposted: days that a person has posted again."""
    if memory.looked_at is not None and day < memory.looked_at:
        return memory, []
    memory, notices = _of_expiry(replace(memory, looked_at=day), facts, calendar, now)
    signals: tuple[tuple[str, bool | None, Notice], ...] = (
        (_BATTERY, facts.battery_low, BatteryLow()),
        (_HISTORY, facts.history_failed, HistoryNotKept(day)),
        (_CATCH_UP, facts.catch_up_failed, CatchUpFailed(day)),
    )
    for name, lasts, notice in signals:
        if lasts is False:
            memory = memory.forgetting(name)
        elif lasts:
            memory, due = memory.lasting(name, day, (day,), now)
            notices += [notice] * due
    if not not_synced:
        memory, more = _of_incomplete(memory, day, facts.complete, reposted, now)
        notices += more
    memory, changed = _of_alerts(memory, day, facts.alerts)
    return memory, notices + changed


def _of_expiry(memory: Memory, facts: Facts, calendar: Calendar, now: datetime) -> tuple[Memory, list[Notice]]:
    """Each expiry time is a trouble of its own, mailed once."""
    at = facts.authorization_expires_at
    soon = at is not None and now < at <= now + EXPIRES_SOON
    name = f"{_EXPIRY}{at.isoformat()}" if at and soon else ""
    memory = memory.forgetting(*(other for other in memory.troubles if other.startswith(_EXPIRY) and other != name))
    if at is None or not soon:
        return memory, []
    memory, due = memory.lasting(name, now.date(), (), now)
    return memory, [AuthorizationEnds(at.astimezone(calendar.zone))] * due


def _of_incomplete(
    memory: Memory, day: date, complete: bool | None, reposted: Collection[date], now: datetime
) -> tuple[Memory, list[Notice]]:
    """Days that were posted without their last sync: one is not worth a mail, two in a row are."""
    if complete is None:
        return memory, []
    if complete:
        return memory.forgetting(_INCOMPLETE), []
    before = memory.troubles.get(_INCOMPLETE)
    if before is None or (before.mailed_at is None and day > before.days[-1] + timedelta(days=1)):
        return memory.remembering(_INCOMPLETE, Trouble(day, (day,))), []
    if before.days == (day,):
        return memory, []
    days = (*(each for each in before.days if each != day), day)[-MOST_INCOMPLETE:]
    memory, due = memory.lasting(_INCOMPLETE, before.since, days, now)
    still = tuple(each for each in days if each not in reposted)
    return memory, [NotSynced(before.since, incomplete=still)] * due


def _of_alerts(memory: Memory, day: date, alerts: Mapping[str, bool | None] | None) -> tuple[Memory, list[Notice]]:
    """Forgets rules that are gone from the settings."""
    if alerts is None:
        return memory, []
    known = {rule: memory.alerts.get(rule, False) if firing is None else firing for rule, firing in alerts.items()}
    changed = [rule for rule, firing in known.items() if firing != memory.alerts.get(rule, False)]
    return replace(memory, alerts=known), [AlertChanged(day, rule, known[rule]) for rule in changed]
