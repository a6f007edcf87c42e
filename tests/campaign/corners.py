"""Schedules that lead to where chance alone seldom comes: a few items each, with times and numbers still drawn.

Each is about one promise that only a coincidence can break. A seed adds at most one to what it draws anyway.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from tests.campaign.plan import (
    DAY,
    EMPTY_TIMELINE,
    FALSE_DUPLICATE,
    HOUR,
    Deed,
    Item,
    Outage,
    Plan,
    Strike,
    hiding_only_what_it_refuses,
)

# Outcomes that the program cannot know, with and without a post on the timeline.
UNKNOWN = ("killed-before", "killed-after", "post-503", "post-accepted-then-dropped")

SHARE = 0.45


def add_corner(plan: Plan) -> Plan:
    """The plan of a seed, perhaps with one corner more; drawn apart, so that it changes nothing else of the plan."""
    rng = random.Random(f"corner {plan.seed}")
    if rng.random() >= SHARE:
        return plan
    corners = OF_THE_NIGHTS if rng.random() < 0.6 else CORNERS
    return hiding_only_what_it_refuses(rng.choice(corners)(rng, plan))


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
    # One of them is slow to write its attempt: the other has kept the history by then, or not.
    written = Strike("dynamodb.put_item", rng.randrange(7, 12), "slow")
    read = Strike("dynamodb.get_item", rng.randrange(1, 5), rng.choice(("slow", "doubled", "lost")))
    strike = rng.choice((written, written, read, Strike("post", rng.randrange(1, 5), "slow")))
    plan = replace(plan, looks_unsynced=0, in_step=True, duplicate_window=timedelta(0))
    return _with(plan, strike, Deed(0, "double-start"))


def older_reading_kept_last(rng: random.Random, plan: Plan) -> Plan:
    """The history is slow to take what was read first, and the source revises the day before a second reading."""
    slow = Strike("dynamodb.put_item", rng.randrange(2, 6), "slow")
    second = Deed(rng.choice((4, 5, 6)), "run")
    return replace(plan, looks_unsynced=0).with_schedule((slow, Deed(3, "revise"), second))


def settled_by_a_person(rng: random.Random, plan: Plan) -> Plan:
    """X cannot be asked for longer than the retries last: a person looks, says what is there, and runs the day."""
    return _with(
        replace(plan, looks_unsynced=0),
        Strike("post", rng.choice((1, 2)), rng.choice(UNKNOWN)),
        Outage("read", 0, 25_200, rng.choice(("unplugged", "read-503", "read-429-app-24h"))),
        Deed(rng.randrange(26_000, 30_000), "settle"),
        Deed(rng.randrange(30_000, 40_000), "run"),
    )


def _nights(plan: Plan, nights: int, *items: Item, days: int = 3) -> Plan:
    """Nights that are good but for these items and single strikes; the tracker syncs, and there is a catch-up."""
    strikes = tuple(item for item in plan.schedule if isinstance(item, Strike))[:2]
    plan = replace(plan, nights=nights, looks_unsynced=0, catch_up_days=days, time_of_day="00:10", give_up_at="12:00")
    return plan.with_schedule((*strikes, *items))


# What takes the source, or what the program needs to read it, away.
_GONE = (
    ("activity", "unplugged"),
    ("token", "token-503"),
    ("sleep", "slow"),
    ("post", "post-503"),
    ("post", "unplugged"),
    ("ssm.get_parameter", "throttled"),
    ("secretsmanager.get_secret_value", "failing"),
    ("lambda.invoke", "Lambda.TooManyRequestsException"),
)


def _gone(rng: random.Random, night: int, lasts: int) -> Outage:
    where, fault = rng.choice(_GONE)
    return Outage(where, max(0, DAY * night - 60), lasts, fault)


def bad_nights_in_a_row(rng: random.Random, plan: Plan) -> Plan:
    """A good night, then as many that nothing can be read in as the catch-up reaches back, or one more."""
    bad = rng.choice((1, 2, 2, 3))
    days = rng.choice((3, 3, 3, 1))
    return _nights(plan, 1 + bad, _gone(rng, 1, bad * DAY - rng.choice((0, HOUR, 9 * HOUR))), days=days)


def nothing_from_the_beginning(rng: random.Random, plan: Plan) -> Plan:
    """The first night posts nothing: its day was never owed."""
    return _nights(plan, 2, _gone(rng, 0, rng.choice((13, 20)) * HOUR))


def stopped_while_it_waits(rng: random.Random, plan: Plan) -> Plan:
    """Somebody stops the night's execution, which has taken the day on; the next nights begin in good order."""
    return _nights(plan, 2, _gone(rng, 1, 20 * HOUR), Deed(DAY + rng.choice((30, 4_000, 9_000, 39_000)), "abort", 1))


