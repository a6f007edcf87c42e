"""Posting a day again by force, what a person settles, and the two posts of a day, which do not hinder each other."""

from __future__ import annotations

import pytest

from fitbit_daily.domain.ledger import Status
from fitbit_daily.domain.posting import Sender, Sent, send_all
from fitbit_daily.domain.posts import Post
from fitbit_daily.errors import (
    PostOutcomeUnknown,
    PostRejected,
    StepError,
    UnexpectedError,
    XRateLimited,
)
from tests.domain.outside import (
    ANSWER_LOST,
    DATE,
    DONE,
    FAILED,
    KILLED,
    MINUTE,
    REFUSED,
    REJECTED,
    Killed,
    World,
    fails,
    send,
    settled,
)

A = Post("activity", "A")
SETTLED = 11 * MINUTE


# Force


def test_force_posts_again_with_a_marker_on_an_identical_text_only() -> None:
    world = World()
    send(world)
    assert send(world, "E2", force=True).text == "A\n\n(reposted)"
    assert send(world, "E3", "B", force=True).text == "B"
    assert send(world, "E4", force=True).text == "A\n\n(reposted 2)"
    assert send(world, "E5", "B").status == "already_posted"
    assert world.row().generation == 4


def test_a_forced_execution_posts_once_however_often_it_is_tried() -> None:
    world = World()
    send(world)
    assert send(world, "E2", force=True) == send(world, "E2", force=True)
    send(world, "E3", force=True)
    assert send(world, "E2", force=True).status == "already_posted"
    assert len(world.texts()) == 3


FAILED_BY_FORCE = [(REFUSED, XRateLimited), (FAILED, PostOutcomeUnknown), (REJECTED, PostRejected)]


@pytest.mark.parametrize(("outcome", "error"), FAILED_BY_FORCE)
def test_a_forced_post_that_failed_is_its_starters_affair_and_reopens_nothing(
    outcome: str, error: type[StepError]
) -> None:
    world = World()
    send(world)
    fails(world, error, "E2", force=True, post=outcome)
    assert world.row().is_settled
    world.wait(SETTLED)
    assert send(world, "E3") == Sent("activity", "x", "A", "already_posted", "1000")
    assert world.texts() == ["A"]


@pytest.mark.parametrize(("outcome", "error"), FAILED_BY_FORCE)
def test_what_another_forced_execution_finished_for_a_forced_one_is_not_forced_again(
    outcome: str, error: type[StepError]
) -> None:
    world = World()
    send(world)
    fails(world, error, "E2", force=True, post=outcome)
    world.wait(SETTLED)
    assert send(world, "E3", force=True).status == "posted"
    assert send(world, "E2", force=True).status == "already_posted"
    assert world.texts() == ["A", "A\n\n(reposted)"]


def test_a_failed_force_leaves_a_day_open_that_was_open() -> None:
    world = World()
    fails(world, XRateLimited, "E1", force=True, post=REFUSED)
    assert not world.row().is_settled
    assert send(world, "E2").status == "posted"


def test_force_on_an_unknown_outcome_settles_it_before_it_posts_again() -> None:
    world = World()
    fails(world, PostOutcomeUnknown, post=ANSWER_LOST)
    world.wait(SETTLED)
    assert send(world, "E2", force=True).text == "A\n\n(reposted)"
    assert world.texts() == ["A", "A\n\n(reposted)"]


def test_force_on_a_post_that_never_arrived_posts_it_once() -> None:
    world = World()
    fails(world, PostOutcomeUnknown, post=FAILED)
    world.wait(SETTLED)
    assert (
        send(world, "E2", force=True) == send(world, "E2", force=True) == Sent("activity", "x", "A", "posted", "1000")
    )
    assert world.texts() == ["A"]


# By hand


@pytest.mark.parametrize(("outcome", "status"), [(ANSWER_LOST, "already_posted"), (FAILED, "posted")])
def test_what_a_person_settled_is_believed(outcome: str, status: str) -> None:
    world = World()
    fails(world, PostOutcomeUnknown, post=outcome)
    settled(world)
    assert send(world, "E2").status == status
    assert world.texts() == ["A"]


# Two posts


POSTS = [A, Post("sleep", "S")]


def both(world: World, **x: str) -> list[Sent]:
    """Sends both; `x` says by kind how its request ends."""
    requests = iter(["activity", "sleep"])
    sender = world.sender("E1", before=lambda effect: x.get(next(requests), DONE) if effect == "post" else DONE)
    return send_all([sender], DATE, {"x": POSTS})


def test_both_posts_of_a_day_are_made_in_order() -> None:
    assert [(sent.kind, sent.id) for sent in both(World())] == [("activity", "1000"), ("sleep", "1001")]


@pytest.mark.parametrize("failing", ["activity", "sleep"])
def test_a_post_is_made_whatever_becomes_of_the_other_one(failing: str) -> None:
    world = World()
    other = {"activity": "sleep", "sleep": "activity"}[failing]
    with pytest.raises(XRateLimited) as raised:
        both(world, **{failing: REFUSED})
    assert raised.value.facts == {"kind": failing, "destination": "x"}
    assert world.row(other).status is Status.POSTED
    assert [sent.status for sent in both(world)] == ["posted", "posted"]
    assert world.requests == 3


@pytest.mark.parametrize("x", [{"activity": REJECTED, "sleep": REFUSED}, {"activity": REFUSED, "sleep": REJECTED}])
def test_of_two_failures_the_one_that_a_retry_may_cure_is_told(x: dict[str, str]) -> None:
    with pytest.raises(XRateLimited):
        both(World(), **x)


def test_of_two_failures_that_no_retry_cures_the_first_is_told() -> None:
    with pytest.raises(PostRejected):
        both(World(), activity=REJECTED, sleep=REJECTED)


def test_a_bug_in_one_post_does_not_stop_the_other_one_and_is_told_without_its_text() -> None:
    world = World()

    class Stumbling(Sender):
        def send(self, date: str, post: Post) -> Sent:
            if post.kind == "activity":
                raise ValueError("12345 steps")
            return super().send(date, post)

    plain = world.sender("E1")
    stumbling = Stumbling(**{name: getattr(plain, name) for name in Sender.__dataclass_fields__})
    with pytest.raises(UnexpectedError) as raised:
        send_all([stumbling], DATE, {"x": POSTS})
    assert "12345" not in str(raised.value)
    assert world.texts("sleep") == ["S"]


def test_a_killed_function_tries_nothing_more() -> None:
    world = World()
    with pytest.raises(Killed):
        both(world, activity=KILLED)
    assert world.texts("sleep") == []
