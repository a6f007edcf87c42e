"""The deployed template, end to end: real definition, real bundles, each step in a process of its own."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.driver import Stack

# All of these share one stack: they go to one worker.
pytestmark = pytest.mark.xdist_group("end to end")

EXPECTED = Path(__file__).parent.parent / "domain" / "expected"
WAITING = ["Choose date", "Paused?", *(["Refresh token", "Fetch activity", "Fetch sleep", "Synced?", "Wait"] * 2)]
STEPS = [
    "Choose date",
    "Paused?",
    "Refresh token",
    "Fetch activity",
    "Fetch sleep",
    "Synced?",
    "Keep history",
    "Catch up",
    "Format posts",
    "Tweet",
]


def test_the_articles_day_ends_as_the_articles_two_posts(stack: Stack) -> None:
    execution = stack.run({"date": "2021-05-23"})
    assert execution.status == "SUCCEEDED"
    assert execution.states == STEPS
    assert execution.output["complete"] is True and execution.output["skipped"] == []
    expected = [(EXPECTED / f"2021-05-23.{kind}.ja.txt").read_text() for kind in ("activity", "sleep")]
    assert [post["text"] for post in execution.output["posts"]] == expected
    assert stack.texts("2021-05-23") == expected
    assert all(post["destination"] == "x" and post["id"].isdigit() for post in execution.output["posts"])


def test_a_dry_run_posts_nothing_waits_for_nothing_and_leaves_the_ledger_alone(stack: Stack) -> None:
    stack.fault("not-synced")
    execution = stack.run({"dry_run": True})
    assert execution.statuses() == {"activity": "dry_run", "sleep": "dry_run"}
    assert execution.output["complete"] is False
    assert "Wait" not in execution.states
    assert stack.texts(execution.output["date"]) == []
    assert stack.ledger(execution.output["date"]) == {}


def test_without_a_date_it_is_yesterday_in_the_configured_zone_and_waits_until_the_tracker_has_synced(
    stack: Stack,
) -> None:
    stack.fault("tells-last-sync")
    stack.fault("not-synced", times=2)
    before = datetime.now(UTC)
    execution = stack.run({})
    assert execution.status == "SUCCEEDED" and execution.output["complete"] is True
    assert execution.states.count("Wait") == 2
    assert execution.states[: len(WAITING)] == WAITING
    entered = next(e for e in execution.history if e["type"] == "WaitStateEntered")
    assert json.loads(entered["stateEnteredEventDetails"]["input"])["wait_seconds"] == 4 * 3600
    # The local clock skips waits, so that it may be ahead of ours by now.
    assert execution.output["date"] >= (before + timedelta(hours=9) - timedelta(days=1)).date().isoformat()


def test_at_the_time_to_give_up_the_post_is_made_and_says_that_it_is_incomplete(stack: Stack) -> None:
    stack.fault("not-synced")
    execution = stack.run({"force": True})
    assert execution.status == "SUCCEEDED" and execution.output["complete"] is False
    assert all("（同期前のため途中の値）" in post["text"] for post in execution.output["posts"])
    waits = [
        json.loads(event["stateEnteredEventDetails"]["input"])["wait_seconds"]
        for event in execution.history
        if event["type"] == "WaitStateEntered"
    ]
    # The stack's clock has been moved by the tests before this one: past noon, the day is given up at once.
    exited = next(event for event in execution.history if event["type"] == "TaskStateExited")
    chosen = json.loads(exited["stateExitedEventDetails"]["output"])
    if datetime.fromisoformat(chosen["deadline"]) == datetime.fromisoformat(chosen["gives_up_at"]):
        assert waits and 0 < waits[-1] <= 4 * 3600
    else:
        assert waits == []


@pytest.mark.parametrize(
    "request_",
    [{"date": "2021-02-30"}, []],
)
def test_an_invalid_input_fails_at_once_with_one_sentence_and_what_to_type(stack: Stack, request_: Any) -> None:
    execution = stack.run(request_)
    assert (execution.status, execution.error) == ("FAILED", "InvalidInput")
    assert execution.states == ["Choose date"] and execution.errors == ["InvalidInput"]
    assert "./daily run --help" in execution.message


def test_what_passes_by_itself_is_retried_until_the_day_is_posted_once(stack: Stack) -> None:
    stack.fault("post-accepted-then-503", 1)
    execution = stack.run({"date": "2022-05-10"})
    assert execution.status == "SUCCEEDED"
    assert set(execution.errors) == {"PostOutcomeUnknown"}
    assert execution.statuses() == {"activity": "posted", "sleep": "posted"}
    assert len(stack.texts("2022-05-10")) == 2


def test_what_only_a_person_can_help_fails_at_once_and_a_new_run_posts_the_day(stack: Stack) -> None:
    stack.fault("post-402")
    failed = stack.run({"date": "2022-07-10"})
    assert (failed.status, failed.error) == ("FAILED", "XOutOfCredits")
    assert failed.errors == ["XOutOfCredits"] and failed.states[-1] == "Tweet"
    assert "https://console.x.com" in failed.message and "2022-07-10" in failed.message
    assert stack.texts("2022-07-10") == []
    stack.clear_faults()
    assert stack.run({"date": "2022-07-10"}).statuses() == {"activity": "posted", "sleep": "posted"}


def test_an_access_token_that_ran_out_leads_back_to_refresh_token(stack: Stack) -> None:
    parameters = stack.client("ssm")
    stack.run({"date": "2022-08-01", "dry_run": True})
    stored = json.loads(
        parameters.get_parameter(Name="/fitbit-daily/access-token", WithDecryption=True)["Parameter"]["Value"]
    )
    aged = {**stored, "access_token": "ya29.gone", "obtained_at": "2022-01-01T00:00:00+00:00"}
    parameters.put_parameter(
        Name="/fitbit-daily/access-token", Value=json.dumps(aged), Type="SecureString", Overwrite=True
    )
    execution = stack.run({"date": "2022-08-01"})
    assert execution.status == "SUCCEEDED"
    assert execution.errors == ["AccessTokenExpired"]
    assert execution.states[1:5] == ["Paused?", "Refresh token", "Fetch activity", "Refresh token"]


def test_two_executions_for_one_day_at_the_same_moment_post_it_once(stack: Stack) -> None:
    arns = [stack.start({"date": "2022-09-01"}) for _ in range(2)]
    executions = [stack.end(arn) for arn in arns]
    assert [execution.status for execution in executions] == ["SUCCEEDED"] * 2
    assert len(stack.texts("2022-09-01")) == 2
