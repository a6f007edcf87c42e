"""Lambda on this machine: each function in a process of its own, with nothing but its bundle, its layer and boto3.

As on AWS, a process that has answered serves the function's next invocation, and one that timed out or fell over is
gone.
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
import json
import os
import subprocess
import sys
import threading
import uuid
import zipfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.clock import Clock

# What a line that answers begins with: see lambda_child.py, which cannot be imported.
ANSWER = "\x1e"
RUNTIME = Path(__file__).with_name("lambda_child.py")

# What Lambda's Python runtime carries; boto3 and all that it needs.
PROVIDED = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3")


@dataclass(frozen=True)
class Function:
    """What is known of a deployed function."""

    name: str
    handler: str
    timeout_seconds: int
    memory_mb: int
    environment: Mapping[str, str]
    code: bytes
    layers: Sequence[bytes]
    arn: str
    region: str


class LambdaProcesses:
    """Unpacks bundles once each below `folder`, and runs their handlers; a process that has answered is used again."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[str]] = set()
        self._warm: dict[str, list[subprocess.Popen[str]]] = defaultdict(list)
        self._ended = False

    def end(self) -> None:
        """Kills all processes and starts no other: every invocation is answered from now on, with an error."""
        with self._lock:
            self._ended = True
            running = list(self._running)
        for process in running:
            process.kill()
            process.wait()

    def invoke(self, function: Function, event: Any) -> tuple[str, bool, str]:
        """Lambda's answer as JSON, whether it is an error, and what was printed."""
        request = {
            "path": [
                str(self._unpacked(function.code)),
                *(str(self._unpacked(layer) / "python") for layer in function.layers),
                str(self._provided()),
            ],
            "handler": function.handler,
            "event": event,
            "skipped": self._clock.skipped,
            "context": {
                "function_name": function.name,
                "memory_limit_in_mb": function.memory_mb,
                "invoked_function_arn": function.arn,
                "aws_request_id": str(uuid.uuid4()),
                "seconds": function.timeout_seconds,
            },
        }
        # Whatever a deployment changes makes a new process.
        kind = repr((request["path"], function.name, function.handler, self._environment(function)))
        process = self._process(kind, function)
        if process is None:
            return _error("Runtime.ExitError", "The local stack is going down"), True, ""
        answer, printed, timed_out = _ask(process, json.dumps(request), function.timeout_seconds)
        if timed_out:
            message = f"Task timed out after {function.timeout_seconds}.00 seconds"
            return _error("Sandbox.Timedout", message), True, f"{printed}{message}"
        if answer is None:
            return _error("Runtime.ExitError", f"Runtime exited with {process.wait()}"), True, printed
        self._warm[kind].append(process)
        failed = "error" in answer
        return json.dumps(answer["error"] if failed else answer["result"]), failed, printed

    def _process(self, kind: str, function: Function) -> subprocess.Popen[str] | None:
        """A warm one, or else a new one: two invocations at once never share a process. None once all have ended."""
        with self._lock:
            if self._ended:
                return None
            if self._warm[kind]:
                return self._warm[kind].pop()
            process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(RUNTIME)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
                env=self._environment(function),
            )
            self._running.add(process)
            return process

    def _environment(self, function: Function) -> dict[str, str]:
        """What the function was deployed with and what Lambda adds; nothing of this machine's."""
        return {
            "PATH": os.defpath,
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "AWS_REGION": function.region,
            "AWS_DEFAULT_REGION": function.region,
            # Each function has a role of its own: see aws_calls.py.
            "AWS_ACCESS_KEY_ID": function.name,
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_ENDPOINT_URL": os.environ["AWS_ENDPOINT_URL"],
            "AWS_LAMBDA_FUNCTION_NAME": function.name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
            **function.environment,
        }

    def _unpacked(self, bundle: bytes) -> Path:
        target = self._folder / hashlib.sha256(bundle).hexdigest()[:16]
        with self._lock:
            if not target.exists():
                zipfile.ZipFile(io.BytesIO(bundle)).extractall(target)
        return target

    def _provided(self) -> Path:
        target = self._folder / "provided"
        with self._lock:
            if not target.exists():
                provide(target)
        return target


def provide(target: Path) -> None:
    """Makes a folder that shows, of all that is installed here, only what Lambda's runtime has."""
    target.mkdir(parents=True)
    for name in PROVIDED:
        spec = importlib.util.find_spec(name)
        if spec is None or spec.origin is None:
            raise ModuleNotFoundError(name)
        origin = Path(spec.origin)
        origin = origin.parent if origin.name == "__init__.py" else origin
        (target / origin.name).symlink_to(origin)


def _ask(process: subprocess.Popen[str], request: str, seconds: float) -> tuple[Any, str, bool]:
    """The answer (None where the process ended without one), what was printed, and whether it took too long."""
    assert process.stdin
    assert process.stdout
    timed_out = threading.Event()

    def kill() -> None:
        timed_out.set()
        process.kill()

    timer = threading.Timer(seconds, kill)
    timer.start()
    printed: list[str] = []
    try:
        with suppress(BrokenPipeError):
            process.stdin.write(request + "\n")
            process.stdin.flush()
        for line in process.stdout:
            if line.startswith(ANSWER):
                return json.loads(line.removeprefix(ANSWER)), "".join(printed).rstrip("\n"), timed_out.is_set()
            printed.append(line)
    finally:
        timer.cancel()
    return None, "".join(printed), timed_out.is_set()


def _error(kind: str, message: str) -> str:
    return json.dumps({"errorType": kind, "errorMessage": message})
