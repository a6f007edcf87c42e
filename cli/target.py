"""Where the commands go: to AWS, or to the local stack if the environment points there."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import boto3
import click
from botocore.config import Config
from botocore.exceptions import ClientError

from cli.errors import CliError, one_sentence
from stacks.addresses import is_loopback

STACK = "fitbit-daily"

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

    session: boto3.Session
    endpoint: str | None
    _clients: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    # A session makes clients for one thread at a time; the clients themselves serve any number.
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False, compare=False)

    @property
    def is_local(self) -> bool:
        return self.endpoint is not None

    @property
    def region(self) -> str:
        return str(self.session.region_name)

    def client(self, service: Any) -> Any:
        with self._lock:
            if service not in self._clients:
                self._clients[service] = self.session.client(service, config=_CONFIG)
            return self._clients[service]

    def say(self) -> None:
        if self.is_local:
            where = f"the local stack at {self.endpoint}"
        else:
            with one_sentence():
                account = self.client("sts").get_caller_identity()["Account"]
            where = f"AWS account {account}, region {self.region}"
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
        with one_sentence():
            try:
                stacks = self.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
            except ClientError as error:
                if error.response["Error"].get("Code") != "ValidationError":
                    raise
                raise CliError(
                    f"There is no stack {STACK} in {self.region}. Deploy it with: make deploy; "
                    "or choose the region where it is: export AWS_REGION=..."
                ) from error
        found: Mapping[str, Any] = stacks[0]
        return found


def find_target() -> Target:
    """The target that the environment points to; nothing is asked of it yet."""
    endpoint = os.environ.get("AWS_ENDPOINT_URL") or None
    if endpoint and not is_loopback(endpoint):
        raise CliError(
            f"AWS_ENDPOINT_URL is {endpoint!r}, neither AWS nor the local stack. Type: unset AWS_ENDPOINT_URL"
        )
    with one_sentence():
        # The AWS and CDK command lines know AWS_REGION, and let it go first; boto3 does not.
        session = boto3.Session(region_name=os.environ.get("AWS_REGION") or None)
        if not session.region_name:
            raise CliError("No AWS region is chosen. Type, for example: export AWS_REGION=ap-northeast-1")
    # The program's own adapters make their clients from the environment alone.
    os.environ["AWS_DEFAULT_REGION"] = session.region_name
    return Target(session, endpoint)


def _variable(output: str) -> str:
    """As in .local/env: XSecretArn is X_SECRET_ARN."""
    return re.sub(r"(?<=[a-zA-Z])(?=[A-Z])", "_", output).upper()
