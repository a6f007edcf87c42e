"""What the owner was told, in DynamoDB: one item, every write conditional on the version that it replaces."""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError

from fitbit_daily.adapters.aws import client, error_code, failures
from fitbit_daily.domain.telling import ToldMeanwhile
from fitbit_daily.domain.told import Told, from_json, to_json

_KEY = {"id": {"S": "state"}}


class ToldTable:
    def __init__(self, table: str) -> None:
        self._table = table

    def read(self) -> Told:
        with failures("reading what was told"):
            answer = client("dynamodb").get_item(TableName=self._table, Key=_KEY, ConsistentRead=True)
        if "Item" not in answer:
            return Told()
        item = answer["Item"]
        return from_json(json.loads(item["told"]["S"]), int(item["version"]["N"]))

    def write(self, told: Told) -> None:
        """Stores it as the next version; raises ToldMeanwhile where the stored version is another one."""
        condition = "attribute_not_exists(#version)" if told.version == 0 else "#version = :before"
        values = {} if told.version == 0 else {"ExpressionAttributeValues": {":before": {"N": str(told.version)}}}
        item: dict[str, Any] = {
            **_KEY,
            "version": {"N": str(told.version + 1)},
            "told": {"S": json.dumps(to_json(told), ensure_ascii=False)},
        }
        try:
            with failures("writing what was told"):
                client("dynamodb").put_item(
                    TableName=self._table,
                    Item=item,
                    ConditionExpression=condition,
                    ExpressionAttributeNames={"#version": "version"},
                    **values,
                )
        except ClientError as error:
            if error_code(error) != "ConditionalCheckFailedException":
                raise
            raise ToldMeanwhile from error
