"""Runs a function's invocations in a process of its own. Started with -I -S: only the standard library is on the path.

Reads a JSON object a line from standard input: path (code, layers, boto3), handler, event, context, skipped (seconds by
which the local clock is ahead). Answers each with a line of ANSWER and {"result"} or {"error"}, as Lambda would answer;
what the handler prints comes before it. Like Lambda's, the process stays warm for the next invocation.
"""

import importlib
import json
import sys
import time
import traceback
from types import SimpleNamespace
from typing import Any

ANSWER = "\x1e"

real_time = time.time
skipped = 0.0


def main() -> None:
    global skipped
    time.time = lambda: real_time() + skipped
    for line in sys.stdin:
        invocation = json.loads(line)
        skipped = invocation["skipped"]
        sys.path[:0] = [path for path in invocation["path"] if path not in sys.path]
        print(f"\n{ANSWER}{answer_to(invocation)}", flush=True)


def answer_to(invocation: dict[str, Any]) -> str:
    deadline = real_time() + invocation["context"].pop("seconds")
    context = SimpleNamespace(
        **invocation["context"], get_remaining_time_in_millis=lambda: int(1000 * (deadline - real_time()))
    )
    try:
        module, _, function = invocation["handler"].rpartition(".")
        return json.dumps({"result": getattr(importlib.import_module(module), function)(invocation["event"], context)})
    except Exception as error:
        return json.dumps(
            {
                "error": {
                    "errorMessage": str(error),
                    "errorType": type(error).__name__,
                    "stackTrace": traceback.format_tb(error.__traceback__),
                }
            }
        )


main()
