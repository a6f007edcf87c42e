"""Whatever fails wherever, and whoever runs at the same time: every post is made at most once, and once in the end.

Each try of an execution runs in a thread of its own, which stops before every effect (reading and writing the
ledger, posting, reading back) until the machine says how that effect ends and who goes on.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from fitbit_daily.domain import ledger
from fitbit_daily.domain.ledger import Status
from fitbit_daily.domain.posting import Sender, Sent
from fitbit_daily.domain.posts import Post
from fitbit_daily.errors import DuplicateOnTimeline, PostInProgress, PostOutcomeUnknown, RetryKeyExpired, StepError
from tests.domain.outside import DATE, DONE, FAILED, MINUTE, OUTCOMES, BlueskyWorld, Killed, LineWorld, World, settled

# How long Tweet's function may live; tests of the stack compare it with the lease.
FUNCTION = 2 * MINUTE


@dataclass
class Execution:
    """An execution, and its running try if it has one. What it wants to say does not change between tries."""

    name: str
    force: bool
    post: Post
    running: Try | None = None


@dataclass(repr=False)
class Try:
    """One run of the Lambda function, stopped before an effect."""

    world: World
    execution: Execution
    before: str = ""
    order: str | None = DONE
    result: Sent | BaseException | None = None
    _go: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    _stopped: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def __post_init__(self) -> None:
        self.ends_at = self.world.now + FUNCTION
        self.execution.running = self
        sender = self.world.sender(self.execution.name, force=self.execution.force, before=self._stop_before)
        threading.Thread(target=self._send, args=(sender,), daemon=True).start()
        self._stopped.acquire()

    def __repr__(self) -> str:
        return f"{self.execution.name} before {self.before!r}"

    def go_on(self, order: str | None) -> None:
        """Until the next effect, or the end; None kills the function before the effect it stands before."""
        self.order = order
        self._go.release()
        self._stopped.acquire()
        if self.result is not None:
            self.execution.running = None
            self._check()

    def _check(self) -> None:
        if isinstance(self.result, Sent):
            row = self.world.row()
            assert row.status is Status.POSTED or row.generation > 1
            assert self.result.status in ("posted", "already_posted")
            assert self.result.text in self.world.texts()
        else:
            # Anything else is the program's own mistake, or an assertion of the fakes.
            assert isinstance(self.result, StepError | Killed), repr(self.result)

    def _send(self, sender: Sender) -> None:
        try:
            self.result = sender.send(DATE, self.execution.post)
        except BaseException as error:
            self.result = error
        self._stopped.release()

    def _stop_before(self, effect: str) -> str:
        self.before = effect
        self._stopped.release()
        self._go.acquire()
        if self.order is None:
            raise Killed
        return self.order


class ExactlyOnce(RuleBasedStateMachine):
    world_of: ClassVar[type[World]] = World
    # What only a person can tell.
    asks: ClassVar[tuple[type[StepError], ...]] = (DuplicateOnTimeline,)

    def __init__(self) -> None:
        super().__init__()
        self.executions: list[Execution] = []
        self.world = self.world_of()

    @initialize(lag=st.sampled_from([330, 0, 60]), memory=st.sampled_from([0, 30, 1440]))
    def x_is_slow_or_forgetful(self, lag: int, memory: int) -> None:
        # Function, lateness and lag together stay within ledger.SETTLE_AFTER; beyond it, nobody could know.
        self.world.lag, self.world.memory = timedelta(seconds=lag), memory * MINUTE

    def running(self) -> list[Try]:
        return [execution.running for execution in self.executions if execution.running]

    def new_try(self, number: int, force: bool, says: str) -> Try:
        """Of a running execution its try; of another one the next try; of one that does not exist yet the first."""
        if number >= len(self.executions):
            self.executions.append(Execution(f"execution {number}", force, Post("activity", says)))
        execution = self.executions[min(number, len(self.executions) - 1)]
        return execution.running or Try(self.world, execution)

    @rule(number=st.integers(0, 3), force=st.booleans(), says=st.sampled_from("AB"))
    def start(self, number: int, force: bool, says: str) -> None:
        self.new_try(number, force, says)

    @rule(
        number=st.integers(0, 3),
        force=st.booleans(),
        says=st.sampled_from("AB"),
        at_x=st.sampled_from(OUTCOMES["post"]),
        reading_back=st.sampled_from([DONE, DONE, DONE, FAILED]),
        minutes=st.sampled_from([0, 0, 5, 11, 11, 60]),
    )
    def whole_try(self, number: int, force: bool, says: str, at_x: str, reading_back: str, minutes: int) -> None:
        self.time_passes(60 * minutes)
        which = self.new_try(number, force, says)
        while which.result is None:
            which.go_on({"post": at_x, "read back": reading_back}.get(which.before, DONE))

    @precondition(lambda self: self.running())
    @rule(data=st.data())
    def one_effect(self, data: st.DataObject) -> None:
        which = data.draw(st.sampled_from(self.running()))
        which.go_on(data.draw(st.sampled_from(OUTCOMES[which.before])))

    @precondition(lambda self: self.running())
    @rule(data=st.data())
    def killed(self, data: st.DataObject) -> None:
        data.draw(st.sampled_from(self.running())).go_on(None)

    @rule(seconds=st.sampled_from([20, 61, 241, 601, 660, 36_000, 86_400]))
    def time_passes(self, seconds: int) -> None:
        time = timedelta(seconds=seconds)
        for each in self.running():
            if self.world.now + time >= each.ends_at:
                each.go_on(None)
        self.world.wait(time)

    def can_be_settled(self) -> bool:
        if not self.world.rows or self.running():
            return False
        row = self.world.row()
        return row.may_be_there and not ledger.too_early_to_settle(row, self.world.now)

    @precondition(can_be_settled)
    @rule()
    def a_person_settles(self) -> None:
        settled(self.world)

    @invariant()
    def no_generation_is_posted_twice(self) -> None:
        generations = [taken.generation for taken in self.world.taken]
        assert len(set(generations)) == len(generations)

    @invariant()
    def no_text_is_posted_twice(self) -> None:
        assert len(set(self.world.texts())) == len(self.world.texts())

    @invariant()
    def a_day_is_posted_again_only_once_for_each_execution_that_was_told_to(self) -> None:
        forced = sum(execution.force for execution in self.executions)
        assert len(self.world.taken) <= 1 + forced

    @invariant()
    def only_one_execution_at_a_time_is_about_to_post(self) -> None:
        assert sum(each.before == "post" for each in self.running()) <= 1

    def teardown(self) -> None:
        """Once nothing fails any more, it is soon posted, and then nothing is ever sent again."""
        for each in self.running():
            each.go_on(None)
        self.executions.append(Execution("the last one", False, Post("activity", "C")))
        for _ in range(4):
            self.world.wait(11 * MINUTE)
            last = Try(self.world, self.executions[-1])
            while last.result is None:
                last.go_on(DONE)
            assert isinstance(last.result, (Sent, PostInProgress, PostOutcomeUnknown, *self.asks))
            if isinstance(last.result, self.asks):
                settled(self.world)
        assert isinstance(last.result, Sent)
        assert last.result.text in self.world.texts()
        # What became of a forced one is its starter's affair.
        assert len(self.world.taken) == 1 or any(execution.force for execution in self.executions)
        self.no_generation_is_posted_twice()
        self.no_text_is_posted_twice()
        self.a_day_is_posted_again_only_once_for_each_execution_that_was_told_to()
        requests = self.world.requests
        for execution in self.executions[:-1]:
            if not execution.force:
                again = Try(self.world, execution)
                while again.result is None:
                    again.go_on(DONE)
        assert self.world.requests == requests


class AtBluesky(ExactlyOnce):
    """The record's address knows the same record for ever: nobody is ever asked."""

    world_of = BlueskyWorld
    asks = ()

    @invariant()
    def nothing_else_is_ever_at_the_address(self) -> None:
        assert isinstance(self.world, BlueskyWorld) and self.world.refused == []

    @invariant()
    def nobody_is_asked(self) -> None:
        asked = [each.failure for each in self.world.rows.values() if each.failure in PEOPLE]
        assert not asked


