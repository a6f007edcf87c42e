"""The days' numbers in DynamoDB: key (year, date), a missing number a missing attribute."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from fitbit_daily.adapters.aws import client
from fitbit_daily.adapters.dynamodb import put, query
from fitbit_daily.adapters.side_by_side import side_by_side
from fitbit_daily.domain.history import DayRecord
from fitbit_daily.domain.numbers import MOST, Activity

# Never over a later reading, and never from complete back to incomplete. fetched_at is always written in UTC and with
# the same number of digits, so that its text sorts like the time.
_IS_NEWER = "(attribute_not_exists(fetched_at) OR fetched_at <= :fetched_at)"
_IS_NO_STEP_BACK = " AND (attribute_not_exists(complete) OR complete = :false)"

_NO_ACTIVITY = Activity()


class HistoryTable:
    def __init__(self, table: str) -> None:
        self._table = table

    def read(self, first: date, last: date) -> dict[date, DayRecord]:
        """The days from first to last, both included, oldest first; a day without a record is left out."""
        # Made before the threads that use it: a client is safe to share between them, making one is not.
        client("dynamodb")
        years = side_by_side(*(partial(self._items, year, first, last) for year in range(first.year, last.year + 1)))
        records = [_record(item) for items in years for item in items]
        return {record.date: record for record in records}

    def write(self, record: DayRecord) -> bool:
        """False, and nothing is changed, where what is stored was read later, or is complete and this is not."""
        item = _item(record)
        values = {":fetched_at": item["fetched_at"]} | ({} if record.complete else {":false": {"BOOL": False}})
        condition = _IS_NEWER + ("" if record.complete else _IS_NO_STEP_BACK)
        return put("writing the history", self._table, item, condition, values=values)

    def _items(self, year: int, first: date, last: date) -> list[dict[str, Any]]:
        """Of the days that are of this year."""
        found = query(
            "reading the history",
            TableName=self._table,
            KeyConditionExpression="#year = :year AND #date BETWEEN :first AND :last",
            ExpressionAttributeNames={"#year": "year", "#date": "date"},
            ExpressionAttributeValues={
                ":year": {"S": f"{year:04}"},
                ":first": {"S": first.isoformat()},
                ":last": {"S": last.isoformat()},
            },
        )
        return list(found)


def _item(record: DayRecord) -> dict[str, Any]:
    return {
        "year": {"S": f"{record.date.year:04}"},
        "date": {"S": record.date.isoformat()},
        "source": {"S": record.source},
        "complete": {"BOOL": record.complete},
        "fetched_at": {"S": record.fetched_at.astimezone(UTC).isoformat(timespec="microseconds")},
        # Without trailing zeros, as DynamoDB does it, and with no more digits than it takes.
        **{name: {"N": f"{number.normalize():f}"} for name, number in record.numbers().items()},
    }


def _record(item: dict[str, Any]) -> DayRecord:
    return DayRecord(
        date=date.fromisoformat(item["date"]["S"]),
        activity=_NO_ACTIVITY,
        minutes_asleep=None,
        source=item["source"]["S"],
        complete=item["complete"]["BOOL"],
        fetched_at=datetime.fromisoformat(item["fetched_at"]["S"]),
    ).holding({name: Decimal(item[name]["N"]) for name in MOST if name in item})
