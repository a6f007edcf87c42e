"""The AWS clients that the functions of a run get: moto's, or the run's own executions and mails."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import boto3

from fitbit_daily.adapters import ledger_table
from tests.campaign.seen import Kept, Started, Write

if TYPE_CHECKING:
    from tests.campaign.world import World


class Aws:
    """A boto3 client on moto, or of the run's own executions, each of whose calls is an effect."""

    def __init__(self, world: World, service: str) -> None:
        self._world, self._service = world, service

    def __getattr__(self, name: str) -> Any:
        if self._service == "stepfunctions":
            call = self._world.executions.client()[name]
        elif self._service == "sns":
            call = getattr(self._world.notices, name)
        else:
            call = getattr(real_client(self._service), name)
        if not self._world.in_a_step:
            return call
        where = f"{self._world.of_notify}{self._service}.{name}"
        return lambda **words: self._world.effects.aws(where, lambda: self._done(name, call, words))

    def _done(self, name: str, call: Any, words: Mapping[str, Any]) -> Any:
        world = self._world
        if name == "start_execution":
            answer = call(**words)
            by = world.executions.current
            assert by is not None
            world.seen.started.append(
                Started(world.scheduler.now(), by.name, words["name"], json.loads(words["input"]))
            )
            return answer
        if self._service == "secretsmanager":
            return self._by_our_clock(call(**words))
        if name != "put_item" or words["TableName"] not in (world.table, world.history_table):
            return call(**words)
        answer = call(**words, ReturnValues="ALL_OLD")
        item, before = words["Item"], answer.pop("Attributes", {})
        if words["TableName"] == world.history_table:
            world.seen.kept.append(Kept(item, before))
        elif "version" in item:
            now = world.scheduler.now()
            world.seen.writes.append(
                Write(now, ledger_table._entry(item), ledger_table._entry(before) if before else None)
            )
        return answer

    def _by_our_clock(self, answer: Any) -> Any:
        """moto writes its own time on a version of a secret."""
        if version := answer.get("VersionId"):
            made = self._world.versions.setdefault(version, self._world.scheduler.now())
            if "CreatedDate" in answer:
                answer["CreatedDate"] = made
        return answer


_CLIENTS: dict[str, Any] = {}


def real_client(service: Any) -> Any:
    if service not in _CLIENTS:
        _CLIENTS[service] = boto3.Session(region_name="ap-northeast-1").client(service)
    return _CLIENTS[service]


def make_tables(**tables: tuple[str, ...]) -> None:
    """Tables by their names, each with its key: one attribute, or two."""
    for table, keys in tables.items():
        real_client("dynamodb").create_table(
            TableName=table,
            KeySchema=[
                {"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)
            ],
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
            BillingMode="PAY_PER_REQUEST",
        )


def make_secret(name: str, values: Mapping[str, str]) -> str:
    """A secret, and its ARN."""
    return str(real_client("secretsmanager").create_secret(Name=name, SecretString=json.dumps(values))["ARN"])
