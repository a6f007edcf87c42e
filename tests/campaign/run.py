"""One run, from its plan to its violations."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from fitbit_daily.adapters.ledger_table import LedgerTable
from fitbit_daily.adapters.secrets import SourceSecret
from fitbit_daily.adapters.sources import source
from fitbit_daily.domain.ledger import Status, settled_by_hand
from local.simulators.fitbit import FitbitSimulator
from local.simulators.google import GoogleSimulator
from tests.campaign.checks import transitions, violations
from tests.campaign.oracle import KINDS, read_title
from tests.campaign.plan import Deed, Plan
from tests.campaign.seen import Ran
from tests.campaign.world import World, real_client

DAY = 86_400
RECOVERIES = 8

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


def perform(plan: Plan, machine: Machine) -> Outcome:
    """Runs the plan to its end, recovers as the documentation says, and checks."""
    world = World(plan, machine)
    with world.open():
        for number in range(plan.days):
            world.scheduler.spawn(f"schedule {number}", partial(_scheduled, world), after=number * DAY)
        for number, deed in enumerate(item for item in plan.schedule if isinstance(item, Deed)):
            world.scheduler.spawn(f"person {number}", partial(_do, world, deed), after=deed.after)
        world.scheduler.run()
        _recover(world)
        found = list(violations(world))
        if error := _refreshes(world):
            found.append(f"the source's secret no longer refreshes: {error}")
    endings = Counter(ran.error or ran.status for ran in world.seen.ran)
    return Outcome(plan, found, world.effects.struck, transitions(world), world.seen.moves, endings, world.seen.deeds)


def _scheduled(world: World) -> Ran:
    return world.execute({"scheduled_time": world.scheduler.now().isoformat()})


def _do(world: World, deed: Deed) -> None:
    world.seen.deeds[deed.what] += 1
    day = world.days[deed.day]
    deeds: Mapping[str, Callable[[], Any]] = {
        "double-start": lambda: _scheduled(world),
        "run": lambda: world.execute({"date": day.isoformat()}),
        "force": lambda: _force(world, day),
        "dry-run": lambda: world.execute({"date": day.isoformat(), "dry_run": True}),
        "redrive": lambda: _redrive(world),
        "authorise": lambda: _authorise(world, keep_old=world.rng.random() < 0.5),
        "settle": lambda: _settle_if_asked(world),
        "unsynced": lambda: world.wearer.stop_syncing(world.rng.choice((1, 2, 3, 5, None))),
        "revise": lambda: world.wearer.revisions.update([day]),
    }
    deeds[deed.what]()


def _force(world: World, day: date) -> Ran:
    world.seen.forced[day] += 1
    return world.execute({"date": day.isoformat(), "force": True})


def _redrive(world: World) -> None:
    """The last execution that failed after its first step, unless it was redriven to success since."""
    by_name = {ran.name: ran for ran in world.seen.ran}
    failed = [ran for ran in by_name.values() if ran.status == "FAILED" and ran.failed_state != "Choose date"]
    if failed:
        world.redrive(failed[-1])


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
    if any(ran.error == "PostOutcomeUnknown" for ran in world.seen.ran):
        for day in world.days:
            _settle(world, day)


def _settle(world: World, day: date) -> None:
    """What a person does when told to: looks at the timeline, and says what is there."""
    table = LedgerTable(world.table)
    for kind in KINDS:
        entry = world.entry(day.isoformat(), kind)
        now = world.scheduler.now()
        if entry is None or entry.status not in (Status.UNKNOWN, Status.ATTEMPTING) or now < entry.lease_until:
            continue
        there = [post.id for post in world.x.posts if post.text == entry.text and read_title(post.text) == (day, kind)]
        table.write(settled_by_hand(entry, there[0] if there else None))
        world.seen.deeds[f"settled by hand, {'posted' if there else 'not posted'}"] += 1


def _recover(world: World) -> None:
    """The faults are over; a day later the owner does what each error says, until every day is posted."""
    world.effects.calm = True
    world.source.faults.clear()
    world.x.faults.clear()
    world.wearer.sync()
    world.wearer.finish_processing()
    world.scheduler.sleep(DAY)
    for day in world.days:
        for _ in range(RECOVERIES):
            ran: list[Ran] = []
            world.scheduler.spawn("owner", partial(_run_into, ran, world, day))
            world.scheduler.run()
            if ran[0].status == "SUCCEEDED":
                break
            if ran[0].error == "AuthorizationLost":
                _authorise(world, keep_old=True)
            elif ran[0].error in ("PostOutcomeUnknown", "PostRejected"):
                _settle(world, day)


def _run_into(ran: list[Ran], world: World, day: date) -> None:
    ran.append(world.execute({"date": day.isoformat()}))


def _refreshes(world: World) -> str:
    """The stored credentials still work, asked with the program's own adapter; "" if so."""
    if isinstance(world.source, FitbitSimulator):
        live = SourceSecret(world.source_secret).read().refresh_token == world.source.tokens.refresh_token
        return "" if live else "it is not the live refresh token"
    try:
        source(world.plan.source).refresh(SourceSecret(world.source_secret).read())
    except Exception as error:
        return str(error)
    return ""
