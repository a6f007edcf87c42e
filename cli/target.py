"""Where the commands go: to AWS, or to the local stack if the environment points there."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import boto3
import click
from botocore.exceptions import ClientError

from cli.errors import CliError, one_sentence
from stacks.addresses import is_loopback

STACK = "fitbit-daily"


@dataclass(frozen=True)
class Target:
    """An AWS account and region, or the local stack; `say()` tells which, on stderr."""

    session: boto3.Session
    endpoint: str | None

    @property
    def is_local(self) -> bool:
        return self.endpoint is not None

    def client(self, service: Any) -> Any:
        return self.session.client(service)

    def say(self) -> None:
        if self.is_local:
            where = f"the local stack at {self.endpoint}"
        else:
            with one_sentence():
                account = self.client("sts").get_caller_identity()["Account"]
            where = f"AWS account {account}, region {self.session.region_name}"
        click.echo(f"Talking to {where}.", err=True)

    @cached_property
    def state_machine(self) -> str:
        """The state machine's ARN: from the environment, or the deployed stack's output."""
        return os.environ.get("STATE_MACHINE_ARN") or self.output("StateMachineArn")

    def output(self, name: str) -> str:
        """One of the deployed stack's outputs."""
        with one_sentence():
            try:
                stack = self.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]
            except ClientError as error:
                if error.response["Error"].get("Code") != "ValidationError":
                    raise
                raise CliError(
                    f"There is no stack {STACK} in {self.session.region_name}. Deploy it with: make deploy; "
                    "or choose the region where it is: export AWS_REGION=..."
                ) from error
        return str(next(each["OutputValue"] for each in stack["Outputs"] if each["OutputKey"] == name))


def find_target() -> Target:
    """The target that the environment points to; nothing is asked of it yet."""
    endpoint = os.environ.get("AWS_ENDPOINT_URL") or None
    if endpoint and not is_loopback(endpoint):
        raise CliError(
            f"AWS_ENDPOINT_URL is {endpoint!r}, neither AWS nor the local stack. Type: unset AWS_ENDPOINT_URL"
        )
    with one_sentence():
        session = boto3.Session()
        if session.region_name is None:
            raise CliError("No AWS region is chosen. Type, for example: export AWS_REGION=ap-northeast-1")
    return Target(session, endpoint)
