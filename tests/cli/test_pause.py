"""./daily pause and ./daily resume: the pause stands in the ledger."""

from __future__ import annotations

from datetime import timedelta

from fitbit_daily.domain.ledger import Pause
from tests.adapters.fixtures import START
from tests.cli.deployed_stack import DeployedStack, stack

__all__ = ["stack"]


def pauses(stack: DeployedStack) -> list[Pause]:
    return list(stack.ledger.rows(START.date()).pauses)


def test_a_pause_is_written_once_and_says_how_to_go_on(stack: DeployedStack) -> None:
    assert "./daily resume" in stack.daily("pause")
    stack.clock.turn(hours=1)
    told = stack.daily("pause")
    assert told == "It is paused already, since Sun 2026-11-22 00:10. To go on, type: ./daily resume\n"
    assert pauses(stack) == [Pause(START)]


def test_what_is_under_way_goes_on_and_is_named(stack: DeployedStack) -> None:
    stack.waits("2026-11-20")
    stack.ran("2026-11-19")
    told = stack.daily("pause")
    assert "2026-11-20 is under way, and goes on to its end: ./daily status 2026-11-20" in told
    assert "2026-11-19" not in told and "stop_execution" not in stack.steps.calls


def test_resume_ends_it_and_names_the_days_that_it_left_out(stack: DeployedStack) -> None:
    stack.daily("pause")
    stack.clock.turn(days=3)
    told = stack.daily("resume")
    assert "It goes on: the next start is at Thu 2026-11-26 00:10." in told
    assert "The pause has left out 2026-11-21 to 2026-11-24." in told
    assert pauses(stack) == [Pause(START, START + timedelta(days=3))]


def test_a_short_pause_leaves_out_no_day(stack: DeployedStack) -> None:
    assert stack.daily("resume").startswith("It was not paused: the next start is at ")
    stack.clock.turn(hours=1)
    stack.daily("pause")
    stack.clock.turn(hours=3)
    assert "left out" not in stack.daily("resume")
    assert len(pauses(stack)) == 1
