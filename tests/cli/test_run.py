"""./daily run --missing: the days that were never posted, oldest first."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from rich.console import Console

from cli.moments import Reader
from cli.progress import show_progress
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
    assert "✗" not in stack.daily("status")
    assert json.loads(stack.daily("run", "--missing", "--json")) == {"missing": [], "runs": []}
    assert stack.steps.executions == []


def test_a_day_that_is_under_way_is_named_and_left_to_its_execution(stack: DeployedStack) -> None:
    stack.posted_all_but("2026-11-21")
    stack.waits("2026-11-21")
    told = stack.daily("run", "--missing")
    assert "2026-11-21 is under way already: ./daily status 2026-11-21" in told and days_run(stack) == []


def test_a_stack_that_never_posted_has_no_missing_day_and_says_so(stack: DeployedStack) -> None:
    stack.failed("2026-11-20")
    told = stack.daily("run", "--missing", "--yes")
    assert "Nothing was ever posted from here" in told and days_run(stack) == []


def test_days_says_how_far_back_and_reaches_30_at_most(stack: DeployedStack) -> None:
    stack.posted_all_but("2026-11-01", "2026-10-23", count=30)
    assert "None of the last 10 days" in stack.daily("run", "--missing", "--days", "10")
    stack.daily("run", "--missing", "--days", "30")
    assert days_run(stack) == ["2026-10-23", "2026-11-01"]
    stack.refused("run", "--missing", "--days", "31", exit_code=2)


FOUR = ("2026-11-17", "2026-11-18", "2026-11-19", "2026-11-20")


def test_more_than_three_days_are_posted_only_after_a_yes(stack: DeployedStack) -> None:
    stack.is_due_since(FOUR[0])
    for answers in ("n\n", "", "\n"):
        done = stack.type("run", "--missing", answers=answers)
        assert done.exit_code == 1 and days_run(stack) == []
        assert "Up to 8 posts, for which X takes about $0.12" in done.stderr and "--yes" in done.stderr


@pytest.mark.parametrize(("words", "answers"), [(("--yes",), ""), ((), "y\n"), (("--dry-run",), "")])
def test_a_yes_posts_them_all_and_a_dry_run_needs_none(
    stack: DeployedStack, words: tuple[str, ...], answers: str
) -> None:
    stack.is_due_since(FOUR[0])
    stack.daily("run", "--missing", *words, answers=answers)
    assert days_run(stack) == list(FOUR)


def fails_with(error: str) -> Callable[[str, ExecutionHistory], ExecutionHistory]:
    return lambda day, history: history.enter("Tweet").fail(error, OUT_OF_CREDITS.format(day))


def test_what_the_next_day_would_fail_with_too_ends_it_and_says_which_days_are_left(stack: DeployedStack) -> None:
    stack.posted_all_but(*FOUR[:3])
    stack.steps.upcoming = [fails_with("XOutOfCredits")]
    told = stack.daily("run", "--missing", exit_code=1)
    assert days_run(stack) == [FOUR[0]]
    assert f"Not tried, because the same would happen: {FOUR[1]}, {FOUR[2]}." in told


@pytest.mark.parametrize(
    ("error", "tried"),
    [("XRateLimited", 1), ("AuthorizationLost", 1), ("PostRejected", 2), ("DuplicateOnTimeline", 2), ("TIMED_OUT", 2)],
)
def test_so_does_what_a_person_must_mend_but_not_what_is_wrong_with_one_day_or_passes(
    stack: DeployedStack, error: str, tried: int
) -> None:
    stack.posted_all_but(*FOUR[:2])
    stack.steps.upcoming = [fails_with(error)]
    stack.daily("run", "--missing", exit_code=1)
    assert len(days_run(stack)) == tried


def test_as_json_it_is_one_object_with_each_days_output_or_error(stack: DeployedStack) -> None:
    stack.posted_all_but(*FOUR[:2])
    stack.steps.upcoming = [fails_with("PostRejected")]
    told = json.loads(stack.daily("run", "--missing", "--json", exit_code=1))
    assert told["missing"] == list(FOUR[:2])
    assert [each.get("error") for each in told["runs"]] == ["PostRejected", None]
    assert told["runs"][1] == output(FOUR[1])


def test_options_that_do_not_go_together_are_wrong_usage(stack: DeployedStack) -> None:
    for words in (("--missing", "--date", "2026-11-20"), ("--missing", "--force"), ("--days", "3")):
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


BEFORE, YESTERDAY = "2026-11-15", "2026-11-21"


@pytest.mark.parametrize("due", [True, False])
def test_before_the_first_day_that_is_due_it_asks(
    stack: DeployedStack, monkeypatch: pytest.MonkeyPatch, due: bool
) -> None:
    monkeypatch.setattr("cli.asking.somebody_is_there", lambda: True)
    if due:
        stack.is_due_since("2026-11-16")
    refused = stack.refused("run", "--date", BEFORE, answers="n\n")
    assert refused == "Nothing was done." and stack.steps.days_started == []
    done = stack.type("run", "--date", BEFORE, answers="y\n")
    assert f"Whether {BEFORE} is posted already cannot be known" in done.stderr
    assert done.exit_code == 0 and stack.steps.days_started == [BEFORE]


def test_where_nobody_can_be_asked_it_is_refused_and_names_the_option(
    stack: DeployedStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = stack.refused("run", "--date", BEFORE)
    assert "cannot be known" in told and "--yes" in told and stack.steps.days_started == []
    monkeypatch.setattr("cli.asking.somebody_is_there", lambda: True)
    assert "--yes" in stack.refused("run", "--date", BEFORE, "--json"), "nor with --json on a terminal"


def test_an_option_that_answers_it_or_posts_nothing_spares_the_question(stack: DeployedStack) -> None:
    for words in ("--yes", "--dry-run", "--force"):
        stack.daily("run", "--date", BEFORE, words)
    assert stack.steps.days_started == [BEFORE] * 3


def test_a_day_that_was_due_or_that_an_execution_has_begun_is_known_to_the_ledger(stack: DeployedStack) -> None:
    stack.is_due_since("2026-11-16", "activity")
    stack.is_due_since("2026-11-20", "sleep")
    stack.failed(BEFORE)
    for day in ("2026-11-16", "2026-11-20", BEFORE):
        stack.daily("run", "--date", day)


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


def test_a_day_that_is_not_over_is_refused_before_anything_starts(stack: DeployedStack) -> None:
    for command in ("run", "preview"):
        told = stack.refused(command, "--date", "2026-11-22", exit_code=2)
        assert told == "2026-11-22 is not over yet in Asia/Tokyo." and stack.steps.days_started == []


DAY = "2026-11-20"
STARTED = datetime.fromisoformat("2026-11-20T15:10:00Z")
GIVES_UP = "2026-11-21T12:00:00+09:00"


def waiting_twice() -> ExecutionHistory:
    history = ExecutionHistory(STARTED).do(*STEPS[:4])
    for _ in range(2):
        state = {"deadline": "2026-11-21T03:00:00+00:00", "gives_up_at": GIVES_UP, "look_every_seconds": 1800}
        history.enter("Wait", "Wait", wait_seconds=1800, **state)
        history.at += timedelta(seconds=1800)
        history.leave("Wait", kind="Wait").do(*STEPS[1:4])
    return history.do(*STEPS[4:]).succeed(output(DAY))


def shown(history: ExecutionHistory, *, terminal: bool) -> str:
    text = io.StringIO()
    console = Console(file=text, force_terminal=terminal, width=120, color_system=None)
    show_progress(console, Reader().read(history.events))
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", text.getvalue())


def test_piped_it_is_a_line_for_each_wait_by_the_clock_of_the_configured_zone() -> None:
    waits = [line.strip() for line in shown(waiting_twice(), terminal=False).splitlines() if "…" in line]
    assert len(waits) == 2
    assert re.fullmatch(r"… Wait +not synced yet; look 2 of \d+ at 00:4\d, until 12:00", waits[0])
    assert re.fullmatch(r"… Wait +not synced yet; look 3 of \d+ at 01:\d\d, until 12:00", waits[1])
    assert waits[0].split(" of ")[1].split()[0] == waits[1].split(" of ")[1].split()[0] == "25"


def test_in_a_terminal_their_sum_is_one_line_that_stays() -> None:
    told = shown(waiting_twice(), terminal=True)
    assert len(re.findall(r"… Wait", told)) == 1 and "not synced yet; looked 3 times" in told


def test_ctrl_c_says_how_to_look_again(stack: DeployedStack, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("cli.commands.run.run_to_its_end", interrupted)
    for words, day in (((), "yesterday"), (("--date", DAY), DAY)):
        done = stack.type("run", *words, "--yes")
        assert done.exit_code == 130
        assert f"\nTo see how it goes, type: ./daily status {day}\n" in done.stderr
