"""How an execution looks while it runs: a line for each step; its waits in one line that is updated in a terminal."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape
from rich.status import Status

from cli.moments import LOOK_AGAIN, Done, Ended, Entered, Moment, Redriven, Stumbled
from cli.show import duration, line, note_of, say


def show_progress(console: Console, moments: Iterable[Moment]) -> Ended:
    """Prints the moments of an execution as they come; the end is returned, not printed.

    While it waits for the tracker or its source, only the waits are told, not the looks between them.
    """
    stumble: Stumbled | None = None
    told: set[str] = set()
    with console.status("Starting") as status:
        waiting = _Waiting(console, status)
        for moment in moments:
            waiting.end_before(moment, told)
            if stumble and not (isinstance(moment, Ended) and moment.output is None):
                left_out = isinstance(moment, Done) and moment.was_left_out
                sentence = f"{stumble.error}: {stumble.what} {'Going on without it' if left_out else 'Trying again'}."
                say(console, line("!", "yellow", stumble.state, sentence))
            stumble = None
            if isinstance(moment, Ended):
                return moment
            if isinstance(moment, Stumbled):
                # What leads to another look is told by the wait for it.
                stumble = moment if moment.error != LOOK_AGAIN else None
                status.update(f"{escape(moment.state)}: {moment.error}, waiting to try again")
            elif isinstance(moment, Entered):
                waiting.enter(moment)
            elif isinstance(moment, Redriven):
                continue
            elif moment.state not in told and not moment.was_left_out:
                told.add(moment.state)
                say(console, line("✓", "green", moment.state, note_of(moment), moment.seconds))
    raise RuntimeError("an execution's moments end with its end")


@dataclass
class _Waiting:
    """Each wait is a line; in a terminal, the line at the bottom, of which the sum is left."""

    console: Console
    status: Status
    looks: int = 1
    last: Entered | None = None

    def enter(self, moment: Entered) -> None:
        if moment.waits_seconds:
            self.looks += 1
            self.last = moment
            note = f"{_reason(moment)}; {_next_look(moment, self.looks)}"
            if not self.console.is_terminal:
                say(self.console, line("…", "yellow", moment.state, note))
            self.status.update(escape(f"{note}; Ctrl-C leaves it waiting"))
        elif not self.last:
            self.status.update(escape(moment.state))

    def end_before(self, moment: Moment, told: Collection[str]) -> None:
        """Unless the moment is but one more look, or a step on the way to it."""
        if self.last is None or _is_another_look(moment, told):
            return
        if self.console.is_terminal:
            note = f"{_reason(self.last)}; looked {self.looks} times"
            say(self.console, line("…", "yellow", self.last.state, note))
        self.last = None


def _is_another_look(moment: Moment, told: Collection[str]) -> bool:
    if isinstance(moment, Stumbled):
        return moment.error == LOOK_AGAIN
    return isinstance(moment, Entered) or (isinstance(moment, Done) and moment.state in told)


def _reason(wait: Entered) -> str:
    return wait.because.rstrip(".") or "not synced yet"


def _next_look(wait: Entered, number: int) -> str:
    """Which look comes next, of how many, when, and until when: by the clock of the configured zone."""
    if wait.next_look is None or wait.until is None or wait.looks_to_come is None:
        return f"look {number} in {duration(wait.waits_seconds or 0)}"
    of = number - 1 + wait.looks_to_come
    return f"look {number} of {of} at {wait.next_look:%H:%M}, until {wait.until:%H:%M}"
