"""Decides over what is and what was told, and sends the mails that come of it.

Each mail is sent before it is remembered: whatever breaks off in between, the next look sends it again. A mail may come
twice; none is lost. Executions that end at the same moment make as many looks: who sends mails says so beforehand, and
the others come again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Protocol

from fitbit_daily.domain.day import Calendar
from fitbit_daily.domain.mails import Mail, Writer
from fitbit_daily.domain.notices import Look, decide
from fitbit_daily.domain.told import Told
from fitbit_daily.errors import AwsUnavailable

# As many looks at the same moment are not to be expected.
TRIES = 5

# Longer than the function can live (a test compares them), so that whoever finds it over knows that nobody sends.
MAY_TAKE = timedelta(seconds=90)


class ToldMeanwhile(Exception):
    """What is stored is not the version that was read: another look was made."""


class Memory(Protocol):
    def read(self) -> Told:
        """What is stored; what it is at the very beginning where there is nothing."""

    def write(self, told: Told) -> None:
        """Stores it as the next version after its own; raises ToldMeanwhile where that is not what is stored."""


class Topic(Protocol):
    def publish(self, mail: Mail) -> None: ...


def tell(
    look: Callable[[], Look], *, memory: Memory, topic: Topic, writer: Writer, calendar: Calendar, catch_up_days: int
) -> int:
    """How many mails were sent. Whoever is second looks again, after the first has told.

    Raises StepError where something is left to be done: the next look does it.
    """
    for _ in range(TRIES):
        before = memory.read()
        # Never older than what was told: an older look would tell of what is over.
        seen = look()
        if before.telling is not None and seen.now < before.telling:
            raise AwsUnavailable("Another look is sending mails just now.")
        before = replace(before, telling=None)
        told, notices = decide(before, seen, calendar=calendar, catch_up_days=catch_up_days)
        if told == before and not notices:
            return 0
        try:
            if notices:
                _send(list(map(writer.write, notices)), before, seen, memory, topic)
                told = replace(told, version=before.version + 1)
            memory.write(told)
        except ToldMeanwhile:
            continue
        return len(notices)
    raise AwsUnavailable("What the owner was told is being changed by others all the time.")


def _send(mails: list[Mail], before: Told, seen: Look, memory: Memory, topic: Topic) -> None:
    memory.write(replace(before, telling=seen.now + MAY_TAKE))
    try:
        for mail in mails:
            topic.publish(mail)
    except Exception:
        # The next look need not wait.
        memory.write(replace(before, version=before.version + 1))
        raise
