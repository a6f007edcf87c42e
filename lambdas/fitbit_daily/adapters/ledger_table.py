"""The ledger in DynamoDB. Its key is destination and row, of which there are four sorts:

    x        2026-11-21             which posts the day has, and who is at work on it
    x        2026-11-21#activity    a post; every write is conditional on the version that it replaces
    x        due#activity           from which day on that kind is due
    program  pause#2026-11-20T…     a pause

In one destination all rows sort by day, and those that have none come last: one query reads the days from a first one
on, together with what is due.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields
from datetime import UTC, date, datetime
from typing import Any

from botocore.exceptions import ClientError

from fitbit_daily.adapters.aws import client, error_code, failures
from fitbit_daily.adapters.dynamodb import put, query
from fitbit_daily.domain.days import Rows
from fitbit_daily.domain.ledger import DESTINATIONS, Due, Entry, Pause, Plan, Status
from fitbit_daily.domain.posts import Picture
from fitbit_daily.errors import PostInProgress

_TIMES = ("first_attempt_at", "last_attempt_at", "lease_until")
_DUE, _PAUSE, _PROGRAM = "due#", "pause#", "program"

Item = dict[str, Any]


class LedgerTable:
    def __init__(self, table: str) -> None:
        self._table = table

    def rows(self, first: date) -> Rows:
        """Everything about the days from `first` on, strongly consistent."""
        plans, entries, due = {}, {}, {}
        for destination in DESTINATIONS:
            for item in self._query(destination, first.isoformat()):
                day, _, kind = item["row"]["S"].partition("#")
                if item["row"]["S"].startswith(_DUE):
                    due[destination, kind] = _due(destination, kind, item)
                elif kind:
                    entries[destination, date.fromisoformat(day), kind] = _entry(item)
                else:
                    plans[destination, date.fromisoformat(day)] = _plan(destination, date.fromisoformat(day), item)
        return Rows(plans, entries, due, [_pause(item) for item in self._query(_PROGRAM, _PAUSE)])

    def read(self, destination: str, date: str, kind: str) -> Entry | None:
        with failures("reading the ledger"):
            answer = client("dynamodb").get_item(
                TableName=self._table, Key=_key(destination, f"{date}#{kind}"), ConsistentRead=True
            )
        return _entry(answer["Item"]) if "Item" in answer else None

    def write(self, entry: Entry) -> None:
        """Raises PostInProgress where the stored row is not the version before this one."""
        condition, values = "attribute_not_exists(#version)", {}
        if entry.version > 1:
            condition, values = "#version = :before", {":before": {"N": str(entry.version - 1)}}
        if not self._put(_item(entry), condition, names={"#version": "version"}, values=values):
            raise PostInProgress(f"Another execution is posting the {entry.kind} of {entry.date}.")

    def take_on(self, destination: str, day: date, kinds: Sequence[str], execution: str, until: datetime) -> Plan:
        """Stores the plan of a day that has none, else only who is at work on it; what is stored then."""
        key, last, at_work = _key(destination, day.isoformat()), {"S": execution}, {"S": _utc(until)}
        first = {
            **key,
            "kinds": {"S": json.dumps(list(kinds))},
            "under_way": {"M": {execution: at_work}},
            "last": last,
        }
        if self._put(first, "attribute_not_exists(kinds)"):
            return _plan(destination, day, first)
        with failures("writing the ledger"):
            stored = client("dynamodb").update_item(
                TableName=self._table,
                Key=key,
                UpdateExpression="SET under_way.#execution = :until, #last = :execution",
                ExpressionAttributeNames={"#execution": execution, "#last": "last"},
                ExpressionAttributeValues={":execution": last, ":until": at_work},
                ReturnValues="ALL_NEW",
            )
        return _plan(destination, day, stored["Attributes"])

    def done(self, destination: str, day: date, execution: str, now: datetime) -> None:
        """An execution is no longer at work on a day; another one may be."""
        try:
            with failures("writing the ledger"):
                client("dynamodb").update_item(
                    TableName=self._table,
                    Key=_key(destination, day.isoformat()),
                    UpdateExpression="SET under_way.#execution = :now",
                    ConditionExpression="attribute_exists(under_way.#execution)",
                    ExpressionAttributeNames={"#execution": execution},
                    ExpressionAttributeValues={":now": {"S": _utc(now)}},
                )
        except ClientError as error:
            if error_code(error) != "ConditionalCheckFailedException":
                raise

    def write_due(self, due: Due) -> None:
        self._put(_due_item(due))

    def begin_due(self, due: Due) -> None:
        """Stores from when on a kind is due that was not; whoever comes second changes nothing."""
        self._put(_due_item(due), "attribute_not_exists(since) OR attribute_exists(#until)", names={"#until": "until"})

    def pause(self, since: datetime) -> None:
        self._put({**_key(_PROGRAM, f"{_PAUSE}{_utc(since)}"), "since": {"S": _utc(since)}})

    def resume(self, pause: Pause, now: datetime) -> None:
        key = _key(_PROGRAM, f"{_PAUSE}{_utc(pause.since)}")
        self._put({**key, "since": {"S": _utc(pause.since)}, "until": {"S": _utc(now)}})

    def _query(self, destination: str, first: str) -> Iterator[Item]:
        return query(
            "reading the ledger",
            TableName=self._table,
            KeyConditionExpression="destination = :destination AND #row >= :first",
            ExpressionAttributeNames={"#row": "row"},
            ExpressionAttributeValues={":destination": {"S": destination}, ":first": {"S": first}},
        )

    def _put(
        self, item: Item, condition: str = "", *, names: dict[str, str] | None = None, values: Item | None = None
    ) -> bool:
        return put("writing the ledger", self._table, item, condition, names=names, values=values)


def _key(destination: str, row: str) -> Item:
    return {"destination": {"S": destination}, "row": {"S": row}}


def _plan(destination: str, day: date, item: Item) -> Plan:
    return Plan(
        destination=destination,
        date=day,
        kinds=tuple(json.loads(item["kinds"]["S"])),
        under_way={name: datetime.fromisoformat(until["S"]) for name, until in item["under_way"]["M"].items()},
        last=item["last"]["S"],
    )


def _due(destination: str, kind: str, item: Item) -> Due:
    until = item.get("until")
    return Due(
        destination=destination,
        kind=kind,
        since=date.fromisoformat(item["since"]["S"]),
        until=date.fromisoformat(until["S"]) if until else None,
    )


def _due_item(due: Due) -> Item:
    item = {**_key(due.destination, f"{_DUE}{due.kind}"), "since": {"S": due.since.isoformat()}}
    return item | {"until": {"S": due.until.isoformat()}} if due.until else item


def _pause(item: Item) -> Pause:
    until = item.get("until")
    return Pause(
        since=datetime.fromisoformat(item["since"]["S"]),
        until=datetime.fromisoformat(until["S"]) if until else None,
    )


def _item(entry: Entry) -> Item:
    item: Item = _key(entry.destination, f"{entry.date}#{entry.kind}")
    for name, value in asdict(entry).items():
        if value is None or value == "" or name == "destination":
            continue
        if name == "earlier_posts":
            item[name] = {"S": json.dumps(value, ensure_ascii=False)}
        elif name == "picture":
            item[name] = {"M": {"png": {"B": value["png"]}, "alt": {"S": value["alt"]}}}
        elif isinstance(value, bool):
            item[name] = {"BOOL": value}
        elif isinstance(value, int):
            item[name] = {"N": str(value)}
        else:
            item[name] = {"S": _utc(value) if isinstance(value, datetime) else str(value)}
    return item


def _entry(item: Item) -> Entry:
    known = {field.name for field in fields(Entry)}
    row: dict[str, Any] = {name: next(iter(value.values())) for name, value in item.items() if name in known}
    row = {"text": "", "execution": "", "attempt": "1"} | row
    row.update({name: datetime.fromisoformat(row[name]) for name in _TIMES if name in row})
    row.update({name: int(row[name]) for name in ("version", "generation", "attempt", "not_found")})
    if "picture" in row:
        row["picture"] = Picture(row["picture"]["png"]["B"], row["picture"]["alt"]["S"])
    row.update(
        status=Status(row["status"]),
        earlier_posts=tuple((text, post_id) for text, post_id in json.loads(row["earlier_posts"])),
    )
    return Entry(**row)


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
