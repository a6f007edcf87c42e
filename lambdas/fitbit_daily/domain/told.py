"""What the owner has been told, and of what: the memory between two mails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class Trouble:
    """Something that lasts, since a day; the days that it has touched, oldest first.

    told_at   when it was last told, aware; None where it was not worth telling yet
    """

    since: date
    days: tuple[date, ...]
    told_at: datetime | None = None


@dataclass(frozen=True)
class Told:
    """Everything that is remembered.

    troubles    by name
    tried       the open days of which it was told that the nights try them again
    given_up    the open days of which it was told that no night tries them again
    outage      while something keeps days from being posted, and was told: the newest day that was known then
    alerts      by rule, whether it was last told as crossed
    looked_at   the newest day whose facts were looked at: an execution may end after the next day's
    version     counts the writes: what is stored is only ever replaced by its next version
    """

    troubles: Mapping[str, Trouble] = field(default_factory=dict)
    tried: frozenset[date] = frozenset()
    given_up: frozenset[date] = frozenset()
    outage: date | None = None
    alerts: Mapping[str, bool] = field(default_factory=dict)
    looked_at: date | None = None
    version: int = 0

    def remembering(self, name: str, trouble: Trouble) -> Told:
        return replace(self, troubles={**self.troubles, name: trouble})

    def forgetting(self, *names: str) -> Told:
        return replace(self, troubles={name: each for name, each in self.troubles.items() if name not in names})


def to_json(told: Told) -> dict[str, Any]:
    """All but the version."""
    return {
        "troubles": {
            name: {
                "since": trouble.since.isoformat(),
                "days": _texts(trouble.days),
                "told_at": trouble.told_at.isoformat() if trouble.told_at else None,
            }
            for name, trouble in told.troubles.items()
        },
        "tried": _texts(sorted(told.tried)),
        "given_up": _texts(sorted(told.given_up)),
        "outage": told.outage.isoformat() if told.outage else None,
        "alerts": dict(told.alerts),
        "looked_at": told.looked_at.isoformat() if told.looked_at else None,
    }


def from_json(stored: Mapping[str, Any], version: int) -> Told:
    """What an older program did not know of yet is as it is at the very beginning."""
    return Told(
        troubles={
            name: Trouble(
                since=date.fromisoformat(trouble["since"]),
                days=tuple(_days(trouble["days"])),
                told_at=datetime.fromisoformat(trouble["told_at"]) if trouble["told_at"] else None,
            )
            for name, trouble in stored.get("troubles", {}).items()
        },
        tried=frozenset(_days(stored.get("tried", ()))),
        given_up=frozenset(_days(stored.get("given_up", ()))),
        outage=_day(stored.get("outage")),
        alerts=dict(stored.get("alerts", {})),
        looked_at=_day(stored.get("looked_at")),
        version=version,
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _days(texts: Any) -> list[date]:
    return [date.fromisoformat(text) for text in texts]


def _texts(days: Any) -> list[str]:
    return [day.isoformat() for day in days]
