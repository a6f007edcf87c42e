"""Starting an execution, following it to its end, and ending as it ends."""

from __future__ import annotations

import json
import secrets
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import click
from rich.console import Console

from cli.aws import Target
from cli.errors import one_sentence
from cli.executions import events_of
from cli.moments import Ended, Moment, Reader
from cli.progress import show_progress
from cli.prose import tell
from cli.show import say, show_failure, show_posts
from fitbit_daily.adapters.executions import console_link

# Seconds between two looks at a running execution: quick at first, patient with one that waits for hours.
FIRST_LOOK, LONGEST_LOOK = 0.2, 5.0


def start(target: Target, request: Mapping[str, Any]) -> str:
    """Starts an execution; its ARN. The name is unique for longer than the 90 days that Step Functions asks for."""
    what = request.get("date", "yesterday")
    name = f"{what}-by-hand-{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"
    with one_sentence():
        answer = target.client("stepfunctions").start_execution(
            stateMachineArn=target.state_machine, name=name, input=json.dumps(request)
        )
    return str(answer["executionArn"])


def follow(target: Target, execution: str, reader: Reader | None = None) -> Iterator[Moment]:
    """The execution's moments as they happen, the last of which is its end; without those that `reader` has read."""
    reader, pause = reader or Reader(), FIRST_LOOK
    while True:
        for moment in reader.read(events_of(target, execution)):
            pause = FIRST_LOOK
            yield moment
            if isinstance(moment, Ended):
                return
        time.sleep(pause)
        pause = min(pause * 1.2, LONGEST_LOOK)


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
            say(console, f"The execution in the console: {console_link(execution)}")
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
def leaving_it_running(target: Target, execution: str, day: object = None) -> Iterator[None]:
    """Ctrl-C ends the following, not the execution, and says how to look again; without a day, it is yesterday's."""
    try:
        yield
    except KeyboardInterrupt:
        tell("\nThe execution goes on without you.", err=True)
        tell(f"To see how it goes, type: ./daily status {day or 'yesterday'}", err=True)
        if not target.is_local:
            tell(f"Or look at it in the console: {console_link(execution)}", err=True)
        sys.exit(130)
