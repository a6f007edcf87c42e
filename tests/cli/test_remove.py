"""./daily remove: paused, executions stopped, the stack destroyed; what is kept is listed with what deletes it."""

from __future__ import annotations

import re
import shlex
import time
from typing import Any

import botocore.session
import pytest

from fitbit_daily.adapters.access_token import AccessTokenParameter
from fitbit_daily.domain.authorization import AccessToken
from tests.cli.deployed_stack import PARAMETER, DeployedStack, stack
from tests.cli.step_functions import Canned, refusal

__all__ = ["stack"]

STACK = "arn:aws:cloudformation:eu-central-1:123456789012:stack/fitbit-daily/1"


class CloudFormation(Canned):
    """A stack that is deleted in as many looks as there are states."""

    def __init__(self, before: Canned, *states: str) -> None:
        super().__init__(**before.answers)
        self.states = list(states)
        self.deleted: list[str] = []
        self.described = before.answers["describe_stacks"]["Stacks"][0] | {"StackId": STACK}
        self.answers |= {"describe_stacks": self._describe, "delete_stack": self._delete}

    def _delete(self, **asked: str) -> None:
        self.deleted.append(asked["StackName"])

    def _describe(self, **asked: str) -> dict[str, Any]:
        if not self.deleted:
            return {"Stacks": [self.described]}
        assert asked == {"StackName": STACK}
        return {"Stacks": [self.described | {"StackStatus": self.states.pop(0), "StackStatusReason": "it is in use"}]}


@pytest.fixture
def cloudformation(stack: DeployedStack, monkeypatch: pytest.MonkeyPatch) -> CloudFormation:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    service = CloudFormation(stack.services["cloudformation"], "DELETE_IN_PROGRESS", "DELETE_COMPLETE")
    stack.services |= {"cloudformation": service, "logs": Canned(describe_log_groups={"logGroups": []})}
    return service


def test_it_pauses_stops_what_runs_deletes_the_stack_and_lists_what_is_kept(
    stack: DeployedStack, cloudformation: CloudFormation, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack.waits("2026-11-20")
    stack.ran("2026-11-19")
    AccessTokenParameter(PARAMETER).write(AccessToken("t0ken", stack.clock(), stack.clock(), "1"))
    stop = stack.steps.stop_execution

    def stopped(**asked: Any) -> None:
        assert stack.ledger.rows(stack.clock().date()).paused, "so that no mail tells of it"
        assert cloudformation.deleted == []
        stop(**asked)

    monkeypatch.setattr(stack.steps, "stop_execution", stopped)
    told = stack.daily("remove", "--yes")
    assert [each["status"] for each in stack.steps.executions] == ["ABORTED", "SUCCEEDED"]
    assert cloudformation.deleted == [STACK]
    for name in (stack.secrets["source"], stack.secrets["x"], "ledger", "history", PARAMETER):
        assert re.search(rf"^  aws .*{re.escape(name)}$", told, re.MULTILINE), name
    assert "t0ken" not in told


def test_every_command_that_deletes_what_is_kept_is_one_of_the_aws_cli(
    stack: DeployedStack, cloudformation: CloudFormation
) -> None:
    cloudformation.states = ["DELETE_COMPLETE"]
    stack.services["logs"] = Canned(describe_log_groups={"logGroups": [{"logGroupName": "fitbit-daily-x"}]})
    commands = [line for line in stack.daily("remove", "--yes").splitlines() if line.startswith("  aws ")]
    assert len(commands) > 4
    for command in commands:
        _, service, operation, *options = shlex.split(command)
        api = botocore.session.get_session().get_service_model(service)
        model = api.operation_model("".join(word.title() for word in operation.split("-")))
        assert model.input_shape is not None
        members = {re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower() for name in model.input_shape.members}
        assert {option[2:] for option in options if option.startswith("--")} <= members


@pytest.mark.parametrize("terminal", [True, False])
def test_without_a_yes_nothing_is_done(
    stack: DeployedStack, cloudformation: CloudFormation, monkeypatch: pytest.MonkeyPatch, terminal: bool
) -> None:
    monkeypatch.setattr("cli.asking.somebody_is_there", lambda: terminal)
    stack.waits("2026-11-20")
    told = stack.refused("remove", answers="n\n")
    assert "Nothing was done." in told and ("--yes" in told) is not terminal
    assert cloudformation.deleted == [] and not stack.ledger.rows(stack.clock().date()).paused


def test_a_deletion_that_fails_says_why_and_can_be_repeated(
    stack: DeployedStack, cloudformation: CloudFormation
) -> None:
    cloudformation.states = ["DELETE_IN_PROGRESS", "DELETE_FAILED"]
    told = stack.refused("remove", "--yes")
    assert "it is in use" in told and "./daily remove" in told
    cloudformation.states = ["DELETE_COMPLETE"]
    cloudformation.deleted.clear()
    stack.services["stepfunctions"] = Canned(list_executions=refusal("StateMachineDoesNotExist"))
    stack.daily("remove", "--yes")
    assert len(stack.ledger.rows(stack.clock().date()).pauses) == 1


def test_ctrl_c_leaves_aws_at_it_and_lists_what_is_kept(
    stack: DeployedStack, cloudformation: CloudFormation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", interrupt)
    done = stack.type("remove", "--yes")
    assert done.exit_code == 130 and "goes on" in done.stderr and "delete-table --table-name ledger" in done.stdout


def test_the_local_stack_is_removed_by_ending_it(stack: DeployedStack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    assert "Ctrl-C" in stack.refused("remove", "--yes")
