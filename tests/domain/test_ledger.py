"""Every transition that the ledger's docstring draws, and what may be done next in each state."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from fitbit_daily.domain import ledger
from fitbit_daily.domain.ledger import LEASE, SETTLE_AFTER, Entry, Move, Status, next_move

NOW = datetime(2021, 5, 23, 15, 10, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
SECOND = timedelta(seconds=1)


def begun(entry: Entry | None = None, text: str = "one", execution: str = "E1", now: datetime = NOW) -> Entry:
    day, kind = "2021-05-23", "sleep"
    return ledger.begin(entry, destination="x", date=day, kind=kind, text=text, execution=execution, now=now)


def move(entry: Entry | None, *, execution: str = "E2", force: bool = False, now: datetime = LATER) -> Move:
    return next_move(entry, execution=execution, force=force, now=now)


ATTEMPTING = begun()
POSTED = ledger.posted(ATTEMPTING, "1")
NOT_POSTED = ledger.not_posted(ATTEMPTING, "XRateLimited")
UNKNOWN = ledger.unknown(ATTEMPTING, "PostOutcomeUnknown")


# Transitions


def test_nothing_begin_attempting() -> None:
    assert (
        Entry(
            destination="x",
            date="2021-05-23",
            kind="sleep",
            version=1,
            generation=1,
            status=Status.ATTEMPTING,
            text="one",
            execution="E1",
            first_attempt_at=NOW,
            last_attempt_at=NOW,
            lease_until=NOW + LEASE,
        )
        == begun()
    )


@pytest.mark.parametrize("post_id", ["1", None])
def test_attempting_ends_as_posted_unknown_or_not_posted(post_id: str | None) -> None:
    posted = ledger.posted(ATTEMPTING, post_id)
    assert posted == replace(ATTEMPTING, version=2, status=Status.POSTED, post_id=post_id)
    for entry, status, failure in (
        (UNKNOWN, Status.UNKNOWN, "PostOutcomeUnknown"),
        (NOT_POSTED, Status.NOT_POSTED, "XRateLimited"),
    ):
        assert entry == replace(ATTEMPTING, version=2, status=status, failure=failure, failed_in="E1")
    assert move(None) is move(NOT_POSTED, now=NOW) is Move.SEND


def test_not_posted_begin_attempting_with_a_new_text_of_the_same_generation() -> None:
    again = begun(NOT_POSTED, "two", "E2", LATER)
    assert again == replace(begun(None, "two", "E2", LATER), version=3, attempt=2, earlier_executions="E1")


def test_unknown_begin_again_attempting_with_the_same_text() -> None:
    again = ledger.begin_again(UNKNOWN, execution="E2", now=LATER)
    assert (again.text, again.generation, again.first_attempt_at) == ("one", 1, NOW)
    assert (again.status, again.last_attempt_at, again.lease_until) == (Status.ATTEMPTING, LATER, LATER + LEASE)
    assert (again.version, again.execution, again.text_sent_before) == (3, "E2", True)


def test_posted_begin_by_force_attempting_a_generation_later() -> None:
    again = begun(POSTED, "two", "E2", LATER)
    assert (again.generation, again.earlier_posts, again.text) == (2, (("one", "1"),), "two")
    assert (again.status, again.first_attempt_at, again.last_attempt_at) == (Status.ATTEMPTING, LATER, LATER)
    assert (again.version, again.post_id, again.text_sent_before) == (3, None, False)


def test_a_certain_failure_leaves_a_text_frozen_that_an_earlier_attempt_may_have_brought_to_x() -> None:
    again = ledger.begin_again(UNKNOWN, execution="E2", now=LATER)
    assert ledger.not_posted(again, "XRateLimited").status is Status.UNKNOWN


def test_unknown_settled_by_hand_as_posted() -> None:
    by_hand = ledger.settled_by_hand(UNKNOWN, posted=True, post_id="77")
    assert (by_hand.status, by_hand.post_id, by_hand.version) == (Status.POSTED, "77", 3)
    assert move(by_hand) is Move.NOTHING


def test_unknown_settled_by_hand_as_not_posted_frees_the_text() -> None:
    frozen = ledger.not_posted(ledger.begin_again(UNKNOWN, execution="E2", now=LATER), "XRateLimited")
    by_hand = ledger.settled_by_hand(frozen, posted=False)
    assert (by_hand.status, by_hand.post_id, by_hand.text_sent_before) == (Status.NOT_POSTED, None, False)
    assert move(by_hand) is Move.SEND
    again = begun(by_hand, "newer", "E3", LATER)
    assert (again.text, again.generation, again.text_sent_before) == ("newer", 1, False)
    assert ledger.not_posted(again, "XRateLimited").status is Status.NOT_POSTED


def test_each_fresh_text_is_an_attempt_of_its_own_and_the_same_text_is_none() -> None:
    second = begun(NOT_POSTED, "two", "E2", LATER)
    again = ledger.begin_again(ledger.unknown(second, "PostOutcomeUnknown"), execution="E3", now=LATER)
    assert (second.attempt, again.attempt) == (2, 2)
    left_out = ledger.without_post(
        ledger.not_posted(second, "XRateLimited"),
        destination="x",
        date="2021-05-23",
        kind="sleep",
        status=Status.NOTHING,
        execution="E3",
    )
    assert begun(left_out, "three", "E4", LATER).attempt == 3
    forced = begun(ledger.posted(second, "1"), "three", "E4", LATER)
    assert (forced.generation, forced.attempt) == (2, 1)


# Moves


@pytest.mark.parametrize("execution", ["E1", "E2"])
def test_whoever_finds_a_live_lease_waits_it_out(execution: str) -> None:
    for force in (True, False):
        assert move(ATTEMPTING, execution=execution, force=force, now=NOW) is Move.WAIT_FOR_LEASE
        assert move(ATTEMPTING, execution=execution, force=force, now=NOW + LEASE - SECOND) is Move.WAIT_FOR_LEASE


def test_a_lapsed_attempt_without_an_outcome_counts_as_unknown() -> None:
    for now in (NOW + LEASE, NOW + SETTLE_AFTER - SECOND, NOW + SETTLE_AFTER, LATER):
        assert move(ATTEMPTING, now=now) is move(UNKNOWN, now=now)


def test_an_unknown_outcome_is_settled_a_few_minutes_after_the_last_attempt() -> None:
    assert move(UNKNOWN, now=NOW) is Move.WAIT_TO_SETTLE
    assert move(UNKNOWN, now=NOW + SETTLE_AFTER - SECOND) is Move.WAIT_TO_SETTLE
    assert move(UNKNOWN, now=NOW + SETTLE_AFTER) is Move.SETTLE
    again = ledger.unknown(ledger.begin_again(UNKNOWN, execution="E2", now=LATER), "PostOutcomeUnknown")
    assert move(again, now=LATER + SETTLE_AFTER - SECOND) is Move.WAIT_TO_SETTLE
    assert move(again, now=LATER + SETTLE_AFTER) is Move.SETTLE


def test_a_lease_ends_before_anyone_settles() -> None:
    assert timedelta(0) < LEASE < SETTLE_AFTER


@pytest.mark.parametrize("destination", ["bluesky", "line"])
def test_where_a_request_is_known_again_only_its_sender_must_be_gone_before_it_is_sent_again(destination: str) -> None:
    unknown = replace(UNKNOWN, destination=destination)
    assert move(unknown, now=NOW + LEASE - SECOND) is Move.WAIT_TO_SETTLE
    assert move(unknown, now=NOW + LEASE) is Move.SETTLE


def test_what_line_has_is_asked_of_a_person_before_a_day_is_over_and_never_elsewhere() -> None:
    day = timedelta(hours=24)
    for destination, moves in {"line": (Move.SETTLE, Move.ASK, Move.ASK), "bluesky": (Move.SETTLE,) * 3}.items():
        unknown = replace(UNKNOWN, destination=destination)
        times = (NOW + day - timedelta(minutes=3), NOW + day - SECOND, NOW + 30 * day)
        assert tuple(move(unknown, now=now) for now in times) == moves
        again = ledger.unknown(ledger.begin_again(unknown, execution="E2", now=NOW + day / 2), "PostOutcomeUnknown")
        assert tuple(move(again, now=now) for now in times) == moves, "the key lives from the first attempt on"


def test_a_day_that_was_posted_once_is_never_opened_again_by_what_became_of_a_forced_one() -> None:
    forced = begun(POSTED, "two", "E2")
    for entry in (
        forced,
        ledger.not_posted(forced, "PostRejected"),
        ledger.unknown(forced, "PostOutcomeUnknown"),
        ledger.settled_by_hand(ledger.unknown(forced, "PostOutcomeUnknown"), posted=False),
    ):
        assert entry.is_settled
        assert move(entry, execution="E3") is Move.NOTHING
        assert move(entry, execution="E3", force=True, now=LATER + 2 * SETTLE_AFTER) is not Move.NOTHING


def test_a_row_is_settled_where_it_is_posted_or_has_nothing_to_say() -> None:
    settled = {Status.POSTED, Status.NOTHING, Status.TOO_OLD}
    assert {status for status in Status if replace(ATTEMPTING, status=status).is_settled} == settled


def test_who_tried_what_is_refused_for_good_is_refused_and_others_may_try() -> None:
    refused = ledger.not_posted(ATTEMPTING, "PostRejected")
    assert move(refused, execution="E1") is Move.REFUSED
    assert move(refused, execution="E2") is Move.SEND
    again = ledger.not_posted(begun(refused, "two", "E2"), "PostRejected")
    assert move(again, execution="E1") is move(again, execution="E2") is Move.REFUSED
    assert move(ledger.settled_by_hand(again, posted=False), execution="E2") is Move.SEND


def test_what_x_calls_a_duplicate_is_looked_for_two_days_back_and_only_twice() -> None:
    entry = ledger.unknown(ATTEMPTING, "PostOutcomeUnknown", duplicate=True)
    assert ledger.looked_for_since(UNKNOWN) == NOW - timedelta(minutes=2)
    assert ledger.looked_for_since(entry) == NOW - timedelta(hours=48)
    for looked in range(2):
        assert entry.not_found == looked and move(entry) is Move.SETTLE
        entry = ledger.not_found(entry, "PostOutcomeUnknown", "E2")
    assert move(entry) is move(entry, execution="E9", force=True, now=NOW) is Move.ASK
    by_hand = ledger.settled_by_hand(entry, posted=False)
    assert move(by_hand) is Move.SEND
    assert not begun(by_hand, "two", "E3").duplicate


def test_a_duplicate_stays_one_whatever_is_unknown_next() -> None:
    entry = ledger.unknown(ATTEMPTING, "PostOutcomeUnknown", duplicate=True)
    assert ledger.unknown(entry, "PostOutcomeUnknown").duplicate


def test_force_settles_first_what_is_unknown() -> None:
    assert move(UNKNOWN, force=True) is Move.SETTLE
    assert move(UNKNOWN, force=True, now=NOW) is Move.WAIT_TO_SETTLE


def test_what_is_posted_is_posted_again_only_by_force_and_only_once_for_each_execution() -> None:
    assert move(POSTED) is Move.NOTHING
    assert move(POSTED, force=True) is Move.SEND
    assert move(POSTED, force=True, execution="E1") is Move.NOTHING
    forced = ledger.posted(begun(POSTED, "two", "E2"), "2")
    assert move(forced, force=True, execution="E2") is Move.NOTHING
    forced_by_another = ledger.posted(begun(forced, "three", "E3"), "3")
    assert move(forced_by_another, force=True, execution="E2") is Move.NOTHING
    assert move(forced_by_another, force=True, execution="E4") is Move.SEND


def test_a_forced_post_that_another_execution_finished_is_not_forced_again() -> None:
    forced = begun(POSTED, "two", "E2")
    for unfinished in (ledger.not_posted(forced, "XRateLimited"), ledger.unknown(forced, "PostOutcomeUnknown")):
        for finishing in (
            begun(unfinished, "two", "E3", LATER),
            ledger.begin_again(unfinished, execution="E3", now=LATER),
        ):
            assert move(ledger.posted(finishing, "2"), force=True, execution="E2") is Move.NOTHING


def test_executions_are_remembered_once_each() -> None:
    entry = begun()
    for execution in ("E1", "E2", "E1", "E2", "E3"):
        entry = ledger.begin_again(ledger.unknown(entry, "PostOutcomeUnknown"), execution=execution, now=LATER)
    assert (entry.execution, entry.earlier_executions) == ("E3", "E1\nE2")
    assert all(entry.was_tried_by(name) for name in ("E1", "E2", "E3"))
    assert not entry.was_tried_by("E") and not entry.was_tried_by("")


# Texts


def test_a_fresh_text_must_differ_from_those_of_earlier_generations_only() -> None:
    assert ledger.texts_of_earlier_generations(None) == []
    assert ledger.texts_of_earlier_generations(NOT_POSTED) == []
    assert ledger.texts_of_earlier_generations(POSTED) == ["one"]
    second = begun(POSTED, "two", "E2")
    assert ledger.texts_of_earlier_generations(ledger.not_posted(second, "XRateLimited")) == ["one"]
    assert ledger.texts_of_earlier_generations(ledger.posted(second, "2")) == ["one", "two"]
