"""./daily doctor on the last two weeks: the last success, what failed, which days are missing."""

from __future__ import annotations

import json
from datetime import timedelta

from tests.cli.deployed_stack import DeployedStack, stack
from tests.cli.examined import bad, rows, well
from tests.cli.step_functions import ExecutionHistory

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


def test_each_missing_day_says_why_and_until_when_it_is_tried_by_itself(stack: DeployedStack) -> None:
    stack.posted_all_but("2026-11-18", "2026-11-20")
    stack.failed("2026-11-20")
    missing = rows(stack, exit_code=1)["Missing days"]
    says = (
        "2026-11-18 (nothing has started it), not tried again by itself; "
        "2026-11-20 (XOutOfCredits), tried again by itself until Tue 2026-11-24 00:10"
    )
    assert (missing["says"], missing["remedy"]) == (says, "./daily run --missing")
    stack.ledger.pause(stack.clock() - timedelta(hours=1))
    told = rows(stack, exit_code=1)["Missing days"]["says"]
    assert told.endswith("2026-11-20 (XOutOfCredits), not tried again by itself"), "nor while it is paused"


def test_a_failure_whose_day_is_under_way_again_is_left_to_that(stack: DeployedStack) -> None:
    stack.posted_all_but("2026-11-20")
    stack.failed("2026-11-20")
    stack.waits("2026-11-20")
    assert rows(stack, exit_code=0)["Failures"]["state"] == "good"


def test_a_new_stack_whose_nights_fail_has_no_missing_day_but_a_failure(stack: DeployedStack) -> None:
    stack.steps.created = stack.clock() - timedelta(hours=30)
    stack.failed("2026-11-20")
    found = rows(stack, exit_code=1)
    assert found["Failures"]["state"] == "bad" and "no day is due yet" in found["Missing days"]["says"]


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
    stack.steps.created = stack.clock() - timedelta(minutes=10)
    found = rows(stack, exit_code=0)
    assert "none yet" in found["Last success"]["says"] and found["Missing days"]["state"] == "good"


def test_a_pause_is_told_and_excuses_the_silence(stack: DeployedStack) -> None:
    stack.is_due_since("2026-11-10")
    stack.ran("2026-11-10")
    stack.ledger.pause(stack.night_after("2026-11-11") - timedelta(hours=1))
    found = rows(stack, exit_code=0)
    assert "since Wed 2026-11-11 23:10" in found["Paused"]["says"] and found["Paused"]["remedy"] == "./daily resume"
    assert found["Missing days"]["state"] == found["Last success"]["state"] == "good"


def test_what_a_person_started_sees_fail_an_input_that_made_no_sense_and_a_dry_run_are_no_failures(
    well: DeployedStack,
) -> None:
    for name, given, error in (
        ("2021-05-23-by-hand-x", {"date": "2021-05-23"}, "XOutOfCredits"),
        ("a", {"date": "2999-01-01"}, "InvalidInput"),
        ("b", {"dry_run": True}, "AuthorizationLost"),
    ):
        well.steps.add(name, given, ExecutionHistory(well.clock()).enter("Tweet").fail(error, "no."), well.clock())
    assert rows(well, exit_code=0)["Failures"]["says"] == "none in the last 14 days"


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


def test_days_that_are_alike_are_told_at_once_with_until_when_the_last_of_them_is_tried_again(
    stack: DeployedStack,
) -> None:
    stack.posted_all_but(*NEVER_STARTED, "2026-11-20", "2026-11-21")
    for day in ("2026-11-20", "2026-11-21"):
        stack.failed(day)
    ahead = "ried again by themselves until Wed 2026-11-25 00:10 at the latest"
    told = stack.daily("status")
    assert "✗ 2026-11-10 to 2026-11-12: nothing has started it\n  Not tried again by itself.\n" in told
    assert f"✗ 2026-11-20, 2026-11-21: XOutOfCredits\n  T{ahead}.\n" in told and told.count("credits at X") == 1
    assert told.endswith("\n\nTo post what is missing, type: ./daily run --missing\n")
    says = rows(stack, exit_code=1)["Missing days"]["says"]
    assert says.endswith(f"; 2026-11-20, 2026-11-21 (XOutOfCredits), t{ahead}")


def test_a_preview_that_failed_is_no_failure_of_a_day_that_is_missing(stack: DeployedStack) -> None:
    stack.posted_all_but("2026-11-20")
    stack.failed_dry("2026-11-20", ago=timedelta(hours=1))
    assert rows(stack, exit_code=1)["Failures"]["says"] == "none in the last 14 days"
