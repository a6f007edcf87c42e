"""Following an execution to its end, and ending as it ends: what `run` and `redrive` have in common."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console

from cli.executions import console_link, follow
from cli.history import Ended, Reader
from cli.show import show_failure, show_posts, show_progress
from cli.target import Target


def run_to_its_end(target: Target, execution: str, as_json: bool = False, reader: Reader | None = None) -> Ended:
    """Follows an execution and prints how it goes and ends."""
    if as_json:
        ended = end_of(target, execution, reader)
        click.echo(json.dumps(result_of(ended, execution), ensure_ascii=False))
        return ended
    console = Console(highlight=False)
    ended = show_progress(console, follow(target, execution, reader))
    if ended.output is None:
        show_failure(console, ended)
        if not target.is_local:
            console.print(f"The execution in the console: {console_link(execution)}", soft_wrap=True)
    else:
        show_posts(console, ended.output)
    return ended


def end_of(target: Target, execution: str, reader: Reader | None = None) -> Ended:
    """Follows an execution in silence."""
    *_, ended = follow(target, execution, reader)
    if isinstance(ended, Ended):
        return ended
    raise RuntimeError("an execution's moments end with its end")


def result_of(ended: Ended, execution: str) -> dict[str, Any]:
    """What --json prints of an execution: its output, or its error."""
    if ended.output is not None:
        return dict(ended.output)
    return {"error": ended.error, "step": ended.state, "message": ended.sentence, "execution": execution}


@contextmanager
def leaving_it_running(target: Target, execution: str) -> Iterator[None]:
    """Ctrl-C ends the following, not the execution, and says so."""
    try:
        yield
    except KeyboardInterrupt:
        click.echo(f"\nThe execution goes on without you: {execution}", err=True)
        if not target.is_local:
            click.echo(f"See it at {console_link(execution)}", err=True)
        sys.exit(130)
