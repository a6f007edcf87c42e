"""Schedules that lead to where chance alone seldom comes: a few items each, with times and numbers still drawn.

Each is about one promise that only a coincidence can break. A seed adds at most one to what it draws anyway.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from tests.campaign.plan import Deed, Item, Outage, Plan, Strike

# Outcomes that the program cannot know, with and without a post on the timeline.
UNKNOWN = ("killed-before", "killed-after", "post-503", "post-accepted-then-dropped")

SHARE = 0.3


def add_corner(plan: Plan) -> Plan:
    """The plan of a seed, perhaps with one corner more; drawn apart, so that it changes nothing else of the plan."""
    rng = random.Random(f"corner {plan.seed}")
    return rng.choice(CORNERS)(rng, plan) if rng.random() < SHARE else plan


def _with(plan: Plan, *items: Item, source: str = "") -> Plan:
    if source and source != plan.source:
        # The faults that were drawn are the other source's own.
        plan = replace(plan, source=source, schedule=())
    return plan.with_schedule((*plan.schedule, *items))


def changed_while_unknown(rng: random.Random, plan: Plan) -> Plan:
    """A person's run renders a newer text just when the outcome of the first is ready to be settled."""
    return _with(
        replace(plan, looks_unsynced=0),
        Strike("post", rng.choice((1, 1, 2)), rng.choice(UNKNOWN)),
        Deed(rng.randrange(20, 600), "revise"),
        Deed(rng.randrange(603, 659), "run"),
    )


def killed_beside_the_rotation(rng: random.Random, plan: Plan) -> Plan:
    """The process ends just when the access token or the rotated refresh token is stored."""
    where = rng.choice(("ssm.put_parameter", "ssm.put_parameter", "secretsmanager.update_secret_version_stage"))
    return replace(
        _with(plan, source="fitbit"),
        schedule=(Strike(where, rng.choice((1, 1, 2)), rng.choice(("killed-before", "killed-after"))),),
    )


def authorised_during_a_refresh(rng: random.Random, plan: Plan) -> Plan:
    """A person authorises anew while the provider, or Secrets Manager, takes its time with a rotation."""
    # The second of a rotation's two writes comes after the provider's answer; the first proves that it will work.
    where, nth = rng.choice(
        (
            ("token", 1),
            ("secretsmanager.put_secret_value", 1),
            ("secretsmanager.put_secret_value", 2),
            ("secretsmanager.update_secret_version_stage", 1),
        )
    )
    return _with(plan, Strike(where, nth, "slow"), Deed(rng.randrange(1, 14), "authorise"), source="fitbit")


def forced_and_retried(rng: random.Random, plan: Plan) -> Plan:
    """A day that is posted is posted again by force, and the second of its two posts needs a retry."""
    return _with(
        replace(plan, looks_unsynced=0),
        Strike("post", 4, rng.choice((*UNKNOWN, "post-429"))),
        Deed(rng.choice((3_600, 7_200)), "force"),
    )


def accepted_though_it_says_otherwise(rng: random.Random, plan: Plan) -> Plan:
    """X makes the post, answers with an error, and would take the same text again at once."""
    return _with(
        replace(plan, looks_unsynced=0, duplicate_window=timedelta(0)),
        Strike("post", rng.choice((1, 2)), f"post-accepted-then-{rng.choice(('500', '503', '520', 'garbage'))}"),
    )


def two_at_once(rng: random.Random, plan: Plan) -> Plan:
    """A start delivered twice, taking turns step by step, with a slow or lost answer in the middle."""
    where = rng.choice(("post", "dynamodb.put_item", "dynamodb.get_item"))
    fault = "slow" if where == "post" else rng.choice(("slow", "doubled", "lost"))
    return _with(
        replace(plan, looks_unsynced=0, in_step=True),
        Strike(where, rng.randrange(1, 5), fault),
        Deed(0, "double-start"),
    )


def settled_by_a_person(rng: random.Random, plan: Plan) -> Plan:
    """X cannot be asked for longer than the retries last: a person looks, says what is there, and runs the day."""
    return _with(
        replace(plan, looks_unsynced=0),
        Strike("post", rng.choice((1, 2)), rng.choice(UNKNOWN)),
        Outage("read", 0, 25_200, rng.choice(("unplugged", "read-503", "read-429-app-24h"))),
        Deed(rng.randrange(26_000, 30_000), "settle"),
        Deed(rng.randrange(30_000, 40_000), "run"),
    )


CORNERS: tuple[Callable[[random.Random, Plan], Plan], ...] = (
    changed_while_unknown,
    killed_beside_the_rotation,
    authorised_during_a_refresh,
    forced_and_retried,
    accepted_though_it_says_otherwise,
    two_at_once,
    settled_by_a_person,
)
