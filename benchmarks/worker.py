"""A process in which all functions are warm: apart from the stand-ins of AWS and the remote APIs, as on Lambda.

Reads orders from standard input, a JSON object on a line: handler, event, environment, skipped (seconds by which
the local clock is ahead). Answers each with one: answer, failed, seconds, aws_seconds, aws (calls by name), printed.
"""

from __future__ import annotations

import importlib
import io
import json
import os
import sys
import time
from collections import Counter
from contextlib import redirect_stdout
from time import perf_counter
from types import SimpleNamespace
from typing import Any

from botocore.client import BaseClient


class Calls:
    """Counts the calls of AWS, and the time that they take."""

    def __init__(self) -> None:
        self._call = BaseClient._make_api_call  # type: ignore[attr-defined]
        self.begin()

    def begin(self) -> None:
        self.names: Counter[str] = Counter()
        self.seconds = 0.0

    def call(self, client: Any, operation: str, words: Any) -> Any:
        began = perf_counter()
        try:
            return self._call(client, operation, words)
        finally:
            self.seconds += perf_counter() - began
            self.names[f"{client.meta.service_model.service_name}.{operation}"] += 1


def carry_out(order: Any, calls: Calls) -> dict[str, Any]:
    module, _, name = order["handler"].rpartition(".")
    context = SimpleNamespace(aws_request_id="request", function_name=module)
    os.environ.update(order["environment"])
    printed = io.StringIO()
    with redirect_stdout(printed):
        handler = getattr(importlib.import_module(module), name)
        calls.begin()
        began = perf_counter()
        try:
            answer, failed = handler(order["event"], context), False
        except Exception as error:
            answer, failed = {"errorType": type(error).__name__, "errorMessage": str(error)}, True
        seconds = perf_counter() - began
    return {
        "answer": answer,
        "failed": failed,
        "seconds": seconds,
        "aws_seconds": calls.seconds,
        "aws": calls.names,
        "printed": printed.getvalue(),
    }


def main() -> None:
    calls, real_time, ahead = Calls(), time.time, [0.0]
    time.time = lambda: real_time() + ahead[0]
    BaseClient._make_api_call = lambda *call: calls.call(*call)  # type: ignore[attr-defined]
    for line in sys.stdin:
        order = json.loads(line)
        ahead[0] = order["skipped"]
        print(json.dumps(carry_out(order, calls)), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
