"""What was mailed so far, and about what: the memory between two mails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

# A week, and a little less: nights are not equally long, nor is every day 24 hours.
REPEAT_AFTER = timedelta(days=7) - timedelta(hours=2)


@dataclass(frozen=True)
class Trouble:
    """Something that lasts, since a day; the days it has touched, oldest first.

    mailed_at   when it was last mailed, aware; None while it is not worth a mail yet
    """

    since: date
    days: tuple[date, ...]
    mailed_at: datetime | None = None


@dataclass(frozen=True)
class Memory:
    """Everything that is remembered.

    troubles       by name
    failed         the open days whose failure was mailed, alone or within a trouble
    given_up       the open days that a mail gave up: no night tries them again
    outage         set while a mailed trouble keeps days from being posted: it is over once a day after this one is
                   settled
    alerts         by rule, whether the last mail said that it is crossed
    looked_at      the newest day whose facts were looked at: an execution may end after the next day's
    sending_until  until when somebody may be sending mails over this; None where nobody is
    version        counts the writes: what is stored is only ever replaced by its next version
    """

    troubles: Mapping[str, Trouble] = field(default_factory=dict)
    failed: frozenset[date] = frozenset()
    given_up: frozenset[date] = frozenset()
    outage: date | None = None
    alerts: Mapping[str, bool] = field(default_factory=dict)
    looked_at: date | None = None
    sending_until: datetime | None = None
    version: int = 0

    def lasting(self, name: str, since: date, days: tuple[date, ...], now: datetime) -> tuple[Memory, bool]:
        """Remembers a trouble with the days it has touched; and whether a mail is due: at once, then weekly."""
        before = self.troubles.get(name)
        mailed_at = before.mailed_at if before else None
        due = mailed_at is None or now - mailed_at >= REPEAT_AFTER
        return self.remembering(name, Trouble(since, days, now if due else mailed_at)), due

    def remembering(self, name: str, trouble: Trouble) -> Memory:
        return replace(self, troubles={**self.troubles, name: trouble})

    def forgetting(self, *names: str) -> Memory:
        return replace(self, troubles={name: each for name, each in self.troubles.items() if name not in names})


def to_json(memory: Memory) -> dict[str, Any]:
    """All but the version. The keys are those of items that older versions have stored."""
    return {
        "troubles": {
            name: {
                "since": trouble.since.isoformat(),
                "days": _texts(trouble.days),
                "told_at": trouble.mailed_at.isoformat() if trouble.mailed_at else None,
            }
            for name, trouble in memory.troubles.items()
        },
        "failed": _texts(sorted(memory.failed)),
        "given_up": _texts(sorted(memory.given_up)),
        "outage": memory.outage.isoformat() if memory.outage else None,
        "alerts": dict(memory.alerts),
        "looked_at": memory.looked_at.isoformat() if memory.looked_at else None,
        "telling": memory.sending_until.isoformat() if memory.sending_until else None,
    }


def from_json(stored: Mapping[str, Any], version: int) -> Memory:
    """What an older program did not store is as it is at the very beginning."""
    return Memory(
        troubles={
            name: Trouble(
                since=date.fromisoformat(trouble["since"]),
                days=tuple(_days(trouble["days"])),
                mailed_at=_moment(trouble["told_at"]),
            )
            for name, trouble in stored.get("troubles", {}).items()
        },
        failed=frozenset(_days(stored.get("failed", ()))),
        given_up=frozenset(_days(stored.get("given_up", ()))),
        outage=_day(stored.get("outage")),
        alerts=dict(stored.get("alerts", {})),
        looked_at=_day(stored.get("looked_at")),
        sending_until=_moment(stored.get("telling")),
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
