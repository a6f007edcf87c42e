"""What is remembered between two mails, and its way through JSON."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta

import pytest

from fitbit_daily.domain.told import REPEAT_AFTER, Told, Trouble, from_json, to_json

DAY, NEXT = date(2026, 2, 1), date(2026, 2, 2)
NOW = datetime(2026, 2, 1, 15, 10, 1, 5, tzinfo=UTC)
FULL = Told(
    troubles={"person AuthorizationLost": Trouble(DAY, (DAY,), NOW), "incomplete": Trouble(DAY, (DAY, NEXT))},
    failed=frozenset({DAY, NEXT}),
    given_up=frozenset({DAY}),
    outage=DAY,
    alerts={"steps below 6000": True, "b": False},
    looked_at=NEXT,
    telling=NOW,
    version=7,
)


@pytest.mark.parametrize("told", [Told(), FULL])
def test_everything_comes_back_as_it_was_stored(told: Told) -> None:
    assert from_json(json.loads(json.dumps(to_json(told))), told.version) == told


def test_the_full_example_has_a_value_of_its_own_in_every_field() -> None:
    assert all(getattr(FULL, each.name) != getattr(Told(), each.name) for each in fields(Told))


def test_what_an_older_program_stored_is_read_and_what_a_newer_one_added_is_passed_over() -> None:
    assert from_json({}, 0) == Told()
    assert from_json(to_json(FULL) | {"newer": 1}, 7) == FULL


def test_what_lasts_is_told_at_once_and_again_after_a_week() -> None:
    told, due = Told().lasting("a", DAY, (DAY,), NOW)
    assert due and told.troubles == {"a": Trouble(DAY, (DAY,), NOW)}
    told, due = told.lasting("a", DAY, (DAY, NEXT), NOW + REPEAT_AFTER - timedelta(seconds=1))
    assert not due and told.troubles == {"a": Trouble(DAY, (DAY, NEXT), NOW)}
    told, due = told.lasting("a", DAY, (NEXT,), NOW + REPEAT_AFTER)
    assert due and told.troubles == {"a": Trouble(DAY, (NEXT,), NOW + REPEAT_AFTER)}
    assert told.forgetting("a", "b").troubles == {}
