"""The ledger's rows in DynamoDB: key (date, kind), every write conditional on the version it replaces."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from fitbit_daily.adapters.aws import client, error_code, failures
from fitbit_daily.domain.ledger import Entry, Status
from fitbit_daily.errors import PostInProgress

_TIMES = ("first_attempt_at", "last_attempt_at", "lease_until")


class LedgerTable:
    def __init__(self, table: str) -> None:
        self._table = table

    def read(self, date: str, kind: str) -> Entry | None:
        with failures("reading the ledger"):
            answer = client("dynamodb").get_item(
                TableName=self._table, Key={"date": {"S": date}, "kind": {"S": kind}}, ConsistentRead=True
            )
        return _entry(answer["Item"]) if "Item" in answer else None

    def write(self, entry: Entry) -> None:
        """Raises PostInProgress where the stored row is not the version before this one."""
        condition = "attribute_not_exists(#version)" if entry.version == 1 else "#version = :before"
        values = {} if entry.version == 1 else {"ExpressionAttributeValues": {":before": {"N": str(entry.version - 1)}}}
        try:
            with failures("writing the ledger"):
                client("dynamodb").put_item(
                    TableName=self._table,
                    Item=_item(entry),
                    ConditionExpression=condition,
                    ExpressionAttributeNames={"#version": "version"},
                    **values,
                )
        except ClientError as error:
            if error_code(error) != "ConditionalCheckFailedException":
                raise
            raise PostInProgress(f"Another execution is posting the {entry.kind} of {entry.date}.") from error


def _item(entry: Entry) -> dict[str, Any]:
    item: dict[str, Any] = {}
    for name, value in asdict(entry).items():
        if value is None:
            continue
        if name == "earlier_texts":
            item[name] = {"L": [{"S": text} for text in value]}
        elif isinstance(value, bool):
            item[name] = {"BOOL": value}
        elif isinstance(value, int):
            item[name] = {"N": str(value)}
        else:
            item[name] = {"S": value.isoformat() if isinstance(value, datetime) else str(value)}
    return item


def _entry(item: dict[str, Any]) -> Entry:
    known = {field.name for field in fields(Entry)}
    row: dict[str, Any] = {name: next(iter(value.values())) for name, value in item.items() if name in known}
    row.update({name: datetime.fromisoformat(row[name]) for name in _TIMES})
    row.update(version=int(row["version"]), generation=int(row["generation"]), status=Status(row["status"]))
    row["earlier_texts"] = tuple(text["S"] for text in row.get("earlier_texts", ()))
    return Entry(**row)
