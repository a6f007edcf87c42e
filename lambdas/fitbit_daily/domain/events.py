"""What makes Notify look: an execution that has ended, or an alarm that went off. The daily look has no event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

SUCCEEDED = "SUCCEEDED"

# What an alarm is about: no day settled for too long, a start that was lost, AWS's limits.
SILENCE, START_LOST, THROTTLING = "silence", "start lost", "throttling"


@dataclass(frozen=True)
class Facts:
    """What a successful execution knew besides its numbers; None for what it did not know.

    caught_up   the earlier days for which it started executions
    alerts      by rule of the settings, whether the day crosses it
    """

    complete: bool | None = None
    authorization_expires_at: datetime | None = None
    battery_low: bool | None = None
    history_failed: bool = False
    catch_up_failed: bool = False
    caught_up: tuple[date, ...] = ()
    alerts: Mapping[str, bool | None] | None = None

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Facts:
        """From the last step's state, which an older definition may have made."""
        alerts = state.get("alerts")
        return cls(
            complete=_flag(state.get("complete")),
            authorization_expires_at=_moment(state.get("authorization_expires_at")),
            battery_low=_flag(state.get("battery_low")),
            history_failed="history_failed" in state,
            catch_up_failed="catch_up_failed" in state,
            caught_up=tuple(map(date.fromisoformat, state.get("caught_up", ()))),
            alerts=None if alerts is None else {each["rule"]: _flag(each["firing"]) for each in alerts},
        )


@dataclass(frozen=True)
class ExecutionEnded:
    """An execution that has ended.

    by_itself   started by the schedule or by a night's catch-up, and not redriven since
    error       its class; the status where there is none
    facts       of a scheduled success; None where they could not be read
    """

    execution: str
    status: str
    day: date
    by_itself: bool
    dry_run: bool = False
    error: str = ""
    cause: str = ""
    facts: Facts | None = None

    @property
    def failed(self) -> bool:
        return self.status != SUCCEEDED


@dataclass(frozen=True)
class Alarm:
    """One of the alarms went off; `what` is SILENCE, START_LOST or THROTTLING."""

    what: str


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _moment(value: Any) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)
