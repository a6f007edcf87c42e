"""./daily settle: a person says what became of a post."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from fitbit_daily.adapters.ledger_table import LedgerTable
from fitbit_daily.domain.ledger import Entry, Status, begin
from fitbit_daily.errors import PostInProgress
from tests.cli.deployed_stack import DeployedStack, stack
from tests.cli.step_functions import ExecutionHistory

__all__ = ["stack"]

DAY = "2026-11-20"


@pytest.mark.parametrize(
    "typed",
    [
        "4711",
        "x.com/me/status/4711?s=20",
        "https://mobile.twitter.com/me/status/4711/photo/1",
        "https://x.com/i/web/status/4711",
    ],
)
def test_posted_takes_the_id_or_the_address_of_the_post(stack: DeployedStack, typed: str) -> None:
    stack.write(DAY, "activity", Status.UNKNOWN)
    told = stack.daily("settle", DAY, "activity", "--posted", typed)
    row = stack.row(DAY, "activity")
    assert row is not None and (row.status, row.post_id) == (Status.POSTED, "4711")
    assert f"./daily run --date {DAY}" in told


@pytest.mark.parametrize("status", [Status.UNKNOWN, Status.ATTEMPTING])
def test_not_posted_lets_the_next_run_send_it(stack: DeployedStack, status: Status) -> None:
    stack.write(DAY, "sleep", status)
    told = stack.daily("settle", DAY, "sleep", "--not-posted")
    row = stack.row(DAY, "sleep")
    assert row is not None and row.status is Status.NOT_POSTED
    assert told.endswith(f"./daily run --date {DAY}\n")


def test_with_both_posts_there_nothing_is_left_to_do(stack: DeployedStack) -> None:
    stack.write(DAY, "activity", Status.NOT_POSTED)
    stack.write(DAY, "sleep")
    assert "nothing to settle" in stack.daily("settle", DAY, "activity", "--not-posted"), "that is known"
    assert "nothing is left to do" in stack.daily("settle", DAY, "activity", "--posted", "4711")


@pytest.mark.parametrize(
    ("status", "post_id", "says", "command"),
    [
        (None, None, "knows no attempt", f"./daily run --date {DAY}"),
        (Status.POSTED, "4711", "posted already, with the id 4711", f"./daily run --date {DAY} --force"),
        (Status.POSTED, None, "posted already, though its id is not known", "--force"),
        (Status.NOTHING, None, "no such number", f"./daily status {DAY}"),
        (Status.TOO_OLD, None, "no such number", f"./daily status {DAY}"),
    ],
)
def test_where_there_is_nothing_to_settle_it_is_refused_with_what_to_type(
    stack: DeployedStack, status: Status | None, post_id: str | None, says: str, command: str
) -> None:
    if status:
        stack.write(DAY, "activity", status, post_id=post_id)
    told = stack.refused("settle", DAY, "activity", "--not-posted")
    assert says in told and command in told


def attempt(stack: DeployedStack, **ago: float) -> Entry:
    return begin(
        None, destination="x", date=DAY, kind="sleep", text="t", execution="e", now=stack.clock() - timedelta(**ago)
    )


def test_an_attempt_under_way_is_refused_and_says_until_when(stack: DeployedStack) -> None:
    stack.ledger.write(attempt(stack, minutes=1))
    told = stack.refused("settle", DAY, "sleep", "--posted", "4711")
    assert "under way until" in told and "(for 3 min)" in told
    row = stack.row(DAY, "sleep")
    assert row is not None and row.status is Status.ATTEMPTING


def test_as_long_as_x_may_hide_the_post_it_is_too_early_and_says_until_when(stack: DeployedStack) -> None:
    stack.ledger.write(replace(attempt(stack, minutes=9), status=Status.UNKNOWN))
    for option in (("--not-posted",), ("--posted", "4711")):
        told = stack.refused("settle", DAY, "sleep", *option)
        assert "before" in told and "may still appear" in told
    stack.clock.turn(minutes=2)
    stack.daily("settle", DAY, "sleep", "--not-posted")


def test_what_a_running_execution_may_find_out_is_left_to_it(stack: DeployedStack) -> None:
    stack.write(DAY, "sleep", Status.UNKNOWN)
    stack.failed(DAY)
    stack.works(DAY, ExecutionHistory(stack.night_after(DAY)).enter("Tweet"))
    told = stack.refused("settle", DAY, "sleep", "--not-posted")
    assert "may find out by itself" in told and " at the latest" in told and f"./daily status {DAY}" in told
    stack.steps.executions[:] = [each for each in stack.steps.executions if each["status"] != "RUNNING"]
    stack.daily("settle", DAY, "sleep", "--not-posted")


def test_a_forced_post_that_is_not_there_needs_force_again(stack: DeployedStack) -> None:
    stack.write(DAY, "sleep", Status.UNKNOWN, generation=2)
    assert stack.daily("settle", DAY, "sleep", "--not-posted").endswith(f"./daily run --date {DAY} --force\n")


def test_a_row_that_changes_meanwhile_is_not_overwritten(stack: DeployedStack, monkeypatch: pytest.MonkeyPatch) -> None:
    stack.write(DAY, "sleep", Status.UNKNOWN)

    def write(self: LedgerTable, entry: object) -> None:
        raise PostInProgress("Another execution is posting the sleep.")

    monkeypatch.setattr(LedgerTable, "write", write)
    told = stack.refused("settle", DAY, "sleep", "--not-posted")
    assert told.startswith("Another execution is posting the sleep. Nothing was changed.")


def test_wrong_usage_is_one_sentence(stack: DeployedStack) -> None:
    for words, says in [
        (("activity",), "exactly one"),
        (("activity", "--posted", "4711", "--not-posted"), "exactly one"),
        (("dream", "--not-posted"), "dream"),
        (("activity", "--posted", ""), "neither the id of a post"),
        (("activity", "--posted", "12 34"), "neither the id of a post"),
        (("activity", "--posted", "https://example.com/me/status/1"), "neither the id of a post"),
        (("activity", "--posted", "https://x.com/me"), "neither the id of a post"),
    ]:
        assert says in stack.refused("settle", DAY, *words, exit_code=2)
