"""Bluesky and LINE, where sending the same once more settles what became of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from fitbit_daily.domain.ledger import LEASE, Status
from fitbit_daily.domain.posting import Sent
from fitbit_daily.errors import DestinationRateLimited, PostOutcomeUnknown, PostRejected, RetryKeyExpired
from tests.domain.outside import (
    ANSWER_LOST,
    DATE,
    FAILED,
    KILLED,
    MINUTE,
    REFUSED,
    REJECTED,
    Killed,
    fails,
    send,
    settled,
)
from tests.domain.replaying import BlueskyWorld, LineWorld, ReplayingWorld

DAY = timedelta(hours=24)
both = pytest.mark.parametrize("world_of", [BlueskyWorld, LineWorld])
Worlds = Callable[[], ReplayingWorld]


@both
def test_a_text_is_posted_and_its_id_is_told_and_kept(world_of: Worlds) -> None:
    world = world_of()
    assert send(world) == Sent("activity", world.destination, "A", "posted", "1000")
    assert world.row().post_id == "1000" and world.texts() == ["A"]


@both
@pytest.mark.parametrize("outcome", [ANSWER_LOST, FAILED])
def test_an_unknown_outcome_ends_with_one_post_of_the_same_text_and_nobody_is_asked(
    world_of: Worlds, outcome: str
) -> None:
    world = world_of()
    fails(world, PostOutcomeUnknown, post=outcome)
    fails(world, PostOutcomeUnknown)  # its sender may still be at it
    assert world.requests == 1
    world.wait(LEASE)
    fails(world, PostOutcomeUnknown, "E2", post=outcome)
    world.wait(11 * MINUTE)
    assert send(world, "E2", "newer") == Sent("activity", world.destination, "A", "posted", "1000")
    assert world.texts() == ["A"] and world.row().post_id == "1000"


@both
def test_a_killed_request_is_known_again(world_of: Worlds) -> None:
    world = world_of()
    fails(world, Killed, post=KILLED)
    world.wait(LEASE)
    assert send(world, "E2", "newer").id == "1000"
    assert world.texts() == ["A"]


@both
def test_after_a_certain_refusal_a_later_text_may_say_something_newer(world_of: Worlds) -> None:
    world = world_of()
    fails(world, DestinationRateLimited, post=REFUSED)
    fails(world, PostRejected, post=REJECTED)
    assert send(world, "E2", "newer").text == "newer"
    assert (world.row().attempt, world.texts()) == (3, ["newer"])


@both
def test_force_posts_again(world_of: Worlds) -> None:
    world = world_of()
    send(world)
    fails(world, PostOutcomeUnknown, "E2", force=True, post=ANSWER_LOST)
    world.wait(LEASE)
    assert send(world, "E2", force=True).text == "A\n\n(reposted)"
    assert world.texts() == ["A", "A\n\n(reposted)"]


def test_bluesky_knows_a_post_again_after_any_time() -> None:
    world = BlueskyWorld()
    fails(world, PostOutcomeUnknown, post=ANSWER_LOST)
    world.wait(400 * DAY)
    assert send(world, "E2", "newer") == Sent("activity", "bluesky", "A", "posted", "1000")
    assert world.texts() == ["A"]


def test_what_else_is_at_the_address_is_recorded_and_told_as_the_post_that_is_there() -> None:
    world = BlueskyWorld()
    send(world, says="of long ago")
    world.rows.clear()  # a table that was lost
    world.may_be_there.clear()
    world.wait(DAY)
    assert send(world, "E2", "A") == Sent("activity", "bluesky", "of long ago", "already_posted", "1000")
    row = world.row()
    assert (row.status, row.text, row.post_id) == (Status.POSTED, "of long ago", "1000")
    assert send(world, "E3", "B").text == "of long ago" and world.texts() == ["of long ago"]
    assert send(world, "E4", "of long ago", force=True).text == "of long ago\n\n(reposted)"


def test_line_is_not_sent_again_what_it_does_not_know_any_more_until_a_person_has_looked() -> None:
    world = LineWorld()
    fails(world, PostOutcomeUnknown, post=ANSWER_LOST)
    world.wait(DAY)
    for execution in ("E1", "E2"):
        fails(world, RetryKeyExpired, execution)
        assert (world.row().failure, world.row().failed_in) == ("RetryKeyExpired", execution)
    assert world.requests == 1
    settled(world)
    assert send(world, "E3") == Sent("activity", "line", "A", "already_posted", "1000")


def test_what_a_person_has_not_found_at_line_is_a_new_message() -> None:
    world = LineWorld()
    fails(world, PostOutcomeUnknown, post=FAILED)
    world.wait(DAY)
    fails(world, RetryKeyExpired)
    settled(world)
    assert world.rows[DATE, "activity"].status is Status.NOT_POSTED
    assert send(world, "E2", "newer").text == "newer"
    assert world.texts() == ["newer"]
