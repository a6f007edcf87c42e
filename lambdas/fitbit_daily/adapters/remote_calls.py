"""How many requests went to the remote APIs. Apart from the session that makes them: not every step needs one."""

from __future__ import annotations

from threading import Lock


class RemoteCalls:
    """Counted from threads side by side."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._number = 0

    def add(self) -> None:
        with self._lock:
            self._number += 1

    def take(self) -> int:
        """How many since this was last asked."""
        with self._lock:
            number, self._number = self._number, 0
            return number


made = RemoteCalls()
