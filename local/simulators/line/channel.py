"""The channel behind the simulator: its messages, the retry keys that it remembers, and its messages of the month.

https://developers.line.biz/en/docs/messaging-api/retrying-api-request/
https://developers.line.biz/ja/docs/messaging-api/pricing
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

KEY_LIVES = timedelta(hours=24)
_MONTHS_ARE_OF = ZoneInfo("Asia/Tokyo")
_FIRST_ID = 461_230_966_842_064_897


class NoRecipient(Exception):
    """Nobody has this id, or nobody whom the channel may write to."""


class QuotaUsedUp(Exception):
    """The messages of the month are used up."""


@dataclass(frozen=True)
class Message:
    id: str
    to: str
    text: str
    sent_at: datetime
    delivered: bool


@dataclass(frozen=True)
class Accepted:
    """A request that was taken: its own id, and those of its messages. `new`: it was not known by its key."""

    request_id: str
    messages: Sequence[Message]
    new: bool


@dataclass
class _Key:
    """A retry key since its first request, and what was accepted under it if anything was."""

    first_at: datetime
    accepted: Accepted | None = None


@dataclass
class Channel:
    """Everything under one lock, because the server answers each request in a thread of its own.

    friends   whom the channel may write to, by id, and how many they are: a group counts each of its members
    blocked   those of them who have blocked it: LINE takes the message, does not deliver it, and does not count it
    quota     messages a month; None is without limit
    """

    now: Callable[[], datetime]
    friends: dict[str, int]
    quota: int | None
    blocked: set[str] = field(default_factory=set)
    _messages: list[Message] = field(default_factory=list)
    _keys: dict[str, _Key] = field(default_factory=dict)
    _counted: list[tuple[datetime, int]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def push(self, to: str, texts: Sequence[str], retry_key: str | None) -> Accepted:
        """All messages of a request count once. Raises NoRecipient or QuotaUsedUp, and nothing is sent."""
        with self._lock:
            key = self._key(retry_key)
            if key and key.accepted:
                return Accepted(key.accepted.request_id, key.accepted.messages, new=False)
            if to not in self.friends:
                raise NoRecipient
            if self.quota is not None and self._used() >= self.quota:
                raise QuotaUsedUp
            accepted = Accepted(str(uuid.uuid4()), [self._send(to, text) for text in texts], new=True)
            if to not in self.blocked:
                self._counted.append((self.now(), self.friends[to]))
            if key:
                key.accepted = accepted
            return accepted

    def messages(self) -> list[Message]:
        """Newest first."""
        with self._lock:
            return self._messages[::-1]

    def used(self) -> int:
        """Messages of this month."""
        with self._lock:
            return self._used()

    def _key(self, retry_key: str | None) -> _Key | None:
        """The key's life begins with the first request that has it, whatever becomes of that."""
        if retry_key is None:
            return None
        known = self._keys.get(retry_key.lower())
        if known is None or self.now() >= known.first_at + KEY_LIVES:
            known = self._keys[retry_key.lower()] = _Key(self.now())
        return known

    def _send(self, to: str, text: str) -> Message:
        message = Message(str(_FIRST_ID + len(self._messages)), to, text, self.now(), to not in self.blocked)
        self._messages.append(message)
        return message

    def _used(self) -> int:
        month = _month(self.now())
        return sum(count for at, count in self._counted if _month(at) == month)


def _month(moment: datetime) -> tuple[int, int]:
    local = moment.astimezone(_MONTHS_ARE_OF)
    return local.year, local.month
