"""What Notify keeps and where it sends: the memory of what was mailed, in DynamoDB, and the owner's SNS topic."""

from __future__ import annotations

import json
from typing import Any

from fitbit_daily.adapters.aws import client, failures
from fitbit_daily.adapters.dynamodb import put
from fitbit_daily.domain.mailing import MemoryChanged
from fitbit_daily.domain.mails import Mail
from fitbit_daily.domain.memory import Memory, from_json, to_json

_KEY = {"id": {"S": "state"}}


class MemoryTable:
    """One item, every write conditional on the version that it replaces."""

    def __init__(self, table: str) -> None:
        self._table = table

    def read(self) -> Memory:
        with failures("reading what was mailed"):
            answer = client("dynamodb").get_item(TableName=self._table, Key=_KEY, ConsistentRead=True)
        if "Item" not in answer:
            return Memory()
        item = answer["Item"]
        return from_json(json.loads(item["told"]["S"]), int(item["version"]["N"]))

    def write(self, memory: Memory) -> None:
        """Stores it as the next version; raises MemoryChanged where the stored version is another one."""
        condition = "attribute_not_exists(#version)" if memory.version == 0 else "#version = :before"
        values = {} if memory.version == 0 else {":before": {"N": str(memory.version)}}
        item: dict[str, Any] = {
            **_KEY,
            "version": {"N": str(memory.version + 1)},
            "told": {"S": json.dumps(to_json(memory), ensure_ascii=False)},
        }
        names = {"#version": "version"}
        if not put("writing what was mailed", self._table, item, condition, names=names, values=values):
            raise MemoryChanged


class SnsTopic:
    """The topic to which the owner's address is subscribed."""

    def __init__(self, arn: str) -> None:
        self._arn = arn

    def publish(self, mail: Mail) -> None:
        with failures("sending a mail"):
            client("sns").publish(TopicArn=self._arn, Subject=mail.subject, Message=mail.body)
