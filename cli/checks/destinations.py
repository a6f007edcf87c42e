"""Bluesky and LINE, where they are posted to: that the keys are there, and that they are taken. Both cost nothing."""

from __future__ import annotations

from collections.abc import Iterator

from cli.aws import Deployed
from cli.checks.finding import Finding, bad, bad_step, good
from fitbit_daily.adapters.bluesky import Bluesky
from fitbit_daily.adapters.destination_keys import parameter_of, read_keys
from fitbit_daily.adapters.line import Line
from fitbit_daily.errors import Retryable, StepError
from stacks import STACK


def bluesky(deployed: Deployed) -> Iterator[Finding]:
    if "bluesky" not in deployed.destinations:
        return
    try:
        keys = read_keys(parameter_of(STACK, "bluesky"), "bluesky")
        Bluesky(keys, "en").login()
    except StepError as error:
        yield _failed("Bluesky", error, "bluesky")
        return
    yield good("Bluesky", f"takes the keys of {keys['handle']}")


def line(deployed: Deployed) -> Iterator[Finding]:
    if "line" not in deployed.destinations:
        return
    try:
        limit, used = Line(read_keys(parameter_of(STACK, "line"), "line")).quota()
    except StepError as error:
        yield _failed("LINE", error, "line")
        return
    if limit is not None and used >= limit:
        yield bad("LINE", f"all {limit} messages of this month are used up", "Wait for the first of next month")
        return
    yield good("LINE", f"takes the token; {used}{f' of {limit}' if limit is not None else ''} messages used this month")


def _failed(name: str, error: StepError, destination: str) -> Finding:
    error.destination = destination
    if isinstance(error, Retryable):
        return bad(name, error.what, "Try again later: ./daily doctor")
    return bad_step(name, error)
