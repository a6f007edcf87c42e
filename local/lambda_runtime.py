"""Runs one invocation in a process of its own. Started with -I -S: only the standard library is on the path at first.

Reads one JSON object from standard input: path (code, layers, boto3), handler, event, context, skipped (seconds by
which the local clock is ahead). Writes {"result"} or {"error"} as the last line of standard output, as Lambda would
answer; what the handler prints comes before it.
"""

import importlib
import json
import sys
import time
import traceback
from types import SimpleNamespace


def main() -> None:
    invocation = json.load(sys.stdin)
    sys.path[:0] = invocation["path"]
    real_time, skipped = time.time, invocation["skipped"]
    time.time = lambda: real_time() + skipped
    deadline = real_time() + invocation["context"].pop("seconds")
    context = SimpleNamespace(
        **invocation["context"], get_remaining_time_in_millis=lambda: int(1000 * (deadline - real_time()))
    )
    try:
        module, _, function = invocation["handler"].rpartition(".")
        answer = {"result": getattr(importlib.import_module(module), function)(invocation["event"], context)}
        line = json.dumps(answer)
    except Exception as error:
        line = json.dumps(
            {
                "error": {
                    "errorMessage": str(error),
                    "errorType": type(error).__name__,
                    "stackTrace": traceback.format_tb(error.__traceback__),
                }
            }
        )
    sys.stdout.flush()
    print("\n" + line, flush=True)


main()
