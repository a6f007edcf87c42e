"""What the tests of the X simulator share: a clock to turn, and a client that signs with oauthlib."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from oauthlib.oauth1 import Client
from werkzeug.test import TestResponse

from local.simulators.x import Credentials, XSimulator

START = datetime(2026, 11, 22, 15, 10, tzinfo=UTC)
HOST = "https://api.x.com"


@dataclass
class Clock:
    time: datetime = START

    def __call__(self) -> datetime:
        return self.time

    def turn(self, **by: float) -> None:
        self.time += timedelta(**by)


@dataclass
class Account:
    """A signed-in user of the simulator; each request is signed at the clock's time with a fresh nonce."""

    simulator: XSimulator
    clock: Clock
    credentials: Credentials = field(default_factory=Credentials)
    signed: int = 0

    def sign(self, method: str, path: str, *, form: str | None = None, **more: str) -> str:
        """The Authorization header. A form is part of what is signed, a JSON body is not."""
        self.signed += 1
        settings = {"nonce": f"nonce{self.signed}", "timestamp": str(int(self.clock().timestamp()))} | more
        own = self.credentials
        client = Client(own.consumer_key, own.consumer_secret, own.access_token, own.access_token_secret, **settings)
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if form else None
        return client.sign(f"{HOST}{path}", method, form, headers)[1]["Authorization"]

    def send(self, method: str, path: str, *, authorization: str | None = None, **how: Any) -> TestResponse:
        headers = {"Authorization": authorization or self.sign(method, path)}
        return self.simulator.test_client().open(path, method=method, base_url=HOST, headers=headers, **how)

    def post(self, text: str, **body: Any) -> TestResponse:
        return self.send("POST", "/2/tweets", json={"text": text} | body)

    def read(self, **query: str | int) -> TestResponse:
        asked = "?" + urlencode(query) if query else ""
        return self.send("GET", f"/2/users/{self.credentials.user_id}/tweets{asked}")

    def texts(self, **query: str | int) -> list[str]:
        return [post["text"] for post in json.loads(self.read(**query).data).get("data", [])]


def account(**settings: Any) -> Account:
    clock = settings.pop("clock", None) or Clock()
    return Account(XSimulator(now=clock, **settings), clock, settings.get("credentials") or Credentials())
