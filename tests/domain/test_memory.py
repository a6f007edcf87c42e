"""What is remembered between two mails, and its way through JSON."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta

import pytest

from fitbit_daily.domain.memory import Memory, Trouble, from_json, to_json

DAY, NEXT = date(2026, 2, 1), date(2026, 2, 2)
NOW = datetime(2026, 2, 1, 15, 10, 1, 5, tzinfo=UTC)
FULL = Memory(
    troubles={"person AuthorizationLost": Trouble(DAY, (DAY,), NOW), "incomplete": Trouble(DAY, (DAY, NEXT))},
    failed=frozenset({DAY, NEXT}),
    given_up=frozenset({DAY}),
    outage=DAY,
    alerts={"steps below 6000": True, "b": False},
    looked_at=NEXT,
    sending_until=NOW,
    version=7,
)


@pytest.mark.parametrize("memory", [Memory(), FULL])
def test_everything_comes_back_as_it_was_stored(memory: Memory) -> None:
    assert all(getattr(FULL, each.name) != getattr(Memory(), each.name) for each in fields(Memory))
    assert from_json(json.loads(json.dumps(to_json(memory))), memory.version) == memory


def test_it_is_mailed_again_by_the_look_a_week_later_though_that_comes_some_seconds_sooner() -> None:
    memory, _ = Memory().lasting("a", DAY, (DAY,), NOW)
    assert not memory.lasting("a", DAY, (DAY,), NOW + timedelta(days=6))[1]
    assert memory.lasting("a", DAY, (DAY,), NOW + timedelta(days=7, seconds=-20))[1]


def test_what_an_older_program_stored_is_read_and_what_a_newer_one_added_is_passed_over() -> None:
    assert from_json({}, 0) == Memory()
    assert from_json(to_json(FULL) | {"newer": 1}, 7) == FULL
