"""What one run is: its settings, and a schedule of what happens in it. Drawn from a seed, small enough to print."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# Where an effect can be struck: the AWS calls of the steps, and the endpoints of the remote APIs.
AWS_CALLS = (
    "secretsmanager.get_secret_value",
    "secretsmanager.put_secret_value",
    "secretsmanager.update_secret_version_stage",
    "ssm.get_parameter",
    "ssm.put_parameter",
    "dynamodb.get_item",
    "dynamodb.put_item",
    "dynamodb.update_item",
    "dynamodb.query",
    "stepfunctions.start_execution",
    "stepfunctions.describe_execution",
)
# Notify's, apart from the steps'; and what may befall an event, or the daily look.
OF_NOTIFY = (
    "notify.lambda.invoke",
    "notify.dynamodb.get_item",
    "notify.dynamodb.put_item",
    "notify.dynamodb.query",
    "notify.stepfunctions.describe_execution",
    "notify.sns.publish",
)
EVENT, LOOK = "event", "look"
EVENT_FAULTS = ("lost", "lost", "late", "doubled")
LOOK_FAULTS = ("lost",)
AWS_FAULTS = ("throttled", "failing", "lost", "doubled", "slow", "killed-before", "killed-after")
HTTP_ENDPOINTS = ("token", "devices", "activity", "sleep", "post", "read")
# Of the destinations beside X.
ENDPOINTS_OF = {"bluesky": ("login", "put"), "line": ("push",)}
LAMBDA = "lambda.invoke"
LAMBDA_FAULTS = ("Lambda.TooManyRequestsException", "Lambda.Unknown", "killed-before", "killed-after")
HTTP_FAULTS = ("killed-before", "killed-after", "slow", "unplugged")

DUPLICATE_WINDOWS = (timedelta(0), timedelta(minutes=30), timedelta(days=1))
READ_BACK_LAGS = (timedelta(0), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=5))
# What X says falsely; the second only while X itself would still refuse the text that it hides.
FALSE_DUPLICATE, EMPTY_TIMELINE = "post-403-duplicate", "read-empty"
FOR_GOOD = timedelta(days=60)

# Days that the wearer's calendar has something to say about (local.simulators.days), plain ones, and changes of clocks.
DAYS = (*(date(2026, 2, day) for day in range(1, 15)), date(2021, 5, 23), date(2026, 3, 10), date(2026, 4, 1))
ZONES = {
    "Asia/Tokyo": DAYS,
    "Europe/Berlin": (date(2026, 3, 27), date(2026, 3, 28), date(2025, 10, 24), date(2025, 10, 25), *DAYS[:6]),
    "America/New_York": (date(2026, 3, 6), date(2026, 3, 7), date(2025, 11, 1), *DAYS[:6]),
    "Pacific/Auckland": (date(2026, 4, 3), date(2026, 4, 4), date(2025, 9, 26), *DAYS[:6]),
}
# When the schedule starts, and until when it waits for the tracker.
HOURS = (("00:10", "12:00"),) * 5 + (("06:30", "20:00"), ("22:00", "12:00"), ("00:10", "06:00"))
HOUR = 3_600
DAY = 24 * HOUR


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

# What befalls the schedule itself, at the night's own moment; `lost-start` is no deed, but what does not happen.
OF_THE_SCHEDULE = ("lost-start", "double-start")
DEEDS = (
    "run",
    "run",
    "force",
    "dry-run",
    "redrive",
    "authorise",
    "settle",
    "unsynced",
    "sync",
    "revise",
    "style",
    "pause",
    "resume",
    "abort",
    "abort",
)


@dataclass(frozen=True)
class Plan:
    """`nights` starts of the schedule, one a day, the first of them about `first_day`."""

    seed: int
    source: str
    language: str
    style: str
    zone: str
    time_of_day: str
    give_up_at: str
    catch_up_days: int
    look_every_minutes: int
    first_day: date
    nights: int
    duplicate_window: timedelta
    read_back_lag: timedelta
    tells_last_sync: bool
    looks_unsynced: int | None
    in_step: bool
    schedule: tuple[Item, ...]
    destinations: tuple[str, ...] = ("x",)

    def with_schedule(self, schedule: Sequence[Item]) -> Plan:
        return replace(self, schedule=tuple(schedule))

    def day(self, night: int) -> date:
        return self.first_day + timedelta(days=night)

    def start_of(self, night: int) -> datetime:
        """When the schedule starts the execution about the day of a night (UTC)."""
        local = datetime.combine(self.day(night + 1), time.fromisoformat(self.time_of_day), ZoneInfo(self.zone))
        return local.astimezone(UTC)

    def gives_up_at(self, night: int) -> datetime:
        """When that execution waits no longer (UTC)."""
        at = time.fromisoformat(self.give_up_at)
        days = 1 if at > time.fromisoformat(self.time_of_day) else 2
        return datetime.combine(self.day(night + days), at, ZoneInfo(self.zone)).astimezone(UTC)

    def seconds_to(self, night: int) -> int:
        return int((self.start_of(night) - self.start_of(0)).total_seconds())


def draw(seed: int, faults: dict[str, list[str]]) -> Plan:
    """The plan of a seed. `faults`: the simulators' own, by endpoint."""
    rng = random.Random(seed)
    source = rng.choice(("google_health", "google_health", "fitbit"))
    nights = rng.choice((*(2,) * 10, *(3,) * 5, 4, 5, 7, 10))
    zone = rng.choice(("Asia/Tokyo", "Asia/Tokyo", "Europe/Berlin", "America/New_York", "Pacific/Auckland"))
    time_of_day, give_up_at = rng.choice(HOURS)
    plan = Plan(
        seed=seed,
        source=source,
        language=rng.choice(("ja", "en")),
        style=rng.choice(("classic", "classic", "compact")),
        zone=zone,
        time_of_day=time_of_day,
        give_up_at=give_up_at,
        catch_up_days=rng.choice((0, 1, 3, 3, 3, 3, 7)),
        look_every_minutes=rng.choice((120, 240, 240)),
        first_day=rng.choice(ZONES[zone]),
        nights=nights,
        duplicate_window=rng.choice(DUPLICATE_WINDOWS),
        read_back_lag=rng.choice(READ_BACK_LAGS),
        tells_last_sync=rng.random() < 0.7,
        in_step=rng.random() < 0.5,
        looks_unsynced=rng.choice((0, 0, 0, 0, 1, 2, 3, None)),
        schedule=(
            *(_strike(rng, faults) for _ in range(rng.choice((0, 1, 1, 2, 3, 5, 8)))),
            *(_outage(rng, faults, nights) for _ in range(rng.choice((0, 0, 1, 1, 2)))),
            *(_deed(rng, nights) for _ in range(rng.choice((0, 0, 1, 1, 2, 3)))),
            *(_of_the_schedule(rng, nights) for _ in range(rng.choice((0, 0, 1)))),
        ),
    )
    return hiding_only_what_it_refuses(plan)


