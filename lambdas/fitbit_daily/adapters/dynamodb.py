"""What the ledger and the history ask of DynamoDB alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fitbit_daily.adapters.aws import client, failures


def query(doing: str, **asked: Any) -> Iterator[dict[str, Any]]:
    """All items that a DynamoDB query finds, strongly consistent; `doing` as for failures()."""
    after: dict[str, Any] = {}
    while True:
        with failures(doing):
            page = client("dynamodb").query(ConsistentRead=True, **asked, **after)
        yield from page["Items"]
        if "LastEvaluatedKey" not in page:
            return
        after = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
