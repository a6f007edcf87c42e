"""The days' numbers in DynamoDB."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from botocore.exceptions import ClientError

from fitbit_daily.adapters.aws import client
from fitbit_daily.adapters.history_table import HistoryTable
from fitbit_daily.domain.history import DayRecord
from fitbit_daily.domain.numbers import MOST
from fitbit_daily.errors import AwsUnavailable
from tests.adapters.fixtures import TOKYO, refusing
from tests.domain.history_days import FETCHED, TODAY, record
from tests.domain.original_day import ACTIVITY

FULL = replace(
    record(asleep=746), activity=replace(ACTIVITY, distance_km=Decimal("1.21286"), bmr_kcal=Decimal("1560.5"))
)
LATER = FETCHED + timedelta(microseconds=1)


@pytest.fixture
def table(history_table: str) -> HistoryTable:
    return HistoryTable(history_table)


def stored(table: HistoryTable, day: date = TODAY) -> DayRecord | None:
    return table.read(day, day).get(day)


def item(day: date = TODAY) -> dict[str, Any]:
    key: Any = {"year": {"S": str(day.year)}, "date": {"S": day.isoformat()}}
    found: dict[str, Any] = client("dynamodb").get_item(TableName="history", Key=key)["Item"]
    return found


@pytest.mark.parametrize("day", [FULL, record(steps=0), record(complete=False, source="fitbit"), record()])
def test_every_field_comes_back_as_it_was_written(day: DayRecord, table: HistoryTable) -> None:
    assert [table.write(day) for _ in range(2)] == [True] * 2, "the same once more is no step back"
    assert stored(table) == day


@pytest.mark.parametrize(
    ("given", "written"),
    [
        (1988.0, "1988"),
        (Decimal("1E+2"), "100"),
        (0.0, "0"),
        (0.1, "0.1"),
        (Decimal("1987.49999999999999999999999999999999999999999"), "1987.5"),
        (1e-7, "0.0000001"),
    ],
)
def test_a_number_is_written_as_dynamodb_writes_it_and_takes_it(
    given: float, written: str, table: HistoryTable
) -> None:
    table.write(record(calories_kcal=given))
    assert item()["calories_kcal"] == {"N": written}


def test_the_item_is_what_a_person_can_read_in_the_console(table: HistoryTable) -> None:
    table.write(replace(FULL, fetched_at=FETCHED.astimezone(TOKYO)))
    assert item() == {
        "year": {"S": "2026"},
        "date": {"S": "2026-03-01"},
        "source": {"S": "google_health"},
        "complete": {"BOOL": True},
        "fetched_at": {"S": "2026-03-01T15:10:00.000000+00:00"},
        **{name: {"N": str(number)} for name, number in FULL.numbers().items()},
    }
    assert set(item()) >= set(MOST)


# Who may write


def test_what_was_read_later_is_never_overwritten(table: HistoryTable) -> None:
    table.write(record(steps=9, fetched_at=LATER))
    assert table.write(record(steps=5)) is False
    assert stored(table) == record(steps=9, fetched_at=LATER)


def test_complete_never_becomes_incomplete(table: HistoryTable) -> None:
    table.write(record(steps=5))
    assert table.write(record(steps=6, complete=False, fetched_at=LATER)) is False
    table.write(record(date(2026, 3, 2), steps=5, complete=False))
    assert table.write(record(date(2026, 3, 2), steps=6, complete=False, fetched_at=LATER)) is True
    assert table.write(record(date(2026, 3, 2), steps=7, fetched_at=LATER)) is True


# What is read


def test_both_ends_are_included_and_nothing_else_over_the_turn_of_the_year(table: HistoryTable) -> None:
    days = [date(2025, 12, 29) + timedelta(days=number) for number in range(6)]
    for day in reversed(days):
        table.write(record(day, steps=day.day))
    assert list(table.read(days[1], days[4])) == days[1:5]
    assert table.read(days[2], days[2]) == {days[2]: record(days[2], steps=31)}
    assert table.read(date(2024, 1, 1), date(2025, 12, 28)) == {}
    assert list(table.read(date(2009, 1, 1), date(2026, 12, 31))) == days


def test_a_record_with_attributes_of_a_newer_program_can_be_read(table: HistoryTable) -> None:
    table.write(FULL)
    client("dynamodb").put_item(TableName="history", Item=item() | {"heart_rate": {"N": "60"}})
    assert stored(table) == FULL


def test_a_failure_of_the_service_is_no_refusal(table: HistoryTable) -> None:
    with refusing("dynamodb.PutItem", "ProvisionedThroughputExceededException"), pytest.raises(AwsUnavailable):
        table.write(FULL)
    with refusing("dynamodb.Query", "InternalServerError", 500), pytest.raises(AwsUnavailable):
        stored(table)
    with refusing("dynamodb.PutItem", "AccessDeniedException"), pytest.raises(ClientError):
        table.write(FULL)
