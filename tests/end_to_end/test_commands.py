"""The commands as a person types them, against the running local stack."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.canaries import escaped
from tests.end_to_end.driver import COMMANDS, Stack

# All of these share one stack: they go to one worker.
pytestmark = pytest.mark.xdist_group("end to end")

ROOT = Path(__file__).parent.parent.parent
TASKS = (
    "Choose date",
    "Refresh token",
    "Fetch activity",
    "Fetch sleep",
    "Keep history",
    "Catch up",
    "Format posts",
    "Tweet",
)


def daily(stack: Stack, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cli", *words],
        cwd=ROOT,
        env={**os.environ, **stack.environment, "AWS_ACCESS_KEY_ID": COMMANDS},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_run_with_json_prints_exactly_one_object_and_history_has_the_day_and_the_three_before_it(stack: Stack) -> None:
    done = daily(stack, "run", "--date", "2021-05-23", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["date"] == "2021-05-23"
    assert done.stderr == f"Talking to the local stack at {stack.environment['AWS_ENDPOINT_URL']}.\n"
    done = daily(stack, "history", "--from", "2021-05-20", "--to", "2021-05-23", "--csv")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [line[:10] for line in lines[1:]] == ["2021-05-20", "2021-05-21", "2021-05-22", "2021-05-23"]
    assert lines[-1].startswith("2021-05-23,1781,1.21286,1988,1560,428,551,90,4,7,746,yes,google_health,")


def test_a_failed_run_prints_its_error_as_json_and_exits_with_1(stack: Stack) -> None:
    done = daily(stack, "run", "--date", "2999-01-05", "--json")
    assert done.returncode == 1
    told = json.loads(done.stdout)
    assert (told["error"], told["step"]) == ("InvalidInput", "Choose date")
    assert "not over yet" in told["message"]


def test_piped_output_is_plain_and_shows_each_step_and_the_posts(stack: Stack) -> None:
    done = daily(stack, "run", "--date", "2023-01-06", "--dry-run")
    assert done.returncode == 0 and "\x1b" not in done.stdout
    positions = [done.stdout.index(f"✓ {step}") for step in TASKS]
    assert positions == sorted(positions)
    assert "--- activity: dry run, " in done.stdout and "/280" in done.stdout


def test_interrupting_run_leaves_the_execution_running_and_says_so(stack: Stack) -> None:
    # It goes on until the fault is cleared, however busy the machine is.
    stack.fault("rollup-503")
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "cli", "run", "--date", "2023-01-07"],
        cwd=ROOT,
        env={**os.environ, **stack.environment, "AWS_ACCESS_KEY_ID": COMMANDS},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert "Choose date" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "goes on without you" in told and "./daily status 2023-01-07" in told
    stack.clear_faults()
    last = stack.step_functions.list_executions(stateMachineArn=stack.environment["STATE_MACHINE_ARN"], maxResults=1)
    assert stack.end(last["executions"][0]["executionArn"]).statuses() == {"activity": "posted", "sleep": "posted"}


def test_a_day_that_failed_is_told_by_status_settled_by_hand_and_cannot_be_redriven_here(stack: Stack) -> None:
    stack.fault("post-402")
    failed = stack.run({"date": "2023-02-01"})
    told = daily(stack, "status", "2023-02-01").stdout
    assert "✗ Tweet            XOutOfCredits" in told and failed.message.splitlines()[0] in told
    assert [line.split()[:4] for line in told.splitlines()[-2:]] == [
        ["activity", "x", "not", "posted"],
        ["sleep", "x", "not", "posted"],
    ]
    redriven = daily(stack, "redrive", "2023-02-01")
    assert redriven.returncode == 1
    assert "The local stack cannot redrive. Start a new one with: ./daily run --date 2023-02-01" in redriven.stderr
    settled = daily(stack, "settle", "2023-02-01", "sleep", "--posted", "https://x.com/me/status/4711")
    assert settled.returncode == 0 and stack.ledger("2023-02-01")["sleep"]["post_id"] == {"S": "4711"}


def test_doctor_finds_the_running_stack_well_and_shows_no_secret(stack: Stack) -> None:
    done = daily(stack, "doctor", "--json")
    found = {row["name"]: row["state"] for row in json.loads(done.stdout)["checks"]}
    for name in ("Stack", "Source secret", "Authorisation", "Scopes", "Source API", "X secret", "Undelivered starts"):
        assert found[name] == "good", done.stdout
    assert found["Schedule"] == "note"
    secrets = stack.client("secretsmanager")
    for variable in ("SOURCE_SECRET_ARN", "X_SECRET_ARN"):
        stored = json.loads(secrets.get_secret_value(SecretId=stack.environment[variable])["SecretString"])
        assert escaped([done.stdout, done.stderr], stored.values()) == []


def test_the_demo_ends_with_the_articles_two_posts_and_the_weeks_picture_and_leaves_nothing_running() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    process = subprocess.Popen(
        [sys.executable, "-m", "local", "demo"],
        cwd=ROOT,
        env={**environment, "DATE": "2021-05-23", "LANGUAGE": "ja", "WEEKLY": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # A session of its own: whatever the demo starts can be told by it.
        start_new_session=True,
    )
    printed, _ = process.communicate(timeout=120)
    assert process.returncode == 0, printed
    for kind, length in (("activity", 203), ("sleep", 60)):
        text = (ROOT / f"tests/domain/expected/2021-05-23.{kind}.ja.txt").read_text()
        assert f"{kind}: posted, {length}/280" in printed and text in printed
    assert "week: posted" in printed and "1週間(2021-05-17〜2021-05-23)" in printed and "前週比" in printed
    page = (ROOT / ".local/timeline.html").read_text(encoding="utf-8")
    assert page.count('<img src="data:image/png;base64,') == 1
    assert 'alt="2021年5月17日〜5月23日の歩数・睡眠・運動の棒グラフ' in page
    sessions = subprocess.run(["ps", "-eo", "sid="], capture_output=True, text=True, check=True).stdout.split()
    assert str(process.pid) not in sessions
