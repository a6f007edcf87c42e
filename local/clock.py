"""The local stack's time: real, but that it skips the waits of the state machine."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime


class Clock:
    """Everything on the local stack reads this clock: the simulators, the functions, the executions' start.

    longest_wait   how long, in real seconds, a wait of the state machine takes at most; None: its full length
    """

    def __init__(self, longest_wait: float | None) -> None:
        self._longest_wait = longest_wait
        self._skipped = 0.0
        self._lock = threading.Lock()
        self._stopped = threading.Event()

    @property
    def is_real(self) -> bool:
        return self._longest_wait is None

    @property
    def skipped(self) -> float:
        """By how many seconds this clock is ahead of real time."""
        return self._skipped

    def now(self) -> datetime:
        """Aware, in UTC."""
        return datetime.fromtimestamp(time.time() + self._skipped, UTC)

    def wait(self, seconds: float) -> None:
        """Lets so many seconds pass on this clock."""
        real = seconds if self._longest_wait is None else min(seconds, self._longest_wait)
        self._stopped.wait(max(0.0, real))
        with self._lock:
            self._skipped += seconds - real

    def stop(self) -> None:
        """Nobody waits any longer, neither now nor later."""
        self._stopped.set()

    def jump_to(self, moment: datetime) -> None:
        """Skips what lies between; raises ValueError for the past, and where time is real."""
        with self._lock:
            ahead = moment.timestamp() - time.time()
            if self.is_real or ahead < self._skipped:
                raise ValueError(f"The local clock cannot go to {moment.isoformat()}.")
            self._skipped = ahead
