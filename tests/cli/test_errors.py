"""Whatever goes wrong: one clear sentence, exit code 1 (wrong usage 2), and never a traceback."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import (
    EndpointConnectionError,
    LoginInsufficientPermissions,
    LoginRefreshRequired,
    MissingDependencyException,
    NoCredentialsError,
    PartialCredentialsError,
    ReadTimeoutError,
    UnauthorizedSSOTokenError,
)
from click.testing import CliRunner

import cli.commands.status
from cli.__main__ import daily
from cli.aws import Target
from cli.errors import DEBUG
from tests.cli.deployed_stack import DeployedStack, stack
from tests.cli.step_functions import Canned, refusal

__all__ = ["stack"]

ROOT = Path(__file__).parent.parent.parent
LOG_IN = "Log in first. Type: aws login"


def test_whatever_aws_says_is_one_sentence(stack: DeployedStack) -> None:
    for error, says in [
        (refusal("AccessDeniedException"), "may not do this: because"),
        (refusal("ExpiredTokenException"), "session has expired"),
        (refusal("UnrecognizedClientException"), "does not know these credentials"),
        (refusal("InvalidClientTokenId"), "does not know these credentials"),
        (refusal("SignatureDoesNotMatch"), "does not accept these credentials"),
        (refusal("RequestTimeTooSkewed"), "clock of this machine is wrong"),
        (refusal("ThrottlingException"), "wants fewer calls"),
        (refusal("StateMachineDoesNotExist"), "source .local/env"),
        (refusal("SomethingElse"), "AWS refuses (SomethingElse): because"),
        (refusal("500", "<!doctype html>\n<p>oh</p>"), "AWS refuses (500): no reason given."),
        (NoCredentialsError(), LOG_IN),
        (PartialCredentialsError(provider="env", cred_var="AWS_SECRET_ACCESS_KEY"), LOG_IN),
        (UnauthorizedSSOTokenError(), LOG_IN),
        (LoginRefreshRequired(), LOG_IN),
        (LoginInsufficientPermissions(), "SignInLocalDevelopmentAccess"),
        (MissingDependencyException(msg='pip install "botocore[crt]"'), "make setup"),
        (EndpointConnectionError(endpoint_url="https://sts.mars-1.amazonaws.com"), "is the region right?"),
        (ReadTimeoutError(endpoint_url="https://sts.mars-1.amazonaws.com"), "could not be reached"),
    ]:
        stack.services["sts"] = Canned(get_caller_identity=error)
        told = stack.refused("status")
        assert says in told and "\n" not in told


@pytest.mark.parametrize("command", ["status", "deploy"])
def test_a_profile_of_aws_login_without_a_session_ends_with_what_to_type(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str
) -> None:
    """With boto3 itself: what signs such logins is installed, and what it says is understood."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    (tmp_path / "config").write_text("[default]\nregion = eu-central-1\nlogin_session = arn:aws:iam::1:user/me\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_LOGIN_CACHE_DIRECTORY", str(tmp_path / "cache"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    ended = CliRunner().invoke(daily, [command])
    assert ended.exit_code == 1
    assert LOG_IN in ended.stderr and "Traceback" not in ended.stderr and "pip install" not in ended.stderr


def test_a_failure_inside_the_programs_own_adapters_is_told_like_any_other(
    stack: DeployedStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fitbit_daily.adapters.dynamodb.client", lambda _: Canned(query=NoCredentialsError()))
    assert LOG_IN in stack.refused("settle", "2026-11-20", "sleep", "--not-posted")


def test_no_stack_says_where_it_looked_and_how_to_choose_or_deploy(stack: DeployedStack) -> None:
    stack.services["cloudformation"] = Canned(describe_stacks=refusal("ValidationError"))
    told = stack.refused("status")
    assert "no stack fitbit-daily in eu-central-1" in told and "make deploy" in told and "AWS_REGION" in told


def test_aws_region_is_heeded_as_other_tools_of_aws_do(stack: DeployedStack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    assert "region eu-west-1" in stack.type("status").stderr


@pytest.mark.parametrize("region", ["", "to kyo"])
def test_a_region_that_is_none_is_one_sentence(
    stack: DeployedStack, monkeypatch: pytest.MonkeyPatch, region: str
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", region)
    monkeypatch.setenv("AWS_REGION", region)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/none")
    stack.services.clear()
    monkeypatch.setattr(Target, "client", lambda self, service: self.session.create_client(service, self.region))
    assert "export AWS_REGION=" in stack.refused("status")


def test_a_profile_that_there_is_not_is_one_sentence(stack: DeployedStack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    assert "aws configure list-profiles" in stack.refused("status")


def test_a_local_stack_that_is_down_is_told_with_what_brings_it_up(
    stack: DeployedStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    stack.services["cloudformation"] = Canned(
        describe_stacks=EndpointConnectionError(endpoint_url="http://127.0.0.1:1")
    )
    told = stack.refused("status")
    assert "http://127.0.0.1:1 does not answer" in told and "python -m local up" in told


def test_a_bug_is_one_sentence_that_says_where_and_how_to_report_it_but_not_what_was_in_it(
    stack: DeployedStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any, **__: Any) -> None:
        raise ValueError("a token")

    monkeypatch.setattr(cli.commands.status, "latest", fails)
    told = stack.refused("status")
    assert "Unexpected ValueError in" in told and "please report it" in told and f"export {DEBUG}=1" in told
    assert "a token" not in told
    monkeypatch.setenv(DEBUG, "1")
    done = stack.type("status")
    assert done.exit_code == 1 and "Traceback" in done.stderr and "ValueError: a token" in done.stderr


def test_wrong_usage_exits_with_2(stack: DeployedStack) -> None:
    stack.refused("frob", exit_code=2)
    stack.refused("status", "--frob", exit_code=2)
