"""What the owner has been told, and of what: the memory between two mails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

# A week, and a little less: nights are not equally long, nor is every day 24 hours.
REPEAT_AFTER = timedelta(days=7) - timedelta(hours=2)


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
    failed      the open days of which it was told that they have failed, or that belong to a trouble that was told
    given_up    the open days of which it was told that no night tries them again
    outage      where it was told that something keeps days from being posted: a day after this one has to be settled
                for it to work again
    alerts      by rule, whether it was last told as crossed
    looked_at   the newest day whose facts were looked at: an execution may end after the next day's
    telling     until when somebody may be sending mails over this; None where nobody is
    version     counts the writes: what is stored is only ever replaced by its next version
    """

    troubles: Mapping[str, Trouble] = field(default_factory=dict)
    failed: frozenset[date] = frozenset()
    given_up: frozenset[date] = frozenset()
    outage: date | None = None
    alerts: Mapping[str, bool] = field(default_factory=dict)
    looked_at: date | None = None
    telling: datetime | None = None
    version: int = 0

    def lasting(self, name: str, since: date, days: tuple[date, ...], now: datetime) -> tuple[Told, bool]:
        """Remembers what lasts, with the days that it has touched; and whether to tell of it: at once, and weekly."""
        before = self.troubles.get(name)
        told_at = before.told_at if before else None
        due = told_at is None or now - told_at >= REPEAT_AFTER
        return self.remembering(name, Trouble(since, days, now if due else told_at)), due

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
        "failed": _texts(sorted(told.failed)),
        "given_up": _texts(sorted(told.given_up)),
        "outage": told.outage.isoformat() if told.outage else None,
        "alerts": dict(told.alerts),
        "looked_at": told.looked_at.isoformat() if told.looked_at else None,
        "telling": told.telling.isoformat() if told.telling else None,
    }


def from_json(stored: Mapping[str, Any], version: int) -> Told:
    """What an older program did not know of yet is as it is at the very beginning."""
    return Told(
        troubles={
            name: Trouble(
                since=date.fromisoformat(trouble["since"]),
                days=tuple(_days(trouble["days"])),
                told_at=_moment(trouble["told_at"]),
            )
            for name, trouble in stored.get("troubles", {}).items()
        },
        failed=frozenset(_days(stored.get("failed", ()))),
        given_up=frozenset(_days(stored.get("given_up", ()))),
        outage=_day(stored.get("outage")),
        alerts=dict(stored.get("alerts", {})),
        looked_at=_day(stored.get("looked_at")),
        telling=_moment(stored.get("telling")),
        version=version,
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _days(texts: Any) -> list[date]:
    return [date.fromisoformat(text) for text in texts]


def _texts(days: Any) -> list[str]:
    return [day.isoformat() for day in days]
