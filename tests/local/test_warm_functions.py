"""A function's process stays warm for its next invocation, as on AWS; one that is busy or gone gets no other."""

from __future__ import annotations

import io
import json
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.clock import Clock
from local.lambda_process import Function, LambdaProcesses

SOURCE = """
import os, time
count = 0
def handler(event, context):
    global count
    count += 1
    print("a line of the log")
    time.sleep(event.get("seconds", 0))
    return {"process": os.getpid(), "count": count, "time": time.time()}
"""


@pytest.fixture
def processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LambdaProcesses]:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    processes = LambdaProcesses(tmp_path, Clock(longest_wait=0))
    yield processes
    processes.end()


def _function(environment: dict[str, str] | None = None) -> Function:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("h.py", SOURCE)
    return Function("f", "h.handler", 1, 128, environment or {}, packed.getvalue(), [], "arn", "ap-northeast-1")


def test_the_next_invocation_finds_the_process_as_the_last_one_left_it(processes: LambdaProcesses) -> None:
    told = [processes.invoke(_function(), {}) for _ in range(3)]
    answers = [json.loads(answer) for answer, _, _ in told]
    assert [answer["count"] for answer in answers] == [1, 2, 3]
    assert [printed.strip() for _, _, printed in told] == ["a line of the log"] * 3


def test_two_invocations_at_once_have_a_process_each(processes: LambdaProcesses) -> None:
    answers: list[str] = []
    threads = [
        threading.Thread(target=lambda: answers.append(processes.invoke(_function(), {"seconds": 0.3})[0]))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({json.loads(answer)["process"] for answer in answers}) == 2


def test_a_process_that_timed_out_is_gone_and_another_serves_the_next(processes: LambdaProcesses) -> None:
    first = json.loads(processes.invoke(_function(), {})[0])
    assert json.loads(processes.invoke(_function(), {"seconds": 5})[0])["errorType"] == "Sandbox.Timedout"
    after = json.loads(processes.invoke(_function(), {})[0])
    assert after["process"] != first["process"]
    assert after["count"] == 1


def test_a_function_deployed_with_another_environment_has_a_new_process(processes: LambdaProcesses) -> None:
    before, after = (json.loads(processes.invoke(_function(given), {})[0]) for given in ({"A": "1"}, {"A": "2"}))
    assert before["process"] != after["process"]


def test_a_warm_process_keeps_up_with_the_local_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    clock = Clock(longest_wait=0)
    processes = LambdaProcesses(tmp_path, clock)
    before = json.loads(processes.invoke(_function(), {})[0])["time"]
    clock.wait(86_400)
    after = json.loads(processes.invoke(_function(), {})[0])["time"]
    processes.end()
    assert after - before >= 86_400
