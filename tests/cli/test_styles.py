"""The commands where days are posted in the compact style, and where the style was changed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fitbit_daily.domain.ledger import Status
from tests.cli.deployed_stack import DeployedStack, stack
from tests.cli.step_functions import STEPS, ExecutionHistory, output

__all__ = ["stack"]

DAY = "2026-11-20"


def compact(day: str, status: str = "posted", **changed: Any) -> dict[str, Any]:
    posts = [{"kind": "day", "text": f"text of {day}", "status": status, "destination": "x", "id": "17"}]
    return {"date": day, "complete": True, "posts": posts, "skipped": []} | changed


def nothing(day: str) -> dict[str, Any]:
    return compact(day, posts=[], skipped=[{"kind": "day", "reason": "nothing was recorded"}])


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        (compact(DAY), "posted"),
        (compact(DAY, complete=False), "posted, incomplete"),
        (compact(DAY, "already_posted"), "already posted"),
        (nothing(DAY), "nothing to post"),
        (output(DAY, skipped=["sleep"]), "activity posted, no sleep"),
    ],
)
def test_status_says_in_a_few_words_how_a_day_ended(stack: DeployedStack, told: dict[str, Any], outcome: str) -> None:
    stack.ran(DAY, told=told)
    (line,) = stack.daily("status", "--executions").splitlines()[1:]
    assert line.split("  ")[-1] == outcome


def test_a_day_has_its_one_post_as_the_ledger_has_it(stack: DeployedStack) -> None:
    stack.write(DAY, "day", post_id="4711")
    lines = stack.daily("status", DAY).splitlines()
    assert lines[-2].split()[:4] == ["day", "x", "posted", "1"] and lines[-1].endswith("/status/4711")


def test_a_day_is_missing_until_all_of_the_style_in_which_it_was_begun_is_posted(stack: DeployedStack) -> None:
    stack.posted_all_but("2026-11-16", "2026-11-17", "2026-11-18", "2026-11-19")
    stack.is_due_since("2026-11-18", "day")
    stack.write("2026-11-16", "activity")
    stack.write("2026-11-17", "day")
    stack.ran("2026-11-18", told=nothing("2026-11-18"))
    stack.write("2026-11-19", "day", Status.UNKNOWN)
    assert "2 of the last 14 days are missing: 2026-11-16, 2026-11-19" in stack.daily("run", "--missing")


def test_a_failure_is_cured_by_the_post_of_the_day(stack: DeployedStack) -> None:
    stack.failed(DAY, kinds=("day",))
    stack.write(DAY, "day", at=stack.clock())
    assert "(posted since)" in stack.daily("status", "--executions")


def test_the_price_of_missing_days_is_that_of_one_post_a_day(stack: DeployedStack) -> None:
    stack.environment["STYLE"] = "compact"
    stack.posted_all_but(*(f"2026-11-{day}" for day in range(10, 16)))
    assert "Up to 6 posts, for which X takes about $0.09" in stack.type("run", "--missing", answers="n\n").stderr


def test_the_post_of_the_day_can_be_settled_and_then_nothing_is_left_to_do(stack: DeployedStack) -> None:
    stack.write(DAY, "day", Status.UNKNOWN)
    told = stack.daily("settle", DAY, "day", "--posted", "4711")
    assert f"{DAY} is settled: nothing is left to do." in told


def test_preview_shows_the_one_post(stack: DeployedStack) -> None:
    stack.steps.upcoming = [lambda day, h: h.do(*STEPS).succeed(compact(day, "dry_run"))]
    told = stack.daily("preview")
    assert "--- day: would be posted, " in told and "text of 2026-11-21" in told


def without_history(day: str, stack: DeployedStack) -> ExecutionHistory:
    """Keep history stumbles three times, and is left out."""
    history = ExecutionHistory(stack.night_after(day)).do(*STEPS[:4]).enter("Keep history")
    for _ in range(3):
        history.stumble("AwsUnavailable", "AWS failed while reading the history: InternalServerError.\nType something.")
    failed: Any = {"history_failed": {"Error": "AwsUnavailable", "Cause": "{}"}}
    history.leave("Keep history", failed)
    for step in STEPS[5:]:
        history.enter(step, **failed).leave(step, failed if step != "Tweet" else output(day))
    return history.succeed(output(day))


def test_a_history_that_failed_is_told_by_run_and_the_posts_are_made(stack: DeployedStack) -> None:
    stack.steps.upcoming = [lambda day, h: without_history(day, stack)]
    lines = stack.daily("run", "--date", DAY, "--yes").splitlines()
    told = [line.strip() for line in lines if "Keep history" in line]
    sentence = "AwsUnavailable: AWS failed while reading the history: InternalServerError."
    assert told == [f"! Keep history     {sentence} Trying again."] * 2 + [
        f"! Keep history     {sentence} Going on without it."
    ]
    assert [line.split()[1] for line in lines if "✓" in line][-2:] == ["Format", "Tweet"]


def test_and_by_status_with_its_tries_folded(stack: DeployedStack) -> None:
    history = without_history(DAY, stack)
    stack.steps.add("uuid", {"date": DAY}, history, stack.night_after(DAY) + timedelta(seconds=1))
    lines = [line.split(maxsplit=1)[1] for line in stack.daily("status", DAY).splitlines() if "Keep history" in line]
    assert len(lines) == 2
    assert lines[0].startswith("! Keep history     AwsUnavailable: AWS failed while reading the history")
    assert "2 times" in lines[0]
    assert lines[1] == "✗ Keep history     AwsUnavailable: the workflow went on without it"
