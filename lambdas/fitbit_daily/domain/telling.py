"""Decides upon an event once, however often it is delivered, and sends the mails that come of it.

What was decided is stored together with the mails that it makes, before any of them is sent: whatever breaks off in
between, the event's next delivery sends what is left, and decides nothing anew. A mail may then come twice; none is
lost.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Protocol

from fitbit_daily.domain.day import Calendar
from fitbit_daily.domain.events import Alarm, Ended
from fitbit_daily.domain.mails import Writer
from fitbit_daily.domain.notices import decide
from fitbit_daily.domain.told import Mail, Told
from fitbit_daily.errors import AwsUnavailable

# As many events at the same moment are not to be expected.
TRIES = 5


class ToldMeanwhile(Exception):
    """What is stored is not the version that was read: another event was decided upon."""


class Memory(Protocol):
    def read(self) -> Told:
        """What is stored; what it is at the very beginning where there is nothing."""

    def write(self, told: Told) -> None:
        """Stores it as the next version after its own; raises ToldMeanwhile where that is not what is stored."""


class Topic(Protocol):
    def publish(self, mail: Mail) -> None: ...


def tell(
    event: Ended | Alarm, *, memory: Memory, topic: Topic, writer: Writer, calendar: Calendar, now: datetime
) -> int:
    """How many mails were sent. Raises StepError where something is left to be done: the event must come again."""

    def hear(told: Told) -> Told:
        if event.key in told.heard:
            return told
        told, notices = decide(told, event, calendar=calendar, now=now)
        return told.having_heard(event.key, tuple(map(writer.write, notices)))

    mails = _change(memory, hear).heard[event.key]
    for mail in mails:
        topic.publish(mail)
        _change(memory, partial(Told.having_sent, event=event.key, mail=mail))
    return len(mails)


def _change(memory: Memory, change: Callable[[Told], Told]) -> Told:
    """What is stored then. Whoever comes second reads again, and decides over what the first has left."""
    for _ in range(TRIES):
        told = memory.read()
        changed = change(told)
        if changed == told:
            return told
        try:
            memory.write(changed)
        except ToldMeanwhile:
            continue
        return changed
    raise AwsUnavailable("What the owner was told is being changed by others all the time.")
