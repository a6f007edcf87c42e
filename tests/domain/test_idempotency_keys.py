"""The keys by which Bluesky and LINE know a post again: the same for a repeat, another one for anything else."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest

from fitbit_daily.domain.idempotency_keys import record_key, retry_key
from fitbit_daily.domain.ledger import Entry, Status
from fitbit_daily.domain.posts import KINDS

AT = datetime(2026, 11, 21, 15, 10, tzinfo=UTC)
ENTRY = Entry("bluesky", "2026-11-21", "activity", 1, 1, Status.ATTEMPTING, "one", "E1", AT, AT)
ME, YOU = "U0123456789abcdef0123456789abcdef", "U0123456789abcdef0123456789abcdee"

# https://atproto.com/specs/tid
TID = re.compile("[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")
DAYS = [f"{year}-{month:02}-{day:02}" for year in (2021, 2026, 2099) for month in (1, 12) for day in (1, 30, 31)]

VARIED = [replace(ENTRY, date=date, kind=kind, generation=g) for date, kind, g in product(DAYS, KINDS, (1, 2, 9, 1025))]


@pytest.mark.parametrize(
    ("kind", "generation", "key"),
    [
        ("activity", 1, "3n2rs7ffk2322"),
        ("sleep", 1, "3n2rs7ffk2323"),
        ("day", 1, "3n2rs7ffk2324"),
        ("week", 1, "3n2rs7ffk2325"),
        ("activity", 2, "3n2rs7ffk2422"),
    ],
)
def test_a_records_address_never_changes_from_one_version_of_the_program_to_the_next(
    kind: str, generation: int, key: str
) -> None:
    assert record_key(replace(ENTRY, kind=kind, generation=generation)) == key


def test_a_messages_retry_key_never_changes_from_one_version_of_the_program_to_the_next() -> None:
    assert retry_key(replace(ENTRY, destination="line", kind="day"), ME) == "1a886af5-df8e-5f3b-aff2-4193f487dfb8"


def test_every_date_kind_and_generation_has_an_address_of_its_own_that_is_a_tid() -> None:
    keys = [record_key(entry) for entry in VARIED]
    assert len(set(keys)) == len(keys) and all(TID.fullmatch(key) for key in keys)


def test_every_recipient_date_kind_generation_and_attempt_has_a_retry_key_of_its_own_that_is_a_uuid() -> None:
    keys = [
        retry_key(replace(entry, attempt=attempt), to) for entry in VARIED for attempt in (1, 2, 11) for to in (ME, YOU)
    ]
    assert len(set(keys)) == len(keys) and all(str(UUID(key)) == key for key in keys)


def test_a_repeat_has_the_same_keys_whoever_makes_it_and_whatever_happened_meanwhile() -> None:
    repeat = replace(
        ENTRY, version=5, execution="E2", last_attempt_at=AT + timedelta(hours=1), text_sent_before=True, failure="X"
    )
    assert record_key(repeat) == record_key(ENTRY) and retry_key(repeat, ME) == retry_key(ENTRY, ME)


def test_a_fresh_text_has_the_same_address_and_another_retry_key() -> None:
    fresh = replace(ENTRY, attempt=2, text="two")
    assert record_key(fresh) == record_key(ENTRY) and retry_key(fresh, ME) != retry_key(ENTRY, ME)
