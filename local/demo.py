"""The demo of a failing day: which simulator fails how, and an execution that is started as the schedule does."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from cli.aws import Target
from cli.moments import Moment, Stumbled


def start_as_scheduled(target: Target, moment: datetime) -> str:
    """Starts an execution as EventBridge Scheduler does; its ARN."""
    given = {"scheduled_time": f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"}
    answer = target.client("stepfunctions").start_execution(
        stateMachineArn=target.state_machine, name=str(uuid.uuid4()), input=json.dumps(given)
    )
    return str(answer["executionArn"])


def without_repetitions(moments: Iterable[Moment]) -> Iterator[Moment]:
    """Of a step's failures that are alike, maybe dozens, only the first, and the second as what comes next."""
    told: Counter[tuple[str, str]] = Counter()
    for moment in moments:
        if isinstance(moment, Stumbled):
            told[moment.state, moment.error] += 1
            if told[moment.state, moment.error] > 2:
                continue
        yield moment
