"""Decides which mails are due, by what is and what was mailed before, and sends them.

Each mail is sent before it is remembered: whatever breaks off in between, the next look sends it again. A mail may come
twice; none is lost. Executions that end at the same moment make as many looks: one announces that it sends, and the
others come again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Protocol

from fitbit_daily.domain.day import Calendar
from fitbit_daily.domain.mails import Mail, Writer
from fitbit_daily.domain.memory import Memory
from fitbit_daily.domain.notices import Look, decide
from fitbit_daily.errors import AwsUnavailable

# More looks at the same moment are not expected.
TRIES = 5

# Longer than the function can live (a test compares them): once it is over, nobody is sending.
MAY_TAKE = timedelta(seconds=90)


class MemoryChanged(Exception):
    """What is stored is not the version that was read: another look was made."""


class MemoryStore(Protocol):
    def read(self) -> Memory:
        """What is stored; where nothing is, an empty memory."""

    def write(self, memory: Memory) -> None:
        """Stores it as the next version after its own; raises MemoryChanged where that is not what is stored."""


class Mailer(Protocol):
    def publish(self, mail: Mail) -> None: ...


def send_due_mails(
    look: Callable[[], Look],
    *,
    store: MemoryStore,
    mailer: Mailer,
    writer: Writer,
    calendar: Calendar,
    catch_up_days: int,
) -> int:
    """How many mails were sent. Whoever is second looks again, after the first has sent.

    Raises StepError where something is left to be done: the next look does it.
    """
    for _ in range(TRIES):
        before = store.read()
        # Never older than the memory: an older look would mail what is over.
        seen = look()
        if before.sending_until is not None and seen.now < before.sending_until:
            raise AwsUnavailable("Another look is sending mails just now.")
        before = replace(before, sending_until=None)
        memory, notices = decide(before, seen, calendar=calendar, catch_up_days=catch_up_days)
        if memory == before and not notices:
            return 0
        try:
            if notices:
                _send(list(map(writer.write, notices)), before, seen, store, mailer)
                memory = replace(memory, version=before.version + 1)
            store.write(memory)
        except MemoryChanged:
            continue
        return len(notices)
    raise AwsUnavailable("Other looks keep changing the memory of what was mailed.")


def _send(mails: list[Mail], before: Memory, seen: Look, store: MemoryStore, mailer: Mailer) -> None:
    store.write(replace(before, sending_until=seen.now + MAY_TAKE))
    try:
        for mail in mails:
            mailer.publish(mail)
    except Exception:
        # The next look need not wait.
        store.write(replace(before, version=before.version + 1))
        raise
