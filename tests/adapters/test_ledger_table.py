"""The ledger's rows in DynamoDB."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from fitbit_daily.adapters.aws import client
from fitbit_daily.adapters.ledger_table import LedgerTable
from fitbit_daily.domain.ledger import DESTINATIONS, Due, Entry, Pause, Plan, Status
from fitbit_daily.domain.posts import Picture
from fitbit_daily.errors import AwsUnavailable, PostInProgress
from tests.adapters.fixtures import TOKYO, refusing

AT = datetime(2026, 11, 21, 15, 10, 0, 123456, tzinfo=UTC)
DAY, HOUR = date(2026, 11, 21), timedelta(hours=1)
UNTIL = AT + 24 * HOUR
FIRST = Entry(
    destination="x",
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
    incomplete=True,
    post_id="1456012973835788293",
    failure="PostRejected",
    failed_in="daily 2",
    duplicate=True,
    not_found=2,
    earlier_posts=(("one", "1"), ("二", ""), ("", "3")),
    earlier_executions="daily 0\nby hand",
    attempt=3,
    picture=Picture(b"\x89PNG\r\n\x00\xff", "7日間の歩数"),
)


@pytest.fixture
def table(ledger_table: str) -> LedgerTable:
    return LedgerTable(ledger_table)


@pytest.mark.parametrize("entry", [FIRST, FULL])
def test_every_field_comes_back_as_it_was_written(entry: Entry, table: LedgerTable) -> None:
    assert all(getattr(FULL, field.name) != field.default for field in fields(Entry))
    table.write(entry)
    found = table.read(entry.destination, entry.date, entry.kind)
    assert found == entry
    assert all(type(getattr(found, f.name)) is type(getattr(entry, f.name)) for f in fields(Entry))


def test_a_row_is_replaced_only_by_its_next_version(table: LedgerTable) -> None:
    with pytest.raises(PostInProgress):
        table.write(replace(FIRST, version=2))
    table.write(FIRST)
    table.write(replace(FIRST, version=2, status=Status.UNKNOWN))
    for stale in (1, 2, 4):
        with pytest.raises(PostInProgress, match="Another execution is posting the sleep of 2026-11-21"):
            table.write(replace(FIRST, version=stale, text="other"))
    assert table.read("x", FIRST.date, FIRST.kind) == replace(FIRST, version=2, status=Status.UNKNOWN)


def test_a_row_of_a_newer_program_or_of_one_before_attempts_were_counted_can_be_read(
    table: LedgerTable, ledger_table: str
) -> None:
    table.write(FIRST)
    key: Any = {"destination": {"S": "x"}, "row": {"S": f"{FIRST.date}#{FIRST.kind}"}}
    client("dynamodb").update_item(
        TableName=ledger_table,
        Key=key,
        UpdateExpression="SET newer = :value REMOVE attempt",
        ExpressionAttributeValues={":value": {"BOOL": True}},
    )
    assert table.read("x", FIRST.date, FIRST.kind) == FIRST


@contextmanager
def noted() -> Iterator[list[dict[str, Any]]]:
    """What DynamoDB is asked."""
    asked: list[dict[str, Any]] = []
    events = client("dynamodb").meta.events

    def note(params: dict[str, Any], **_: Any) -> None:
        asked.append(params)

    events.register("before-parameter-build.dynamodb", note)
    try:
        yield asked
    finally:
        events.unregister("before-parameter-build.dynamodb", note)


def test_every_read_is_consistent_and_every_write_of_a_post_conditional(table: LedgerTable) -> None:
    with noted() as asked:
        table.read("x", "d", "k")
        table.rows(DAY)
        table.write(FIRST)
        table.write(replace(FIRST, version=2))
    *reads, first, second = asked
    assert len(reads) == 2 + len(DESTINATIONS) and all(read["ConsistentRead"] is True for read in reads)
    assert first["ConditionExpression"] and second["ConditionExpression"]


# Plans


def test_later_ones_take_the_day_on_as_it_is_and_beside_the_others(table: LedgerTable) -> None:
    table.take_on("x", DAY, ["activity", "sleep"], "E1", UNTIL)
    plan = table.take_on("x", DAY, ["day"], "E2", UNTIL + HOUR)
    assert plan == Plan("x", DAY, ("activity", "sleep"), {"E1": UNTIL, "E2": UNTIL + HOUR}, "E2")
    assert table.rows(DAY).plans == {("x", DAY): plan}


def test_the_first_execution_about_a_day_writes_which_posts_it_has_and_a_repeated_try_changes_nothing(
    table: LedgerTable,
) -> None:
    for _ in range(2):
        plan = table.take_on("x", DAY, ["activity"], "E1", UNTIL)
        assert plan == Plan("x", DAY, ("activity",), {"E1": UNTIL}, "E1")
        assert table.rows(DAY).plans == {("x", DAY): plan}


def test_who_is_done_is_not_at_work_and_others_are(table: LedgerTable) -> None:
    for execution in ("E1", "E2"):
        table.take_on("x", DAY, ["activity"], execution, UNTIL)
    table.done("x", DAY, "E1", AT)
    (plan,) = table.rows(DAY).plans.values()
    assert plan.at_work(AT - HOUR) == ["E1", "E2"] and plan.at_work(AT) == ["E2"]


@pytest.mark.parametrize("taken_on", [True, False])
def test_who_never_took_a_day_on_leaves_no_trace_by_being_done(taken_on: bool, table: LedgerTable) -> None:
    if taken_on:
        table.take_on("x", DAY, ["activity"], "E1", UNTIL)
    before = table.rows(DAY)
    table.done("x", DAY, "E2", AT)
    assert table.rows(DAY) == before


# What is due, pauses


def test_what_is_due_comes_back_with_its_end_and_is_written_over(table: LedgerTable) -> None:
    table.write_due(Due("x", "sleep", DAY))
    ended = Due("x", "sleep", DAY, DAY + timedelta(days=3))
    table.write_due(Due("x", "activity", DAY))
    table.write_due(ended)
    assert table.rows(DAY).due == {("x", "activity"): Due("x", "activity", DAY), ("x", "sleep"): ended}


def test_a_kind_begins_to_be_due_once_and_anew_after_it_has_ended(table: LedgerTable) -> None:
    first, second = Due("x", "sleep", DAY), Due("x", "sleep", DAY + timedelta(days=1))
    for due in (first, second):
        table.begin_due(due)
    assert table.rows(DAY).due["x", "sleep"] == first
    table.write_due(replace(first, until=DAY))
    table.begin_due(second)
    assert table.rows(DAY).due["x", "sleep"] == second


def test_a_pause_lasts_until_it_is_ended_and_is_remembered(table: LedgerTable) -> None:
    assert not table.rows(DAY).paused
    table.pause(AT)
    assert table.rows(DAY).paused and table.rows(DAY).pauses == [Pause(AT)]
    table.resume(Pause(AT), AT + HOUR)
    assert table.rows(DAY).pauses == [Pause(AT, AT + HOUR)] and not table.rows(DAY).paused
    table.pause(AT.astimezone(TOKYO) + 2 * HOUR)
    assert table.rows(DAY).pauses == [Pause(AT, AT + HOUR), Pause(AT + 2 * HOUR)]


# All at once


def filled(table: LedgerTable, days: int) -> None:
    for number in range(days):
        day = DAY + timedelta(days=number)
        table.take_on("x", day, ["activity", "sleep"], f"E{number}", UNTIL)
        for kind in ("activity", "sleep"):
            table.write(replace(FIRST, date=str(day), kind=kind))
    table.write_due(Due("x", "sleep", DAY))
    table.pause(AT)


def test_one_query_reads_a_destinations_days_with_what_is_due_and_one_the_pauses(table: LedgerTable) -> None:
    filled(table, 4)
    with noted() as asked:
        rows = table.rows(DAY + timedelta(days=2))
    assert len(asked) == len(DESTINATIONS) + 1
    days = [DAY + timedelta(days=number) for number in (2, 3)]
    assert list(rows.plans) == [("x", day) for day in days]
    assert list(rows.entries) == [("x", day, kind) for day in days for kind in ("activity", "sleep")]
    assert rows.entries["x", days[0], "sleep"] == replace(FIRST, date=str(days[0]), kind="sleep")
    assert list(rows.due) == [("x", "sleep")] and rows.paused


def test_what_does_not_fit_on_a_page_is_read_on(table: LedgerTable) -> None:
    filled(table, 4)
    whole = table.rows(DAY)
    events = client("dynamodb").meta.events

    def two_rows(params: dict[str, Any], **_: Any) -> None:
        params["Limit"] = 2

    events.register("before-parameter-build.dynamodb.Query", two_rows)
    try:
        with noted() as asked:
            assert table.rows(DAY) == whole
    finally:
        events.unregister("before-parameter-build.dynamodb.Query", two_rows)
    assert len(asked) > 6 and all(each["ConsistentRead"] for each in asked)


def test_a_failure_of_the_service_is_no_conflict(table: LedgerTable) -> None:
    with refusing("dynamodb.PutItem", "ProvisionedThroughputExceededException"), pytest.raises(AwsUnavailable):
        table.write(FIRST)
    with refusing("dynamodb.GetItem", "InternalServerError", 500), pytest.raises(AwsUnavailable):
        table.read("x", "d", "k")
    with refusing("dynamodb.Query", "InternalServerError", 500), pytest.raises(AwsUnavailable):
        table.rows(DAY)
    with refusing("dynamodb.UpdateItem", "ThrottlingException"), pytest.raises(AwsUnavailable):
        table.done("x", DAY, "E1", AT)
    with refusing("dynamodb.PutItem", "AccessDeniedException"), pytest.raises(ClientError):
        table.write(FIRST)
    with refusing("dynamodb.UpdateItem", "AccessDeniedException"), pytest.raises(ClientError):
        table.done("x", DAY, "E1", AT)
