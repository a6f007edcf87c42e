"""A client of the Fitbit simulator, for the tests of it."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from werkzeug.test import TestResponse

from local.simulators.fitbit import Credentials, FitbitSimulator
from local.simulators.wearer import Wearer

TOKYO = ZoneInfo("Asia/Tokyo")
DEVICES = "/1/user/-/devices.json"
CREDENTIALS = Credentials()


def activity(day: str) -> str:
    return f"/1/user/-/activities/date/{day}.json"


def sleep(day: str) -> str:
    return f"/1.2/user/-/sleep/date/{day}.json"


def series(resource: str, first: str, last_or_period: str = "1d") -> str:
    return f"/1/user/-/activities/{resource}/date/{first}/{last_or_period}.json"


def basic(client_id: str = CREDENTIALS.client_id, client_secret: str = CREDENTIALS.client_secret) -> str:
    return "Basic " + base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()


class Fitbit:
    """The simulator at ten past midnight of 2026-11-22 in Tokyo, and a client with a token."""

    def __init__(self, zone: ZoneInfo = TOKYO, **options: Any) -> None:
        self.moment = datetime(2026, 11, 22, 0, 10, tzinfo=TOKYO).astimezone(UTC)
        self.wearer = Wearer(zone, lambda: self.moment)
        self.simulator = FitbitSimulator(wearer=self.wearer, now=lambda: self.moment, **options)
        self.client = self.simulator.test_client()
        self.refresh_token = CREDENTIALS.refresh_token
        self.headers: dict[str, str] = {}

    def later(self, **time: float) -> None:
        self.moment += timedelta(**time)

    def token(self, authorization: str | None = basic(), drop: str = "", **changes: Any) -> TestResponse:
        form = {"grant_type": "refresh_token", "refresh_token": self.refresh_token, **changes}
        headers = {"Authorization": authorization} if authorization else {}
        sent = {name: value for name, value in form.items() if name != drop}
        return self.client.post("/oauth2/token", data=sent, headers=headers)

    def refresh(self) -> Fitbit:
        got = self.token().get_json()
        self.refresh_token = got["refresh_token"]
        self.headers = {"Authorization": "Bearer " + got["access_token"]}
        return self

    def get(self, path: str, language: str | None = None, **query: Any) -> TestResponse:
        headers = self.headers | ({"Accept-Language": language} if language else {})
        return self.client.get(path, headers=headers, query_string=query)

    def summary(self, day: str, language: str | None = None) -> dict[str, Any]:
        found: dict[str, Any] = self.get(activity(day), language).get_json()["summary"]
        return found

    def value(self, resource: str, day: str, language: str | None = None) -> str:
        (values,) = self.get(series(resource, day), language).get_json().values()
        return str(values[0]["value"])

    def switch(self, name: str, times: int | None = None) -> dict[str, Any]:
        on: dict[str, Any] = self.client.post("/simulator/faults", json={"name": name, "times": times}).get_json()["on"]
        return on


def refused(answer: TestResponse) -> tuple[int, str]:
    """Status and errorType of an error in Fitbit's list."""
    body = answer.get_json()
    assert set(body) == {"errors", "success"} and body["success"] is False
    (error,) = body["errors"]
    assert error["message"]
    return answer.status_code, error["errorType"]
