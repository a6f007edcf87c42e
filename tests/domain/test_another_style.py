"""A day that was posted in one style is not posted in another one, unless that is forced."""

from __future__ import annotations

import pytest

from fitbit_daily.domain import ledger
from fitbit_daily.domain.ledger import Status
from fitbit_daily.domain.posting import send_all
from fitbit_daily.domain.posts import Post
from fitbit_daily.errors import PostInProgress, PostOutcomeUnknown
from tests.domain.outside import ANSWER_LOST, DATE, FAILED, KILLED, MINUTE, REFUSED, Killed, World, at

CLASSIC = [Post("activity", "A"), Post("sleep", "S")]
COMPACT = [Post("day", "D")]


def run(world: World, posts: list[Post], execution: str = "E1", *, force: bool = False, **outcomes: str) -> list[tuple]:
    """What became of each post: its kind, its text, its status."""
    sent = send_all(world.sender(execution, force=force, before=at(**outcomes)), DATE, posts)
    return [(each.kind, each.text, each.status) for each in sent]


def on_x(world: World) -> list[str]:
    return [taken.tweet.text for taken in world.taken]


@pytest.mark.parametrize(("first", "second"), [(CLASSIC, COMPACT), (COMPACT, CLASSIC)])
def test_a_day_that_is_posted_is_left_as_it_is_whatever_the_style_is_now(first: list[Post], second: list[Post]) -> None:
    world = World()
    run(world, first)
    assert run(world, second, "E2") == [(post.kind, post.text, "already_posted") for post in first]
    assert on_x(world) == [post.text for post in first]


def test_one_post_of_the_day_is_enough() -> None:
    world = World()
    run(world, CLASSIC[1:])
    assert run(world, COMPACT, "E2") == [("sleep", "S", "already_posted")]
    assert run(world, CLASSIC, "E3") == [("activity", "A", "posted"), ("sleep", "S", "already_posted")]


@pytest.mark.parametrize("lost", [ANSWER_LOST, FAILED])
def test_what_may_be_on_x_in_the_other_style_is_settled_there_first(lost: str) -> None:
    world = World()
    with pytest.raises(PostOutcomeUnknown):
        run(world, CLASSIC[:1], post=lost)
    with pytest.raises(PostOutcomeUnknown):
        run(world, COMPACT, "E2")
    world.wait(11 * MINUTE)
    assert [each[:2] for each in run(world, COMPACT, "E2")] == [("activity", "A")]
    assert on_x(world) == ["A"], "found, or sent again as it was"


def test_an_attempt_under_way_in_the_other_style_is_waited_for() -> None:
    world = World()
    with pytest.raises(Killed):
        run(world, COMPACT, post=KILLED)
    with pytest.raises(PostInProgress):
        run(world, CLASSIC, "E2")
    assert on_x(world) == ["D"]


def test_what_is_certainly_not_posted_in_the_other_style_does_not_count() -> None:
    world = World()
    with pytest.raises(Exception, match="Later"):
        run(world, CLASSIC, post=REFUSED)
    assert run(world, COMPACT, "E2") == [("day", "D", "posted")]
    world.rows[DATE, "day"] = ledger.settled_by_hand(world.row("day"), None)
    assert world.row("day").status is Status.NOT_POSTED
    assert [each[2] for each in run(world, CLASSIC, "E3")] == ["posted", "posted"]


def test_force_posts_the_day_again_in_the_style_that_is_set() -> None:
    world = World()
    run(world, CLASSIC)
    assert run(world, COMPACT, "E2", force=True) == [("day", "D", "posted")]
    assert run(world, COMPACT, "E2", force=True) == [("day", "D", "posted")], "once, however often it is tried"
    assert on_x(world) == ["A", "S", "D"]


def test_a_ledger_that_cannot_be_read_posts_nothing() -> None:
    world = World()
    with pytest.raises(Exception, match="No"):
        run(world, COMPACT, read=FAILED)
    assert on_x(world) == []
