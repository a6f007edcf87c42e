"""Concurrency and time of our own: one task runs at a time, and another may go on only where one says so.

Tasks switch at effect boundaries (`switch`) and where time passes (`sleep`); which goes on is drawn from the run's
random numbers, so that a seed reproduces an interleaving. When all tasks sleep, time jumps to the first to wake.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from datetime import datetime, timedelta


class Stuck(AssertionError):
    """A task did not come back in real time: a bug of the campaign."""


class Task:
    def __init__(self, name: str, work: Callable[[], object], wakes_at: float) -> None:
        self.name = name
        self.wakes_at = wakes_at
        self.done = False
        self.failure: BaseException | None = None
        self._work = work
        self.go = threading.Semaphore(0)

    def start(self, back: threading.Semaphore) -> None:
        def run() -> None:
            self.go.acquire()
            try:
                self._work()
            except BaseException as failure:
                self.failure = failure
            self.done = True
            back.release()

        threading.Thread(target=run, name=self.name, daemon=True).start()


class Scheduler:
    """`now()` is the run's time: aware, as the datetime that it was started with.

    in_step: those that are ready take turns, so that what began together reads together and writes together.
    """

    def __init__(self, rng: random.Random, start: datetime, *, in_step: bool = False) -> None:
        self._rng = rng
        self._in_step = in_step
        self._start = start
        self._elapsed = 0.0
        self._tasks: list[Task] = []
        self._current: Task | None = None
        self._back = threading.Semaphore(0)

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._elapsed)

    def timestamp(self) -> float:
        return self.now().timestamp()

    @property
    def task(self) -> str:
        """The name of the running task; "" outside of any."""
        return self._current.name if self._current else ""

    def spawn(self, name: str, work: Callable[[], object], after: float = 0.0) -> Task:
        """A new task that begins so many seconds from now."""
        task = Task(name, work, self._elapsed + after)
        task.start(self._back)
        self._tasks.append(task)
        return task

    def switch(self) -> None:
        """Called by the running task: another one may go on first."""
        self.sleep(0.0)

    def sleep(self, seconds: float) -> None:
        """Called by the running task: lets time pass. Outside of any task, time just passes."""
        task = self._current
        if task is None:
            self._elapsed += seconds
            return
        task.wakes_at = self._elapsed + max(0.0, seconds)
        self._back.release()
        task.go.acquire()

    def wake(self, name: str) -> None:
        """A task that sleeps goes on at once."""
        for task in self._tasks:
            if task.name == name and not task.done:
                task.wakes_at = min(task.wakes_at, self._elapsed)

    def run(self) -> None:
        """Runs all tasks to their ends; raises the first failure among them."""
        while waiting := [task for task in self._tasks if not task.done]:
            self._elapsed = max(self._elapsed, min(task.wakes_at for task in waiting))
            ready = [task for task in waiting if task.wakes_at <= self._elapsed]
            self._current = ready[0] if self._in_step else self._rng.choice(ready)
            self._tasks.remove(self._current)
            self._tasks.append(self._current)
            self._current.go.release()
            if not self._back.acquire(timeout=60):
                raise Stuck(self._current.name)
            self._current = None
        failures = [task.failure for task in self._tasks if task.failure]
        self._tasks.clear()
        if failures:
            raise failures[0]
