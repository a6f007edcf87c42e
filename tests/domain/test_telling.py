"""Each event is decided upon once; whatever breaks off, no mail is lost, and none is made anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from fitbit_daily.domain.events import Alarm, Ended, Facts
from fitbit_daily.domain.mails import Writer
from fitbit_daily.domain.telling import TRIES, ToldMeanwhile, tell
from fitbit_daily.domain.told import EVENTS_KEPT, Mail, Told
from fitbit_daily.errors import AwsUnavailable
from tests.domain.happenings import ARN, TOKYO, in_february, start_about

NOW = start_about(in_february(1))
FAILED = Ended("uuid-1 FAILED 1", f"{ARN}uuid-1", "FAILED", in_february(1), True, error="XOutOfCredits", step="Tweet")
# Of which four mails come.
FULL = Facts(complete=True, battery_low=True, history_failed=True, alerts={"a": True})
SUCCEEDED = Ended("uuid-2 SUCCEEDED 2", f"{ARN}uuid-2", "SUCCEEDED", in_february(2), True, facts=FULL)


class Broken(Exception):
    """The function's end, at some point or other."""


@dataclass
class Outside:
    """The memory and the topic. `breaks_at` counts the effects: that one does not come to pass, or is the last."""

    told: Told = field(default_factory=Told)
    sent: list[Mail] = field(default_factory=list)
    effects: int = 0
    breaks_at: int | None = None
    after_it: bool = False
    meanwhile: list[Callable[[], object]] = field(default_factory=list)

    def read(self) -> Told:
        return self.told

    def write(self, told: Told) -> None:
        if self.meanwhile:
            self.meanwhile.pop()()
        with self:
            if told.version != self.told.version:
                raise ToldMeanwhile
            self.told = replace(told, version=told.version + 1)

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

    def deliver(self, event: Ended | Alarm, days: float = 0) -> int:
        writer, now = Writer("en", "google_health"), NOW + timedelta(days=days)
        return tell(event, memory=self, topic=self, writer=writer, calendar=TOKYO, now=now)


def test_mails_are_stored_before_the_first_is_sent_and_forgotten_when_they_are() -> None:
    outside = Outside(breaks_at=2)
    with pytest.raises(Broken):
        outside.deliver(FAILED)
    (mail,) = outside.told.heard[FAILED.key]
    assert outside.sent == []
    assert outside.deliver(FAILED) == 1
    assert outside.sent == [mail] and outside.told.heard == {FAILED.key: ()}


def test_a_second_delivery_sends_nothing_and_writes_nothing() -> None:
    outside = Outside()
    assert outside.deliver(FAILED) == 1
    effects = outside.effects
    assert outside.deliver(FAILED, days=8) == 0
    assert (len(outside.sent), outside.effects) == (1, effects)


@pytest.mark.parametrize("after_it", [False, True], ids=["before", "after"])
def test_wherever_it_breaks_off_the_next_delivery_sends_the_rest_and_decides_nothing_anew(after_it: bool) -> None:
    undisturbed = Outside()
    undisturbed.deliver(FAILED)
    undisturbed.deliver(SUCCEEDED)
    assert len(undisturbed.sent) == 1 + 4
    for breaks_at in range(1, undisturbed.effects + 1):
        outside = Outside(breaks_at=breaks_at, after_it=after_it)
        for event in (FAILED, SUCCEEDED):
            try:
                outside.deliver(event)
            except Broken:
                outside.deliver(event, days=0.2)
        doubled = len(outside.sent) - len(undisturbed.sent)
        # Sent, but not yet forgotten: of a mail, rather two than none.
        assert doubled in (0, 1)
        assert list(dict.fromkeys(outside.sent)) == undisturbed.sent
        assert not any(outside.told.heard.values())


def test_a_redelivered_event_sends_nothing_of_another_one() -> None:
    outside = Outside(breaks_at=2)
    with pytest.raises(Broken):
        outside.deliver(FAILED)
    assert outside.deliver(replace(FAILED, key="another"), days=0.1) == 0
    assert outside.deliver(FAILED, days=0.2) == 1


def test_who_comes_second_decides_over_what_the_first_has_left() -> None:
    """Two executions that failed alike at the same moment: one mail."""
    outside = Outside()
    outside.meanwhile = [lambda: outside.deliver(replace(FAILED, key="the first"))]
    assert outside.deliver(FAILED) == 0
    assert len(outside.sent) == 1
    assert outside.told.heard == {"the first": (), FAILED.key: ()}


def test_who_never_gets_through_gives_up_so_that_the_event_is_delivered_again() -> None:
    outside = Outside()

    def another() -> None:
        outside.told = replace(outside.told, version=outside.told.version + 1)

    outside.meanwhile = [another] * TRIES
    with pytest.raises(AwsUnavailable):
        outside.deliver(FAILED)
    assert outside.meanwhile == [] and outside.sent == [] and outside.told.heard == {}
    outside.meanwhile = [another] * (TRIES - 1)
    assert outside.deliver(FAILED) == 1


def test_an_event_that_comes_again_after_it_was_forgotten_is_told_no_more_than_its_cause_is() -> None:
    outside = Outside()
    outside.deliver(FAILED)
    for number in range(EVENTS_KEPT):
        outside.deliver(replace(FAILED, key=f"{number}", day=in_february(2)))
    assert FAILED.key not in outside.told.heard
    assert outside.deliver(FAILED) == 0 and len(outside.sent) == 1
