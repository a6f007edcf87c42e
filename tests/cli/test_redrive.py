"""./daily redrive: a failed execution goes on; or it is said why not, and what to type instead."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from fitbit_daily.domain.ledger import Status
from tests.cli.deployed_stack import DeployedStack, stack
from tests.cli.step_functions import MACHINE, ExecutionHistory, output, refusal

__all__ = ["stack"]

DAY = "2026-11-20"
RUN = f"./daily run --date {DAY}"


def goes_well(history: ExecutionHistory) -> ExecutionHistory:
    return history.leave("Tweet", output(DAY)).succeed(output(DAY))


@pytest.mark.parametrize("words", [(), (DAY,), ("by its name",)])
def test_the_execution_goes_on_and_is_followed_from_there(stack: DeployedStack, words: tuple[str, ...]) -> None:
    arn = stack.failed(DAY, by_hand=True)
    stack.steps.when_redriven = goes_well
    if words == ("by its name",):
        words = (arn.rpartition(":")[2],)
    told = stack.daily("redrive", *words)
    assert "✓ Tweet" in told and "activity: posted" in told
    assert "Choose date" not in told and "✗" not in told


def test_the_arn_of_an_execution_will_do_and_json_is_one_object(stack: DeployedStack) -> None:
    arn = stack.failed(DAY)
    stack.steps.when_redriven = goes_well
    assert json.loads(stack.daily("redrive", arn, "--json")) == output(DAY)


def test_one_that_fails_again_exits_with_1_and_its_remedy(stack: DeployedStack) -> None:
    stack.failed(DAY)
    stack.steps.when_redriven = lambda history: history.fail("XOutOfCredits", "Still no credits. Buy some.")
    assert "Still no credits. Buy some." in stack.daily("redrive", exit_code=1)


def test_without_an_argument_it_is_the_last_failure_that_nothing_has_made_good(stack: DeployedStack) -> None:
    stack.failed("2026-11-18")
    stack.failed("2026-11-19")
    stack.ran("2026-11-19", ago=timedelta(minutes=5))
    stack.steps.when_redriven = goes_well
    assert "Redriving 2026-11-18 from Tweet" in stack.type("redrive").stderr


def assert_refused(stack: DeployedStack, *words: str, says: str, command: str = RUN) -> None:
    told = stack.refused("redrive", *words)
    assert says in told and command in told
    assert "redrive_execution" not in stack.steps.calls


@pytest.mark.parametrize(
    ("past", "words", "says", "command"),
    [
        (
            lambda stack: stack.failed("2026-11-06"),
            ("2026-11-06",),
            "more than 14 days",
            "./daily run --date 2026-11-06",
        ),
        (lambda stack: stack.failed(DAY, redriveStatus="NOT_REDRIVABLE"), (), "does not let", RUN),
        (lambda stack: stack.failed(DAY, error="StateFromAnotherVersion"), (), "another version", RUN),
        (lambda stack: stack.waits(DAY), (DAY,), "still running, in Wait", f"./daily status {DAY}"),
        (lambda stack: made_good(stack), (DAY,), "made good since", RUN),
        (lambda stack: None, (), "has failed: there is nothing to redrive", "./daily status"),
        (lambda stack: None, (DAY,), "has failed: there is nothing to redrive", RUN),
        (lambda stack: None, ("nonsense",), "AWS knows no such execution", "./daily status"),
        (lambda stack: None, (f"{MACHINE}:x",), "AWS knows no such execution", "./daily status"),
    ],
)
def test_what_cannot_be_redriven_is_refused_with_what_to_type_instead(
    stack: DeployedStack, past: Callable[[DeployedStack], Any], words: tuple[str, ...], says: str, command: str
) -> None:
    past(stack)
    assert_refused(stack, *words, says=says, command=command)


def made_good(stack: DeployedStack) -> None:
    stack.failed(DAY)
    stack.ran(DAY, ago=timedelta(minutes=5))


def test_a_day_that_a_new_execution_is_at_is_left_to_it(stack: DeployedStack) -> None:
    stack.failed(DAY)
    stack.works(DAY, ExecutionHistory(stack.clock()).enter("Tweet"))
    assert_refused(stack, says="still running", command=f"./daily status {DAY}")


def test_one_that_succeeded_has_nothing_to_redrive(stack: DeployedStack) -> None:
    arn = stack.ran(DAY)
    assert_refused(stack, arn, says="has succeeded")


@pytest.mark.parametrize("words", [(), (DAY,)])
def test_a_preview_that_failed_later_hides_no_failure_and_is_none(stack: DeployedStack, words: tuple[str, ...]) -> None:
    stack.failed_dry(DAY, ago=timedelta(minutes=5))
    assert "nothing to redrive" in stack.refused("redrive", *words)
    stack.failed(DAY, ago=timedelta(hours=1))
    stack.steps.when_redriven = goes_well
    assert "✓ Tweet" in stack.daily("redrive", *words)


def test_a_post_that_was_forced_in_vain_can_be_redriven(stack: DeployedStack) -> None:
    stack.failed(DAY)
    for kind in ("activity", "sleep"):
        stack.write(DAY, kind, Status.NOT_POSTED, generation=2)
    stack.steps.when_redriven = goes_well
    assert f"Redriving {DAY} from Tweet" in stack.type("redrive", DAY).stderr


def test_a_refusal_of_aws_is_told_with_the_command_that_serves_instead(stack: DeployedStack) -> None:
    stack.failed(DAY)
    stack.steps.redrive_error = refusal("ExecutionNotRedrivable", "its definition is gone.")
    told = stack.refused("redrive")
    assert "its definition is gone." in told and f"./daily run --date {DAY}" in told


def test_the_local_stack_cannot_redrive_and_says_so(stack: DeployedStack, monkeypatch: pytest.MonkeyPatch) -> None:
    stack.failed(DAY)
    stack.steps.redrive_error = refusal("500", "<html>")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("LEDGER_TABLE", "ledger")
    told = stack.refused("redrive")
    assert told == f"The local stack cannot redrive. Start a new one with: ./daily run --date {DAY}"
