"""The definition, run by an interpreter that is not moto's (interpreter.mjs), with tasks that do as a script says."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from tests.stacks.conftest import ROOT

Answers = Sequence[Mapping[str, Any]]
Script = Mapping[str, Answers]

CONTEXT = {
    "StateMachine": {"Id": "arn:aws:states:ap-northeast-1:123456789012:stateMachine:fitbit-daily"},
    "Execution": {"Name": "scheduled-2026-11-23"},
}
INPUT = {"scheduled_time": "2026-11-22T15:10:00Z"}


@dataclass(frozen=True)
class Run:
    """What came of a scenario. Time is that of the execution, in seconds; nothing was slept.

    states   as they were entered, a retry being no new entry
    calls    each attempt of each task: state, at, input
    error    with which the execution failed, None where it ended well
    """

    states: Sequence[str]
    calls: Sequence[Mapping[str, Any]]
    seconds: float
    error: str | None = None
    output: Any = None

    @property
    def attempts(self) -> Counter[str]:
        return Counter(call["state"] for call in self.calls)

    def times(self, state: str) -> list[float]:
        return [call["at"] for call in self.calls if call["state"] == state]

    def after(self, state: str) -> str | None:
        """What was entered after the state was left for the first time."""
        following = list(self.states)[self.states.index(state) + 1 :]
        return following[0] if following else None


class SecondInterpreter(AbstractContextManager["SecondInterpreter"]):
    """One process for all scenarios of a definition."""

    def __init__(self, definition: dict[str, Any]) -> None:
        command = [str(ROOT / ".venv/bin/node"), str(ROOT / "tests/stacks/interpreter.mjs")]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._write(definition)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # At the end of its input it ends.
        self._process.communicate(timeout=60)

    def _write(self, line: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(line) + "\n")
        self._process.stdin.flush()

    def run(self, *scripts: Script) -> list[Run]:
        """Runs a scenario for each script: by task, what it answers, one after the other, the last for good.

        An answer is {} (the state is handed on), {"result": what is added to it}, {"error": name} or {"hangs": True};
        "times" repeats it, "until" a second of the execution does, too.
        """
        self._write([{"input": INPUT, "context": CONTEXT, "script": {**BEGINNING, **script}} for script in scripts])
        assert self._process.stdout is not None
        return [Run(**told) for told in json.loads(self._process.stdout.readline())]


def chosen(**more: Any) -> Answers:
    """What Choose date answers."""
    return [{"result": {"date": "2026-11-22", "paused": False, "wait_seconds": 0} | more}]


BEGINNING: dict[str, Any] = {"Choose date": chosen()}
