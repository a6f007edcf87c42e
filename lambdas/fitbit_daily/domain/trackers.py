"""What a source says about the paired trackers: how far they have synced, and whether one must be charged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

# The battery's state in the vendors' words, and in percent: Fitbit's trackers ask to be charged at about this.
LOW_WORDS = ("Low", "Empty")
LOW_LEVEL = 15

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Tracker:
    """One paired tracker, None for what the source does not say; `level` is in percent, `synced_at` aware."""

    synced_at: datetime | None
    battery: str | None
    level: int | None

    @property
    def battery_low(self) -> bool | None:
        if self.battery is None and self.level is None:
            return None
        return self.battery in LOW_WORDS or (self.level is not None and self.level <= LOW_LEVEL)


@dataclass(frozen=True)
class Sync:
    """`until`: how far the data are known to reach, aware. Both are None where the source does not say."""

    until: datetime | None = None
    battery_low: bool | None = None


def sync_of(trackers: Iterable[Tracker]) -> Sync:
    """The last sync of any; the battery of the one that synced last, or any low battery where no sync time is known.

    A tracker that was replaced stays paired, and runs down in a drawer.
    """
    trackers = sorted(trackers, key=lambda tracker: tracker.synced_at or _NEVER)
    until = trackers[-1].synced_at if trackers else None
    in_use = trackers if until is None else trackers[-1:]
    known = [low for tracker in in_use if (low := tracker.battery_low) is not None]
    return Sync(until, any(known) if known else None)
