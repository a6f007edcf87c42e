"""The account behind the simulator: its posts, what they cost, what is a duplicate, and its limits."""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from local.simulators.x.media import Media, Picture
from local.simulators.x.weight import urls, weighted_length

# https://docs.x.com/x-api/getting-started/pricing
PRICE = Decimal("0.015")
PRICE_WITH_URL = Decimal("0.200")

# An id is the milliseconds since this instant, shifted by 22 bits: https://docs.x.com/fundamentals/x-ids
EPOCH_MS = 1288834974657


class Duplicate(Exception):
    """The account made a post of the same text within the window."""


class NoCredits(Exception):
    """The prepaid credits are used up."""


@dataclass(frozen=True)
class Post:
    id: str
    text: str
    made_at: datetime
    price: Decimal
    pictures: tuple[Picture, ...] = ()

    @property
    def weight(self) -> int:
        return weighted_length(self.text)


class Account:
    """Everything under one lock, because the server answers each request in a thread of its own."""

    def __init__(
        self, *, now: Callable[[], datetime], duplicate_window: timedelta, read_back_lag: timedelta, credits: int | None
    ) -> None:
        self.duplicate_window = duplicate_window
        self.read_back_lag = read_back_lag
        self.credits = credits
        self._now = now
        self._posts: list[Post] = []
        self._last_id = 0
        self._lock = threading.Lock()
        self.media = Media(now, self.new_id)

    def publish(self, text: str, pictures: tuple[Picture, ...] = ()) -> Post:
        with self._lock:
            now = self._now()
            if self.credits is not None and self.credits <= 0:
                raise NoCredits
            if any(_same(post.text, text) and now - post.made_at < self.duplicate_window for post in self._posts):
                raise Duplicate
            post = Post(self._next_id(now), text, now, PRICE_WITH_URL if urls(text) else PRICE, pictures)
            self._posts.append(post)
            if self.credits is not None:
                self.credits -= 1
            return post

    def posts(self) -> list[Post]:
        """Newest first, whatever the read-back shows already."""
        with self._lock:
            return self._posts[::-1]

    def visible(self) -> list[Post]:
        """Newest first, as the read-back shows them: only some time after they were made."""
        return [post for post in self.posts() if post.made_at + self.read_back_lag <= self._now()]

    def new_id(self, now: datetime) -> str:
        with self._lock:
            return self._next_id(now)

    def _next_id(self, now: datetime) -> str:
        milliseconds = int(now.timestamp() * 1000) - EPOCH_MS
        self._last_id = max(self._last_id + 1, milliseconds << 22)
        return str(self._last_id)


def _same(one: str, other: str) -> bool:
    return unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other)


class Window:
    """So many requests in a fixed window that begins with the first of them."""

    def __init__(self, limit: int, length: timedelta) -> None:
        self._limit = limit
        self._length = length
        self._ends = datetime.min.replace(tzinfo=UTC)
        self._left = limit
        self._lock = threading.Lock()

    def take(self, now: datetime, prefix: str) -> tuple[bool, dict[str, str]]:
        """Whether the request is within the limit, and the three headers that say how much is left."""
        with self._lock:
            if now >= self._ends:
                self._ends, self._left = now + self._length, self._limit
            allowed = self._left > 0
            self._left -= allowed
            figures = {"limit": self._limit, "remaining": self._left, "reset": int(self._ends.timestamp())}
        return allowed, {f"{prefix}-{name}": str(figure) for name, figure in figures.items()}
