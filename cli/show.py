"""How an execution looks in a terminal: a line for each step, then the posts. Plain text when piped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.text import Text

from cli.history import Done, Ended, Entered, Moment, Stumbled
from fitbit_daily.domain.weighted_length import LIMIT, weighted_length

_WIDTH, _NOTE = 16, 36


def show_progress(console: Console, moments: Iterable[Moment]) -> Ended:
    """Prints the moments of an execution as they come; the end is returned, not printed.

    While it waits for the tracker, only the waits are told, not the steps between them.
    """
    stumble: Stumbled | None = None
    told: set[str] = set()
    looks = 0
    with console.status("Starting") as status:
        for moment in moments:
            if stumble and not (isinstance(moment, Ended) and moment.output is None):
                sentence = f"{stumble.error}: {stumble.what} Trying again."
                _print(console, _line("!", "yellow", stumble.state, sentence))
            stumble = None
            if isinstance(moment, Ended):
                return moment
            if isinstance(moment, Stumbled):
                stumble = moment
                status.update(f"{escape(moment.state)}: {moment.error}, waiting to try again")
            elif isinstance(moment, Entered):
                status.update(escape(moment.state))
                if moment.waits_seconds:
                    looks += 1
                    wait = _duration(moment.waits_seconds)
                    _print(console, _line("…", "yellow", moment.state, f"not synced yet; look {looks + 1} in {wait}"))
                    status.update(f"Waiting {wait} for the tracker to sync; Ctrl-C leaves it waiting")
            elif moment.state not in told:
                told.add(moment.state)
                _print(console, _line("✓", "green", moment.state, _note(moment), moment.seconds))
    raise RuntimeError("an execution's moments end with its end")


def show_posts(console: Console, output: Mapping[str, Any]) -> None:
    """The posts of an execution's output, each with its length as X counts it."""
    for post in output["posts"]:
        length = f"{weighted_length(post['text'])}/{LIMIT}"
        title = f"{post['kind']}: {post['status'].replace('_', ' ')}"
        if console.is_terminal:
            console.print()
            console.print(
                Panel(
                    Text(post["text"]),
                    title=f"[bold]{title}[/]",
                    title_align="left",
                    subtitle=f"{length}" + (f"  id {post['tweet_id']}" if post["tweet_id"] else ""),
                    subtitle_align="right",
                    width=min(console.width, 64),
                    padding=(1, 2),
                )
            )
        else:
            console.print(f"\n--- {title}, {length}" + (f", id {post['tweet_id']}" if post["tweet_id"] else ""))
            console.print(Text(post["text"]), soft_wrap=True)
    for skipped in output["skipped"]:
        console.print(f"\nNo {skipped['kind']} post: {skipped['reason']}.")


def show_failure(console: Console, ended: Ended) -> None:
    _print(console, _line("✗", "red", ended.state, ended.error))
    console.print()
    _print(console, Text(ended.sentence))


def _print(console: Console, text: Text) -> None:
    """What is piped is not broken into lines."""
    console.print(text, soft_wrap=not console.is_terminal)


def _line(mark: str, colour: str, state: str, note: str, seconds: float | None = None) -> Text:
    text = Text("  ")
    text.append(mark, style=colour)
    text.append(f" {state:<{_WIDTH}} ")
    text.append(note if seconds is None else f"{note:<{_NOTE}}")
    if seconds is not None:
        text.append(f" {seconds:5.1f} s", style="dim")
    return text


def _note(done: Done) -> str:
    state = done.output
    if done.state == "Choose date":
        return str(state.get("date", ""))
    if done.state == "Fetch sleep":
        return "the day is complete" if state.get("complete") else "the day is not complete"
    if done.state == "Format posts":
        return ", ".join(post["kind"] for post in state.get("posts", [])) or "nothing to post"
    if done.state == "Tweet":
        return ", ".join(f"{post['kind']} {post['status'].replace('_', ' ')}" for post in state.get("posts", []))
    return ""


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(timedelta(seconds=seconds).total_seconds()), 60)
    return f"{minutes} min" if minutes else f"{rest} s"
