"""What one run is: its settings, and a schedule of what happens in it. Drawn from a seed, small enough to print."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

# Where an effect can be struck: the AWS calls of the steps, and the endpoints of the remote APIs.
AWS_CALLS = (
    "secretsmanager.get_secret_value",
    "secretsmanager.put_secret_value",
    "secretsmanager.update_secret_version_stage",
    "ssm.get_parameter",
    "ssm.put_parameter",
    "dynamodb.get_item",
    "dynamodb.put_item",
    "dynamodb.query",
    "cloudwatch.put_metric_data",
)
AWS_FAULTS = ("throttled", "failing", "lost", "doubled", "slow", "killed-before", "killed-after")
HTTP_ENDPOINTS = ("token", "devices", "activity", "sleep", "post", "read")
LAMBDA = "lambda.invoke"
LAMBDA_FAULTS = ("Lambda.TooManyRequestsException", "killed-before", "killed-after")
HTTP_FAULTS = ("killed-before", "killed-after", "slow", "unplugged")

DUPLICATE_WINDOWS = (timedelta(0), timedelta(minutes=30), timedelta(days=1))
READ_BACK_LAGS = (timedelta(0), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=5))

# Days that the wearer's calendar has something to say about (local.simulators.days), and plain ones.
DAYS = (
    *(date(2026, 2, day) for day in range(1, 15)),
    date(2021, 5, 23),
    date(2026, 3, 10),
    date(2026, 3, 20),
    date(2026, 4, 1),
)


@dataclass(frozen=True)
class Strike:
    """The nth effect at `where` meets `fault`: one of the lists above, or one of the simulators' own."""

    where: str
    nth: int
    fault: str


@dataclass(frozen=True)
class Outage:
    """Every effect at `where` meets `fault` between two moments, in seconds from the start."""

    where: str
    begins: int
    lasts: int
    fault: str


@dataclass(frozen=True)
class Deed:
    """Something that happens beside the schedule: `what`, so many seconds after the start, about day number `day`."""

    after: int
    what: str
    day: int = 0


Item = Strike | Outage | Deed

DEEDS = ("double-start", "run", "force", "dry-run", "redrive", "authorise", "settle", "unsynced", "revise")


@dataclass(frozen=True)
class Plan:
    seed: int
    source: str
    language: str
    first_day: date
    days: int
    duplicate_window: timedelta
    read_back_lag: timedelta
    tells_last_sync: bool
    looks_unsynced: int | None
    in_step: bool
    schedule: tuple[Item, ...]

    def with_schedule(self, schedule: Sequence[Item]) -> Plan:
        return replace(self, schedule=tuple(schedule))


def draw(seed: int, faults: dict[str, list[str]]) -> Plan:
    """The plan of a seed. `faults`: the simulators' own, by endpoint."""
    rng = random.Random(seed)
    source = rng.choice(("google_health", "google_health", "fitbit"))
    days = rng.choice((1, 1, 1, 2, 3))
    return Plan(
        seed=seed,
        source=source,
        language=rng.choice(("ja", "en")),
        first_day=rng.choice(DAYS),
        days=days,
        duplicate_window=rng.choice(DUPLICATE_WINDOWS),
        read_back_lag=rng.choice(READ_BACK_LAGS),
        tells_last_sync=rng.random() < 0.7,
        in_step=rng.random() < 0.5,
        looks_unsynced=rng.choice((0, 0, 0, 1, 2, 3, None)),
        schedule=(
            *(_strike(rng, faults) for _ in range(rng.choice((0, 1, 1, 2, 3, 5, 8)))),
            *(_outage(rng, faults, days) for _ in range(rng.choice((0, 0, 0, 1)))),
            *(_deed(rng, days) for _ in range(rng.choice((0, 0, 1, 1, 2, 3)))),
        ),
    )


def _where(rng: random.Random) -> str:
    # Posting is what the promise is about: it is struck more often.
    return rng.choice((LAMBDA, *AWS_CALLS, "dynamodb.put_item", *HTTP_ENDPOINTS, "post", "post", "post", "read"))


def _fault(rng: random.Random, where: str, faults: dict[str, list[str]]) -> str:
    if where == LAMBDA:
        return rng.choice(LAMBDA_FAULTS)
    if where in AWS_CALLS:
        return rng.choice(AWS_FAULTS)
    return rng.choice((*HTTP_FAULTS, *faults[where]))


def _strike(rng: random.Random, faults: dict[str, list[str]]) -> Strike:
    where = _where(rng)
    return Strike(where, rng.choice((1, 1, 1, 2, 2, 3, 4, 6)), _fault(rng, where, faults))


def _outage(rng: random.Random, faults: dict[str, list[str]], days: int) -> Outage:
    where = rng.choice((*HTTP_ENDPOINTS, "dynamodb.put_item", "dynamodb.query", "ssm.get_parameter"))
    # What kills or loses without end is no outage that a program could sit out.
    fault = _fault(rng, where, faults)
    begins = rng.randrange(0, 86_400 * days, 600)
    return Outage(where, begins, rng.choice((600, 3_600, 3_600, 14_400)), fault)


def _deed(rng: random.Random, days: int) -> Deed:
    day = rng.randrange(days)
    what = rng.choice(("double-start", *DEEDS))
    # A start delivered twice comes at the same moment; so may a person.
    after = 0 if what == "double-start" else rng.choice((0, 0, 1, 5, 60, 600, 3_600, 40_000))
    return Deed(after + 86_400 * day, what, rng.randrange(days) if what != "run" else day)
