"""A client of the Google simulator, for the tests of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from werkzeug.test import TestResponse

from local.simulators.google import Credentials, GoogleSimulator
from local.simulators.wearer import Wearer

TOKYO = ZoneInfo("Asia/Tokyo")
STEPS = "/v4/users/me/dataTypes/steps/dataPoints:dailyRollUp"
CALORIES = STEPS.replace("steps", "total-calories")
SLEEP = "/v4/users/me/dataTypes/sleep/dataPoints:reconcile"
DEVICES = "/v4/users/me/pairedDevices"
CANARIES = vars(Credentials())


class Google:
    """The simulator at ten past midnight of 2026-11-22 in Tokyo, and a client with a token."""

    def __init__(self, **options: Any) -> None:
        self.moment = datetime(2026, 11, 22, 0, 10, tzinfo=TOKYO).astimezone(UTC)
        self.wearer = Wearer(TOKYO, lambda: self.moment)
        self.simulator = GoogleSimulator(wearer=self.wearer, now=lambda: self.moment, **options)
        self.client = self.simulator.test_client()
        self.refresh()

    def token(self, drop: str = "", **changes: Any) -> TestResponse:
        form = {**CANARIES, "grant_type": "refresh_token", **changes}
        return self.client.post("/token", data={name: value for name, value in form.items() if name != drop})

    def refresh(self) -> None:
        self.headers = {"Authorization": "Bearer " + self.token().get_json()["access_token"]}

    def get(self, path: str, **query: Any) -> TestResponse:
        return self.client.get(path, headers=self.headers, query_string=query)

    def post(self, path: str, body: Any) -> TestResponse:
        return self.client.post(path, headers=self.headers, json=body)

    def switch(self, name: str, times: int | None = None) -> dict[str, Any]:
        return self.client.post("/simulator/faults", json={"name": name, "times": times}).get_json()["on"]


def civil(text: str) -> dict[str, Any]:
    year, month, day = map(int, text.split("-"))
    return {"date": {"year": year, "month": month, "day": day}}


def rollup_of(start: str, end: str, **more: Any) -> dict[str, Any]:
    return {"range": {"start": civil(start), "end": civil(end)}, **more}


DAY = rollup_of("2021-05-23", "2021-05-24")


def ended(start: str = "2021-05-23", end: str = "2021-05-24", member: str = "sleep.interval.civil_end_time") -> str:
    return f'{member} >= "{start}" AND {member} < "{end}"'


def refused(answer: TestResponse) -> tuple[int, str, str]:
    """Status, google.rpc status and the most exact reason of an error in Google's envelope."""
    error = answer.get_json()["error"]
    assert error["code"] == answer.status_code and error["message"]
    info: dict[str, Any] = next((d for d in error.get("details", []) if d["@type"].endswith(".ErrorInfo")), {})
    return answer.status_code, error["status"], info.get("metadata", {}).get("detailedReasons", info.get("reason", ""))
