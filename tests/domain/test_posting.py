"""Sending by the ledger: each outcome at X, what is settled how, and two posts that do not hinder each other."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from fitbit_daily.domain.ledger import LEASE, Entry, Status
from fitbit_daily.domain.posting import Sender, Sent, leave_out, send_all
from fitbit_daily.domain.posts import Picture, Post
from fitbit_daily.errors import (
    AwsUnavailable,
    DestinationRateLimited,
    DuplicateOnTimeline,
    PostInProgress,
    PostOutcomeUnknown,
    PostRejected,
    RetryKeyExpired,
    StepError,
    UnexpectedError,
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
    BlueskyWorld,
    Killed,
    LineWorld,
    World,
    fails,
    send,
    settled,
)

A = Post("activity", "A")
SETTLED = 11 * MINUTE


# One execution


@pytest.mark.parametrize("world_of", [World, BlueskyWorld, LineWorld])
def test_a_text_is_posted_once_and_its_id_is_told_and_kept(world_of: Callable[[], World]) -> None:
    world = world_of()
    assert send(world) == send(world) == Sent("activity", world.destination, "A", "posted", "1000")
    assert (world.row().status, world.row().post_id) == (Status.POSTED, "1000")
    assert send(world, "E2", "other numbers") == Sent("activity", world.destination, "A", "already_posted", "1000")
    assert (world.texts(), world.requests) == (["A"], 1)


@pytest.mark.parametrize("world_of", [World, BlueskyWorld, LineWorld])
def test_after_a_certain_refusal_a_later_text_may_say_something_newer(world_of: Callable[[], World]) -> None:
    world = world_of()
    fails(world, XRateLimited if world_of is World else DestinationRateLimited, post=REFUSED)
    fails(world, PostRejected, post=REJECTED)
    assert world.row().status is Status.NOT_POSTED
    assert send(world, "E2", "newer").text == "newer"
    assert (world.row().attempt, world.texts()) == (3, ["newer"])


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


def test_a_frozen_text_that_was_refused_for_good_is_not_sent_again_by_whoever_tried_it() -> None:
    world = World()
    fails(world, PostOutcomeUnknown, post=FAILED)
    world.wait(SETTLED)
    fails(world, PostRejected, post=REJECTED)
    for _ in range(3):
        world.wait(SETTLED)
        fails(world, PostRejected)
    assert world.requests == 2
    assert send(world, "E2") == Sent("activity", "x", "A", "posted", "1000")


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


# Bluesky and LINE, where sending the same once more settles what became of it.

DAY = timedelta(hours=24)
both_know_it_again = pytest.mark.parametrize("world_of", [BlueskyWorld, LineWorld])
Worlds = Callable[[], World]


@both_know_it_again
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


# Force


def test_force_posts_again_with_a_marker_on_an_identical_text_only() -> None:
    world = World()
    send(world)
    assert send(world, "E2", force=True).text == "A\n\n(reposted)"
    assert send(world, "E3", "B", force=True).text == "B"
    assert send(world, "E4", force=True).text == "A\n\n(reposted 2)"
    assert send(world, "E5", "B").status == "already_posted"
    assert world.row().generation == 4


@pytest.mark.parametrize(("outcome", "error"), [(REFUSED, XRateLimited), (FAILED, PostOutcomeUnknown)])
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


# A picture is part of its text: frozen with it before it is sent, and kept as long as it may have to be sent again

PICTURE, NEWER = Picture(b"\x89PNG", "7日間"), Picture(b"other", "")


def test_it_is_sent_with_its_picture_which_is_forgotten_once_it_is_posted() -> None:
    world = World()
    assert send(world, picture=PICTURE).id == "1000"
    assert world.asked == [("A", PICTURE)] and world.row().picture is None


def test_what_may_have_arrived_is_sent_again_with_the_very_same_picture() -> None:
    world = World()
    fails(world, PostOutcomeUnknown, picture=PICTURE, post=FAILED)
    world.wait(SETTLED)
    assert send(world, "E2", "newer", picture=NEWER).id == "1000"
    assert world.asked == [("A", PICTURE)] * 2


def test_what_certainly_did_not_arrive_is_made_anew() -> None:
    world = World()
    fails(world, XRateLimited, picture=PICTURE, post=REFUSED)
    send(world, "E2", "newer", picture=NEWER)
    assert world.asked[1] == ("newer", NEWER)


@pytest.mark.parametrize("picture", [PICTURE, None])
@pytest.mark.parametrize("link", ["", " https://t.co/AbC123"])
def test_it_is_found_by_its_text_whether_x_appends_a_link_or_not(link: str, picture: Picture | None) -> None:
    """But a text without a picture is not found in one that ends with a link."""
    world = World(link=link)
    fails(world, PostOutcomeUnknown, picture=picture, post=ANSWER_LOST)
    world.wait(40 * MINUTE)
    send(world, picture=picture)
    assert len(world.asked) == (2 if link and not picture else 1)
