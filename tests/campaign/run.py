"""One run, from its plan to its violations."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from itertools import product
from typing import Any

from fitbit_daily.adapters.secrets import SourceSecret
from fitbit_daily.adapters.sources import source
from fitbit_daily.domain.ledger import Pause, settled_by_hand
from fitbit_daily.domain.posts import KINDS
from fitbit_daily.errors import PostInProgress
from local.simulators.fitbit import FitbitSimulator
from local.simulators.google import GoogleSimulator
from tests.campaign.checks import transitions, violations
from tests.campaign.clients import real_client
from tests.campaign.days import GOOD_NIGHTS, Days, caught_up_by_itself, visible
from tests.campaign.mails import mails_are_right
from tests.campaign.oracle import KINDS_OF
from tests.campaign.plan import DAY, OF_THE_SCHEDULE, Deed, Outage, Plan
from tests.campaign.seen import Ran, Span
from tests.campaign.world import World

RECOVERIES = 8
_ASKS = ("PostOutcomeUnknown", "DuplicateOnTimeline", "RetryKeyExpired")

Machine = tuple[str, Mapping[str, tuple[str, float]]]


@dataclass
class Outcome:
    """What is told of a run."""

    plan: Plan
    violations: list[str]
    faults: Counter[str] = field(default_factory=Counter)
    transitions: Counter[str] = field(default_factory=Counter)
    moves: Counter[str] = field(default_factory=Counter)
    endings: Counter[str] = field(default_factory=Counter)
    deeds: Counter[str] = field(default_factory=Counter)
    nights: Counter[str] = field(default_factory=Counter)
    left_to_the_owner: list[str] = field(default_factory=list)
    # The tokens in their texts are drawn anew each time.
    executions: list[Ran] = field(default_factory=list, compare=False)


def perform(plan: Plan, machine: Machine) -> Outcome:
    """Runs the plan to its end and some good nights on, checks, recovers as the documentation says, and checks."""
    world = World(plan, machine)
    with world.open():
        _spawn_nights(world)
        world.notices.look_daily(plan.nights + GOOD_NIGHTS)
        for number, deed in enumerate(_deeds(plan)):
            world.scheduler.spawn(f"person {number}", partial(_do, world, deed), after=deed.after)
        world.scheduler.spawn("calm", partial(_calm, world), after=plan.seconds_to(plan.nights) - 60)
        world.scheduler.run()
        # Before a person has typed anything; whether the nights could do it hangs on the authorisation.
        world.scheduler.sleep(DAY)
        days = Days(world)
        left = [str(day) for day in days.all if not days.done(day)]
        ended = list(world.seen.ran)
        found = [*visible(days), *(caught_up_by_itself(days) if not _refreshes(world) else ())]
        found += mails_are_right(days)
        _recover(world, days)
        found += violations(world)
        if error := _refreshes(world):
            found.append(f"the source's secret no longer refreshes: {error}")
    return Outcome(
        plan,
        found,
        world.effects.struck,
        transitions(world),
        world.seen.moves,
        Counter(ran.error or ran.status for ran in world.seen.ran),
        world.seen.deeds,
        _nights(world),
        left,
        ended,
    )


def _spawn_nights(world: World) -> None:
    plan = world.plan
    befallen = [(deed.what, deed.day) for deed in plan.schedule if isinstance(deed, Deed)]
    for night in range(plan.nights + GOOD_NIGHTS):
        starts = 1 + befallen.count(("double-start", night))
        if ("lost-start", night) in befallen:
            starts = 0
        scheduled = partial(_scheduled, world, night)
        for number in range(starts):
            world.scheduler.spawn(f"night {night} {number}", scheduled, after=plan.seconds_to(night))


def _scheduled(world: World, night: int) -> Ran:
    # Scheduler tells the time without a fraction, in UTC.
    return world.executions.execute({"scheduled_time": world.plan.start_of(night).strftime("%Y-%m-%dT%H:%M:%SZ")})


def _deeds(plan: Plan) -> list[Deed]:
    return [item for item in plan.schedule if isinstance(item, Deed) and item.what not in OF_THE_SCHEDULE]


def _do(world: World, deed: Deed) -> None:
    world.seen.deeds[deed.what] += 1
    day = world.plan.day(deed.day)
    deeds: Mapping[str, Callable[[], Any]] = {
        "run": lambda: world.executions.execute({"date": day.isoformat()}),
        "force": lambda: _force(world, day),
        "dry-run": lambda: world.executions.execute({"date": day.isoformat(), "dry_run": True}),
        "redrive": lambda: _redrive(world),
        "authorise": lambda: _authorise(world, keep_old=world.rng.random() < 0.5),
        "settle": lambda: _settle_if_asked(world),
        "unsynced": lambda: world.wearer.stop_syncing(world.rng.choice((1, 2, 3, 5, 20, None))),
        "sync": world.wearer.sync,
        "revise": lambda: world.wearer.revisions.update([day]),
        "style": _change_style,
        "pause": lambda: _pause(world),
        "resume": lambda: _resume(world),
        "abort": lambda: _abort(world),
    }
    deeds[deed.what]()


def _force(world: World, day: date) -> Ran:
    world.seen.forced[day] += 1
    return world.executions.execute({"date": day.isoformat(), "force": True})


def _redrive(world: World) -> None:
    """The last execution that failed."""
    failed = [each for each in world.executions.known.values() if each.ran and each.status != "SUCCEEDED"]
    failed = [each for each in failed if each.ran and each.ran.last_state]
    if failed:
        world.executions.redrive(failed[-1])


def _abort(world: World) -> None:
    """Somebody stops what runs."""
    if running := world.executions.running():
        world.executions.stop(world.rng.choice(running))


def _change_style() -> None:
    """A deployment with the other style."""
    os.environ["STYLE"] = next(style for style in KINDS_OF if style != os.environ["STYLE"])


def _pause(world: World) -> None:
    if not world.paused:
        now = world.scheduler.now()
        world.ledger().pause(now)
        world.seen.pauses.append(Span(now))


def _resume(world: World) -> None:
    if world.paused:
        span, now = world.seen.pauses[-1], world.scheduler.now()
        world.ledger().resume(Pause(span.since), now)
        world.seen.pauses[-1] = replace(span, until=now)


def _authorise(world: World, *, keep_old: bool) -> None:
    """A person authorises anew: a new refresh token, stored over whatever is there; the old one may live on."""
    if isinstance(world.source, GoogleSimulator):
        old = set(world.source.tokens.refresh_tokens)
        new = world.source.tokens.rotate()
        if keep_old:
            world.source.tokens.refresh_tokens |= old
    else:
        # Fitbit has one live refresh token; a new consent ends the old one.
        new = f"CANARY{world.rng.getrandbits(240):060x}"
        world.source.tokens.refresh_token, world.source.tokens._last = new, None
    values = vars(world.source.tokens.credentials) | {"refresh_token": new}
    world.seen.canaries.add(new)
    real_client("secretsmanager").put_secret_value(SecretId=world.source_secret, SecretString=json.dumps(values))


def _settle_if_asked(world: World) -> None:
    """A person settles what the program says that it cannot find out, while nobody is at it."""
    asked = {ran.date for ran in world.seen.ran if ran.error in _ASKS}
    for day in asked - {each.date for each in world.executions.running()} - {None}:
        _settle(world, date.fromisoformat(str(day)))


def _settle(world: World, day: date) -> None:
    """What a person does when told to: looks at the timeline, and says what is there."""
    for destination, kind in product(world.plan.destinations, KINDS):
        entry = world.entry(day.isoformat(), kind, destination)
        now = world.scheduler.now()
        if entry is None or not entry.may_be_there or (entry.lease_until and now < entry.lease_until):
            continue
        there = [post.id for post in world.shown(destination) if post.text == entry.text]
        with suppress(PostInProgress):
            world.ledger().write(settled_by_hand(entry, posted=bool(there), post_id=there[0] if there else None))
            world.seen.deeds[f"settled by hand, {'posted' if there else 'not posted'}"] += 1


def _calm(world: World) -> None:
    """The faults are over."""
    world.effects.calm = True
    world.wearer.sync()
    world.wearer.finish_processing()
    _resume(world)


def _recover(world: World, days: Days) -> None:
    """The owner does what each error says, until every day is posted; and runs one that is."""
    undone = [day for day in days.all if not days.done(day) or days.left_open(day)]
    for day in sorted({*undone, world.rng.choice(days.all)}):
        for _ in range(RECOVERIES):
            ran: list[Ran] = []
            world.scheduler.spawn("owner", partial(_run_into, ran, world, day))
            world.scheduler.run()
            if ran[0].status == "SUCCEEDED":
                break
            if ran[0].error == "AuthorizationLost":
                _authorise(world, keep_old=True)
            elif ran[0].error in ("PostRejected", *_ASKS):
                _settle(world, day)


def _run_into(ran: list[Ran], world: World, day: date) -> None:
    ran.append(world.executions.execute({"date": day.isoformat()}))


def _refreshes(world: World) -> str:
    """The stored credentials still work, asked with the program's own adapter; "" if so."""
    stored = SourceSecret(world.source_secret, world.plan.source)
    if isinstance(world.source, FitbitSimulator):
        live = stored.read().refresh_token == world.source.tokens.refresh_token
        return "" if live else "it is not the live refresh token"
    try:
        source(world.plan.source).refresh(stored.read())
    except Exception as error:
        return str(error)
    return ""


def _nights(world: World) -> Counter[str]:
    """How much of what lasts, and of what the nights do about it, was in the run."""
    counted: Counter[str] = Counter({"nights": world.plan.nights + GOOD_NIGHTS})
    for item in world.plan.schedule:
        if isinstance(item, Outage):
            counted["outages of a day and longer" if item.lasts >= DAY else "outages of hours"] += 1
    done = [ran for ran in world.seen.ran if ran.status == "SUCCEEDED"]
    counted["catch-ups"] += sum(ran.caught_up for ran in world.seen.ran)
    counted["catch-ups that ended well"] += sum(ran.caught_up for ran in done)
    counted["nights that ended well"] += sum(ran.scheduled for ran in done)
    counted["executions stopped"] += sum(ran.status == "ABORTED" for ran in world.seen.ran)
    counted["pauses"] += len(world.seen.pauses)
    counted.update(f"mail: {type(sent.notice).__name__}" for sent in world.notices.sent)
    return counted + world.notices.counted
