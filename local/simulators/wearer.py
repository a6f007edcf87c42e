"""A person with a tracker that syncs when it likes: what of their days has arrived, and what has not yet.

A **look** is one round of somebody finding out whether the tracker has synced: a read of the paired devices, or
a read of the steps of a day after the last sync, or one of each (the second joins the first, whichever comes
first). Told to `stay_unsynced(2)`, two looks, and everything read until the third, see a tracker whose last
sync was at noon of yesterday; the third look finds it synced.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from .base import Looks, Scenario, flag
from .days import SPECIAL_DAYS, Day, Sleep, bounds, whole_day

WAKES = timedelta(hours=6)
FIRST_DAY = date(2015, 1, 1)


@dataclass(frozen=True)
class Device:
    id: str
    kind: str  # "TRACKER" or "SCALE"
    product: str
    battery_percent: int
    last_sync: datetime
    features: tuple[str, ...]

    @property
    def battery(self) -> str:
        """The vendors' words; where one ends and the next begins is not documented."""
        limits = ((0, "Empty"), (15, "Low"), (60, "Medium"))
        return next((word for limit, word in limits if self.battery_percent <= limit), "High")


class Wearer:
    """`day` and `devices` tell what has arrived; the `looked_…` methods tell the wearer that somebody looked."""

    def __init__(
        self, time_zone: ZoneInfo, now: Callable[[], datetime], *, sync_lag: timedelta = timedelta(minutes=5)
    ) -> None:
        self.time_zone = time_zone
        self.now = now
        self.sync_lag = sync_lag
        self.scale_first = False
        self.old_tracker_first = False
        self.battery_percent = 80
        self.unsynced = Looks()
        self.processing = Looks()
        self._processing_of = {day: special.processing_looks for day, special in SPECIAL_DAYS.items()}
        self._stuck_at = datetime.min.replace(tzinfo=UTC)
        self._look_opened_by: str | None = None
        self._lock = threading.RLock()

    # The sync model

    @property
    def synced_until(self) -> datetime:
        """How far the tracker's data have arrived (UTC)."""
        return self._stuck_at if self.unsynced.going_on else self.now().astimezone(UTC) - self.sync_lag

    def stay_unsynced(self, looks: int | None = None) -> None:
        """The last sync stays at noon of yesterday for so many looks, or until `sync`."""
        yesterday = self.now().astimezone(self.time_zone).date() - timedelta(days=1)
        self._stuck_at = datetime.combine(yesterday, time(12), self.time_zone).astimezone(UTC)
        self._look_opened_by = None
        self.unsynced.start(looks)

    def sync(self) -> None:
        self.unsynced.stop()

    def keep_processing(self, looks: int | None = None) -> None:
        """Every night's sleep is still being processed for so many looks at any sleep, or until `finish_processing`."""
        self.processing.start(looks)

    def finish_processing(self) -> None:
        self.processing.stop()

    def looked_at_devices(self) -> None:
        self._looked("devices")

    def looked_at_steps(self, day: date) -> None:
        """Only a day after the last sync is a look: the steps of the day itself are read for their own sake."""
        if self.unsynced.going_on and day > self._stuck_at.astimezone(self.time_zone).date():
            self._looked("steps")

    def _looked(self, by: str) -> None:
        with self._lock:
            if self._look_opened_by not in (None, by):
                self._look_opened_by = None
                return
            self._look_opened_by = by
            self.unsynced.take()

    def looked_at_sleep(self, first: date, last: date) -> None:
        """To be called after the answer was made: the look that finds it unprocessed is counted."""
        with self._lock:
            if self.processing.left is not None:
                self.processing.start(max(self.processing.left - 1, 0))
            for day, left in self._processing_of.items():
                if first <= day <= last:
                    self._processing_of[day] = max(left - 1, 0)

    def scenarios(self) -> Iterator[Scenario]:
        """Whoever the vendor is; `times` are looks."""
        says = "for so many looks, the last sync is noon of yesterday"
        yield Scenario("not-synced", says, self.stay_unsynced, self.sync, self.unsynced)
        says = "for so many reads of sleep, it is still being processed"
        yield Scenario("sleep-processing", says, self.keep_processing, self.finish_processing, self.processing)
        yield flag("scale-first", "a scale comes first among the devices", self, "scale_first", True)
        says = "a second tracker comes first among the devices: empty, and not synced for a year"
        yield flag("old-tracker-first", says, self, "old_tracker_first", True)
        yield flag("battery-low", "the tracker's battery is at 12 percent", self, "battery_percent", 12)

    # What has arrived

    def day(self, day: date, until: datetime | None = None) -> Day:
        """The day as far as it has synced, or up to a moment before that; empty if nothing of it has."""
        begin, end = bounds(day, self.time_zone)
        seen = min(end, self.synced_until, until or end)
        if seen <= begin or day < FIRST_DAY:
            return Day(day)
        whole = whole_day(day, self.time_zone)
        arrived = replace(
            whole, sleeps=tuple(self._processed(day, sleep) for sleep in whole.sleeps if sleep.end <= seen)
        )
        if seen == end or not whole.worn:
            return arrived
        # Nobody walks before six: just after midnight a day has 0 steps and some basal kcal.
        waking = max(seen - begin - WAKES, timedelta()) / (end - begin - WAKES)
        return arrived.so_far((seen - begin) / (end - begin), waking)

    def _processed(self, day: date, sleep: Sleep) -> Sleep:
        if sleep.nap or not (self.processing.going_on or self._processing_of.get(day)):
            return sleep
        return replace(sleep, processed=False, minutes_asleep=sleep.minutes_in_bed)

    def devices(self) -> list[Device]:
        """The scale's own sync is always fresh, and says nothing of steps; the old tracker lies in a drawer."""
        now, features = self.now().astimezone(UTC), ("STEPS", "DISTANCE", "CALORIES", "SLEEP")
        devices = [Device("1001", "TRACKER", "Versa 3", self.battery_percent, self.synced_until, features)]
        if self.old_tracker_first:
            devices.insert(0, Device("1000", "TRACKER", "Alta HR", 0, now - timedelta(days=400), features))
        if self.scale_first:
            devices.insert(0, Device("1002", "SCALE", "Aria Air", 65, now, ("WEIGHT",)))
        return devices
