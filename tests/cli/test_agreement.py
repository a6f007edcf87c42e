"""What is open, by whichever command somebody asks: status, doctor, run --missing and redrive name the same days."""

from __future__ import annotations

import json

from tests.cli.deployed_stack import DeployedStack, stack
from tests.cli.examined import rows

__all__ = ["stack"]

NEVER_STARTED = ("2026-11-10", "2026-11-11", "2026-11-12")


def missing_by_status(stack: DeployedStack) -> list[str]:
    days = json.loads(stack.daily("status", "--json"))["days"]
    return [day["date"] for day in days if day["status"] == "missing"]


def test_the_same_days_are_missing_for_all_of_them(stack: DeployedStack) -> None:
    stack.posted_all_but(*NEVER_STARTED, "2026-11-18")
    stack.failed("2026-11-18")
    assert missing_by_status(stack) == [*NEVER_STARTED, "2026-11-18"]
    found = rows(stack, exit_code=1)
    assert "2026-11-10 to 2026-11-12 (" in found["Missing days"]["says"]
    assert "2026-11-18 (XOutOfCredits)" in found["Missing days"]["says"]
    assert found["Failures"]["says"] == "not made good since: 2026-11-18"
    stack.steps.when_redriven = lambda history: history.fail("XOutOfCredits", "Still none. Buy some.")
    assert "Redriving 2026-11-18 from" in stack.type("redrive").stderr
    assert json.loads(stack.daily("run", "--missing", "--yes", "--json"))["missing"] == missing_by_status(stack)


def test_what_status_and_doctor_say_to_type_finds_them_all(stack: DeployedStack) -> None:
    stack.posted_all_but("2026-10-28", "2026-11-12", count=28)
    assert stack.daily("status").endswith("To post what is missing, type: ./daily run --missing --days 25\n")
    assert rows(stack, exit_code=1)["Missing days"]["remedy"] == "./daily run --date 2026-11-12"
    told = json.loads(stack.daily("run", "--missing", "--days", "25", "--json"))
    assert told["missing"] == ["2026-10-28", "2026-11-12"]


def test_days_that_are_alike_are_told_at_once(stack: DeployedStack) -> None:
    stack.posted_all_but(*NEVER_STARTED)
    told = stack.daily("status")
    assert "✗ 2026-11-10 to 2026-11-12: nothing has started it\n  Not tried again by itself.\n" in told
    assert told.endswith("\n\nTo post what is missing, type: ./daily run --missing\n")


def test_days_that_failed_alike_say_until_when_the_last_of_them_is_tried_again(stack: DeployedStack) -> None:
    stack.posted_all_but("2026-11-20", "2026-11-21")
    for day in ("2026-11-20", "2026-11-21"):
        stack.failed(day)
    ahead = "ried again by themselves until Wed 2026-11-25 00:10 at the latest"
    told = stack.daily("status")
    assert f"✗ 2026-11-20, 2026-11-21: XOutOfCredits\n  T{ahead}.\n" in told and told.count("credits at X") == 1
    found = rows(stack, exit_code=1)
    assert found["Missing days"]["says"] == f"2026-11-20, 2026-11-21 (XOutOfCredits), t{ahead}"


def test_a_night_that_failed_before_the_first_day_that_was_due_is_open_for_none(stack: DeployedStack) -> None:
    stack.failed("2026-11-17")
    stack.is_due_since("2026-11-18")
    for day in range(18, 22):
        stack.ran(f"2026-11-{day}")
    assert missing_by_status(stack) == []
    assert rows(stack, exit_code=0)["Failures"]["says"] == "1 in the last 14 days, none of them open"