def posting_elsewhere(plan: Plan, faults: dict[str, list[str]]) -> Plan:
    """The same, to others beside X or in its place, with faults of their own: often the answer to a post is lost."""
    rng = random.Random(f"elsewhere {plan.seed}")
    others = rng.choice((("bluesky", "line"), ("bluesky", "line"), ("bluesky",), ("line",)))
    endpoints = [where for other in others for where in ENDPOINTS_OF[other]]
    more: list[Item] = []
    for _ in range(rng.choice((0, 1, 1, 2, 3))):
        where = rng.choice(endpoints)
        lost = [fault for fault in faults[where] if "accepted-then" in fault]
        fault = rng.choice(lost if lost and rng.random() < 0.5 else (*HTTP_FAULTS, *faults[where]))
        more.append(Strike(where, rng.choice((1, 1, 2, 3, 5)), fault))
    if rng.random() < 0.3:
        where = rng.choice(endpoints)
        begins, lasts = rng.randrange(0, DAY * plan.nights, 600), rng.choice((HOUR, 9 * HOUR, DAY, 3 * DAY))
        more.append(Outage(where, begins, lasts, rng.choice(faults[where])))
    with_x = ("x",) if rng.random() < 0.75 else ()
    return replace(plan, destinations=(*with_x, *others), schedule=(*plan.schedule, *more))


def hiding_only_what_it_refuses(plan: Plan) -> Plan:
    """Where X hides a post and would take its text again, no program could keep its promise."""
    hides = any(not isinstance(item, Deed) and item.fault == EMPTY_TIMELINE for item in plan.schedule)
    return replace(plan, duplicate_window=FOR_GOOD) if hides else plan


def _where(rng: random.Random) -> str:
    # Posting is what the promise is about: it is struck more often.
    steps = (LAMBDA, *AWS_CALLS, "dynamodb.put_item", *HTTP_ENDPOINTS, "post", "post", "post", "read")
    return rng.choice((*steps, *steps, *OF_NOTIFY, EVENT, EVENT, EVENT, LOOK))


def _fault(rng: random.Random, where: str, faults: dict[str, list[str]]) -> str:
    if where.endswith(LAMBDA):
        return rng.choice(LAMBDA_FAULTS)
    if where in (EVENT, LOOK):
        return rng.choice(EVENT_FAULTS if where == EVENT else LOOK_FAULTS)
    if where in (*AWS_CALLS, *OF_NOTIFY):
        return rng.choice(AWS_FAULTS)
    return rng.choice((*HTTP_FAULTS, *faults[where]))


def _strike(rng: random.Random, faults: dict[str, list[str]]) -> Strike:
    where = _where(rng)
    return Strike(where, rng.choice((1, 1, 1, 2, 2, 3, 4, 6, 9, 14)), _fault(rng, where, faults))


def _outage(rng: random.Random, faults: dict[str, list[str]], nights: int) -> Outage:
    where = rng.choice((*HTTP_ENDPOINTS, *HTTP_ENDPOINTS, *AWS_CALLS, LAMBDA))
    fault = _fault(rng, where, faults)
    begins = rng.randrange(0, DAY * nights, 600)
    lasts = rng.choice((600, HOUR, 4 * HOUR, 9 * HOUR, 14 * HOUR, DAY, 2 * DAY, 3 * DAY, 5 * DAY))
    return Outage(where, rng.choice((0, begins, begins)), lasts, fault)


def _deed(rng: random.Random, nights: int) -> Deed:
    night = rng.randrange(nights)
    what = rng.choice(DEEDS)
    # A person may come at the same moment as the schedule.
    after = rng.choice((0, 0, 1, 5, 60, 600, HOUR, 40_000, 80_000))
    # A day of the past may be any that was there by then, and one from before there was anything.
    day = rng.randrange(-2, night + 1) if what in ("run", "force") and rng.random() < 0.3 else night
    return Deed(after + DAY * night, what, day)


def _of_the_schedule(rng: random.Random, nights: int) -> Deed:
    night = rng.randrange(nights)
    return Deed(DAY * night, rng.choice(OF_THE_SCHEDULE), night)
