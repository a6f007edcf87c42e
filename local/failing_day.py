"""The demo of a failing day: which simulator fails how, and an execution that is started as the schedule does."""

from __future__ import annotations

import json
import os
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from difflib import get_close_matches
from zoneinfo import ZoneInfo

import click

from cli.aws import Target
from cli.moments import Moment, Stumbled
from stacks.addresses import VARIABLES

# Names that say what a day may fail of; the simulators have one for each way of failing.
EASY = {
    "authorization-revoked": ("token-invalid-grant",),
    "source-down": ("health-503", "web-503"),
    "x-down": ("post-503",),
    "x-keys-revoked": ("post-401",),
    "no-credits": ("post-402",),
}


def known_faults(source: str) -> dict[str, str]:
    """What each fault of the source's simulator and of X's is about, by name."""
    # The simulators are slow to import, and only wanted here.
    from local.simulators.fitbit import FitbitSimulator
    from local.simulators.google import GoogleSimulator
    from local.simulators.wearer import Wearer
    from local.simulators.x import XSimulator

    def now() -> datetime:
        return datetime.now(UTC)

    wearer = Wearer(ZoneInfo("UTC"), now)
    of_source = FitbitSimulator if source == "fitbit" else GoogleSimulator
    simulators = (of_source(wearer=wearer, now=now), XSimulator(now=now))
    return {fault.name: fault.says for simulator in simulators for fault in simulator.faults.known.values()}


def chosen_fault(source: str) -> str | None:
    """FAULT of the environment, by its full name; raises UsageError for one that a demo cannot show."""
    given = os.environ.get("FAULT")
    if not given:
        return None
    others = [variable for variable in VARIABLES if os.environ.get(variable)]
    if others:
        raise click.UsageError(f"FAULT is for the local stack's own simulators. Type: unset {' '.join(others)}")
    known = known_faults(source)
    name = next((name for name in EASY.get(given, (given,)) if name in known), None)
    if name is None:
        near = get_close_matches(given, [*EASY, *known])
        raise click.UsageError(
            f"There is no fault {given!r}. Try {', '.join(near or EASY)}; to see them all, type: python -m local fault"
        )
    if name.endswith("-hang"):
        raise click.UsageError(
            f"FAULT={given} takes its time: each of many attempts waits 15 seconds for an answer. "
            f"The same failure, at once: FAULT={name.removesuffix('hang')}drop"
        )
    return name


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
