"""An execution step by step, after the fact: each moment with its time, repetitions folded into one line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from cli.history import LOOK_AGAIN, Done, Ended, Entered, Moment, Redriven, Stumbled
from cli.show import duration, line, note_of, print_line


@dataclass(frozen=True)
class Step:
    """What is told of one moment, or of several that were alike, the last of which was at `until`."""

    what: str
    state: str
    note: str
    at: datetime
    until: datetime
    times: int = 1
    seconds: float | None = None

    def like(self, other: Step) -> bool:
        """Waits, and attempts that failed alike, are one line however often they came."""
        if self.what == "looks again":
            # Attempts, and the wait that follows them.
            return self.what == other.what and self.note == other.note
        if (self.what, self.state) != (other.what, other.state):
            return False
        return self.what == "waited" or (self.what == "stumbled" and self.note == other.note)

    def as_json(self) -> dict[str, Any]:
        told = {"what": self.what, "state": self.state, "note": self.note, "at": self.at.isoformat()}
        return told | {"times": self.times, "until": self.until.isoformat(), "seconds": self.seconds}


def steps_of(moments: Iterable[Moment]) -> list[Step]:
    """The steps of a history; while it waited, only the waits, not the looks between them."""
    steps: list[Step] = []
    told: set[str] = set()
    for moment in moments:
        step = _step(moment)
        if step is None or (step.what == "done" and step.state in told):
            continue
        if step.what == "done":
            told.add(step.state)
        before = steps[-1] if steps else None
        if step.what in _ENDS and before and (before.what, before.state) == ("stumbled", step.state):
            # The attempt that ended the execution, or the step, is told by the end.
            last = steps.pop()
            if last.times > 1:
                steps.append(replace(last, times=last.times - 1))
        if steps and steps[-1].like(step):
            steps[-1] = replace(steps[-1], times=steps[-1].times + 1, until=step.at)
        else:
            steps.append(step)
    return steps


def show_steps(console: Console, steps: Iterable[Step], zone: ZoneInfo) -> None:
    for step in steps:
        text = Text(f"  {step.at.astimezone(zone):%H:%M:%S}", style="dim")
        mark, colour = _MARKS[step.what]
        text.append_text(_undimmed(line(mark, colour, step.state, _note(step, zone), step.seconds)))
        print_line(console, text)


_ENDS = ("failed", "left out")
_MARKS = {
    "done": ("✓", "green"),
    "stumbled": ("!", "yellow"),
    "waited": ("…", "yellow"),
    "looks again": ("…", "yellow"),
    "failed": ("✗", "red"),
    "left out": ("✗", "yellow"),
    "redriven": ("↻", "cyan"),
}


def _undimmed(text: Text) -> Text:
    text.style = "not dim"
    return text


def _note(step: Step, zone: ZoneInfo) -> str:
    often = f", {step.times} times, until {step.until.astimezone(zone):%H:%M:%S}" if step.times > 1 else ""
    if step.what == "stumbled":
        return f"{step.note} Tried again{often}."
    return f"{step.note}{often}"


def _step(moment: Moment) -> Step | None:
    if moment.at is None:
        return None
    at = moment.at
    if isinstance(moment, Done) and moment.was_left_out:
        note = f"{moment.left_out_for}: the workflow went on without it"
        return Step("left out", moment.state, note, at, at)
    if isinstance(moment, Done):
        return Step("done", moment.state, note_of(moment), at, at, seconds=moment.seconds)
    if isinstance(moment, Stumbled):
        if moment.error == LOOK_AGAIN:
            return Step("looks again", moment.state, f"looks again: {moment.what}", at, at)
        return Step("stumbled", moment.state, f"{moment.error}: {moment.what}", at, at)
    if isinstance(moment, Entered):
        return _wait(moment, at)
    if isinstance(moment, Redriven):
        return Step("redriven", "", "redriven by hand", at, at)
    if isinstance(moment, Ended) and moment.output is None:
        return Step("failed", moment.state, moment.error, at, at)
    return None


def _wait(moment: Entered, at: datetime) -> Step | None:
    """A state that is entered is only told of if it waits."""
    if not moment.waits_seconds:
        return None
    if moment.because:
        return Step("looks again", moment.state, f"looks again: {moment.because}", at, at)
    return Step("waited", moment.state, f"not synced yet; waited {duration(moment.waits_seconds)}", at, at)
