"""How often, and how much: https://docs.bsky.app/docs/advanced-guides/rate-limits"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass
class Window:
    """So many points in a fixed window that begins with the first request."""

    limit: int
    length: timedelta
    _ends: datetime = _LONG_AGO
    _left: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, points: int, now: datetime) -> tuple[bool, dict[str, str]]:
        """Whether there are as many left, and the headers that say how many."""
        with self._lock:
            if now >= self._ends:
                self._ends, self._left = now + self.length, self.limit
            allowed = self._left >= points
            self._left -= points if allowed else 0
            return allowed, {
                "RateLimit-Limit": str(self.limit),
                "RateLimit-Remaining": str(self._left),
                "RateLimit-Reset": str(int(self._ends.timestamp())),
                "RateLimit-Policy": f"{self.limit};w={int(self.length.total_seconds())}",
            } | ({} if allowed else {"Retry-After": str(max(1, int((self._ends - now).total_seconds())))})


REQUESTS = (3000, timedelta(minutes=5))
LOGINS = ((30, timedelta(minutes=5)), (300, timedelta(days=1)))
WRITES = ((5000, timedelta(hours=1)), (35_000, timedelta(days=1)))
PUT, CREATE, DELETE = 2, 3, 1
UPLOADS = (1000, timedelta(days=1))
