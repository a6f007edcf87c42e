"""A function's process sees what one on AWS sees, stays warm for the next invocation, and ends as Lambda says."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from local.clock import Clock
from local.lambda_process import Function, LambdaProcesses

SOURCE = """
import importlib.util, os, time
count = 0
def handler(event, context):
    global count
    count += 1
    print("a line of the log")
    time.sleep(event.get("seconds", 0))
    return {"process": os.getpid(), "count": count, "time": time.time()}
def die(event, context):
    os._exit(9)
def look(event, context):
    names = ("boto3", "h", "flask", "moto", "pytest", "aws_cdk", "fitbit_daily")
    return {
        "found": [name for name in names if importlib.util.find_spec(name)],
        "leaked": "CANARY_OF_THIS_MACHINE" in os.environ,
        "own": os.environ["OWN"],
        "left": context.get_remaining_time_in_millis() > 0,
    }
"""


@cache
def bundle() -> bytes:
    """The same each time: an archive has its time in it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("h.py", SOURCE)
    return packed.getvalue()


def function(handler: str = "handler", *, timeout: int = 30, own: str = "yes") -> Function:
    return Function("f", f"h.{handler}", timeout, 128, {"OWN": own}, bundle(), [], "arn", "ap-northeast-1")


@pytest.fixture
def clock() -> Clock:
    return Clock(longest_wait=0)


@pytest.fixture
def processes(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[LambdaProcesses]:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("CANARY_OF_THIS_MACHINE", "1")
    processes = LambdaProcesses(tmp_path, clock)
    yield processes
    processes.end()


def answer(processes: LambdaProcesses, of: Function, **event: Any) -> dict[str, Any]:
    return dict(json.loads(processes.invoke(of, event)[0]))


def test_it_sees_its_bundle_and_boto3_and_nothing_else_of_this_machine(processes: LambdaProcesses) -> None:
    seen = answer(processes, function("look"))
    assert seen == {"found": ["boto3", "h"], "leaked": False, "own": "yes", "left": True}


def test_the_next_invocation_finds_the_process_as_the_last_one_left_it(
    processes: LambdaProcesses, clock: Clock
) -> None:
    first, _, printed = processes.invoke(function(), {})
    clock.wait(86_400)
    before, after = json.loads(first), answer(processes, function())
    assert (before["count"], after["count"], printed.strip()) == (1, 2, "a line of the log")
    assert after["time"] - before["time"] >= 86_400, "a warm process keeps up with the local clock"
    redeployed = answer(processes, function(own="2"))
    assert redeployed["process"] != before["process"], "one with another environment is another one"


def test_two_invocations_at_once_have_a_process_each(processes: LambdaProcesses) -> None:
    with ThreadPoolExecutor() as pool:
        answers = list(pool.map(lambda _: answer(processes, function(), seconds=0.3), range(2)))
    assert len({each["process"] for each in answers}) == 2


def test_what_hangs_or_dies_ends_as_lambda_says_and_another_process_serves_the_next(
    processes: LambdaProcesses,
) -> None:
    first = answer(processes, function(timeout=2))
    assert answer(processes, function(timeout=2), seconds=60)["errorType"] == "Sandbox.Timedout"
    after = answer(processes, function(timeout=2))
    assert after["process"] != first["process"] and after["count"] == 1
    assert answer(processes, function("die"))["errorType"] == "Runtime.ExitError"


def test_once_all_processes_have_ended_an_invocation_is_answered_with_an_error(processes: LambdaProcesses) -> None:
    processes.end()
    told, failed, _ = processes.invoke(function(), {})
    assert failed and json.loads(told)["errorType"] == "Runtime.ExitError"
