"""What the owner has been told, and of what: the memory between two mails, and the mails that are still to go out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

# Events come again within hours, where they come twice; a day has a handful of them.
EVENTS_KEPT = 50


@dataclass(frozen=True)
class Mail:
    """A mail in plain words. The subject is ASCII and short: SNS takes nothing else."""

    subject: str
    body: str


@dataclass(frozen=True)
class Trouble:
    """Something that lasts, since a day; the last days that it has touched, in the order in which they came.

    told_at   when it was last told, aware; None where it was not worth telling yet
    """

    since: date
    days: tuple[date, ...]
    told_at: datetime | None = None


@dataclass(frozen=True)
class Told:
    """Everything that is remembered.

    works_since   the first day that could be expected to be posted: None until anything has succeeded
    settled       the days of the last weeks that an execution posted, or found to have nothing to post
    troubles      by name
    alerts        by rule, whether it was last told as crossed
    looked_at     the newest day whose facts were looked at: an execution may end after the next day's
    heard         the events that were decided upon, oldest first, each with those of its mails that are still to go out
    version       counts the writes: what is stored is only ever replaced by its next version
    """

    works_since: date | None = None
    settled: tuple[date, ...] = ()
    troubles: Mapping[str, Trouble] = field(default_factory=dict)
    alerts: Mapping[str, bool] = field(default_factory=dict)
    looked_at: date | None = None
    heard: Mapping[str, tuple[Mail, ...]] = field(default_factory=dict)
    version: int = 0

    def having_heard(self, event: str, mails: tuple[Mail, ...]) -> Told:
        kept = list(({**self.heard, event: mails}).items())[-EVENTS_KEPT:]
        return replace(self, heard=dict(kept))

    def having_sent(self, event: str, mail: Mail) -> Told:
        """Without that mail; the event itself stays known."""
        left = tuple(each for each in self.heard.get(event, ()) if each != mail)
        return replace(self, heard={**self.heard, event: left}) if event in self.heard else self


def to_json(told: Told) -> dict[str, Any]:
    """All but the version."""
    return {
        "works_since": told.works_since.isoformat() if told.works_since else None,
        "settled": [day.isoformat() for day in told.settled],
        "troubles": {
            name: {
                "since": trouble.since.isoformat(),
                "days": [day.isoformat() for day in trouble.days],
                "told_at": trouble.told_at.isoformat() if trouble.told_at else None,
            }
            for name, trouble in told.troubles.items()
        },
        "alerts": dict(told.alerts),
        "looked_at": told.looked_at.isoformat() if told.looked_at else None,
        "heard": [[event, [[mail.subject, mail.body] for mail in mails]] for event, mails in told.heard.items()],
    }


def from_json(stored: Mapping[str, Any], version: int) -> Told:
    """What an older program did not know of yet is as it is at the very beginning."""
    works_since, looked_at = stored.get("works_since"), stored.get("looked_at")
    return Told(
        works_since=date.fromisoformat(works_since) if works_since else None,
        settled=_days(stored.get("settled", ())),
        troubles={
            name: Trouble(
                since=date.fromisoformat(trouble["since"]),
                days=_days(trouble["days"]),
                told_at=datetime.fromisoformat(trouble["told_at"]) if trouble["told_at"] else None,
            )
            for name, trouble in stored.get("troubles", {}).items()
        },
        alerts=dict(stored.get("alerts", {})),
        looked_at=date.fromisoformat(looked_at) if looked_at else None,
        heard={event: tuple(Mail(*mail) for mail in mails) for event, mails in stored.get("heard", ())},
        version=version,
    )


def _days(texts: Any) -> tuple[date, ...]:
    return tuple(date.fromisoformat(text) for text in texts)
