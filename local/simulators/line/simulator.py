"""The simulator of LINE's Messaging API for one channel: three addresses, a list of its messages, and switches."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Response, abort, request

from local.simulators.base import Faults, json_answer
from local.simulators.line import answers
from local.simulators.line.channel import Channel, Message, NoRecipient, QuotaUsedUp
from local.simulators.line.faults import endpoints
from local.simulators.line.validation import push_of, retry_key_of
from local.simulators.page import AccountSimulator, Shown

# The free plan in Japan.
FREE = 200


@dataclass(frozen=True)
class Credentials:
    channel_access_token: str = "canary-line-channel-access-token/1O/w1cDnyilFU="
    user_id: str = "U4af4980629b84f1d9a1c3c4b5e6f7081"


class LineSimulator(AccountSimulator):
    def __init__(
        self, *, now: Callable[[], datetime], credentials: Credentials | None = None, quota: int | None = FREE
    ) -> None:
        super().__init__("LINE")
        self.faults = Faults(endpoints())
        self.credentials = credentials or Credentials()
        self.username = "you"
        self.channel = Channel(now=now, friends={self.credentials.user_id: 1}, quota=quota)
        self.add_url_rule("/v2/bot/message/push", "push", self._push, methods=["POST"])
        self.add_url_rule("/v2/bot/message/quota", "quota", self._quota)
        self.add_url_rule("/v2/bot/message/quota/consumption", "used", self._used)
        self.add_url_rule("/v2/bot/moved", "moved", self._moved)
        self.add_url_rule("/simulator/timeline", "timeline", self._timeline)
        self.after_request(self._with_id)
        self.register_error_handler(404, lambda _: answers.not_found())
        self.register_error_handler(405, lambda _: answers.error(405, "Method Not Allowed"))

    @property
    def posts(self) -> list[Message]:
        """Newest first."""
        return self.channel.messages()

    def _with_id(self, response: Response) -> Response:
        response.headers.setdefault("x-line-request-id", str(uuid.uuid4()))
        return response

    def _authenticate(self) -> None:
        if request.headers.get("Authorization") != f"Bearer {self.credentials.channel_access_token}":
            abort(answers.invalid_token())

    def _push(self) -> Response:
        """A key that is known comes before all that could be said of the recipient or the quota."""
        self._authenticate()
        to, texts = push_of(request)
        try:
            accepted = self.channel.push(to, texts, retry_key_of(request))
        except NoRecipient:
            abort(answers.failed_to_send())
        except QuotaUsedUp:
            abort(answers.monthly_limit())
        sent = [{"id": message.id, "quoteToken": f"IStG5h1Tz7b{message.id}"} for message in accepted.messages]
        if not accepted.new:
            return answers.already_accepted(sent, accepted.request_id)
        return answers.answer(200, {"sentMessages": sent}, {"x-line-request-id": accepted.request_id})

    def _quota(self) -> Response:
        self._authenticate()
        limit = self.channel.quota
        return answers.answer(200, {"type": "none"} if limit is None else {"type": "limited", "value": limit})

    def _used(self) -> Response:
        self._authenticate()
        return answers.answer(200, {"totalUsage": self.channel.used()})

    def _moved(self) -> Response:
        """Where the 301 faults lead."""
        return answers.answer(200, {"sentMessages": [{"id": "301", "quoteToken": ""}], "value": 1, "totalUsage": 1})

    # For people and tests

    def shown(self) -> list[Shown]:
        return [
            Shown(post.id, post.text, post.sent_at, [] if post.delivered else ["not delivered"]) for post in self.posts
        ]

    def _timeline(self) -> Response:
        posts = [
            {"id": post.id, "text": post.text, "created_at": post.sent_at.isoformat(), "delivered": post.delivered}
            for post in self.posts
        ]
        return json_answer(200, {"to": self.credentials.user_id, "posts": posts})