class AtLine(ExactlyOnce):
    """A retry key lives for a day: within it nobody is asked."""

    world_of = LineWorld
    asks = (RetryKeyExpired,)

    @invariant()
    def nobody_is_asked_within_a_day(self) -> None:
        for row in self.world.rows.values():
            if row.failure in PEOPLE:
                assert row.first_attempt_at and self.world.now >= row.first_attempt_at + timedelta(hours=23, minutes=58)


PEOPLE = (DuplicateOnTimeline.__name__, RetryKeyExpired.__name__)

# Shrinking takes minutes, for every step is a switch of threads: for the shortest way to a failure, add Phase.shrink.
_settings = settings(max_examples=60, stateful_step_count=20, phases=[Phase.explicit, Phase.reuse, Phase.generate])
TestExactlyOnce, TestAtBluesky, TestAtLine = ExactlyOnce.TestCase, AtBluesky.TestCase, AtLine.TestCase
TestExactlyOnce.settings = TestAtBluesky.settings = TestAtLine.settings = _settings


@pytest.mark.thorough
@pytest.mark.parametrize("machine", [ExactlyOnce, AtBluesky, AtLine])
def test_and_in_many_more_ways(machine: type[ExactlyOnce]) -> None:
    run_state_machine_as_test(machine, settings=settings(_settings, max_examples=1000))
