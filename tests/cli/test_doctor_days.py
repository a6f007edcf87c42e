"""./daily doctor on the last two weeks: the last success, what failed, which days are missing."""

from __future__ import annotations

from datetime import timedelta

from tests.cli.deployed_stack import DeployedStack, stack
from tests.cli.examined import bad, rows, well
from tests.cli.step_functions import ExecutionHistory, output

__all__ = ["stack", "well"]


def test_a_failure_is_bad_until_its_day_is_posted(stack: DeployedStack) -> None:
    stack.posted_all_but("2026-11-18")
    stack.failed("2026-11-18")
    found = rows(stack, exit_code=1)
    assert "2026-11-18" in found["Failures"]["says"] and found["Failures"]["remedy"] == "./daily status 2026-11-18"
    assert found["Missing days"]["says"] == "2026-11-18 (XOutOfCredits), not tried again by itself"
    assert found["Missing days"]["remedy"] == "./daily run --date 2026-11-18"
    stack.ran("2026-11-18", ago=timedelta(hours=1))
    assert rows(stack, exit_code=0)["Failures"]["says"] == "1 in the last 14 days, none of them open"


def test_a_failure_that_a_run_without_posts_followed_is_not_made_good(stack: DeployedStack) -> None:
    stack.posted_all_but("2026-11-20")
    stack.failed("2026-11-20")
    stack.ran("2026-11-20", told=output("2026-11-20", skipped=["activity", "sleep"], complete=False))
    found = rows(stack, exit_code=1)
    assert found["Failures"]["says"] == "not made good since: 2026-11-20"
    assert "2026-11-20 (the tracker had not synced)" in found["Missing days"]["says"]


def test_each_missing_day_says_why_and_until_when_it_is_tried_by_itself(stack: DeployedStack) -> None:
    stack.posted_all_but("2026-11-18", "2026-11-20")
    stack.failed("2026-11-20")
    missing = rows(stack, exit_code=1)["Missing days"]
    assert missing["says"] == (
        "2026-11-18 (nothing has started it), not tried again by itself; "
        "2026-11-20 (XOutOfCredits), tried again by itself until Tue 2026-11-24 00:10"
    )
    assert missing["remedy"] == "./daily run --missing"


def test_a_failure_whose_day_is_under_way_again_is_left_to_that(stack: DeployedStack) -> None:
    stack.posted_all_but("2026-11-20")
    stack.failed("2026-11-20")
    stack.waits("2026-11-20")
    assert rows(stack, exit_code=0)["Failures"]["state"] == "good"


def test_while_it_is_paused_no_missing_day_is_tried_by_itself(stack: DeployedStack) -> None:
    stack.posted_all_but("2026-11-20")
    stack.failed("2026-11-20")
    stack.ledger.pause(stack.clock() - timedelta(hours=1))
    assert rows(stack, exit_code=1)["Missing days"]["says"] == "2026-11-20 (XOutOfCredits), not tried again by itself"


def test_a_new_stack_whose_nights_fail_has_no_missing_day_but_a_failure(stack: DeployedStack) -> None:
    stack.steps.created = stack.clock() - timedelta(hours=30)
    stack.failed("2026-11-20")
    found = rows(stack, exit_code=1)
    assert found["Failures"]["state"] == "bad" and "no day is due yet" in found["Missing days"]["says"]


def test_whoever_starts_an_execution_about_the_distant_past_sees_it_fail(stack: DeployedStack) -> None:
    stack.posted_all_but()
    history = ExecutionHistory(stack.clock()).enter("Tweet").fail("XOutOfCredits", "no.")
    stack.steps.add("2021-05-23-by-hand-x", {"date": "2021-05-23"}, history, stack.clock())
    assert rows(stack, exit_code=0)["Failures"]["says"] == "none in the last 14 days"


def test_no_success_for_days_is_bad_but_not_while_one_waits_for_the_tracker(stack: DeployedStack) -> None:
    stack.is_due_since("2026-11-17")
    stack.ran("2026-11-17")
    found = rows(stack, exit_code=1)
    assert found["Last success"]["state"] == "bad" and "about 2026-11-17, Wed" in found["Last success"]["says"]
    stack.waits("2026-11-20")
    found = rows(stack, exit_code=1)
    assert found["Last success"]["state"] == "good" and "2026-11-20 is under way" in found["Last success"]["says"]


def test_never_a_success_is_bad_once_it_has_been_deployed_for_two_days(stack: DeployedStack) -> None:
    assert "none in the last 14 days" in bad(stack, "Last success")


def test_a_pause_is_told_and_excuses_the_silence(stack: DeployedStack) -> None:
    stack.is_due_since("2026-11-10")
    stack.ran("2026-11-10")
    stack.ledger.pause(stack.night_after("2026-11-11") - timedelta(hours=1))
    found = rows(stack, exit_code=0)
    assert "since Wed 2026-11-11 23:10" in found["Paused"]["says"] and found["Paused"]["remedy"] == "./daily resume"
    assert found["Missing days"]["state"] == found["Last success"]["state"] == "good"


def test_an_input_that_made_no_sense_and_a_dry_run_that_failed_are_no_failures(well: DeployedStack) -> None:
    history = ExecutionHistory(well.clock()).enter("Choose date").fail("InvalidInput", "no.")
    well.steps.add("a", {"date": "2999-01-01"}, history, well.clock())
    history = ExecutionHistory(well.clock()).enter("Refresh token").fail("AuthorizationLost", "no.")
    well.steps.add("b", {"dry_run": True}, history, well.clock())
    assert rows(well, exit_code=0)["Failures"]["says"] == "none in the last 14 days"


def test_a_preview_that_failed_is_no_failure_of_a_day_that_is_missing(stack: DeployedStack) -> None:
    stack.posted_all_but("2026-11-20")
    stack.failed_dry("2026-11-20", ago=timedelta(hours=1))
    assert rows(stack, exit_code=1)["Failures"]["says"] == "none in the last 14 days"
