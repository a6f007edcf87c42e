"""Lambda on this machine: each invocation in its own process, with nothing but its bundle, its layer and boto3."""

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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.clock import Clock

RUNTIME = Path(__file__).with_name("lambda_runtime.py")

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
    """Unpacks bundles once each below `folder`, and runs their handlers."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[str]] = set()

    def end(self) -> None:
        """Kills what still runs."""
        for process in list(self._running):
            process.kill()

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
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(RUNTIME)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self._environment(function),
        )
        self._running.add(process)
        try:
            output, errors = process.communicate(json.dumps(request), timeout=function.timeout_seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            output, errors = process.communicate()
            message = f"Task timed out after {function.timeout_seconds}.00 seconds"
            return _error("Sandbox.Timedout", message), True, f"{output}{errors}{message}"
        finally:
            self._running.discard(process)
        printed, _, answer = output.rstrip("\n").rpartition("\n")
        printed += errors
        try:
            parsed = json.loads(answer)
        except ValueError:
            return _error("Runtime.ExitError", f"Runtime exited with {process.returncode}"), True, printed
        failed = "error" in parsed
        return json.dumps(parsed["error"] if failed else parsed["result"]), failed, printed

    def _environment(self, function: Function) -> dict[str, str]:
        """What the function was deployed with and what Lambda adds; nothing of this machine's."""
        return {
            "PATH": os.defpath,
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "AWS_REGION": function.region,
            "AWS_DEFAULT_REGION": function.region,
            "AWS_ACCESS_KEY_ID": "local",
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
        """A folder that shows, of all that is installed here, only what Lambda's runtime has."""
        target = self._folder / "provided"
        with self._lock:
            if not target.exists():
                target.mkdir(parents=True)
                for name in PROVIDED:
                    spec = importlib.util.find_spec(name)
                    if spec is None or spec.origin is None:
                        raise ModuleNotFoundError(name)
                    origin = Path(spec.origin)
                    origin = origin.parent if origin.name == "__init__.py" else origin
                    (target / origin.name).symlink_to(origin)
        return target


def _error(kind: str, message: str) -> str:
    return json.dumps({"errorType": kind, "errorMessage": message})
