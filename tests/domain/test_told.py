"""What is remembered between two mails, and its way through JSON."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import UTC, date, datetime

import pytest

from fitbit_daily.domain.told import EVENTS_KEPT, Mail, Told, Trouble, from_json, to_json

DAY = date(2026, 2, 1)
MAILS = (Mail("fitbit-daily: a", "一\n"), Mail("fitbit-daily: b", "二\n"))
FULL = Told(
    works_since=DAY,
    settled=(DAY, date(2026, 2, 2)),
    troubles={
        "failure AuthorizationLost Tweet": Trouble(DAY, (DAY,), datetime(2026, 2, 1, 15, 10, 1, 5, tzinfo=UTC)),
        "not synced": Trouble(DAY, (DAY, date(2026, 2, 2))),
    },
    alerts={"steps below 6000": True, "b": False},
    looked_at=date(2026, 2, 2),
    heard={"uuid-1 FAILED 1": MAILS, "uuid-2 SUCCEEDED 2": ()},
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


def test_the_last_events_are_remembered_and_no_more() -> None:
    told = Told()
    for number in range(EVENTS_KEPT + 10):
        told = told.having_heard(f"event {number}", ())
    assert list(told.heard) == [f"event {number}" for number in range(10, EVENTS_KEPT + 10)]


def test_a_mail_that_was_sent_is_left_out_and_its_event_is_still_known() -> None:
    told = FULL.having_sent("uuid-1 FAILED 1", MAILS[0])
    assert told == replace(FULL, heard={"uuid-1 FAILED 1": MAILS[1:], "uuid-2 SUCCEEDED 2": ()})
    assert told.having_sent("uuid-1 FAILED 1", MAILS[1]).heard["uuid-1 FAILED 1"] == ()
    assert FULL.having_sent("an event of long ago", MAILS[0]) == FULL
