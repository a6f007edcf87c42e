"""What the tests of the Bluesky simulator share: an account that is logged in, on a clock to turn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from werkzeug.test import TestResponse

from local.simulators.bluesky import BlueskySimulator
from tests.simulators.x_client import Clock

POST = "app.bsky.feed.post"
# Midnight UTC of 2026-11-21, clocks 0 and 1.
A, B = "3n2rs7ffk2222", "3n2rs7ffk2223"
RECORD = {"$type": POST, "text": "one", "createdAt": "2026-11-22T00:10:05.000Z", "langs": ["ja"]}


@dataclass
class Account:
    clock: Clock = field(default_factory=Clock)
    token: str = ""

    def __post_init__(self) -> None:
        self.simulator = BlueskySimulator(now=self.clock)
        self.token = self.token or self.login().get_json()["accessJwt"]

    def login(self, **other: Any) -> TestResponse:
        own = self.simulator.credentials
        body = {"identifier": own.handle, "password": own.app_password} | other
        return self.call("server.createSession", json=body, token=None)

    def put(self, record: Any = RECORD, *, rkey: str = A, **other: Any) -> TestResponse:
        """With a null `swapRecord`, unless told otherwise; `...` leaves a property out."""
        body = {"repo": self.simulator.credentials.did, "collection": POST, "rkey": rkey, "record": record}
        body |= {"swapRecord": None} | other
        return self.call("repo.putRecord", json={name: value for name, value in body.items() if value is not ...})

    def get(self, rkey: str = A, **other: str) -> TestResponse:
        wanted = {"repo": self.simulator.credentials.did, "collection": POST, "rkey": rkey} | other
        return self.call("repo.getRecord", "GET", query_string=wanted, token=None)

    def upload(self, content: bytes, kind: str = "image/png") -> TestResponse:
        return self.call("repo.uploadBlob", data=content, content_type=kind)

    def call(self, name: str, method: str = "POST", *, token: str | None = "", **how: Any) -> TestResponse:
        """`token` is the account's own unless told otherwise; None is without one."""
        headers = {} if token is None else {"Authorization": f"Bearer {token or self.token}"}
        client = self.simulator.test_client()
        return client.open(f"/xrpc/com.atproto.{name}", method=method, headers=headers, **how)

    def texts(self) -> list[str]:
        return [post.value["text"] for post in self.simulator.posts]


def told(answer: TestResponse) -> tuple[int, str, str]:
    """An error's status, name and message."""
    body = answer.get_json()
    assert set(body) == {"error", "message"}
    return answer.status_code, body["error"], body["message"]
