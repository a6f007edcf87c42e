"""What is deployed, asked of AWS when it is first needed: the functions' settings, the calendar, the ledger."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, time
from functools import cached_property
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from cli.errors import CliError, one_sentence
from cli.target import Target
from cli.topic import Topic
from fitbit_daily.adapters.ledger_table import LedgerTable
from fitbit_daily.domain.day import Calendar
from stacks.addresses import VARIABLES, is_loopback

_T = TypeVar("_T")
_R = TypeVar("_R")


def side_by_side(work: Callable[[_T], _R], items: Iterable[_T]) -> list[_R]:
    """The work done for all items at once, in their order."""
    items = list(items)
    if not items:
        return []
    with ThreadPoolExecutor(min(12, len(items))) as pool:
        return list(pool.map(work, items))


@dataclass(frozen=True)
class Deployed:
    """The deployed stack as it is, which need not be what this clone would deploy."""

    target: Target

    @cached_property
    def machine(self) -> Mapping[str, Any]:
        with one_sentence():
            described: Mapping[str, Any] = self.target.client("stepfunctions").describe_state_machine(
                stateMachineArn=self.target.state_machine
            )
        return described

    @property
    def since(self) -> datetime:
        """When the workflow was first deployed."""
        created: datetime = self.machine["creationDate"]
        return created

    @cached_property
    def functions(self) -> Mapping[str, str]:
        """Each step's function, by the step's name."""
        states = json.loads(self.machine["definition"])["States"]
        return {name: state["Resource"] for name, state in states.items() if state["Type"] == "Task"}

    @cached_property
    def settings(self) -> Mapping[str, str]:
        """The environment of all functions, put together."""
        environments = side_by_side(self._environment_of, self.functions)
        return {name: value for environment in environments for name, value in environment.items()}

    @cached_property
    def calendar(self) -> Calendar:
        """How the deployed workflow turns moments into days. Asks for one function alone."""
        given = self._environment_of("Choose date")
        return Calendar(
            zone=ZoneInfo(given["TIME_ZONE"]),
            time_of_day=time.fromisoformat(given["TIME_OF_DAY"]),
            give_up_at=time.fromisoformat(given["GIVE_UP_AT"]),
        )

    def hour(self, moment: datetime) -> str:
        """A moment in the configured time zone."""
        return f"{moment.astimezone(self.calendar.zone):%a %Y-%m-%d %H:%M}"

    @cached_property
    def catch_up_days(self) -> int:
        """For how many nights an open day is tried again by itself."""
        return int(self._environment_of("Catch up")["CATCH_UP_DAYS"])

    @cached_property
    def ledger(self) -> LedgerTable:
        return LedgerTable(self.target.named("LedgerTable"))

    @property
    def topic(self) -> Topic | None:
        """Where the notices go; None where it was deployed without an address."""
        outputs = {each["OutputKey"]: str(each["OutputValue"]) for each in self.target.stack.get("Outputs", [])}
        if "NoticesTopicArn" not in outputs:
            return None
        return Topic(self.target.client("sns"), outputs["NoticesTopicArn"], outputs["NoticesAddress"])

    def resource(self, kind: str, path: str) -> str | None:
        """What AWS calls the resource of that type that one construct has made; None if the stack has none.

        path: the construct's, as in "Schedule/Undelivered". CDK makes the logical id of it, and ends that with a hash.
        """
        wanted = re.compile(path.replace("/", "") + "[0-9A-F]{8}")
        found = (name for its_kind, its_id, name in self._resources if its_kind == kind and wanted.fullmatch(its_id))
        return next(found, None)

    @cached_property
    def _resources(self) -> list[tuple[str, str, str]]:
        """Type, logical id and physical id."""
        with one_sentence():
            pages = self.target.client("cloudformation").get_paginator("list_stack_resources")
            listed = [
                each
                for page in pages.paginate(StackName=self.target.stack["StackName"])
                for each in page["StackResourceSummaries"]
            ]
        return [
            (each["ResourceType"], each["LogicalResourceId"], each["PhysicalResourceId"])
            for each in listed
            if each.get("PhysicalResourceId")
        ]

    def take_addresses(self) -> None:
        """The remote APIs are where the functions find them: the simulators on the local stack, else the real ones.

        What this shell's environment says does not count: it may be left over from a local stack.
        """
        for name in VARIABLES:
            os.environ.pop(name, None)
        for name in VARIABLES:
            address = self.settings.get(name, "")
            if self.target.is_local and is_loopback(address):
                os.environ[name] = address

    def _environment_of(self, step: str) -> Mapping[str, str]:
        if step not in self.functions:
            raise CliError(f"What is deployed has no step {step!r}: it is another version. Type: make deploy")
        with one_sentence():
            function = self.target.client("lambda").get_function_configuration(FunctionName=self.functions[step])
        environment: Mapping[str, str] = function.get("Environment", {}).get("Variables", {})
        return environment
