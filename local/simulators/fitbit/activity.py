"""A day's activity: the daily summary and the time series of it.

https://dev.fitbit.com/build/reference/web-api/activity/get-daily-activity-summary/
https://dev.fitbit.com/build/reference/web-api/activity-timeseries/

Fitbit has no "no data": what is missing is 0, and time without data is sedentary and burns the basal rate. Captured
answers for days without the watch have sedentaryMinutes 1440 and caloriesOut equal to caloriesBMR, and at 9:17 of
such a day 557 minutes: https://validic.atlassian.net/wiki/spaces/VCS/pages/1647214709/
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from local.simulators.days import BASAL_KCAL, MM_PER_MILE, Day, bounds
from local.simulators.wearer import Wearer

from .errors import no_such_endpoint

MM_PER_KM = 1_000_000
MINUTES_PER_DAY = 1_440
# Fitbit's own number for the day of the article of 2021, which no formula gives.
_ACTIVITY_CALORIES = {(date(2021, 5, 23), 1781): 441.0}


@dataclass(frozen=True)
class Numbers:
    steps: int
    distance_mm: int
    calories: float
    basal: float
    activity_calories: float
    marginal_calories: float
    sedentary: int
    light: int
    fairly: int
    very: int

    def distance(self, miles: bool) -> Decimal:
        return Decimal(self.distance_mm) / (MM_PER_MILE if miles else MM_PER_KM)


def numbers(wearer: Wearer, day: date) -> Numbers:
    begin, end = bounds(day, wearer.time_zone)
    nothing = timedelta()
    elapsed = max(min(end, wearer.now().astimezone(UTC)) - begin, nothing)
    arrived = max(min(end, wearer.synced_until) - begin, nothing)
    seen = wearer.day(day)
    without_data = max(elapsed - arrived, nothing) if seen.worn else elapsed
    basal, active = _energy(seen, whole=arrived == end - begin, share=elapsed / (end - begin))
    light, fairly, very = seen.light_minutes or 0, seen.moderate_minutes or 0, seen.vigorous_minutes or 0
    # activityCalories include the basal rate for the time of activity; marginalCalories are without it.
    basal_when_active = BASAL_KCAL * (light + fairly + very) / MINUTES_PER_DAY
    activity = _ACTIVITY_CALORIES.get((day, seen.steps or 0), active + basal_when_active)
    return Numbers(
        steps=seen.steps or 0,
        distance_mm=seen.distance_mm or 0,
        calories=basal + active,
        basal=basal,
        activity_calories=activity,
        marginal_calories=max(activity - basal_when_active, 0),
        sedentary=int(seen.sedentary_seconds or 0) // 60 + without_data // timedelta(minutes=1),
        light=light,
        fairly=fairly,
        very=very,
    )


def _energy(seen: Day, *, whole: bool, share: float) -> tuple[float, float]:
    """Basal and active kcal: of a day that has not arrived as a whole, the basal part is reckoned by the clock."""
    if not whole or seen.total_kcal is None:
        return BASAL_KCAL * share, seen.active_kcal or 0
    basal = BASAL_KCAL if seen.active_kcal is None else seen.total_kcal - seen.active_kcal
    return basal, seen.total_kcal - basal


def whole(value: float) -> int:
    """Half up."""
    return math.floor(round(value, 6) + 0.5)


# The daily summary


def summary(wearer: Wearer, day: date, *, miles: bool) -> dict[str, Any]:
    wearer.looked_at_steps(day)
    of_day = numbers(wearer, day)
    distance = _rounded(of_day.distance(miles))
    return {
        "activities": [],
        "goals": {
            "activeMinutes": 30,
            "caloriesOut": 1950,
            "distance": 5 if miles else 8.05,
            "floors": 10,
            "steps": 6800,
        },
        "summary": {
            "activeScore": -1,
            "activityCalories": whole(of_day.activity_calories),
            "caloriesBMR": whole(of_day.basal),
            "caloriesOut": whole(of_day.calories),
            "marginalCalories": whole(of_day.marginal_calories),
            "distances": [
                {"activity": "total", "distance": distance},
                {"activity": "tracker", "distance": distance},
                {"activity": "loggedActivities", "distance": 0},
                {"activity": "veryActive", "distance": 0},
                {"activity": "moderatelyActive", "distance": 0},
                {"activity": "lightlyActive", "distance": distance},
                {"activity": "sedentaryActive", "distance": 0},
            ],
            "sedentaryMinutes": of_day.sedentary,
            "lightlyActiveMinutes": of_day.light,
            "fairlyActiveMinutes": of_day.fairly,
            "veryActiveMinutes": of_day.very,
            "steps": of_day.steps,
        },
    }


def _rounded(distance: Decimal) -> float:
    """Captured daily summaries have two decimals, only time series have more; without any it is an integer."""
    distance = distance.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return int(distance) if distance == int(distance) else float(distance)


# The time series

# Each with the longest range in days, as public clients have it; Fitbit's page calls it "Resource Options".
_RESOURCES: dict[str, tuple[int, Callable[[Numbers, bool], object]]] = {
    "activityCalories": (30, lambda of_day, _: whole(of_day.activity_calories)),
    "calories": (1095, lambda of_day, _: whole(of_day.calories)),
    "caloriesBMR": (1095, lambda of_day, _: whole(of_day.basal)),
    "distance": (1095, lambda of_day, miles: float(round(of_day.distance(miles), 14))),
    "minutesFairlyActive": (1095, lambda of_day, _: of_day.fairly),
    "minutesLightlyActive": (1095, lambda of_day, _: of_day.light),
    "minutesSedentary": (1095, lambda of_day, _: of_day.sedentary),
    "minutesVeryActive": (1095, lambda of_day, _: of_day.very),
    "steps": (1095, lambda of_day, _: of_day.steps),
}


def longest_series(resource: str, tracker: bool) -> int:
    """Raises for a resource that does not exist; tracker/caloriesBMR is one, as a tracker measures no basal rate."""
    if resource not in _RESOURCES or (tracker and resource == "caloriesBMR"):
        raise no_such_endpoint()
    return _RESOURCES[resource][0]


def series(wearer: Wearer, resource: str, dates: list[date], *, tracker: bool, miles: bool) -> dict[str, Any]:
    """Nobody logs anything by hand here: the tracker's series is the same as the one with logs."""
    if resource == "steps":
        wearer.looked_at_steps(dates[-1])
    value = _RESOURCES[resource][1]
    shown = [{"dateTime": day.isoformat(), "value": str(value(numbers(wearer, day), miles))} for day in dates]
    return {f"activities-{'tracker-' if tracker else ''}{resource}": shown}
