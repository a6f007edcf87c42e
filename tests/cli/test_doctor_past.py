"""./daily doctor on the last two weeks: the last success, what failed, which days are missing."""

from __future__ import annotations

from datetime import timedelta

from tests.cli.deployed_stack import DeployedStack, stack
from tests.cli.examined import bad, rows, well
from tests.cli.step_functions import History

__all__ = ["stack", "well"]


def test_a_failure_is_bad_until_its_day_is_posted(stack: DeployedStack) -> None:
    stack.posted_all_but("2026-11-18")
    stack.ran("2026-11-21", ago=timedelta(minutes=1))
    stack.failed("2026-11-18")
    found = rows(stack, exit_code=1)
    assert "2026-11-18" in found["Failures"]["says"] and found["Failures"]["remedy"] == "./daily status 2026-11-18"
    assert found["Missing days"]["says"] == "2026-11-18"
    assert found["Missing days"]["remedy"] == "./daily run --missing --days 4"
    stack.ran("2026-11-18", ago=timedelta(hours=1))
    assert rows(stack, exit_code=0)["Failures"]["says"] == "1 in the last 14 days, all posted since"


def test_a_failure_that_was_settled_by_hand_is_none_any_more(stack: DeployedStack) -> None:
    stack.posted_all_but()
    stack.ran("2026-11-21", ago=timedelta(minutes=1))
    stack.failed("2026-11-18")
    assert rows(stack, exit_code=0)["Failures"]["says"] == "1 in the last 14 days, all posted since"


def test_no_success_for_days_is_bad_but_not_while_one_waits_for_the_tracker(stack: DeployedStack) -> None:
    stack.posted_all_but()
    stack.ran("2026-11-17")
    assert "about 2026-11-17" in bad(stack, "Last success")
    stack.waits("2026-11-20")
    assert "2026-11-20 is under way" in rows(stack, exit_code=0)["Last success"]["says"]


def test_never_a_success_is_bad_once_it_has_been_deployed_for_two_days(stack: DeployedStack) -> None:
    stack.posted_all_but()
    assert "none in the last 14 days" in bad(stack, "Last success")


def test_an_input_that_made_no_sense_and_a_dry_run_that_failed_are_no_failures(well: DeployedStack) -> None:
    history = History(well.clock()).enter("Choose date").fail("InvalidInput", "no.")
    well.steps.add("a", {"date": "2999-01-01"}, history, well.clock())
    history = History(well.clock()).enter("Refresh token").fail("AuthorizationLost", "no.")
    well.steps.add("b", {"dry_run": True}, history, well.clock())
    assert rows(well, exit_code=0)["Failures"]["says"] == "none in the last 14 days"
