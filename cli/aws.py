"""Where the commands go: to AWS, or to the local stack if the environment points there; and what is deployed there."""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

import botocore.session
import click
from botocore.config import Config
from botocore.exceptions import ClientError

from cli import last_deployment
from cli.errors import CliError, one_sentence
from cli.topic import Topic
from fitbit_daily.adapters.aws import session as adapters_session
from fitbit_daily.adapters.ledger_table import LedgerTable
from fitbit_daily.domain.day import Calendar
from fitbit_daily.domain.ledger import DESTINATIONS
from fitbit_daily.environment import CalendarEnvironment
from stacks import STACK
from stacks.addresses import VARIABLES, is_loopback

# A person is waiting: what does not answer soon is said not to.
_CONFIG = Config(
    connect_timeout=4,
    read_timeout=20,
    retries={"mode": "standard", "total_max_attempts": 3},
    max_pool_connections=16,
)


@dataclass(frozen=True)
class Target:
    """An AWS account and region, or the local stack; `say()` tells which, on stderr."""

    session: botocore.session.Session
    region: str
    endpoint: str | None
    _clients: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    # A session makes clients for one thread at a time; the clients themselves serve any number.
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False, compare=False)

    @property
    def is_local(self) -> bool:
        return self.endpoint is not None

    @cached_property
    def account(self) -> str:
        with one_sentence():
            return str(self.client("sts").get_caller_identity()["Account"])

    def client(self, service: Any) -> Any:
        with self._lock:
            if service not in self._clients:
                self._clients[service] = self.session.create_client(service, self.region, config=_CONFIG)
            return self._clients[service]

    def say(self) -> None:
        if self.is_local:
            where = f"the local stack at {self.endpoint}"
        else:
            where = f"AWS account {self.account}, region {self.region}"
        click.echo(f"Talking to {where}.", err=True)

    @property
    def state_machine(self) -> str:
        return self.named("StateMachineArn")

    def named(self, output: str) -> str:
        """What a stack's output names: from the environment (StateMachineArn is STATE_MACHINE_ARN), or the stack."""
        return os.environ.get(_variable(output)) or self.output(output)

    def output(self, name: str) -> str:
        """One of the deployed stack's outputs."""
        for each in self.stack.get("Outputs", []):
            if each["OutputKey"] == name:
                return str(each["OutputValue"])
        raise CliError(f"The stack {STACK} in {self.region} has no output {name}. Deploy it again with: make deploy")

    @cached_property
    def stack(self) -> Mapping[str, Any]:
        """The deployed stack, as CloudFormation describes it."""
        found = self.find_stack()
        if found is None:
            raise CliError(
                f"There is no stack {STACK} in {self.region}. Deploy it with: make deploy; "
                "or choose the region where it is: export AWS_REGION=..."
            )
        return found

    def find_stack(self) -> Mapping[str, Any] | None:
        """None where nothing is deployed."""
        with one_sentence():
            try:
                found: Mapping[str, Any] = self.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]
            except ClientError as error:
                if error.response["Error"].get("Code") != "ValidationError":
                    raise
                return None
        return found


def find_target() -> Target:
    """The target that the environment points to; nothing is asked of it yet."""
    endpoint = os.environ.get("AWS_ENDPOINT_URL") or None
    if endpoint and not is_loopback(endpoint):
        raise CliError(f"AWS_ENDPOINT_URL is {endpoint!r}, neither AWS nor the local stack. Open a new terminal.")
    last = None if endpoint else last_deployment.read()
    if last:
        last_deployment.fill_in(os.environ, last)
    with one_sentence():
        # What boto3 wraps, and half as long to import.
        session = botocore.session.Session()
        # The adapters' clients are made of the same data, which are long to read.
        session.register_component("data_loader", adapters_session().get_component("data_loader"))
        # Raises for a profile that there is not.
        session.get_scoped_config()
        # The AWS and CDK command lines know AWS_REGION, and let it go first; botocore does not.
        region = os.environ.get("AWS_REGION") or session.get_config_variable("region")
        if not region:
            raise CliError("No AWS region is chosen. Type, for example: export AWS_REGION=ap-northeast-1")
    # The program's own adapters make their clients from the environment alone.
    os.environ["AWS_DEFAULT_REGION"] = region
    return Target(session, region, endpoint)


_T = TypeVar("_T")
_R = TypeVar("_R")


@dataclass(frozen=True)
class Release:
    """What was deployed: the program's version, and its settings as they are typed."""

    version: str
    settings: Mapping[str, str]


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

    @cached_property
    def release(self) -> Release | None:
        """As the stack's template says; None before there was such a note in it."""
        with one_sentence():
            template = self.target.client("cloudformation").get_template(StackName=STACK)["TemplateBody"]
        noted = template.get("Metadata", {}).get(STACK)
        return Release(noted["version"], noted["settings"]) if noted else None

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
        return CalendarEnvironment.read(self._of_choose_date).calendar

    @property
    def destinations(self) -> tuple[str, ...]:
        """Where the deployed workflow posts to; a version that did not know others had X alone."""
        told = self._of_choose_date.get("DESTINATIONS", "x")
        return tuple(each for each in DESTINATIONS if each in told.replace(";", " ").split())

    @cached_property
    def _of_choose_date(self) -> Mapping[str, str]:
        return self._environment_of("Choose date")

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

    def messages_in(self, queue: str) -> int:
        """As many as SQS knows of: its counts are approximate. queue: its URL."""
        kinds = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        told = self.target.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=kinds)
        return sum(int(number) for number in told["Attributes"].values())

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


def find_deployed() -> Deployed:
    """What is deployed where the environment points to, which is said first."""
    target = find_target()
    target.say()
    return Deployed(target)


def side_by_side(work: Callable[[_T], _R], items: Iterable[_T]) -> list[_R]:
    """The work done for all items at once, in their order."""
    items = list(items)
    if not items:
        return []
    with ThreadPoolExecutor(min(12, len(items))) as pool:
        return list(pool.map(work, items))


def _variable(output: str) -> str:
    """As in .local/env: XSecretArn is X_SECRET_ARN."""
    return re.sub(r"(?<=[a-zA-Z])(?=[A-Z])", "_", output).upper()
