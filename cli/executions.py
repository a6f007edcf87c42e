"""Starting an execution and following it to its end."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from cli.errors import one_sentence
from cli.history import Ended, Moment, Reader
from cli.target import Target
from fitbit_daily.domain.console import console_link

__all__ = ["console_link", "events_of", "follow", "start"]

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


def events_of(target: Target, execution: str) -> list[dict[str, Any]]:
    """The execution's whole history so far."""
    with one_sentence():
        pages = target.client("stepfunctions").get_paginator("get_execution_history").paginate(executionArn=execution)
        return [event for page in pages for event in page["events"]]
