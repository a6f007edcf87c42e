"""Answers of the Fitbit Web API, written by hand in the form of its documentation, and who gives them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from fitbit_daily.adapters.fitbit_web import API
from fitbit_daily.domain.authorization import AccessToken
from tests.wsgi import connected

TOKEN = AccessToken("eyJ.access", datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC), "1")
# Japan's 23 May is over, and has been for ten minutes.
DAY_ENDS_AT = datetime.fromisoformat("2021-05-24T00:00:00+09:00")
NOW = DAY_ENDS_AT + timedelta(minutes=10)

SUMMARY = "/1/user/-/activities/date/2021-05-23.json"
KILOMETRES = "/1/user/-/activities/tracker/distance/date/2021-05-23/2021-05-23.json"
STEPS_AFTER = "/1/user/-/activities/tracker/steps/date/2021-05-24/2021-05-24.json"
SLEEP = "/1.2/user/-/sleep/date/2021-05-23.json"
DEVICES = "/1/user/-/devices.json"


class Fitbit:
    """Answers GET with what is prepared by path, and anything else with Fitbit's 404."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self.answers = answers

    def __call__(self, environ: dict[str, Any], start: Any) -> list[bytes]:
        answer = self.answers.get(environ["REQUEST_URI"])
        start("200 OK" if answer is not None else "404 Not Found", [("Content-Type", "application/json;charset=UTF-8")])
        missing = {"errors": [{"errorType": "not_found", "message": "The API you are requesting could not be found."}]}
        return [(answer if isinstance(answer, str) else json.dumps(missing if answer is None else answer)).encode()]


def summary_of(**changes: Any) -> dict[str, Any]:
    """The article's day, in the form of a daily summary: distances have two decimals there."""
    summary = {
        "activityCalories": 441,
        "caloriesBMR": 1560,
        "caloriesOut": 1988,
        "distances": [{"activity": name, "distance": 1.21} for name in ("total", "tracker")],
        "sedentaryMinutes": 551,
        "lightlyActiveMinutes": 90,
        "fairlyActiveMinutes": 4,
        "veryActiveMinutes": 7,
        "steps": 1781,
    }
    return {"goals": {"caloriesOut": 1950, "steps": 6800}, "summary": summary | changes}


def series(resource: str, **values: str) -> dict[str, Any]:
    key = f"activities-tracker-{resource}"
    return {key: [{"dateTime": day.removeprefix("on_").replace("_", "-"), "value": v} for day, v in values.items()]}


def record(minutes_asleep: int | None, day: str = "2021-05-23", ends: str = "07:00", **more: Any) -> dict[str, Any]:
    """Of somebody who was awake for no minute of it."""
    known = {} if minutes_asleep is None else {"minutesAsleep": minutes_asleep}
    end = datetime.fromisoformat(f"{day}T{ends}:00.000")
    times = {"startTime": _wall_clock(end - timedelta(minutes=minutes_asleep or 0)), "endTime": _wall_clock(end)}
    return {"dateOfSleep": day, "infoCode": 0, "isMainSleep": True, **times, **known, **more}


def levels(*stages: tuple[str, str, int], short: Sequence[tuple[str, str, int]] = ()) -> dict[str, Any]:
    """Each stage is its level, its beginning (HH:MM on the day) and its minutes; `short` are the awakenings apart."""

    def listed(stages: Sequence[tuple[str, str, int]]) -> list[dict[str, Any]]:
        return [
            {"dateTime": f"2021-05-23T{begins}:00.000", "level": level, "seconds": minutes * 60}
            for level, begins, minutes in stages
        ]

    return {"data": listed(stages), "shortData": listed(short)}


def _wall_clock(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


def night(*records: Any, total: int = 0, **more: Any) -> dict[str, Any]:
    return {"sleep": list(records), "summary": {"totalMinutesAsleep": total, "totalSleepRecords": len(records)}, **more}


ARTICLE_IN_KILOMETRES = series("distance", on_2021_05_23="1.21285999953674569728")
ARTICLE_DAY = {
    SUMMARY: summary_of(),
    KILOMETRES: ARTICLE_IN_KILOMETRES,
    SLEEP: night(record(611), record(135, ends="16:23", isMainSleep=False), total=746),
}
# Of a day on which nobody wore the tracker.
NOTHING = {
    "activityCalories": 0,
    "caloriesOut": 1560,
    "distances": [{"activity": name, "distance": 0} for name in ("total", "tracker")],
    "sedentaryMinutes": 1440,
    "lightlyActiveMinutes": 0,
    "fairlyActiveMinutes": 0,
    "veryActiveMinutes": 0,
    "steps": 0,
}


def answering(answers: Mapping[str, Any]) -> Any:
    return connected({API: Fitbit(answers)})
