"""Decides over what is and what was told, and sends the mails that come of it.

Each mail is sent before it is remembered: whatever breaks off in between, the next look sends it again. A mail may come
twice; none is lost.
"""

from __future__ import annotations

from typing import Protocol

from fitbit_daily.domain.day import Calendar
from fitbit_daily.domain.mails import Mail, Writer
from fitbit_daily.domain.notices import Look, decide
from fitbit_daily.domain.told import Told
from fitbit_daily.errors import AwsUnavailable

# As many looks at the same moment are not to be expected.
TRIES = 5


class ToldMeanwhile(Exception):
    """What is stored is not the version that was read: another look was made."""


class Memory(Protocol):
    def read(self) -> Told:
        """What is stored; what it is at the very beginning where there is nothing."""

    def write(self, told: Told) -> None:
        """Stores it as the next version after its own; raises ToldMeanwhile where that is not what is stored."""


class Topic(Protocol):
    def publish(self, mail: Mail) -> None: ...


def tell(look: Look, *, memory: Memory, topic: Topic, writer: Writer, calendar: Calendar, catch_up_days: int) -> int:
    """How many mails were sent. Whoever is second decides over what the first has told.

    Raises StepError where something is left to be done: the next look does it.
    """
    sent: list[Mail] = []
    for _ in range(TRIES):
        before = memory.read()
        told, notices = decide(before, look, calendar=calendar, catch_up_days=catch_up_days)
        for mail in map(writer.write, notices):
            if mail not in sent:
                topic.publish(mail)
                sent.append(mail)
        if told == before:
            return len(sent)
        try:
            memory.write(told)
        except ToldMeanwhile:
            continue
        return len(sent)
    raise AwsUnavailable("What the owner was told is being changed by others all the time.")
