"""What the owner was told, in DynamoDB."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from fitbit_daily.adapters.aws import client
from fitbit_daily.adapters.told_table import ToldTable
from fitbit_daily.domain.telling import ToldMeanwhile
from fitbit_daily.domain.told import Told
from fitbit_daily.errors import AwsUnavailable
from tests.adapters.fixtures import refusing
from tests.domain.test_told import FULL


@pytest.fixture
def table(aws: None) -> ToldTable:
    client("dynamodb").create_table(
        TableName="told",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    return ToldTable("told")


def test_at_the_very_beginning_nothing_was_told(table: ToldTable) -> None:
    assert table.read() == Told()


def test_what_is_written_is_read_as_the_next_version(table: ToldTable) -> None:
    table.write(replace(FULL, version=0))
    assert table.read() == replace(FULL, version=1)
    table.write(replace(FULL, version=1, alerts={}))
    assert table.read() == replace(FULL, version=2, alerts={})


def test_only_the_version_that_was_read_is_replaced(table: ToldTable) -> None:
    with pytest.raises(ToldMeanwhile):
        table.write(replace(FULL, version=1))
    assert table.read() == Told()
    table.write(Told())
    table.write(Told(version=1))
    for other in (0, 1, 3):
        with pytest.raises(ToldMeanwhile):
            table.write(replace(FULL, version=other))
    assert table.read() == Told(version=2)


def test_every_read_is_consistent_and_every_write_conditional(table: ToldTable) -> None:
    asked: list[dict[str, Any]] = []
    events = client("dynamodb").meta.events

    def note(params: dict[str, Any], **_: Any) -> None:
        asked.append(params)

    events.register("before-parameter-build.dynamodb", note)
    try:
        table.write(Told())
        table.write(table.read())
    finally:
        events.unregister("before-parameter-build.dynamodb", note)
    first, read, second = asked
    assert read["ConsistentRead"] is True
    assert first["ConditionExpression"] and second["ConditionExpression"]


def test_a_failure_of_the_service_is_no_other_version(table: ToldTable) -> None:
    with refusing("dynamodb.PutItem", "ProvisionedThroughputExceededException"), pytest.raises(AwsUnavailable):
        table.write(Told())
    with refusing("dynamodb.GetItem", "InternalServerError", 500), pytest.raises(AwsUnavailable):
        table.read()
    with refusing("dynamodb.PutItem", "AccessDeniedException"), pytest.raises(ClientError):
        table.write(Told())
