"""The Fitbit simulator's numbers: the same as the Google simulator's wherever both define them."""

import math
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from local.simulators.days import SPECIAL_DAYS
from tests.simulators.fitbit_client import Fitbit, sleep
from tests.simulators.google_client import SLEEP, STEPS, Google, ended, rollup_of

BERLIN = ZoneInfo("Europe/Berlin")


def rolled_up(google: Google, data_type: str, day: date) -> dict[str, Any]:
    body = rollup_of(day.isoformat(), (day + timedelta(days=1)).isoformat())
    points = google.post(STEPS.replace("steps", data_type), body).get_json().get("rollupDataPoints", [{}])
    values = [value for value in points[0].values() if isinstance(value, dict) and "date" not in value]
    return values[0] if values else {}


def half_up(value: float) -> int:
    return math.floor(value + 0.5)


@pytest.mark.parametrize("day", SPECIAL_DAYS, ids=str)
def test_a_special_day_has_the_numbers_and_the_sleeps_that_google_has(day: date) -> None:
    fitbit, google = Fitbit().refresh(), Google()
    summary = fitbit.summary(day.isoformat())
    assert summary["steps"] == int(rolled_up(google, "steps", day).get("countSum", 0))
    kilometres = float(fitbit.value("tracker/distance", day.isoformat()))
    assert kilometres == int(rolled_up(google, "distance", day).get("millimetersSum", 0)) / 1_000_000
    total = rolled_up(google, "total-calories", day).get("kcalSum")
    active = rolled_up(google, "active-energy-burned", day).get("kcalSum")
    if total is not None:
        assert summary["caloriesOut"] == half_up(total)
        assert summary["caloriesBMR"] == (1560 if active is None else half_up(round(total - active, 6)))
        sedentary = float(rolled_up(google, "sedentary-period", day)["durationSum"].rstrip("s"))
        assert summary["sedentaryMinutes"] == int(sedentary) // 60
    levels = rolled_up(google, "active-minutes", day).get("activeMinutesRollupByActivityLevel", [])
    minutes = {level["activityLevel"]: int(level["activeMinutesSum"]) for level in levels}
    named = {"LIGHT": "lightlyActive", "MODERATE": "fairlyActive", "VIGOROUS": "veryActive"}
    assert [summary[f"{name}Minutes"] for name in named.values()] == [minutes.get(level, 0) for level in named]
    for _ in range(SPECIAL_DAYS[day].processing_looks):
        fitbit.get(sleep(day.isoformat()))
        google.get(SLEEP, filter=ended(day.isoformat(), (day + timedelta(days=1)).isoformat()))
    log = fitbit.get(sleep(day.isoformat())).get_json()
    points = google.get(SLEEP, filter=ended(day.isoformat(), (day + timedelta(days=1)).isoformat())).get_json()
    asleep = [int(point["sleep"]["summary"]["minutesAsleep"]) for point in points.get("dataPoints", [])]
    assert [entry["minutesAsleep"] for entry in log["sleep"]] == asleep
    assert log["summary"]["totalMinutesAsleep"] == sum(asleep)
    assert {entry["dateOfSleep"] for entry in log["sleep"]} <= {day.isoformat()}


def test_a_day_without_the_watch_is_zero_and_sedentary_with_the_basal_rate() -> None:
    summary = Fitbit().refresh().summary("2026-02-03")
    assert {place["distance"] for place in summary["distances"]} == {0}
    numbers = {name: value for name, value in summary.items() if name not in ("distances", "activeScore") and value}
    assert numbers == {"caloriesBMR": 1560, "caloriesOut": 1560, "sedentaryMinutes": 1440}
    assert Fitbit(BERLIN).refresh().summary("2014-03-30")["sedentaryMinutes"] == 1380, "before the first day"


def test_activity_calories_are_the_articles_and_else_include_the_basal_rate_of_active_minutes() -> None:
    fitbit = Fitbit().refresh()
    assert fitbit.value("tracker/activityCalories", "2021-05-23") == "441"
    summary = fitbit.summary("2026-02-06")
    minutes = sum(summary[f"{level}Minutes"] for level in ("lightlyActive", "fairlyActive", "veryActive"))
    assert summary["activityCalories"] == half_up(612.6 + 1560 * minutes / 1440) > 613
    assert summary["marginalCalories"] == 613


def test_time_that_has_not_synced_is_sedentary_and_burns_the_basal_rate_by_the_clock() -> None:
    fitbit = Fitbit().refresh()
    whole, today = fitbit.summary("2026-11-21"), fitbit.summary("2026-11-22")
    assert (today["steps"], today["caloriesOut"], today["caloriesBMR"], today["sedentaryMinutes"]) == (0, 11, 11, 5)
    fitbit.switch("not-synced")
    half = fitbit.summary("2026-11-21")
    assert half["caloriesBMR"] == 1560 and half["caloriesOut"] < whole["caloriesOut"]
    assert 0 < half["steps"] < whole["steps"] and half["sedentaryMinutes"] > 720
