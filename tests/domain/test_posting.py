"""Sending by the ledger: each outcome at X, what is settled how, and two posts that do not hinder each other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fitbit_daily.domain.ledger import Status
from fitbit_daily.domain.posting import Sent
from fitbit_daily.domain.posts import Post
from fitbit_daily.errors import (
    AwsUnavailable,
    DuplicateOnTimeline,
    PostInProgress,
    PostOutcomeUnknown,
    PostRejected,
    StepError,
    XRateLimited,
)
from tests.domain.outside import (
    ANSWER_LOST,
    DATE,
    DONE,
    FAILED,
    KILLED,
    LATE,
    MINUTE,
    REFUSED,
    REJECTED,
    Killed,
    World,
    fails,
    send,
)

A = Post("activity", "A")
SETTLED = 11 * MINUTE


# One execution


def test_a_text_is_posted_and_its_id_is_told_and_kept() -> None:
    world = World()
    assert send(world) == Sent("activity", "A", "posted", "1000")
    assert (world.row().status, world.row().post_id) == (Status.POSTED, "1000")
    assert world.texts() == ["A"]


def test_a_repeated_try_of_the_same_execution_tells_posted_without_posting() -> None:
    world = World()
    assert send(world) == send(world)
    assert world.requests == 1


def test_another_execution_is_told_that_it_is_posted_already_with_the_text_that_was() -> None:
    world = World()
    send(world)
    assert send(world, "E2", "other numbers") == Sent("activity", "A", "already_posted", "1000")
    assert world.requests == 1


@pytest.mark.parametrize(("outcome", "error"), [(REFUSED, XRateLimited), (REJECTED, PostRejected)])
def test_after_a_certain_refusal_a_later_text_may_say_something_newer(outcome: str, error: type[StepError]) -> None:
    world = World()
    fails(world, error, post=outcome)
    assert world.row().status is Status.NOT_POSTED
    assert send(world, "E2", "newer") == Sent("activity", "newer", "posted", "1000")


@pytest.mark.parametrize("outcome", [ANSWER_LOST, LATE])
def test_a_post_whose_answer_was_lost_is_found_on_the_timeline(outcome: str) -> None:
    world = World()
    fails(world, PostOutcomeUnknown, post=outcome)
    assert world.row().status is Status.UNKNOWN
    fails(world, PostOutcomeUnknown)  # too early to read back
    world.wait(SETTLED)
    assert send(world, "E2", "newer") == Sent("activity", "A", "already_posted", "1000")
    assert world.requests == 1


def test_a_request_that_never_arrived_is_sent_again_with_the_same_text() -> None:
    world = World()
    fails(world, PostOutcomeUnknown, post=FAILED)
    world.wait(SETTLED)
    assert send(world, "E2", "newer") == Sent("activity", "A", "posted", "1000")


def test_reading_back_looks_at_the_whole_time_since_the_first_attempt() -> None:
    world = World(lag=60 * MINUTE, memory=0 * MINUTE)
    fails(world, PostOutcomeUnknown, post=ANSWER_LOST)
    world.wait(SETTLED)
    fails(world, PostOutcomeUnknown, post=FAILED)  # X does not show it yet, but it does not arrive again, either
    world.wait(120 * MINUTE)
    assert send(world) == Sent("activity", "A", "posted", "1000")
    assert world.texts() == ["A"]


def test_reading_back_allows_for_clocks_that_differ() -> None:
    world = World()
    fails(world, PostOutcomeUnknown, post=ANSWER_LOST)
    row = world.row()
    world.rows[DATE, "activity"] = replace(row, first_attempt_at=row.first_attempt_at + MINUTE)
    world.wait(SETTLED)
    assert send(world).tweet_id == "1000" and world.requests == 1


@pytest.mark.parametrize(("outcome", "error"), [(FAILED, PostOutcomeUnknown), (REJECTED, PostRejected)])
def test_nothing_is_sent_while_the_timeline_cannot_be_read(outcome: str, error: type[StepError]) -> None:
    world = World()
    fails(world, PostOutcomeUnknown, post=FAILED)
    world.wait(SETTLED)
    before = world.row()
    fails(world, error, read_back=outcome)
    assert world.requests == 1 and world.row() == before


def test_a_duplicate_after_an_attempt_of_our_own_means_posted() -> None:
    world = World(lag=60 * MINUTE)  # longer than X should take to show it
    fails(world, PostOutcomeUnknown, post=ANSWER_LOST)
    world.wait(SETTLED)
    assert send(world) == Sent("activity", "A", "posted", None)
    assert world.texts() == ["A"] and world.row().post_id is None


def test_a_duplicate_without_an_attempt_of_our_own_needs_a_person() -> None:
    world = World()
    send(world)
    world.rows.clear()  # somebody else posted it
    with pytest.raises(DuplicateOnTimeline, match="--posted ID"):
        send(world, "E2")
    assert world.row().status is Status.NOT_POSTED and world.texts() == ["A"]


def test_a_text_stays_frozen_when_the_second_attempt_is_refused_after_an_unknown_first() -> None:
    world = World(lag=25 * MINUTE)
    fails(world, PostOutcomeUnknown, post=ANSWER_LOST)
    world.wait(SETTLED)
    fails(world, XRateLimited, post=REFUSED)
    world.wait(3 * SETTLED)
    assert send(world, "E2", "newer") == Sent("activity", "A", "already_posted", "1000")


# Killed, or without its ledger


@pytest.mark.parametrize("effect", ["read", "write", "post"])
def test_a_killed_try_never_leads_to_a_second_post(effect: str) -> None:
    world = World()
    fails(world, Killed, **{effect: KILLED})
    if effect != "read":
        fails(world, PostInProgress)
    world.wait(SETTLED)
    assert send(world).text == "A"
    assert world.texts() == ["A"]


def test_nothing_is_sent_unless_the_attempt_is_in_the_ledger() -> None:
    for outcome in (FAILED, ANSWER_LOST):
        world = World()
        fails(world, AwsUnavailable, write=outcome)
        assert world.requests == 0


def test_a_post_whose_outcome_could_not_be_written_is_found_later() -> None:
    world, writes = World(), iter([DONE, FAILED])
    sender = world.sender("E1", before=lambda effect: next(writes) if effect == "write" else DONE)
    with pytest.raises(AwsUnavailable):
        sender.send(DATE, A)
    fails(world, PostInProgress)
    world.wait(SETTLED)
    assert send(world) == Sent("activity", "A", "posted", "1000")
    assert world.requests == 1


# Several executions


def test_of_two_executions_at_the_same_moment_one_sends() -> None:
    world = World()

    def the_other_one_first(effect: str) -> str:
        if effect == "write" and not world.rows:
            send(world, "E2")
        return DONE

    with pytest.raises(PostInProgress):
        world.sender("E1", before=the_other_one_first).send(DATE, A)
    assert world.texts() == ["A"] and world.row().execution == "E2"


def test_an_execution_waits_while_another_one_sends() -> None:
    world = World()
    seen: list[type[StepError]] = []

    def another_one_looks(effect: str) -> str:
        if effect == "post":
            with pytest.raises(PostInProgress) as refused:
                send(world, "E2", force=True)
            seen.append(refused.type)
        return DONE

    world.sender("E1", before=another_one_looks).send(DATE, A)
    assert seen == [PostInProgress] and world.texts() == ["A"]
