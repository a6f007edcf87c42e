"""The worker runs functions as they are ordered, and tells what they did."""

from __future__ import annotations

import os
import sys
from types import ModuleType
from typing import Any

import pytest
from moto import mock_aws

from benchmarks.worker import Calls, carry_out
from fitbit_daily.adapters import aws


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    calls = Calls()
    monkeypatch.setattr("botocore.client.BaseClient._make_api_call", lambda *call: calls.call(*call))
    return calls


def order(handler: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    module = ModuleType("a_function")
    module.handler = handler  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "a_function", module)
    monkeypatch.setenv("ASKED", "before")
    return {"handler": "a_function.handler", "event": {"n": 1}, "environment": {"ASKED": "of it"}}


def test_an_answer_what_was_printed_and_the_calls_of_aws_are_told(
    calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    def handler(event: Any, context: Any) -> Any:
        sys.stdout.write(os.environ["ASKED"])
        for name in ("one", "two"):
            aws.client("ssm").put_parameter(Name=name, Value="1", Type="String")
        return event["n"] + 1

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    aws.client.cache_clear()
    with mock_aws():
        told = carry_out(order(handler, monkeypatch), calls)
    aws.client.cache_clear()
    assert (told["answer"], told["failed"], told["printed"]) == (2, False, "of it")
    assert told["aws"] == {"ssm.PutParameter": 2}
    assert 0 < told["aws_seconds"] < told["seconds"]


def test_an_error_is_told_as_lambda_tells_it(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    def handler(event: Any, context: Any) -> Any:
        raise KeyError("missing")

    told = carry_out(order(handler, monkeypatch), calls)
    assert (told["failed"], told["answer"]) == (True, {"errorType": "KeyError", "errorMessage": "'missing'"})
