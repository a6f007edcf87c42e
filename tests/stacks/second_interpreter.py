"""The definition, run by an interpreter that is not moto's (interpreter.mjs), with tasks that do as a script says."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
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


@contextmanager
def interpreted(definition: dict[str, Any]) -> Iterator[Callable[..., list[Run]]]:
    """Runs a scenario for each script: by task, what it answers, one after the other, the last for good.

    An answer is {} (the state is handed on), {"result": what is added to it}, {"error": name} or {"hangs": True};
    "times" repeats it, "until" a second of the execution does, too. One process runs all.
    """
    command = [str(ROOT / ".venv/bin/node"), str(ROOT / "tests/stacks/interpreter.mjs")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin and process.stdout
        told = process.stdout

        def write(line: Any) -> None:
            print(json.dumps(line), file=process.stdin, flush=True)

        def run(*scripts: Script) -> list[Run]:
            write([{"input": INPUT, "context": CONTEXT, "script": {**BEGINNING, **script}} for script in scripts])
            return [Run(**each) for each in json.loads(told.readline())]

        write(definition)
        yield run


def chosen(**more: Any) -> Answers:
    """What Choose date answers."""
    return [{"result": {"date": "2026-11-22", "paused": False, "wait_seconds": 0} | more}]


BEGINNING: dict[str, Any] = {"Choose date": chosen()}
