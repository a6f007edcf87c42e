"""./daily redrive: a failed execution goes on; or it is said why not, and what to type instead."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from fitbit_daily.domain.ledger import Status
from tests.cli.deployed_stack import DeployedStack, stack
from tests.cli.step_functions import ExecutionHistory, output, refusal

__all__ = ["stack"]

DAY = "2026-11-20"


def goes_well(history: ExecutionHistory) -> ExecutionHistory:
    return history.leave("Tweet", output(DAY)).succeed(output(DAY))


@pytest.mark.parametrize("words", [(), (DAY,), (f"{DAY}-by-hand-x",)])
def test_the_execution_goes_on_and_is_followed_from_there(stack: DeployedStack, words: tuple[str, ...]) -> None:
    arn = stack.failed(DAY, by_hand=True)
    stack.steps.when_redriven = goes_well
    if words and words[0] != DAY:
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


def assert_refused(stack: DeployedStack, *words: str, says: str, command: str = f"./daily run --date {DAY}") -> None:
    told = stack.refused("redrive", *words)
    assert says in told and command in told
    assert "redrive_execution" not in stack.steps.calls


def test_older_than_14_days_is_too_late(stack: DeployedStack) -> None:
    stack.failed("2026-11-01")
    assert_refused(stack, "2026-11-01", says="more than 14 days ago", command="./daily run --date 2026-11-01")


def test_what_aws_marks_as_not_redrivable_is_refused(stack: DeployedStack) -> None:
    stack.failed(DAY, redriveStatus="NOT_REDRIVABLE")
    assert_refused(stack, says="does not let")


def test_state_of_another_version_needs_a_new_execution(stack: DeployedStack) -> None:
    stack.failed(DAY, error="StateFromAnotherVersion")
    assert_refused(stack, says="another version")


def test_one_that_is_still_running_is_left_alone(stack: DeployedStack) -> None:
    stack.waits(DAY)
    assert_refused(stack, DAY, says="still running, in Wait", command=f"./daily status {DAY}")


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


@pytest.mark.parametrize("words", [(), (DAY,)])
def test_without_a_failure_it_says_so(stack: DeployedStack, words: tuple[str, ...]) -> None:
    assert_refused(stack, *words, says="has failed: there is nothing to redrive", command="./daily ")


def test_a_failure_that_was_made_good_is_not_redriven(stack: DeployedStack) -> None:
    stack.failed(DAY)
    stack.ran(DAY, ago=timedelta(minutes=5))
    assert_refused(stack, DAY, says="made good since")


def test_a_failure_after_which_nothing_was_posted_is_not_made_good(stack: DeployedStack) -> None:
    stack.failed(DAY)
    stack.ran(DAY, told=output(DAY, skipped=["activity", "sleep"], complete=False), ago=timedelta(minutes=5))
    stack.steps.when_redriven = goes_well
    assert f"Redriving {DAY} from Tweet" in stack.type("redrive", DAY).stderr


def test_a_post_that_was_forced_in_vain_can_be_redriven(stack: DeployedStack) -> None:
    stack.failed(DAY)
    for kind in ("activity", "sleep"):
        stack.write(DAY, kind, Status.NOT_POSTED, generation=2)
    stack.steps.when_redriven = goes_well
    assert f"Redriving {DAY} from Tweet" in stack.type("redrive", DAY).stderr


@pytest.mark.parametrize("which", ["nonsense", "arn:aws:states:eu-central-1:123456789012:execution:fitbit-daily:x"])
def test_an_execution_that_aws_does_not_know_is_one_sentence(stack: DeployedStack, which: str) -> None:
    assert_refused(stack, which, says="AWS knows no such execution", command="./daily status")


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
