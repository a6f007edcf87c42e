"""One day in the original's way: each value in a call of its own, one after the other.

One refresh, nine values, one sleep, two posts, over one kept-alive connection for each host: kinder than the original,
whose library opened more. The shape of its day, not its code. `python -m benchmarks.original.day google_day` reads the
event from standard input, with skipped (seconds by which the local clock is ahead), and prints what the day took.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from datetime import date, timedelta
from time import perf_counter
from typing import Any

import requests
from requests_oauthlib import OAuth1  # type: ignore[import-untyped]

TIMEOUT = 15

# The nine values that the original asked for, by what holds them at Google.
GOOGLE = (
    "total-calories",
    "total-calories",
    "steps",
    "distance",
    "sedentary-period",
    "active-minutes",
    "active-minutes",
    "active-minutes",
    "active-energy-burned",
)
FITBIT = (
    "caloriesBMR",
    "tracker/calories",
    "tracker/steps",
    "tracker/distance",
    "tracker/minutesSedentary",
    "tracker/minutesLightlyActive",
    "tracker/minutesFairlyActive",
    "tracker/minutesVeryActive",
    "tracker/activityCalories",
)


Event = Mapping[str, Any]


def google_day(event: Event) -> dict[str, float]:
    """The event has address, x_address, credentials, x_credentials and date. Answers with seconds of wall clock: of all
    of the day, and of its nine values and its sleep alone.
    """
    address, credentials, day = event["address"], event["credentials"], date.fromisoformat(event["date"])
    began = perf_counter()
    with _session() as session:
        form = {name: credentials[name] for name in ("client_id", "client_secret", "refresh_token")}
        granted = _answer(
            session.post(f"{address}/token", data=form | {"grant_type": "refresh_token"}, timeout=TIMEOUT)
        )
        session.headers["Authorization"] = f"Bearer {granted['access_token']}"
        fetching = perf_counter()
        following = day + timedelta(days=1)
        for data_type in GOOGLE:
            body = {
                "range": {"start": {"date": _civil(day)}, "end": {"date": _civil(following)}},
                "windowSizeDays": 1,
                "dataSourceFamily": "users/me/dataSourceFamilies/google-wearables",
            }
            path = f"v4/users/me/dataTypes/{data_type}/dataPoints:dailyRollUp"
            _answer(session.post(f"{address}/{path}", json=body, timeout=TIMEOUT))
        member = "sleep.interval.civil_end_time"
        asked = {"pageSize": "25", "filter": f'{member} >= "{day}" AND {member} < "{following}"'}
        path = "v4/users/me/dataTypes/sleep/dataPoints:reconcile"
        _answer(session.get(f"{address}/{path}", params=asked, timeout=TIMEOUT))
        fetched = perf_counter()
    _post(event)
    return {"day": perf_counter() - began, "fetching": fetched - fetching}


def fitbit_day(event: Event) -> dict[str, float]:
    """As google_day."""
    address, credentials, day = event["address"], event["credentials"], event["date"]
    began = perf_counter()
    with _session() as session:
        form = {"grant_type": "refresh_token", "refresh_token": credentials["refresh_token"]}
        client = (credentials["client_id"], credentials["client_secret"])
        granted = _answer(session.post(f"{address}/oauth2/token", data=form, auth=client, timeout=TIMEOUT))
        session.headers["Authorization"] = f"Bearer {granted['access_token']}"
        fetching = perf_counter()
        for resource in FITBIT:
            _answer(session.get(f"{address}/1/user/-/activities/{resource}/date/{day}/1d.json", timeout=TIMEOUT))
        _answer(session.get(f"{address}/1.2/user/-/sleep/date/{day}.json", timeout=TIMEOUT))
        fetched = perf_counter()
    _post(event)
    return {"day": perf_counter() - began, "fetching": fetched - fetching}


def _post(event: Event) -> None:
    keys = event["x_credentials"]
    names = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
    signature = OAuth1(*(keys[name] for name in names))
    with _session() as session:
        for kind in ("activity", "sleep"):
            body = {"text": f"{kind} of {event['date']}, the original's way"}
            _answer(session.post(f"{event['x_address']}/2/tweets", json=body, auth=signature, timeout=TIMEOUT))


def _session() -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    return session


def _answer(response: requests.Response) -> Mapping[str, Any]:
    response.raise_for_status()
    return dict(response.json())


def _civil(day: date) -> dict[str, int]:
    return {"year": day.year, "month": day.month, "day": day.day}


def main() -> None:
    event, real_time = json.load(sys.stdin), time.time
    # What is signed has the simulators' time.
    time.time = lambda: real_time() + event["skipped"]
    day = {"google_day": google_day, "fitbit_day": fitbit_day}[sys.argv[1]]
    sys.stdout.write(json.dumps(day(event)))


if __name__ == "__main__":
    main()
