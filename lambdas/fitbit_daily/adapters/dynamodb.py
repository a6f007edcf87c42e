"""What the ledger, the history and the memory of mails ask of DynamoDB alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from fitbit_daily.adapters.aws import client, error_code, failures


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


def put(
    doing: str,
    table: str,
    item: dict[str, Any],
    condition: str = "",
    *,
    names: dict[str, str] | None = None,
    values: dict[str, Any] | None = None,
) -> bool:
    """False, and nothing is changed, where the condition does not hold; `doing` as for failures()."""
    asked: dict[str, Any] = {
        "ConditionExpression": condition,
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
    }
    try:
        with failures(doing):
            client("dynamodb").put_item(
                TableName=table, Item=item, **{name: value for name, value in asked.items() if value}
            )
    except ClientError as error:
        if error_code(error) != "ConditionalCheckFailedException":
            raise
        return False
    return True