def another_style_in_between(rng: random.Random, plan: Plan) -> Plan:
    """One of the day's posts is there, or none is, and the settings change before the day is caught up."""
    trouble: Item = rng.choice((_gone(rng, 1, rng.choice((14, 22)) * HOUR), Outage("post", DAY, 20 * HOUR, "post-503")))
    refused = Strike("post", rng.choice((3, 4)), rng.choice(("post-402", "post-403-not-permitted", "post-401")))
    style = Deed(DAY + rng.choice((13, 14, 20)) * HOUR, "style", 1)
    more = (Deed(DAY + 14 * HOUR + 60, "run", 1),) if rng.random() < 0.5 else ()
    return _nights(replace(plan, style="classic"), 2, rng.choice((trouble, refused)), style, *more)


def force_that_fails(rng: random.Random, plan: Plan) -> Plan:
    """A day that is there is posted again, and X takes it less well than the first time."""
    after = rng.choice((2, 3, 8)) * HOUR
    why = rng.choice(("post-402", "post-403-forbidden", "post-503", "post-429", "post-accepted-then-503"))
    return _nights(plan, 2, Deed(after, "force", 0), Outage("post", after, 14 * HOUR, why))


def false_words_of_x(rng: random.Random, plan: Plan) -> Plan:
    """X calls a text a duplicate that it never had, or hides what it has."""
    nth = rng.choice((1, 2, 3, 4))
    lie = Strike("post", nth, FALSE_DUPLICATE)
    hidden = (
        Strike("post", nth, "post-accepted-then-503"),
        Outage("read", 0, rng.choice((HOUR, 9 * HOUR)), EMPTY_TIMELINE),
    )
    return _nights(plan, 2, *rng.choice(((lie,), (lie, Outage("read", 0, HOUR, "read-503")), hidden)))


def tracker_that_stays_away(rng: random.Random, plan: Plan) -> Plan:
    """The tracker does not sync for a night or two, and then it does."""
    nights = rng.choice((2, 3))
    return _nights(plan, nights, Deed(rng.choice((60, HOUR, 20 * HOUR)), "unsynced"), Deed(DAY * nights - HOUR, "sync"))


def paused_for_a_night(rng: random.Random, plan: Plan) -> Plan:
    """What begins while the program is paused is nobody's missing day; what failed before it is."""
    items = (Deed(DAY + 20 * HOUR, "pause"), Deed(2 * DAY + rng.choice((HOUR, 9 * HOUR)), "resume"))
    return _nights(plan, 3, *rng.choice(((), (_gone(rng, 1, 14 * HOUR),))), *items)


def one_of_two_posts(rng: random.Random, plan: Plan) -> Plan:
    """X takes one post of the day and refuses the other."""
    why = rng.choice(("post-403-not-permitted", "post-402", "post-400", "post-503"))
    return _nights(replace(plan, style="classic"), 2, Strike("post", rng.choice((1, 2, 3, 4)), why))


CORNERS: tuple[Callable[[random.Random, Plan], Plan], ...] = (
    changed_while_unknown,
    killed_beside_the_rotation,
    authorised_during_a_refresh,
    forced_and_retried,
    accepted_though_it_says_otherwise,
    two_at_once,
    older_reading_kept_last,
    settled_by_a_person,
)


def ends_that_nobody_hears_of(rng: random.Random, plan: Plan) -> Plan:
    """Two nights are bad, and EventBridge tells of nothing for a while: the daily look is left."""
    lost = tuple(Strike("event", nth, "lost") for nth in range(2, rng.choice((4, 6))))
    return _nights(plan, 3, _gone(rng, 1, 2 * DAY - 9 * HOUR), *lost)


def two_ends_at_once(rng: random.Random, plan: Plan) -> Plan:
    """A start delivered twice on a bad night, or an end told twice: as many looks are made at the same moment."""
    twice: Item = rng.choice((Deed(DAY, "double-start", 1), Strike("event", 2, "doubled")))
    return _nights(replace(plan, in_step=True), 2, _gone(rng, 1, 14 * HOUR), twice)


OF_THE_NIGHTS: tuple[Callable[[random.Random, Plan], Plan], ...] = (
    bad_nights_in_a_row,
    nothing_from_the_beginning,
    stopped_while_it_waits,
    another_style_in_between,
    force_that_fails,
    false_words_of_x,
    tracker_that_stays_away,
    paused_for_a_night,
    one_of_two_posts,
    ends_that_nobody_hears_of,
    two_ends_at_once,
)
