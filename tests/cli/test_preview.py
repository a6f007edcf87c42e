"""./daily preview: the posts that a day would make, and nothing else."""

from __future__ import annotations

import json

from tests.cli.deployed_stack import OUT_OF_CREDITS, DeployedStack, stack
from tests.cli.step_functions import STEPS, ExecutionHistory, output

__all__ = ["stack"]

DAY = "2026-11-20"


def test_it_is_a_dry_run_shown_as_posts_alone(stack: DeployedStack) -> None:
    stack.write(DAY, "activity", post_id="4711")
    told = stack.daily("preview", "--date", DAY)
    assert json.loads(stack.steps.executions[0]["input"]) == {"date": DAY, "dry_run": True}
    assert "--- activity: posted already, id 4711" in told
    assert "--- sleep: would be posted" in told and f"text of the sleep of {DAY}" in told
    assert not any(step in told for step in STEPS)


def test_without_a_date_the_workflow_chooses_yesterday(stack: DeployedStack) -> None:
    assert stack.daily("preview").startswith("2026-11-21, nothing is posted")
    assert json.loads(stack.steps.executions[0]["input"]) == {"dry_run": True}


def test_a_day_that_is_not_complete_says_so_and_why_a_post_would_not_be_made(stack: DeployedStack) -> None:
    told = output(DAY, status="dry_run", complete=False, skipped=["sleep"])
    stack.steps.upcoming = [lambda day, history: history.do(*STEPS).succeed(told)]
    shown = stack.daily("preview")
    assert "not final" in shown and "No sleep post: no number is known." in shown


def fails(day: str, history: ExecutionHistory) -> ExecutionHistory:
    return history.do("Choose date").enter("Refresh token").fail("AuthorizationLost", OUT_OF_CREDITS.format(day))


def test_a_failure_is_told_with_its_remedy_and_exits_with_1(stack: DeployedStack) -> None:
    stack.steps.upcoming = [fails]
    told = stack.daily("preview", "--date", DAY, exit_code=1)
    assert "Refresh token: AuthorizationLost" in told and f"type: ./daily run --date {DAY}" in told
    assert "console.aws.amazon.com" in told


def test_as_json_it_is_the_executions_output_or_its_error(stack: DeployedStack) -> None:
    assert json.loads(stack.daily("preview", "--date", DAY, "--json")) == output(DAY, status="dry_run")
    stack.steps.upcoming = [fails]
    told = json.loads(stack.daily("preview", "--json", exit_code=1))
    assert (told["error"], told["step"]) == ("AuthorizationLost", "Refresh token")
