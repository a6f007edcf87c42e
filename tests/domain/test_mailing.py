"""Mails are sent before they are remembered, by one at a time: whatever breaks off, none is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from fitbit_daily.domain.mailing import MAY_TAKE, TRIES, MemoryChanged, send_due_mails
from fitbit_daily.domain.mails import Mail, Writer
from fitbit_daily.domain.memory import Memory
from fitbit_daily.domain.notices import Look
from fitbit_daily.errors import AwsUnavailable
from tests.domain.happenings import PLACE, TOKYO, Owner, owner_after_a_good_night


class Broken(Exception):
    """The function's end, at some point or other."""


@dataclass
class Outside:
    """The memory and the topic. `breaks_at` counts the effects: that one does not come to pass, or is the last."""

    owner: Owner
    memory: Memory = field(default_factory=Memory)
    sent: list[Mail] = field(default_factory=list)
    effects: int = 0
    breaks_at: int | None = None
    after_it: bool = False
    meanwhile: list[Callable[[], object]] = field(default_factory=list)

    def read(self) -> Memory:
        return self.memory

    def write(self, memory: Memory) -> None:
        if self.meanwhile:
            self.meanwhile.pop()()
        with self:
            if memory.version != self.memory.version:
                raise MemoryChanged
            self.memory = replace(memory, version=memory.version + 1)

    def publish(self, mail: Mail) -> None:
        with self:
            self.sent.append(mail)

    def __enter__(self) -> None:
        self.effects += 1
        if self.effects == self.breaks_at and not self.after_it:
            raise Broken

    def __exit__(self, *_: object) -> None:
        if self.effects == self.breaks_at and self.after_it:
            raise Broken

    def look(self, minutes: float = 0) -> Look:
        sight = self.owner.sight()
        return replace(sight, now=sight.now + timedelta(minutes=minutes))

    def tell(self, minutes: float = 0) -> int:
        writer = Writer("en", "google_health", PLACE)
        return send_due_mails(
            lambda: self.look(minutes), store=self, mailer=self, writer=writer, calendar=TOKYO, catch_up_days=3
        )


@pytest.fixture
def outside() -> Outside:
    """Of which two mails come: a day that failed, and one that did so by something else."""
    owner = owner_after_a_good_night()
    owner.night("AuthorizationLost", look=False)
    owner.night("SourceUnavailable", look=False)
    return Outside(owner)


def test_what_is_told_is_remembered(outside: Outside) -> None:
    assert outside.tell() == 2 and len(outside.sent) == 2
    effects = outside.effects
    assert outside.tell() == 0 and outside.effects == effects, "nothing is written either"


@pytest.mark.parametrize("after_it", [False, True], ids=["before", "after"])
def test_wherever_it_breaks_off_the_next_look_sends_what_is_left(outside: Outside, after_it: bool) -> None:
    undisturbed = replace(outside, sent=[])
    undisturbed.tell()
    assert undisturbed.effects == 4
    for breaks_at in range(1, undisturbed.effects + 1):
        broken = replace(outside, sent=[], breaks_at=breaks_at, after_it=after_it)
        with pytest.raises(Broken):
            broken.tell()
        broken.tell(minutes=3)
        assert list(dict.fromkeys(broken.sent)) == undisturbed.sent
        assert len(broken.sent) <= 4 and broken.memory.sending_until is None


def test_who_comes_second_sends_nothing_while_the_first_is_at_it(outside: Outside) -> None:
    def second() -> None:
        with pytest.raises(AwsUnavailable):
            outside.tell()

    publish = outside.publish

    def slowly(mail: Mail) -> None:
        second()
        publish(mail)

    outside.publish = slowly  # type: ignore[method-assign]
    assert outside.tell() == 2
    assert len(outside.sent) == 2


def test_who_was_overtaken_looks_again(outside: Outside) -> None:
    outside.meanwhile = [outside.tell]
    assert outside.tell() == 0
    assert len(outside.sent) == 2


def test_what_could_not_be_sent_need_not_wait(outside: Outside) -> None:
    outside.breaks_at = 2
    with pytest.raises(Broken):
        outside.tell()
    assert outside.sent == [] and outside.tell() == 2


def test_who_was_killed_while_sending_is_waited_for_no_longer_than_it_can_live(outside: Outside) -> None:
    outside.memory = replace(outside.memory, sending_until=outside.owner.now + MAY_TAKE)
    with pytest.raises(AwsUnavailable):
        outside.tell(minutes=1)
    assert outside.tell(minutes=2) == 2


def test_who_never_gets_through_gives_up_so_that_it_is_tried_again(outside: Outside) -> None:
    def another() -> None:
        outside.memory = replace(outside.memory, version=outside.memory.version + 1)

    outside.meanwhile = [another] * TRIES
    with pytest.raises(AwsUnavailable):
        outside.tell()
    assert outside.meanwhile == [] and outside.sent == []
    outside.meanwhile = [another] * (TRIES - 1)
    assert outside.tell() == 2
