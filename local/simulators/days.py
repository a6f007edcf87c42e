"""What a wearer's days were like: plausible numbers, the same for a date every time, and named by no vendor.

`python -m local.simulators.days` prints the special days.
"""

from __future__ import annotations

import functools
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

BASAL_KCAL = 1560.0
MM_PER_MILE = 1_609_344


@dataclass(frozen=True)
class Sleep:
    """A sleep belongs to the civil day on which it ended, by the UTC offset of its end.

    While it is not processed, `minutes_asleep` is provisional: the whole time in bed.
    """

    start: datetime
    end: datetime
    minutes_asleep: int
    nap: bool = False
    processed: bool = True

    @property
    def minutes_in_bed(self) -> int:
        return int((self.end.astimezone(UTC) - self.start.astimezone(UTC)).total_seconds()) // 60


@dataclass(frozen=True)
class Day:
    """None is "no such number", as when the watch was not worn; it is never 0."""

    date: date
    worn: bool = False
    steps: int | None = None
    distance_mm: int | None = None
    total_kcal: float | None = None
    active_kcal: float | None = None
    sedentary_seconds: float | None = None
    light_minutes: int | None = None
    moderate_minutes: int | None = None
    vigorous_minutes: int | None = None
    sleeps: tuple[Sleep, ...] = ()

    def so_far(self, of_day: float, of_waking_hours: float) -> Day:
        """The day as known when these shares (0 to 1) of the day and of its waking hours had passed."""
        basal = (self.total_kcal or 0) - (self.active_kcal or 0)
        active = _share(self.active_kcal, of_waking_hours)
        return replace(
            self,
            steps=_whole_share(self.steps, of_waking_hours),
            distance_mm=_whole_share(self.distance_mm, of_waking_hours),
            total_kcal=None if self.total_kcal is None else round(basal * of_day + (active or 0), 3),
            active_kcal=active,
            sedentary_seconds=_share(self.sedentary_seconds, of_waking_hours),
            light_minutes=_whole_share(self.light_minutes, of_waking_hours),
            moderate_minutes=_whole_share(self.moderate_minutes, of_waking_hours),
            vigorous_minutes=_whole_share(self.vigorous_minutes, of_waking_hours),
        )


def _share(value: float | None, share: float) -> float | None:
    return None if value is None else round(value * share, 3)


def _whole_share(value: int | None, share: float) -> int | None:
    return None if value is None else int(value * share)


def bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The UTC instants at which a civil day begins and ends: 23, 24 or 25 hours apart."""
    return (
        datetime.combine(day, time(), zone).astimezone(UTC),
        datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC),
    )


def night(
    day: date, zone: ZoneInfo, wake: time, minutes_in_bed: int, minutes_asleep: int, *, nap: bool = False
) -> Sleep:
    """A sleep that ended at this wall-clock time of the day."""
    end = datetime.combine(day, wake, zone)
    start = (end.astimezone(UTC) - timedelta(minutes=minutes_in_bed)).astimezone(zone)
    return Sleep(start, end, minutes_asleep, nap)


def ordinary_day(day: date, zone: ZoneInfo) -> Day:
    """A worn day like most, drawn by lot from the date alone."""
    lot = random.Random(day.isoformat())
    steps = lot.randint(3_000, 14_000)
    in_bed = lot.randint(390, 500)
    sleeps = [
        night(day, zone, time(lot.randint(6, 8), lot.choice((0, 10, 30, 40))), in_bed, in_bed - lot.randint(20, 60))
    ]
    if lot.random() < 0.2:
        minutes = lot.randint(20, 90)
        sleeps.append(night(day, zone, time(15, 20), minutes, minutes - lot.randint(0, 8), nap=True))
    light, moderate, vigorous = lot.randint(90, 260), lot.randint(5, 50), lot.randint(2, 60)
    active_kcal = round(steps * 0.041 + vigorous * 4.7, 1)
    begin, end = bounds(day, zone)
    awake = int((end - begin).total_seconds()) // 60 - sum(sleep.minutes_in_bed for sleep in sleeps)
    return Day(
        date=day,
        worn=True,
        steps=steps,
        distance_mm=int(steps * lot.uniform(620, 740)),
        total_kcal=round(BASAL_KCAL + active_kcal, 1),
        active_kcal=active_kcal,
        sedentary_seconds=(awake - light - moderate - vigorous) * 60,
        light_minutes=light,
        moderate_minutes=moderate,
        vigorous_minutes=vigorous,
        sleeps=tuple(sleeps),
    )


@dataclass(frozen=True)
class Special:
    says: str
    change: Callable[[Day, ZoneInfo], Day]
    # For so many reads of this day's sleep, it is still being processed.
    processing_looks: int = 0

    def __str__(self) -> str:
        return self.says


def _the_article(day: Day, zone: ZoneInfo) -> Day:
    """The numbers that Fitbit gave for this day; 1988 kcal of which 1560 basal, and miles into millimetres."""
    return Day(
        date=day.date,
        worn=True,
        steps=1781,
        distance_mm=round(0.75363626392912 * MM_PER_MILE),
        total_kcal=1988.0,
        active_kcal=428.0,
        sedentary_seconds=551 * 60,
        light_minutes=90,
        moderate_minutes=4,
        vigorous_minutes=7,
        sleeps=(night(day.date, zone, time(10, 15), 645, 611), night(day.date, zone, time(16, 23), 143, 135, nap=True)),
    )


def _two_naps(day: Day, zone: ZoneInfo) -> Day:
    return replace(
        day,
        sleeps=(
            night(day.date, zone, time(6, 30), 420, 391),
            night(day.date, zone, time(13, 5), 45, 40, nap=True),
            night(day.date, zone, time(18, 40), 30, 27, nap=True),
        ),
    )


def _no_steps(day: Day, _: ZoneInfo) -> Day:
    return replace(
        day,
        steps=0,
        distance_mm=0,
        total_kcal=1571.5,
        active_kcal=11.5,
        light_minutes=0,
        moderate_minutes=0,
        vigorous_minutes=0,
    )


def _ended_at_midnight(day: Day, zone: ZoneInfo) -> Day:
    return replace(day, sleeps=(night(day.date, zone, time(), 95, 90, nap=True), *day.sleeps))


SPECIAL_DAYS: Mapping[date, Special] = {
    date(2021, 5, 23): Special("the day of the article of 2021, with its real numbers", _the_article),
    date(2025, 10, 26): Special("25 hours long in Europe/Berlin", lambda day, _: day),
    date(2026, 2, 2): Special("a night and two naps", _two_naps),
    date(2026, 2, 3): Special("the watch was not worn: no data at all", lambda day, _: Day(day.date)),
    date(2026, 2, 4): Special("worn, and not one step: zeros, told explicitly", _no_steps),
    date(2026, 2, 5): Special("its sleep is still being processed, for two looks at it", lambda day, _: day, 2),
    date(2026, 2, 6): Special(
        "kcal with fractions: 2200.4 of which 612.6 active, so that 1588 are basal, not 2200 - 613",
        lambda day, _: replace(day, total_kcal=2200.4, active_kcal=612.6),
    ),
    date(2026, 2, 7): Special(
        "sedentary for a quarter of a second less than 552 minutes",
        lambda day, _: replace(day, sedentary_seconds=33_119.75),
    ),
    date(2026, 2, 8): Special("worn, but without any sleep", lambda day, _: replace(day, sleeps=())),
    date(2026, 2, 9): Special(
        "no minutes of moderate activity are known", lambda day, _: replace(day, moderate_minutes=None)
    ),
    date(2026, 2, 10): Special("no active energy, so no basal rate", lambda day, _: replace(day, active_kcal=None)),
    date(2026, 2, 11): Special("steps, but no distance", lambda day, _: replace(day, distance_mm=None)),
    date(2026, 2, 13): Special("the first of its sleeps ended at midnight exactly", _ended_at_midnight),
    date(2026, 3, 29): Special("23 hours long in Europe/Berlin", lambda day, _: day),
}


@functools.lru_cache(maxsize=10_000)
def whole_day(day: date, zone: ZoneInfo) -> Day:
    """What the day was like once it was over and everything was synced and processed."""
    ordinary = ordinary_day(day, zone)
    special = SPECIAL_DAYS.get(day)
    return special.change(ordinary, zone) if special else ordinary


if __name__ == "__main__":
    for special_date, special_day in SPECIAL_DAYS.items():
        print(special_date, special_day)
