"""The real CDK command line, which deploys to AWS on this machine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from stacks import STACK

ROOT = Path(__file__).parent.parent
STATE = ROOT / ".local"

ACCOUNT = "123456789012"
REGION = "ap-northeast-1"


class LocalStackError(Exception):
    """The local stack could not be brought up; the text says why."""


class Cdk:
    """`environment` has the local stack's addresses; what runs when `end` is called ends with all that it started."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = _tools_environment(environment)
        self._processes: list[subprocess.Popen[str]] = []

    def deploy(self, folder: Path, context: Sequence[str], say: Callable[[str], None]) -> Mapping[str, str]:
        """The outputs of the stack; `folder` gets what is made on the way."""
        say("Synthesising the app, and bootstrapping the local AWS account meanwhile")
        out, outputs = folder / "cdk.out", folder / "outputs.json"
        # In a folder without cdk.json, bootstrap does not synthesise the app a second time.
        bootstrap = self._start(["bootstrap", f"aws://{ACCOUNT}/{REGION}"], folder)
        synth = self._start(["synth", "--quiet", "--output", str(out), *context])
        _finish(synth, "cdk synth")
        _finish(bootstrap, "cdk bootstrap")
        say("Deploying with the CDK command line")
        # moto forgets the outputs of a stack that a change set creates.
        words = ["--method", "direct", "--app", str(out), "--require-approval", "never", "--progress", "events"]
        _finish(self._start(["deploy", *words, "--outputs-file", str(outputs)]), "cdk deploy")
        deployed: Mapping[str, str] = json.loads(outputs.read_text(encoding="utf-8"))[STACK]
        return deployed

    def end(self) -> None:
        for process in self._processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
                process.wait()

    def _start(self, words: list[str], folder: Path = ROOT) -> subprocess.Popen[str]:
        command = [ROOT / ".venv/bin/node", ROOT / "node_modules/aws-cdk/bin/cdk", *words, "--no-notices", "--ci"]
        process = subprocess.Popen(
            list(map(str, command)),
            cwd=folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            # It starts others, and all of them end with us.
            start_new_session=True,
        )
        self._processes.append(process)
        return process


def _finish(process: subprocess.Popen[str], what: str) -> None:
    output, _ = process.communicate()
    if process.returncode != 0:
        raise LocalStackError(f"{what} failed:\n{output}")


def _tools_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """With Node from .venv, and nothing written outside the clone."""
    inherited = {
        name: value for name, value in os.environ.items() if name not in ("PYTHONDONTWRITEBYTECODE", "AWS_PROFILE")
    }
    return {
        **inherited,
        **environment,
        # moto takes the first part of any other host for the name of a bucket.
        "AWS_ENDPOINT_URL": environment["AWS_ENDPOINT_URL"].replace("127.0.0.1", "localhost"),
        "PATH": f"{ROOT / '.venv/bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "CDK_HOME": str(STATE / "cdk-home"),
        "CDK_DISABLE_CLI_TELEMETRY": "1",
        # CDK's own look through the template costs four seconds; `make test` and `cdk deploy` to AWS do it.
        "CDK_VALIDATION": "false",
    }
