"""./daily remove: takes the stack off the AWS account, and lists what is kept, with what deletes it."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import click
from botocore.exceptions import ClientError
from rich.console import Console

from cli.asking import agree
from cli.aws import Deployed, Target, find_target
from cli.days import begin_pause, rows_of_no_day
from cli.errors import CliError, one_sentence
from cli.prose import tell
from fitbit_daily.adapters.destination_keys import parameter_of
from stacks import STACK

LOOK_EVERY = 5.0

_BEFORE = (
    "This takes fitbit-daily off this account: schedule, workflow with its executions, functions, logs, dashboard, "
    "mails. Your keys, the ledger and the history are kept; how to delete them is said at the end."
)
_OF_LOGS = (f"{STACK}-", f"/aws/vendedlogs/states/{STACK}")


_PARAMETERS = {
    "the access token": f"/{STACK}/access-token",
    "Bluesky's keys": parameter_of(STACK, "bluesky"),
    "LINE's keys": parameter_of(STACK, "line"),
}


@dataclass(frozen=True)
class Kept:
    """What outlives the stack, and the command that deletes it."""

    what: str
    name: str
    delete: str


@click.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(yes: bool) -> None:
    """Remove the stack from AWS; keys, ledger and history are kept.

    It is paused first, so that no mail tells of the executions that are stopped for it. Safe to repeat.
    """
    target = find_target()
    target.say()
    if target.is_local:
        raise CliError("The local stack is removed by ending it: type Ctrl-C where it was started.")
    if not yes:
        agree(_BEFORE, "Remove it?")
    deployed = Deployed(target)
    stack = str(target.stack["StackId"])
    # The outputs that name it go with the stack.
    kept = _kept(deployed)
    if not rows_of_no_day(deployed).paused:
        begin_pause(deployed)
    _stop_executions(target)
    try:
        _delete(target, stack)
    except KeyboardInterrupt:
        tell("\nAWS goes on deleting it without you.", err=True)
        _say_what_is_kept(kept)
        sys.exit(130)
    _say_what_is_kept([*kept, *_left_logs(target)])


def _kept(deployed: Deployed) -> list[Kept]:
    outputs = {each["OutputKey"]: str(each["OutputValue"]) for each in deployed.target.stack.get("Outputs", [])}
    secrets = "aws secretsmanager delete-secret --recovery-window-in-days 7 --secret-id"
    tables = "aws dynamodb delete-table --table-name"
    named = (
        ("the source's keys", outputs.get("SourceSecretArn"), secrets),
        ("X's keys", outputs.get("XSecretArn"), secrets),
        ("the ledger of what was posted", outputs.get("LedgerTable"), tables),
        ("the history of the days", outputs.get("HistoryTable"), tables),
        *(
            (what, _parameter(deployed.target, name), "aws ssm delete-parameter --name")
            for what, name in _PARAMETERS.items()
        ),
    )
    return [Kept(what, name, f"{command} {name}") for what, name, command in named if name]


def _parameter(target: Target, name: str) -> str | None:
    """A parameter is made by a run or a person, not by the stack; None where nobody has."""
    with one_sentence():
        try:
            target.client("ssm").get_parameter(Name=name)
        except ClientError as error:
            if error.response["Error"].get("Code") != "ParameterNotFound":
                raise
            return None
    return name


def _left_logs(target: Target) -> Iterator[Kept]:
    """Log groups go with the stack; one that was written to meanwhile may be there again."""
    client = target.client("logs")
    with one_sentence():
        for prefix in _OF_LOGS:
            for page in client.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=prefix):
                for group in page["logGroups"]:
                    name = str(group["logGroupName"])
                    yield Kept("a log group", name, f"aws logs delete-log-group --log-group-name {name}")


def _stop_executions(target: Target) -> None:
    """CloudFormation would wait for them, and one may wait for its tracker until noon."""
    client = target.client("stepfunctions")
    with one_sentence():
        pages = client.get_paginator("list_executions")
        try:
            asked = pages.paginate(stateMachineArn=target.state_machine, statusFilter="RUNNING")
            running = [each for page in asked for each in page["executions"]]
        except ClientError as error:
            # A deletion that failed may have come so far.
            if error.response["Error"].get("Code") != "StateMachineDoesNotExist":
                raise
            return
        for each in running:
            tell(f"Stopping {each['name']}.", err=True)
            client.stop_execution(executionArn=each["executionArn"], cause="./daily remove: the stack is taken down")


def _delete(target: Target, stack: str) -> None:
    """By its id: a stack that is gone is known by no other name."""
    client = target.client("cloudformation")
    with one_sentence():
        client.delete_stack(StackName=stack)
    console = Console(stderr=True, highlight=False)
    with console.status("Deleting the stack") as status:
        while True:
            described = _described(client, stack)
            state = str(described["StackStatus"])
            if state == "DELETE_COMPLETE":
                break
            if not state.startswith("DELETE_IN_PROGRESS"):
                why = described.get("StackStatusReason", "no reason given")
                raise CliError(
                    f"The stack could not be deleted ({state}): {why}.", "Mend that, then type again: ./daily remove"
                )
            status.update(f"Deleting the stack: {_left(client, stack)} resources are left")
            time.sleep(LOOK_EVERY)
    console.print("The stack is gone.")


def _described(client: Any, stack: str) -> Mapping[str, Any]:
    with one_sentence():
        try:
            described: Mapping[str, Any] = client.describe_stacks(StackName=stack)["Stacks"][0]
        except ClientError as error:
            if error.response["Error"].get("Code") != "ValidationError":
                raise
            return {"StackStatus": "DELETE_COMPLETE"}
    return described


def _left(client: Any, stack: str) -> int:
    with one_sentence():
        pages = client.get_paginator("list_stack_resources").paginate(StackName=stack)
        resources = [each for page in pages for each in page["StackResourceSummaries"]]
    return sum(not str(each.get("ResourceStatus", "")).startswith("DELETE_") for each in resources)


def _say_what_is_kept(kept: list[Kept]) -> None:
    tell("\nWhat is kept, and costs little or nothing:\n")
    for each in kept:
        tell(f"  {each.what}: {each.name}")
    tell("\nTo delete that, too, and for good, type:\n")
    for each in kept:
        tell(f"  {each.delete}")
