"""What is in a table before a test begins, put into moto itself: asked for, each row takes much longer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from botocore.exceptions import ClientError
from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.exceptions import ConditionalCheckFailed
from moto.dynamodb.models import dynamodb_backends

from fitbit_daily.adapters import aws, dynamodb


@contextmanager
def put_directly() -> Iterator[None]:
    """Within it, what the adapters put goes past the client; what else they ask does not."""
    with patch.object(dynamodb, "client", _client):
        yield


def put_directly_into(table: str, items: Iterable[dict[str, Any]]) -> None:
    """Items as DynamoDB has them."""
    client = _client("dynamodb")
    for item in items:
        client.put_item(TableName=table, Item=item)


def _client(service: str) -> Any:
    return _Direct(aws.client(service))


class _Direct:
    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, operation: str) -> Any:
        return getattr(self._client, operation)

    def put_item(
        self,
        *,
        TableName: str,
        Item: dict[str, Any],
        ConditionExpression: str | None = None,
        ExpressionAttributeNames: dict[str, str] | None = None,
        ExpressionAttributeValues: dict[str, Any] | None = None,
    ) -> None:
        try:
            dynamodb_backends[DEFAULT_ACCOUNT_ID][self._client.meta.region_name].put_item(
                TableName,
                Item,
                condition_expression=ConditionExpression,
                expression_attribute_names=ExpressionAttributeNames,
                expression_attribute_values=ExpressionAttributeValues,
            )
        except ConditionalCheckFailed as failed:
            raise ClientError({"Error": {"Code": "ConditionalCheckFailedException"}}, "PutItem") from failed
