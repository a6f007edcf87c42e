"""Sending by the ledger: each outcome at X, what is settled how, and two posts that do not hinder each other."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from fitbit_daily.domain.ledger import Entry, Status
from fitbit_daily.domain.posting import Sent, leave_out
from fitbit_daily.domain.posts import Post
from fitbit_daily.errors import (
    AwsUnavailable,
    DuplicateOnTimeline,
    PostInProgress,
    PostOutcomeUnknown,
    PostRejected,
    StepError,
    XOutOfCredits,
    XRateLimited,
)
from tests.domain.outside import (
    ANSWER_LOST,
    CALLED_DUPLICATE,
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
    settled,
)

A = Post("activity", "A")
SETTLED = 11 * MINUTE


# One execution


def test_a_text_is_posted_and_its_id_is_told_and_kept() -> None:
    world = World()
    assert send(world) == Sent("activity", "x", "A", "posted", "1000")
    assert (world.row().status, world.row().post_id) == (Status.POSTED, "1000")
    assert world.texts() == ["A"]


def test_a_repeated_try_of_the_same_execution_tells_posted_without_posting() -> None:
    world = World()
    assert send(world) == send(world)
    assert world.requests == 1


def test_another_execution_is_told_that_it_is_posted_already_with_the_text_that_was() -> None:
    world = World()
    send(world)
    assert send(world, "E2", "other numbers") == Sent("activity", "x", "A", "already_posted", "1000")
    assert world.requests == 1


@pytest.mark.parametrize(("outcome", "error"), [(REFUSED, XRateLimited), (REJECTED, PostRejected)])
def test_after_a_certain_refusal_a_later_text_may_say_something_newer(outcome: str, error: type[StepError]) -> None:
    world = World()
    fails(world, error, post=outcome)
    assert world.row().status is Status.NOT_POSTED
    assert send(world, "E2", "newer") == Sent("activity", "x", "newer", "posted", "1000")


@pytest.mark.parametrize("outcome", [ANSWER_LOST, LATE])
def test_a_post_whose_answer_was_lost_is_found_on_the_timeline(outcome: str) -> None:
    world = World()
    fails(world, PostOutcomeUnknown, post=outcome)
    assert world.row().status is Status.UNKNOWN
    fails(world, PostOutcomeUnknown)  # too early to read back
    world.wait(SETTLED)
    assert send(world, "E2", "newer") == Sent("activity", "x", "A", "already_posted", "1000")
    assert world.requests == 1


def test_a_request_that_never_arrived_is_sent_again_with_the_same_text() -> None:
    world = World()
    fails(world, PostOutcomeUnknown, post=FAILED)
    world.wait(SETTLED)
    assert send(world, "E2", "newer") == Sent("activity", "x", "A", "posted", "1000")


def test_reading_back_looks_at_the_whole_time_since_the_first_attempt() -> None:
    world = World(lag=60 * MINUTE, memory=0 * MINUTE)
    fails(world, PostOutcomeUnknown, post=ANSWER_LOST)
    world.wait(SETTLED)
    fails(world, PostOutcomeUnknown, post=FAILED)  # X does not show it yet, but it does not arrive again, either
    world.wait(120 * MINUTE)
    assert send(world) == Sent("activity", "x", "A", "posted", "1000")
    assert world.texts() == ["A"]


def test_reading_back_allows_for_clocks_that_differ() -> None:
    world = World()
    fails(world, PostOutcomeUnknown, post=ANSWER_LOST)
    row = world.row()
    assert row.first_attempt_at
    world.rows[DATE, "activity"] = replace(row, first_attempt_at=row.first_attempt_at + MINUTE)
    world.wait(SETTLED)
    assert send(world).id == "1000" and world.requests == 1


@pytest.mark.parametrize(("outcome", "error"), [(FAILED, PostOutcomeUnknown), (REJECTED, XOutOfCredits)])
def test_nothing_is_sent_while_the_timeline_cannot_be_read_and_the_row_says_why(
    outcome: str, error: type[StepError]
) -> None:
    world = World()
    fails(world, PostOutcomeUnknown, post=FAILED)
    world.wait(SETTLED)
    before = world.row()
    for _ in range(2):
        fails(world, error, "E2", read_back=outcome)
    told = replace(before, version=before.version + 1, failure=error.__name__, failed_in="E2")
    assert world.requests == 1 and world.row() == told


def test_a_duplicate_is_looked_for_and_found_however_late_x_shows_it() -> None:
    world = World(lag=15 * MINUTE)  # longer than X should take to show it
    fails(world, PostOutcomeUnknown, post=ANSWER_LOST)
    world.wait(SETTLED)
    fails(world, PostOutcomeUnknown)  # sent again, and called a duplicate
    world.wait(SETTLED)
    assert send(world) == Sent("activity", "x", "A", "posted", "1000")
    assert world.texts() == ["A"]


def test_a_duplicate_from_before_the_ledger_is_found_within_two_days() -> None:
    world = World()
    send(world)
    world.rows.clear()  # somebody else posted it
    world.wait(29 * MINUTE)
    fails(world, PostOutcomeUnknown, "E2")
    world.wait(SETTLED)
    assert send(world, "E2").id == "1000"
    assert world.texts() == ["A"]


def test_a_duplicate_that_is_not_found_twice_goes_to_a_person_and_is_not_sent_again() -> None:
    world = World()
    fails(world, PostOutcomeUnknown, post=CALLED_DUPLICATE)
    world.wait(SETTLED)
    fails(world, PostOutcomeUnknown)
    fails(world, DuplicateOnTimeline)
    for execution in ("E1", "E2"):
        world.wait(SETTLED)
        fails(world, DuplicateOnTimeline, execution)
        assert (world.row().failure, world.row().failed_in) == ("DuplicateOnTimeline", execution)
    assert world.requests == 1 and world.row().status is Status.UNKNOWN
    settled(world)
    assert send(world, "E3", "newer").text == "newer"


def test_what_was_refused_for_good_is_not_sent_again_by_whoever_tried_it() -> None:
    world = World()
    fails(world, PostRejected, post=REJECTED)
    fails(world, PostRejected)
    fails(world, PostRejected, "E2", post=REJECTED)
    fails(world, PostRejected)
    assert world.requests == 2
    assert send(world, "E3").status == "posted"


def test_nor_is_a_frozen_text_that_was_refused_then() -> None:
    world = World()
    fails(world, PostOutcomeUnknown, post=FAILED)
    world.wait(SETTLED)
    fails(world, PostRejected, post=REJECTED)
    for _ in range(3):
        world.wait(SETTLED)
        fails(world, PostRejected)
    assert world.requests == 2
    assert send(world, "E2") == Sent("activity", "x", "A", "posted", "1000")


def test_a_text_stays_frozen_when_the_second_attempt_is_refused_after_an_unknown_first() -> None:
    world = World(lag=25 * MINUTE)
    fails(world, PostOutcomeUnknown, post=ANSWER_LOST)
    world.wait(SETTLED)
    fails(world, XRateLimited, post=REFUSED)
    world.wait(3 * SETTLED)
    assert send(world, "E2", "newer") == Sent("activity", "x", "A", "already_posted", "1000")


# Killed, or without its ledger


@pytest.mark.parametrize("effect", ["read", "write", "post"])
def test_a_killed_try_never_leads_to_a_second_post(effect: str) -> None:
    world = World()
    killed: dict[str, Any] = {effect: KILLED}
    fails(world, Killed, **killed)
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
    assert send(world) == Sent("activity", "x", "A", "posted", "1000")
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


# Posts that are not made


def left_out(entry: Entry | None, **is_: bool) -> Entry | None:
    how = {"complete": False, "too_old": False} | is_
    of = {"destination": "x", "date": DATE, "kind": "activity"}
    return leave_out(entry, **of, complete=how["complete"], too_old=how["too_old"], execution="E9")


@pytest.mark.parametrize(
    ("how", "status", "failure"),
    [
        ({"complete": True}, Status.NOTHING, ""),
        ({"complete": True, "too_old": True}, Status.NOTHING, ""),
        ({"too_old": True}, Status.TOO_OLD, ""),
        ({}, Status.NOT_POSTED, "Unsynced"),
    ],
)
def test_that_there_is_nothing_to_post_is_certain_of_a_complete_day_or_of_one_too_old_alone(
    how: dict[str, Any], status: Status, failure: str
) -> None:
    row = left_out(None, **how)
    assert row is not None
    assert (row.status, row.failure, row.failed_in) == (status, failure, "E9" if failure else "")
    assert row.is_settled is not bool(failure)


def test_a_day_given_up_unsynced_is_posted_once_it_has_numbers() -> None:
    world = World()
    row = left_out(None)
    assert row is not None
    world.rows[DATE, "activity"] = row
    assert send(world, "E2").status == "posted"


def test_what_was_refused_and_has_no_number_any_more_is_left_out_over_its_row() -> None:
    world = World()
    fails(world, XRateLimited, post=REFUSED)
    row = left_out(world.row(), complete=True)
    assert row is not None and (row.status, row.version) == (Status.NOTHING, world.row().version + 1)


@pytest.mark.parametrize("how", [{"complete": True}, {"too_old": True}, {}])
@pytest.mark.parametrize("x", [{"post": ANSWER_LOST}, {"post": KILLED}, {}])
def test_what_is_posted_or_may_be_is_never_overwritten_by_a_missing_number(
    how: dict[str, Any], x: dict[str, Any]
) -> None:
    world = World()
    with suppress(PostOutcomeUnknown, Killed):
        send(world, **x)
    assert left_out(world.row(), **how) is None
