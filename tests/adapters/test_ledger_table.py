"""The ledger's rows in DynamoDB."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from fitbit_daily.adapters.aws import client
from fitbit_daily.adapters.ledger_table import LedgerTable
from fitbit_daily.domain.ledger import Entry, Status
from fitbit_daily.errors import AwsUnavailable, PostInProgress
from tests.adapters.fixtures import TOKYO, refusing

AT = datetime(2026, 11, 21, 15, 10, 0, 123456, tzinfo=UTC)
FIRST = Entry(
    date="2026-11-21",
    kind="sleep",
    version=1,
    generation=1,
    status=Status.ATTEMPTING,
    text="本日の睡眠\n\n7.5時間 & <more>",
    execution="daily 1",
    first_attempt_at=AT,
    last_attempt_at=AT,
    lease_until=AT + timedelta(minutes=4),
)
FULL = replace(
    FIRST,
    version=1,
    generation=3,
    status=Status.POSTED,
    first_attempt_at=AT.astimezone(TOKYO),
    last_attempt_at=AT + timedelta(microseconds=1),
    text_sent_before=True,
    post_id="1456012973835788293",
    earlier_texts=("one", "二", ""),
    earlier_executions="daily 0\nby hand",
)


@pytest.fixture
def table(ledger_table: str) -> LedgerTable:
    return LedgerTable(ledger_table)


def test_before_the_first_attempt_there_is_nothing(table: LedgerTable) -> None:
    assert table.read("2026-11-21", "sleep") is None


@pytest.mark.parametrize("entry", [FIRST, FULL, *(replace(FIRST, status=status) for status in Status)])
def test_every_field_comes_back_as_it_was_written(entry: Entry, table: LedgerTable) -> None:
    table.write(entry)
    found = table.read(entry.date, entry.kind)
    assert found == entry
    assert all(type(getattr(found, f.name)) is type(getattr(entry, f.name)) for f in fields(Entry))


def test_the_full_example_has_a_value_of_its_own_in_every_field() -> None:
    defaults = {field.name: field.default for field in fields(Entry)}
    assert all(getattr(FULL, name) != default for name, default in defaults.items())


def test_the_posts_of_a_day_and_the_days_of_a_kind_have_rows_of_their_own(table: LedgerTable) -> None:
    rows = [replace(FIRST, date=date, kind=kind) for date in ("2026-11-20", "2026-11-21") for kind in ("a", "b")]
    for row in rows:
        table.write(row)
    assert [table.read(row.date, row.kind) for row in rows] == rows


def test_a_row_is_replaced_only_by_its_next_version(table: LedgerTable) -> None:
    table.write(FIRST)
    table.write(replace(FIRST, version=2, status=Status.UNKNOWN))
    for stale in (1, 2, 4):
        with pytest.raises(PostInProgress, match="Another execution is posting the sleep of 2026-11-21"):
            table.write(replace(FIRST, version=stale, text="other"))
    assert table.read(FIRST.date, FIRST.kind) == replace(FIRST, version=2, status=Status.UNKNOWN)


def test_a_later_version_of_nothing_is_not_written(table: LedgerTable) -> None:
    with pytest.raises(PostInProgress):
        table.write(replace(FIRST, version=2))
    assert table.read(FIRST.date, FIRST.kind) is None


def test_a_post_id_that_is_gone_in_the_next_version_is_gone(table: LedgerTable) -> None:
    table.write(FULL)
    table.write(replace(FULL, version=2, post_id=None))
    found = table.read(FULL.date, FULL.kind)
    assert found is not None and found.post_id is None


def test_a_row_with_fields_of_a_newer_program_can_be_read(table: LedgerTable, ledger_table: str) -> None:
    table.write(FIRST)
    key: Any = {"date": {"S": FIRST.date}, "kind": {"S": FIRST.kind}}
    client("dynamodb").update_item(
        TableName=ledger_table,
        Key=key,
        UpdateExpression="SET newer = :value",
        ExpressionAttributeValues={":value": {"BOOL": True}},
    )
    assert table.read(FIRST.date, FIRST.kind) == FIRST


def test_every_read_is_consistent_and_every_write_conditional(table: LedgerTable) -> None:
    asked: list[dict[str, Any]] = []
    events = client("dynamodb").meta.events

    def note(params: dict[str, Any], **_: Any) -> None:
        asked.append(params)

    events.register("before-parameter-build.dynamodb", note)
    try:
        table.read("d", "k")
        table.write(FIRST)
        table.write(replace(FIRST, version=2))
    finally:
        events.unregister("before-parameter-build.dynamodb", note)
    read, *writes = asked
    assert read["ConsistentRead"] is True
    assert len(writes) == 2 and all(write["ConditionExpression"] for write in writes)


def test_a_failure_of_the_service_is_no_conflict(table: LedgerTable) -> None:
    with refusing("dynamodb.PutItem", "ProvisionedThroughputExceededException"), pytest.raises(AwsUnavailable):
        table.write(FIRST)
    with refusing("dynamodb.GetItem", "InternalServerError", 500), pytest.raises(AwsUnavailable):
        table.read("d", "k")
    with refusing("dynamodb.PutItem", "AccessDeniedException"), pytest.raises(ClientError):
        table.write(FIRST)
