"""./daily status: what the last executions did, and one day step by step."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from rich.console import Console

from cli.calendar import show_calendar
from cli.days import Days
from fitbit_daily.adapters.executions import console_link
from fitbit_daily.domain.days import Day, DayStatus, Rows
from fitbit_daily.domain.ledger import Status
from tests.cli.deployed_stack import DeployedStack, stack
from tests.cli.step_functions import STEPS, ExecutionHistory, output

__all__ = ["stack"]


def test_it_says_first_on_stderr_which_account_and_region_it_talks_to(stack: DeployedStack) -> None:
    done = stack.type("status")
    assert done.stderr == "Talking to AWS account 123456789012, region eu-central-1.\n"


def compact(day: str, status: str = "posted", **changed: Any) -> dict[str, Any]:
    posts = [{"kind": "day", "text": "text", "status": status, "destination": "x", "id": "17"}]
    return {"date": day, "complete": True, "posts": posts, "skipped": []} | changed


def test_each_execution_is_a_line_with_its_day_its_start_how_long_it_took_and_its_outcome(stack: DeployedStack) -> None:
    assert "./daily run" in stack.daily("status", "--executions"), "where there is none"
    nothing = [{"kind": "day", "reason": "nothing was recorded"}]
    stack.ran("2026-11-13", told=compact("2026-11-13", complete=False))
    stack.ran("2026-11-14", told=compact("2026-11-14", "already_posted"))
    stack.ran("2026-11-15", told=compact("2026-11-15", posts=[], skipped=nothing))
    stack.ran("2026-11-16")
    stack.ran("2026-11-17", told=output("2026-11-17", skipped=["sleep"], complete=False))
    stack.works("2026-11-18", ExecutionHistory(stack.night_after("2026-11-18")).enter("Tweet"))
    stack.waits("2026-11-19")
    arn = stack.failed("2026-11-20")
    stack.steps.calls.clear()
    lines = stack.daily("status", "--executions").splitlines()
    assert lines[:9] == [
        "Day         Started               Took  Outcome",
        "2026-11-20  Sat 2026-11-21 00:10  18 s  failed in Tweet: XOutOfCredits",
        "2026-11-19  Fri 2026-11-20 00:10        waiting to look again",
        "2026-11-18  Thu 2026-11-19 00:10        running: Tweet",
        "2026-11-17  Wed 2026-11-18 00:10  18 s  activity posted, no sleep, incomplete",
        "2026-11-16  Tue 2026-11-17 00:10  18 s  posted",
        "2026-11-15  Mon 2026-11-16 00:10  18 s  nothing to post",
        "2026-11-14  Sun 2026-11-15 00:10  18 s  already posted",
        "2026-11-13  Sat 2026-11-14 00:10  18 s  posted, incomplete",
    ]
    told = "\n".join(lines[9:])
    assert "X wants credits. Buy credits in X's developer console, then type: ./daily run --date 2026-11-20" in told
    assert console_link(arn) in told
    assert stack.steps.calls.count("list_executions") == 1
    assert stack.steps.calls.count("get_execution_history") == 3, "only of what has not succeeded"
    executions = json.loads(stack.daily("status", "--executions", "--last", "4", "--json"))["executions"]
    assert [each["date"] for each in executions] == [f"2026-11-{day}" for day in (20, 19, 18, 17)]
    failed = executions[0]
    assert (failed["step"], failed["error"], failed["cured"]) == ("Tweet", "XOutOfCredits", False)
    assert failed["console"].startswith("https://eu-central-1.console.aws.amazon.com/")


def test_a_failure_whose_day_is_settled_by_the_ledger_is_told_without_its_remedy(stack: DeployedStack) -> None:
    stack.failed("2026-11-18")
    stack.ran("2026-11-18", ago=timedelta(hours=1))
    stack.failed("2026-11-19")
    stack.ran("2026-11-19", told=output("2026-11-19", skipped=["activity", "sleep"]), ago=timedelta(hours=1))
    stack.ran("2026-11-20")
    stack.failed("2026-11-20", by_hand=True, ago=timedelta(minutes=5))
    told = stack.daily("status", "--executions")
    assert [line.rpartition("(")[2] for line in told.splitlines() if "XOutOfCredits" in line] == [
        "posted before)",
        "nothing to post)",
        "posted since)",
    ]
    assert "Buy credits" not in told


def test_a_pause_is_told_first_and_a_start_that_did_nothing_for_it(stack: DeployedStack) -> None:
    stack.ledger.pause(stack.clock() - timedelta(days=2))
    stack.ran("2026-11-20", told={"date": "2026-11-20", "paused": True, "posts": [], "skipped": []})
    told = stack.daily("status", "--executions")
    assert told.startswith("Paused since Fri 2026-11-20 00:10: ") and "./daily resume" in told
    assert "paused: nothing was done" in told
    assert json.loads(stack.daily("status", "--executions", "--json"))["paused_since"] == "2026-11-19T15:10:00+00:00"


def test_a_day_is_told_step_by_step_with_its_waits_and_retries_folded(stack: DeployedStack) -> None:
    history = ExecutionHistory(stack.night_after("2026-11-20"))
    for _ in range(3):
        history.do(*(STEPS[:4] if not history.at.minute > 40 else STEPS[1:4]))
        history.enter("Wait", "Wait", wait_seconds=1800).leave("Wait", kind="Wait")
    history.do(*STEPS[1:-1]).enter("Tweet").stumble("XUnavailable", "X could not be reached.\nType something.")
    history.stumble("XUnavailable", "X could not be reached.\nType something.").leave("Tweet", output("2026-11-20"))
    history.succeed(output("2026-11-20"))
    stack.steps.add("uuid", {"scheduled_time": "2026-11-20T15:10:00Z"}, history, stack.night_after("2026-11-20"))
    lines = stack.daily("status", "2026-11-20").splitlines()
    assert lines[1] == "2026-11-20: posted"
    assert "started by schedule Sat 2026-11-21 00:10:00 Asia/Tokyo" in lines[2]
    marks = [line.split()[1:3] for line in lines[3:] if line.startswith("  ")]
    assert [mark for mark, _ in marks] == ["✓", "✓", "✓", "✓", "…", "✓", "✓", "✓", "!", "✓"]
    assert any("Wait             not synced yet; waited 30 min, 3 times" in line for line in lines)
    assert any("XUnavailable: X could not be reached. Tried again, 2 times" in line for line in lines)


def test_the_attempt_that_ended_an_execution_is_told_once_with_its_remedy_and_then_its_redrive(
    stack: DeployedStack,
) -> None:
    arn = stack.failed("2026-11-20")
    told = stack.daily("status", "2026-11-20")
    assert "✗ Tweet            XOutOfCredits" in told
    assert "!" not in told and told.count("Buy credits") == 1
    history = ExecutionHistory(stack.clock())
    history.events = stack.steps.events_of[arn]
    history.add("ExecutionRedriven").leave("Tweet", output("2026-11-20")).succeed(output("2026-11-20"))
    told = stack.daily("status", "2026-11-20")
    assert told.index("✗ Tweet") < told.index("redriven by hand") < told.index("✓ Tweet")


def stopped(history: ExecutionHistory, state: str, sentence: str) -> ExecutionHistory:
    """A look that fails as often as it is retried, and the wait for the next one."""
    history.enter(state)
    for _ in range(5):
        history.stumble("LookAgain", f"{sentence}\nWait for it.")
    caught = {"look_again": {"Error": "LookAgain", "Cause": json.dumps({"errorMessage": f"{sentence}\nWait for it."})}}
    history.leave(state, caught)
    return history.enter("Wait", "Wait", wait_seconds=1800, **caught).leave("Wait", kind="Wait")


def test_looks_that_a_failing_source_stops_are_one_calm_line(stack: DeployedStack) -> None:
    history = ExecutionHistory(stack.night_after("2026-11-20")).do(*STEPS[:2])
    for _ in range(20):
        stopped(history, "Fetch activity", "SourceUnavailable: Google answered 503.").do("Refresh token")
    history.do(*STEPS[2:-1]).enter("Tweet").leave("Tweet", output("2026-11-20")).succeed(output("2026-11-20"))
    stack.steps.add("uuid", {"scheduled_time": "2026-11-20T15:10:00Z"}, history, stack.night_after("2026-11-20"))
    lines = [line for line in stack.daily("status", "2026-11-20").splitlines() if line.startswith("  ")][1:]
    assert [line.split()[1] for line in lines] == ["✓", "✓", "…", "✓", "✓", "✓", "✓", "✓", "✓"]
    assert "Fetch activity   looks again: SourceUnavailable: Google answered 503., 120 times" in lines[2]


def test_a_day_has_its_posts_as_the_ledger_has_them_with_the_addresses_of_all_generations(stack: DeployedStack) -> None:
    stack.write("2026-11-20", "activity", post_id="4711")
    lines = stack.daily("status", "2026-11-20").splitlines()
    assert lines[-3].split()[:4] == ["activity", "x", "posted", "1"]
    assert lines[-2].split() == ["sleep", "x", "not", "tried", "yet"]
    assert lines[-1] == "activity: https://x.com/i/status/4711"
    stack.write("2026-11-20", "sleep", Status.UNKNOWN, failure="PostOutcomeUnknown")
    stack.write("2026-11-20", "activity", post_id="4712", generation=2, incomplete=True)
    lines = stack.daily("status", "2026-11-20").splitlines()
    assert lines[-3].split()[:4] == ["sleep", "x", "unknown", "1"] and lines[-3].endswith("PostOutcomeUnknown")
    assert lines[-2:] == [
        "activity, generation 1: https://x.com/i/status/4711",
        "activity, generation 2: https://x.com/i/status/4712",
    ]
    assert "posted, incomplete" in lines[-4]


def test_a_dry_run_and_a_forced_one_are_marked(stack: DeployedStack) -> None:
    stack.ran("2026-11-20", dry_run=True)
    stack.steps.add(
        "forced",
        {"date": "2026-11-20", "force": True},
        ExecutionHistory(stack.clock()).do(*STEPS).succeed(output("2026-11-20")),
        stack.clock(),
    )
    printed = stack.daily("status", "2026-11-20")
    assert "started by hand, a dry run, " in printed and "started by hand, forced, " in printed


def test_a_preview_that_failed_is_not_made_good_by_the_post_of_its_day(stack: DeployedStack) -> None:
    stack.ran("2026-11-20")
    stack.failed_dry("2026-11-20", ago=timedelta(minutes=5))
    executions = json.loads(stack.daily("status", "--executions", "--json"))["executions"]
    assert [each["cured"] for each in executions] == [False, False]


def test_an_open_day_says_why_and_until_when_it_is_tried_by_itself(stack: DeployedStack) -> None:
    stack.is_due_since("2026-11-01")
    for day, tried in (
        ("2026-11-21", "tried again by itself until Wed 2026-11-25 00:10"),
        ("2026-11-13", "not tried again by itself"),
    ):
        stack.failed(day)
        says = f"By the ledger: open, because XOutOfCredits; {tried}; sooner, type: ./daily run --date {day}\n"
        assert says in stack.daily("status", day)


def test_what_has_become_of_a_day_is_the_ledgers_word(stack: DeployedStack) -> None:
    stack.posted_all_but("2026-11-20", "2026-11-21")
    stack.waits("2026-11-21")
    told = {day: json.loads(stack.daily("status", day, "--json")) for day in ("2026-11-19", "2026-11-20", "2026-11-21")}
    assert [each["status"] for each in told.values()] == ["posted", "missing", "waiting"]
    assert told["2026-11-20"]["failure"] == "NotStarted"
    assert told["2026-11-20"]["tried_again_until"] == "2026-11-24T00:10:00+09:00"
    assert told["2026-11-19"]["posts"][0]["destination"] == "x" and told["2026-11-19"]["posts"][0]["id"] == "17"


def test_the_executions_of_a_day_are_found_by_name_input_and_output(stack: DeployedStack) -> None:
    stack.ran("2026-11-20")
    stack.failed("2026-11-20", by_hand=True)
    stack.ran("2026-11-20", dry_run=True, ago=timedelta(hours=2))
    stack.failed("2026-11-19", by_hand=True)
    told = json.loads(stack.daily("status", "2026-11-20", "--json"))
    assert [each["date"] for each in told["executions"]] == ["2026-11-20"] * 3
    assert all(each["steps"] for each in told["executions"])


def test_an_execution_that_a_night_started_to_catch_up_says_so_and_is_found_by_its_name(stack: DeployedStack) -> None:
    history = ExecutionHistory(stack.clock()).do(*STEPS).succeed(output("2026-11-18"))
    given = {"date": "2026-11-18", "caught_up_by": "2026-11-21T15:00:00+00:00"}
    stack.steps.add("2026-11-18-caught-up-by-2026-11-21", given, history, stack.clock())
    assert "started to catch up Sun 2026-11-22 00:10:00" in stack.daily("status", "2026-11-18")
    stack.steps.calls.clear()
    stack.daily("status", "2026-11-17")
    assert "describe_execution" not in stack.steps.calls


def test_a_day_without_any_execution_says_so_and_what_to_type(stack: DeployedStack) -> None:
    told = stack.daily("status", "2026-05-01")
    assert "No execution about 2026-05-01 is known" in told and "./daily run --date 2026-05-01" in told
    assert "no day of the calendar" in stack.refused("status", "2026-02-30", exit_code=2)


def test_each_day_says_what_became_of_it_and_an_open_one_what_cures_it(stack: DeployedStack) -> None:
    stack.posted_all_but("2026-11-16", "2026-11-18", "2026-11-20", "2026-11-21", count=7)
    for kind in ("activity", "sleep"):
        stack.write("2026-11-16", kind, Status.NOTHING)
        stack.write("2026-11-20", kind, incomplete=kind == "sleep")
    stack.failed("2026-11-18")
    stack.waits("2026-11-21")
    lines = stack.daily("status", "--days", "8").splitlines()
    outcomes = ["not due", "posted", "nothing to post", "posted", "missing", "posted", "incomplete", "waiting"]
    assert [line.split(maxsplit=2)[2] for line in lines[:8]] == outcomes
    told = "\n".join(lines[8:])
    assert "Wed 2026-11-18: XOutOfCredits" in told and "./daily run --date 2026-11-18" in told
    assert "The credits at X are used up" in told and told.count("✗") == 1
    days = json.loads(stack.daily("status", "--json"))["days"]
    open_day = {"status": "missing", "failure": "XOutOfCredits", "tried_again_until": None}
    assert len(days) == 28 and days[-4] == {"date": "2026-11-18", **open_day}


def test_in_a_terminal_it_is_weeks_whose_signs_are_explained() -> None:
    days = [
        Day(date(2026, 11, 18), DayStatus.OPEN),
        Day(date(2026, 11, 19), DayStatus.WAITING),
        Day(date(2026, 11, 23), DayStatus.NOT_DUE),
    ]
    console = Console(force_terminal=True, width=80, color_system=None, record=True)
    show_calendar(console, Days(days, Rows({}, {}, {}, ())))
    assert console.export_text().splitlines() == [
        "            Mon Tue Wed Thu Fri Sat Sun",
        "2026-11-16           ✗   …              ",
        "2026-11-23   ·                          ",
        "",
        "✗ missing   … waiting   · not due",
    ]


DAY = "2026-11-20"


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
