"""./daily run --missing: the days that were never posted, oldest first."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from fitbit_daily.domain.ledger import Status
from tests.cli.deployed_stack import OUT_OF_CREDITS, DeployedStack, stack
from tests.cli.step_functions import STEPS, ExecutionHistory, output

__all__ = ["stack"]


def days_run(stack: DeployedStack) -> list[str]:
    return stack.steps.days_started


def test_the_missing_days_are_run_oldest_first_one_after_the_other(stack: DeployedStack) -> None:
    stack.posted_all_but("2026-11-19", "2026-11-12")
    told = stack.daily("run", "--missing")
    assert told.startswith("2 of the last 14 days are missing: 2026-11-12, 2026-11-19\n")
    assert days_run(stack) == ["2026-11-12", "2026-11-19"]
    assert told.index("2026-11-12 (1 of 2)") < told.index("2026-11-19 (2 of 2)")


def test_with_nothing_missing_it_says_so_and_runs_nothing(stack: DeployedStack) -> None:
    stack.posted_all_but()
    assert stack.daily("run", "--missing") == "None of the last 14 days is missing.\n"
    assert json.loads(stack.daily("run", "--missing", "--json")) == {"missing": [], "runs": []}
    assert stack.steps.executions == []


def test_a_day_of_which_one_post_is_missing_is_missing(stack: DeployedStack) -> None:
    stack.posted_all_but("2026-11-19")
    stack.write("2026-11-19", "activity")
    stack.write("2026-11-19", "sleep", Status.UNKNOWN)
    stack.daily("run", "--missing")
    assert days_run(stack) == ["2026-11-19"]


def test_a_day_with_nothing_to_post_is_not_missing(stack: DeployedStack) -> None:
    stack.posted_all_but("2026-11-18", "2026-11-19")
    stack.ran("2026-11-18", told=output("2026-11-18", skipped=["sleep"]))
    stack.ran("2026-11-19", told=output("2026-11-19", skipped=["activity", "sleep"]))
    assert "None" in stack.daily("run", "--missing")


def test_a_day_given_up_before_the_tracker_had_synced_is_missing(stack: DeployedStack) -> None:
    stack.posted_all_but("2026-11-19")
    stack.ran("2026-11-19", told=output("2026-11-19", skipped=["activity", "sleep"], complete=False))
    stack.daily("run", "--missing")
    assert days_run(stack) == ["2026-11-19"]


def test_an_execution_that_says_it_posted_proves_nothing(stack: DeployedStack) -> None:
    stack.posted_all_but("2026-11-19")
    stack.ran("2026-11-19", dry_run=True)
    stack.daily("run", "--missing")
    assert days_run(stack) == ["2026-11-19"]


def test_a_day_that_is_under_way_is_named_and_left_to_its_execution(stack: DeployedStack) -> None:
    stack.posted_all_but("2026-11-21")
    stack.waits("2026-11-21")
    told = stack.daily("run", "--missing")
    assert "2026-11-21 is under way already: ./daily status 2026-11-21" in told and days_run(stack) == []


def test_what_the_ledger_calls_under_way_is_missing_once_its_execution_has_ended(stack: DeployedStack) -> None:
    stack.posted_all_but("2026-11-21")
    stack.failed("2026-11-21")
    stack.daily("run", "--missing")
    assert days_run(stack) == ["2026-11-21"]


def test_a_stack_that_never_posted_has_no_missing_day_and_says_so(stack: DeployedStack) -> None:
    stack.failed("2026-11-20")
    told = stack.daily("run", "--missing", "--yes")
    assert "Nothing was ever posted from here" in told and days_run(stack) == []


def test_days_before_the_first_that_was_posted_from_here_are_not_missing(stack: DeployedStack) -> None:
    stack.is_due_since("2026-11-20")
    stack.daily("run", "--missing")
    assert days_run(stack) == ["2026-11-20"]


def test_days_of_a_pause_are_not_missing(stack: DeployedStack) -> None:
    stack.posted_all_but("2026-11-17", "2026-11-18", "2026-11-19")
    stack.ledger.pause(stack.night_after("2026-11-18") - timedelta(hours=1))
    assert "missing: 2026-11-17" in stack.daily("run", "--missing")


def test_days_says_how_far_back_and_reaches_30_at_most(stack: DeployedStack) -> None:
    stack.posted_all_but("2026-11-01", "2026-10-23", count=30)
    assert "None of the last 10 days" in stack.daily("run", "--missing", "--days", "10")
    stack.daily("run", "--missing", "--days", "30")
    assert days_run(stack) == ["2026-10-23", "2026-11-01"]
    stack.refused("run", "--missing", "--days", "31", exit_code=2)


FOUR = ("2026-11-12", "2026-11-13", "2026-11-14", "2026-11-15")


@pytest.mark.parametrize("answers", ["n\n", "", "\n"])
def test_more_than_three_days_are_posted_only_after_a_yes(stack: DeployedStack, answers: str) -> None:
    stack.posted_all_but(*FOUR)
    done = stack.type("run", "--missing", answers=answers)
    assert done.exit_code == 1 and days_run(stack) == []
    assert "Up to 8 posts, for which X takes about $0.12" in done.stderr and "--yes" in done.stderr


@pytest.mark.parametrize(("words", "answers"), [(("--yes",), ""), ((), "y\n"), (("--dry-run",), "")])
def test_a_yes_posts_them_all_and_a_dry_run_needs_none(
    stack: DeployedStack, words: tuple[str, ...], answers: str
) -> None:
    stack.posted_all_but(*FOUR)
    stack.daily("run", "--missing", *words, answers=answers)
    assert days_run(stack) == list(FOUR)


def fails_with(error: str) -> Callable[[str, ExecutionHistory], ExecutionHistory]:
    return lambda day, history: history.enter("Tweet").fail(error, OUT_OF_CREDITS.format(day))


def test_what_the_next_day_would_fail_with_too_ends_it_and_says_which_days_are_left(stack: DeployedStack) -> None:
    stack.posted_all_but(*FOUR[:3])
    stack.steps.upcoming = [fails_with("XOutOfCredits")]
    told = stack.daily("run", "--missing", exit_code=1)
    assert days_run(stack) == ["2026-11-12"]
    assert "Not tried, because the same would happen: 2026-11-13, 2026-11-14." in told


@pytest.mark.parametrize("error", ["XRateLimited", "XSpendCapReached", "AuthorizationLost", "ApiNotEnabled"])
def test_so_do_a_rate_limit_and_what_a_person_must_mend(stack: DeployedStack, error: str) -> None:
    stack.posted_all_but(*FOUR[:2])
    stack.steps.upcoming = [fails_with(error)]
    stack.daily("run", "--missing", exit_code=1)
    assert days_run(stack) == [FOUR[0]]


@pytest.mark.parametrize("error", ["PostRejected", "DuplicateOnTimeline", "SourceUnavailable", "TIMED_OUT"])
def test_what_is_wrong_with_one_day_alone_or_passes_does_not_keep_the_others(stack: DeployedStack, error: str) -> None:
    stack.posted_all_but(*FOUR[:2])
    stack.steps.upcoming = [fails_with(error)]
    stack.daily("run", "--missing", exit_code=1)
    assert len(days_run(stack)) == 2


def test_as_json_it_is_one_object_with_each_days_output_or_error(stack: DeployedStack) -> None:
    stack.posted_all_but(*FOUR[:2])
    stack.steps.upcoming = [fails_with("PostRejected")]
    told = json.loads(stack.daily("run", "--missing", "--json", exit_code=1))
    assert told["missing"] == list(FOUR[:2])
    assert [each.get("error") for each in told["runs"]] == ["PostRejected", None]
    assert told["runs"][1] == output(FOUR[1])


@pytest.mark.parametrize(
    "words",
    [("--missing", "--date", "2026-11-20"), ("--missing", "--force"), ("--days", "3")],
)
def test_options_that_do_not_go_together_are_wrong_usage(stack: DeployedStack, words: tuple[str, ...]) -> None:
    assert "--missing" in stack.refused("run", *words, exit_code=2)
    assert stack.steps.executions == []


def test_ctrl_c_leaves_the_execution_running_starts_no_other_and_says_so(
    stack: DeployedStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack.posted_all_but(*FOUR[:2])

    def interrupt(seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("time.sleep", interrupt)
    stack.steps.upcoming = [lambda day, history: history.do(*STEPS[:3])]
    done = stack.type("run", "--missing")
    assert done.exit_code == 130 and "goes on without you" in done.stderr
    assert days_run(stack) == [FOUR[0]]
