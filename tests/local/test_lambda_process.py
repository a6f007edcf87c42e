"""A function's process ends as Lambda says, and sees what a function on AWS sees."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest

from local.clock import Clock
from local.lambda_process import Function, LambdaProcesses


def test_a_function_that_hangs_or_dies_ends_as_lambda_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    processes = LambdaProcesses(tmp_path, Clock(None))
    bundle = _bundle("import os, time\ndef hang(e, c): time.sleep(60)\ndef die(e, c): os._exit(9)\n")
    hung = processes.invoke(_function(bundle, "h.hang", timeout=1), {})
    died = processes.invoke(_function(bundle, "h.die", timeout=10), {})
    assert [json.loads(hung[0])["errorType"], json.loads(died[0])["errorType"]] == [
        "Sandbox.Timedout",
        "Runtime.ExitError",
    ]


def test_once_all_processes_have_ended_an_invocation_is_answered_with_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    processes = LambdaProcesses(tmp_path, Clock(None))
    function = _function(_bundle("def fine(e, c): return 1\n"), "h.fine", timeout=10)
    assert processes.invoke(function, {})[:2] == ("1", False)
    processes.end()
    answer, failed, _ = processes.invoke(function, {})
    assert failed and json.loads(answer)["errorType"] == "Runtime.ExitError"


def test_a_functions_process_sees_its_bundle_and_boto3_and_nothing_else_of_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("CANARY_OF_THIS_MACHINE", "1")
    source = """
import importlib.util, os
def look(event, context):
    names = ("boto3", "h", "flask", "moto", "pytest", "aws_cdk", "fitbit_daily")
    return {
        "found": [name for name in names if importlib.util.find_spec(name)],
        "leaked": "CANARY_OF_THIS_MACHINE" in os.environ,
        "own": os.environ["OWN"],
        "left": context.get_remaining_time_in_millis() > 0,
    }
"""
    answer, failed, _ = LambdaProcesses(tmp_path, Clock(None)).invoke(_function(_bundle(source), "h.look", 30), {})
    assert not failed
    assert json.loads(answer) == {"found": ["boto3", "h"], "leaked": False, "own": "yes", "left": True}


def _bundle(source: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("h.py", source)
    return packed.getvalue()


def _function(code: bytes, handler: str, timeout: int) -> Function:
    return Function(
        name="f",
        handler=handler,
        timeout_seconds=timeout,
        memory_mb=128,
        environment={"OWN": "yes"},
        code=code,
        layers=[],
        arn="arn",
        region="ap-northeast-1",
    )
