"""How an execution looks in a terminal: a line for each step, then the posts. Plain text when piped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.text import Text

from cli.history import LOOK_AGAIN, Done, Ended, Entered, Moment, Redriven, Stumbled
from fitbit_daily.domain.weighted_length import LIMIT, weighted_length

_WIDTH, _NOTE = 16, 36


def show_progress(console: Console, moments: Iterable[Moment]) -> Ended:
    """Prints the moments of an execution as they come; the end is returned, not printed.

    While it waits for the tracker or its source, only the waits are told, not the looks between them.
    """
    stumble: Stumbled | None = None
    told: set[str] = set()
    looks = 0
    with console.status("Starting") as status:
        for moment in moments:
            if stumble and not (isinstance(moment, Ended) and moment.output is None):
                left_out = isinstance(moment, Done) and moment.was_left_out
                sentence = f"{stumble.error}: {stumble.what} {'Going on without it' if left_out else 'Trying again'}."
                print_line(console, line("!", "yellow", stumble.state, sentence))
            stumble = None
            if isinstance(moment, Ended):
                return moment
            if isinstance(moment, Stumbled):
                # What leads to another look is told by the wait for it.
                stumble = moment if moment.error != LOOK_AGAIN else None
                status.update(f"{escape(moment.state)}: {moment.error}, waiting to try again")
            elif isinstance(moment, Entered):
                status.update(escape(moment.state))
                if moment.waits_seconds:
                    looks += 1
                    wait = duration(moment.waits_seconds)
                    note = f"{moment.because or 'not synced yet'}; look {looks + 1} in {wait}"
                    print_line(console, line("…", "yellow", moment.state, note))
                    status.update(f"Waiting {wait} for the next look; Ctrl-C leaves it waiting")
            elif isinstance(moment, Redriven):
                continue
            elif moment.state not in told and not moment.was_left_out:
                told.add(moment.state)
                print_line(console, line("✓", "green", moment.state, note_of(moment), moment.seconds))
    raise RuntimeError("an execution's moments end with its end")


def show_posts(console: Console, output: Mapping[str, Any], notes: Mapping[str, str] | None = None) -> None:
    """The posts of an execution's output, each with its length as X counts it.

    notes   by kind, what to say of a post instead of its status
    """
    for post in output["posts"]:
        length = f"{weighted_length(post['text'])}/{LIMIT}"
        note = (notes or {}).get(post["kind"], post["status"].replace("_", " "))
        title = f"{post['kind']}: {note}"
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
            console.print(f"\n--- {title}, {length}" + (f", id {post['id']}" if post["id"] else ""))
            console.print(Text(post["text"]), soft_wrap=True)
    for skipped in output["skipped"]:
        console.print(f"\nNo {skipped['kind']} post: {skipped['reason']}.")


def show_failure(console: Console, ended: Ended) -> None:
    print_line(console, line("✗", "red", ended.state, ended.error))
    console.print()
    print_line(console, Text(ended.sentence))


def print_line(console: Console, text: Text) -> None:
    """Not broken into lines: the terminal does that, so that a command can be copied whole."""
    console.print(text, soft_wrap=True)


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
        return ", ".join(f"{post['kind']} {post['status'].replace('_', ' ')}" for post in state.get("posts", []))
    return ""


def duration(seconds: float) -> str:
    minutes, rest = divmod(round(timedelta(seconds=seconds).total_seconds()), 60)
    hours, minutes_of_hour = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes_of_hour} min" if minutes_of_hour else f"{hours} h"
    return f"{minutes} min" if minutes else f"{rest} s"
