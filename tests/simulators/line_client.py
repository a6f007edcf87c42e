"""What the tests of the LINE simulator share: a channel, on a clock to turn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from werkzeug.test import TestResponse

from local.simulators.line import LineSimulator
from tests.simulators.x_client import Clock

KEY, OTHER = "123e4567-e89b-12d3-a456-426614174000", "123e4567-e89b-12d3-a456-426614174001"


@dataclass
class Channel:
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.simulator = LineSimulator(now=self.clock)

    def push(self, text: Any = "one", *, key: str | None = KEY, token: str | None = "", **other: Any) -> TestResponse:
        body = {"to": self.simulator.credentials.user_id, "messages": [{"type": "text", "text": text}]} | other
        headers = {"X-Line-Retry-Key": key} if key else {}
        return self.call(
            "push", "POST", headers=headers, token=token, json={n: v for n, v in body.items() if v is not ...}
        )

    def call(
        self, path: str, method: str = "GET", *, token: str | None = "", headers: Any = (), **how: Any
    ) -> TestResponse:
        own = self.simulator.credentials.channel_access_token
        headers = dict(headers) | ({} if token is None else {"Authorization": f"Bearer {token or own}"})
        return self.simulator.test_client().open(f"/v2/bot/message/{path}", method=method, headers=headers, **how)

    def texts(self) -> list[str]:
        return [message.text for message in self.simulator.posts]

    def used(self) -> int:
        return int(self.call("quota/consumption").get_json()["totalUsage"])


def said(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["message"]
