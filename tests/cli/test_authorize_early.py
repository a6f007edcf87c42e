"""What is wrong with AWS or the environment is said before any of the person's time is spent; giving up is clean."""

from __future__ import annotations

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError

import cli.consent
from tests.cli.authorizing import Terminal, terminal
from tests.cli.test_authorize_google import RANDOM, assert_refused, authorize

__all__ = ["terminal"]


def test_the_wrong_source_is_said_at_once(terminal: Terminal) -> None:
    terminal.settings["SOURCE"] = "fitbit"
    result = authorize(terminal)
    assert_refused(terminal, result, "reads fitbit, not google_health")
    assert terminal.browser.opened == [] and "Client ID" not in result.output


def test_a_secret_that_is_not_there_is_said_at_once(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_SECRET_ARN", "arn:aws:secretsmanager:eu-central-1:123456789012:secret:gone-AAAAAA")
    result = authorize(terminal)
    assert_refused(terminal, result, "not there", "source .local/env", "make deploy")
    assert "Client ID" not in result.output


def test_another_consent_page_is_refused(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_ACCOUNTS_URL", "https://accounts.google.com.evil.example")
    assert_refused(terminal, authorize(terminal), "neither Google nor an address on this", "Open a new terminal")
    assert terminal.browser.opened == []


def test_a_simulators_tokens_are_not_stored_at_aws(terminal: Terminal) -> None:
    terminal.is_local = False
    assert_refused(terminal, authorize(terminal), "left over from a local stack", "Open a new terminal")
    assert terminal.browser.opened == []


def test_when_aws_does_not_answer_at_the_end_it_is_said(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise EndpointConnectionError(endpoint_url="https://secretsmanager.eu-central-1.amazonaws.com/")

    monkeypatch.setattr("cli.secrets.Secret.write", lambda *_: unreachable())
    assert_refused(terminal, authorize(terminal), "AWS could not be reached")


def test_what_aws_forbids_is_said_before_any_key_is_asked_for(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    expired = boto3.client("sts").exceptions.ClientError(
        {"Error": {"Code": "ExpiredTokenException", "Message": "CANARY"}}, "GetCallerIdentity"
    )

    def refuse(*_: object) -> None:
        raise expired

    monkeypatch.setattr("cli.aws.Target.say", refuse)
    result = authorize(terminal)
    assert_refused(terminal, result, "Your AWS session has expired", "aws login")
    assert "Client ID" not in result.output


def test_giving_up_ends_cleanly(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(address: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli.consent, "open_browser", interrupted)
    result = authorize(terminal)
    assert result.exit_code == 130 and result.stderr.endswith("\nGiven up. Nothing was stored.\n")
    assert terminal.stored("source") == RANDOM
