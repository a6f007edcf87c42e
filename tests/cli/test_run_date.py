"""./daily run --date of a day of which the ledger cannot know whether it is posted: a question comes first."""

from __future__ import annotations

import json

import pytest

from tests.cli.deployed_stack import DeployedStack, stack
from tests.cli.step_functions import STEPS, ExecutionHistory, output

__all__ = ["stack"]

BEFORE, YESTERDAY = "2026-11-15", "2026-11-21"


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.asking.somebody_is_there", lambda: True)


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize("due", [True, False])
def test_before_the_first_day_that_is_due_it_asks(stack: DeployedStack, due: bool) -> None:
    if due:
        stack.is_due_since("2026-11-16")
    refused = stack.refused("run", "--date", BEFORE, answers="n\n")
    assert refused == "Nothing was done." and stack.steps.days_started == []
    done = stack.type("run", "--date", BEFORE, answers="y\n")
    assert f"Whether {BEFORE} is posted already cannot be known" in done.stderr
    assert done.exit_code == 0 and stack.steps.days_started == [BEFORE]


@pytest.mark.parametrize("words", [(), ("--json",)])
def test_where_nobody_can_be_asked_it_is_refused_and_names_the_option(
    stack: DeployedStack, words: tuple[str, ...]
) -> None:
    told = stack.refused("run", "--date", BEFORE, *words)
    assert "cannot be known" in told and "--yes" in told and stack.steps.days_started == []


@pytest.mark.usefixtures("terminal")
def test_with_json_it_is_refused_on_a_terminal_too(stack: DeployedStack) -> None:
    assert "--yes" in stack.refused("run", "--date", BEFORE, "--json")


@pytest.mark.parametrize("words", [("--yes",), ("--dry-run",), ("--force",)])
def test_an_option_that_answers_it_or_posts_nothing_spares_the_question(
    stack: DeployedStack, words: tuple[str, ...]
) -> None:
    stack.daily("run", "--date", BEFORE, *words)
    assert stack.steps.days_started == [BEFORE]


@pytest.mark.parametrize("day", ["2026-11-16", "2026-11-20", YESTERDAY])
def test_a_day_that_was_due_is_known_to_the_ledger(stack: DeployedStack, day: str) -> None:
    stack.is_due_since("2026-11-16", "activity")
    stack.is_due_since("2026-11-20", "sleep")
    stack.daily("run", "--date", day)


def test_a_day_that_an_execution_has_begun_is_known_too(stack: DeployedStack) -> None:
    stack.failed(BEFORE)
    stack.daily("run", "--date", BEFORE)


def test_where_nothing_was_ever_posted_yesterday_is_posted_without_a_question(stack: DeployedStack) -> None:
    stack.daily("run", "--date", YESTERDAY)
    stack.daily("run")


def test_the_local_stack_posts_any_day_without_a_question(
    stack: DeployedStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    stack.daily("run", "--date", BEFORE)


def test_a_wait_for_a_source_that_fails_is_one_line_that_says_when_it_looks_next(stack: DeployedStack) -> None:
    def fails_at_first(day: str, history: ExecutionHistory) -> ExecutionHistory:
        caught = {"look_again": {"Error": "LookAgain", "Cause": json.dumps({"errorMessage": "XY: It is down.\nWait."})}}
        history.do(*STEPS[:2]).enter("Fetch activity").stumble("LookAgain", "XY: It is down.")
        history.stumble("LookAgain", "XY: It is down.").leave("Fetch activity", caught)
        history.enter("Wait", "Wait", wait_seconds=1800, **caught).leave("Wait", kind="Wait")
        return history.do(*STEPS[1:]).succeed(output(day))

    stack.steps.upcoming = [fails_at_first]
    lines = stack.daily("run").splitlines()
    assert [line.split()[0] for line in lines[:5]] == ["✓", "✓", "…", "✓", "✓"]
    assert lines[2].split(maxsplit=2)[2] == "XY: It is down; look 2 in 30 min"


@pytest.mark.parametrize("command", ["run", "preview"])
def test_a_day_that_is_not_over_is_refused_before_anything_starts(stack: DeployedStack, command: str) -> None:
    told = stack.refused(command, "--date", "2026-11-22", exit_code=2)
    assert told == "2026-11-22 is not over yet in Asia/Tokyo." and stack.steps.days_started == []
