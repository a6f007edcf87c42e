"""AWS's failures: those that pass by themselves, and those that no waiting changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ParamValidationError
from flask import Flask

from fitbit_daily.adapters import aws
from fitbit_daily.adapters.access_token import AccessTokenParameter
from fitbit_daily.adapters.aws import client, failures
from fitbit_daily.errors import AwsUnavailable
from local.simulators.base import Hanging
from tests.wsgi import nobody, served


@pytest.mark.parametrize("code", ["ThrottlingException", "TooManyUpdates", "InternalServerError", "503"])
def test_throttling_and_failures_of_the_service_pass(code: str) -> None:
    with pytest.raises(AwsUnavailable) as raised, failures("reading the ledger"):
        raise ClientError({"Error": {"Code": code, "Message": "CANARY"}}, "GetItem")
    assert f"AWS failed while reading the ledger: {code}." in str(raised.value)
    assert "CANARY" not in str(raised.value)


@pytest.mark.parametrize(
    "code",
    [
        "AccessDenied",
        "AccessDeniedException",
        "ConditionalCheckFailedException",
        "InvalidParameterException",
        "InvalidRequestException",
        "ParameterNotFound",
        "ResourceNotFoundException",
        "UnrecognizedClientException",
        "ValidationException",
    ],
)
def test_what_no_waiting_changes_is_left_to_who_asked(code: str) -> None:
    with pytest.raises(ClientError) as raised, failures("reading the ledger"):
        raise ClientError({"Error": {"Code": code, "Message": ""}}, "GetItem")
    assert aws.error_code(raised.value) == code


def test_a_request_that_boto3_itself_finds_faulty_is_no_failure_of_aws() -> None:
    with pytest.raises(ParamValidationError), failures("reading"):
        client("ssm").get_parameter(Name=42)


def test_all_attempts_together_end_well_before_the_shortest_function_does() -> None:
    config = client("ssm").meta.config
    assert (config.connect_timeout + config.read_timeout) * config.retries["total_max_attempts"] <= 30


# Over a real socket


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(aws, "_CONFIG", Config(connect_timeout=1, read_timeout=0.2, retries={"total_max_attempts": 1}))
    client.cache_clear()
    yield
    client.cache_clear()


def test_a_service_that_hangs_breaks_down_or_is_not_there_is_unavailable(
    impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = Flask("aws")
    app.config["PROPAGATE_EXCEPTIONS"] = True
    answers: list[Any] = [("<html>", 502), ("{}", 503), Hanging()]

    @app.post("/")
    def service() -> tuple[str, int]:
        answer = answers.pop()
        if isinstance(answer, Hanging):
            raise answer
        return answer

    with served(app) as address:
        monkeypatch.setenv("AWS_ENDPOINT_URL", address)
        for left in (2, 1, 0):
            with pytest.raises(AwsUnavailable):
                AccessTokenParameter("/name").read()
            assert len(answers) == left, "each was asked for once"
    client.cache_clear()
    with nobody() as address:
        monkeypatch.setenv("AWS_ENDPOINT_URL", address)
        with pytest.raises(AwsUnavailable, match="EndpointConnectionError"):
            AccessTokenParameter("/name").read()
