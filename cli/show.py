"""How an execution looks after the fact, its posts, and tables; and sentences. Plain text when piped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from rich.cells import cell_len
from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from cli.moments import LOOK_AGAIN, Done, Ended, Entered, Moment, Redriven, Stumbled
from cli.prose import laid_out
from fitbit_daily.domain.cures import SERVICES
from fitbit_daily.domain.weighted_length import LIMIT, weighted_length

_WIDTH, _NOTE = 16, 36
# Where the note begins.
_HANGING = len("  ✓ ") + _WIDTH + 1


def show_posts(console: Console, output: Mapping[str, Any], notes: Mapping[tuple[str, str], str] | None = None) -> None:
    """The posts of an execution's output, those on X with their length as X counts it.

    notes   by destination and kind, what to say of a post instead of its status
    """
    names = names_of(output["posts"])
    for post, name in zip(output["posts"], names, strict=True):
        at = post.get("destination", "x")
        length = f"{weighted_length(post['text'])}/{LIMIT}" if at == "x" else f"{len(post['text'])} characters"
        note = (notes or {}).get((at, post["kind"]), post["status"].replace("_", " "))
        title = f"{name}: {note}"
        if console.is_terminal:
            console.print()
            console.print(
                Panel(
                    Text(post["text"]),
                    title=f"[bold]{title}[/]",
                    title_align="left",
                    subtitle=f"{length}" + (f"  id {post['id']}" if post["id"] else ""),
                    subtitle_align="right",
                    width=min(console.width, 64),
                    padding=(1, 2),
                )
            )
        else:
            console.print(f"\n--- {title}, {length}" + (f", id {post['id']}" if post["id"] else ""), soft_wrap=True)
            console.print(Text(post["text"]), soft_wrap=True)
    for skipped in output["skipped"]:
        say(console, f"\nNo {skipped['kind']} post: {skipped['reason']}.")


def names_of(posts: Sequence[Mapping[str, Any]]) -> list[str]:
    """Each post by its kind, and where there are several destinations, by that, too."""
    several = len({post.get("destination") for post in posts}) > 1
    return [f"{SERVICES[post['destination']]} {post['kind']}" if several else post["kind"] for post in posts]


def show_failure(console: Console, ended: Ended) -> None:
    say(console, line("✗", "red", ended.state, ended.error))
    console.print()
    say(console, ended.sentence)


def say(console: Console, line: str | Text, *, hanging: int = _HANGING) -> None:
    """A sentence, or a line that was put together; laid out if it goes to a terminal.

    hanging   how far what does not go on the first line is indented, where that one is
    """
    if not console.is_terminal:
        console.print(Text(line) if isinstance(line, str) else line, soft_wrap=True)
    elif isinstance(line, str):
        console.print(Text(laid_out(line, console.width)), soft_wrap=True)
    else:
        _print_hanging(console, line, hanging)


def _print_hanging(console: Console, line: Text, hanging: int) -> None:
    """At words; what does not go on the first line stands below the note."""
    first, *rest = line.wrap(console, console.width)
    console.print(first, soft_wrap=True)
    if not rest:
        return
    indent = min(hanging, console.width // 2) if line.plain.startswith("  ") else 0
    for each in Text(" ").join(rest).wrap(console, console.width - indent):
        each.pad_left(indent)
        console.print(each, soft_wrap=True)


def line(mark: str, colour: str, state: str, note: str, seconds: float | None = None) -> Text:
    text = Text("  ")
    text.append(mark, style=colour)
    text.append(f" {state:<{_WIDTH}} ")
    text.append(note if seconds is None else f"{note:<{_NOTE}}")
    if seconds is not None:
        text.append(f" {seconds:5.1f} s", style="dim")
    return text


def note_of(done: Done) -> str:
    state = done.output
    if done.state == "Choose date":
        return str(state.get("date", ""))
    if done.state == "Fetch sleep":
        return "the day is complete" if state.get("complete") else "the day is not complete"
    if done.state == "Catch up":
        return ", ".join(state.get("caught_up", []))
    if done.state == "Format posts":
        return ", ".join(post["kind"] for post in state.get("posts", [])) or "nothing to post"
    if done.state == "Tweet":
        posts = state.get("posts", [])
        told = zip(names_of(posts), posts, strict=True)
        return ", ".join(f"{name} {post['status'].replace('_', ' ')}" for name, post in told)
    return ""


def duration(seconds: float) -> str:
    minutes, rest = divmod(round(timedelta(seconds=seconds).total_seconds()), 60)
    hours, minutes_of_hour = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes_of_hour} min" if minutes_of_hour else f"{hours} h"
    return f"{minutes} min" if minutes else f"{rest} s"


# After the fact: repetitions folded into one line


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
    """The steps of an execution history; while it waited, only the waits, not the looks between them."""
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
        at_note = text.cell_len + _HANGING
        text.append_text(_undimmed(line(mark, colour, step.state, _note(step, zone), step.seconds)))
        say(console, text, hanging=at_note)


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


# Tables


def show_table(console: Console, headers: Sequence[str], rows: Sequence[Sequence[Text | str]]) -> None:
    texts = [[cell if isinstance(cell, Text) else Text(cell) for cell in row] for row in rows]
    if console.is_terminal:
        _show_rich(console, headers, texts)
        return
    plain = [list(headers), *([cell.plain for cell in row] for row in texts)]
    widths = [max(cell_len(row[column]) for row in plain) for column in range(len(headers))]
    for row in plain:
        cells = (cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True))
        console.print(Text("  ".join(cells).rstrip()), soft_wrap=True)


def _show_rich(console: Console, headers: Sequence[str], rows: Sequence[Sequence[Text]]) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for number, header in enumerate(headers):
        # The last column has the prose, and may be broken into lines.
        table.add_column(header, no_wrap=number < len(headers) - 1, overflow="fold")
    for row in rows:
        table.add_row(*row)
    console.print(table)
