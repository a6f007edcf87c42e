"""AWS's failures: those that pass by themselves, and those that no waiting changes."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from botocore.config import Config
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ParamValidationError,
    ReadTimeoutError,
)
from flask import Flask

from fitbit_daily.adapters import aws
from fitbit_daily.adapters.access_token import AccessTokenParameter
from fitbit_daily.adapters.aws import client, failures
from fitbit_daily.errors import AwsUnavailable
from local.simulators.base import Hanging, serve

PASSING = [
    "ThrottlingException",
    "Throttling",
    "TooManyRequestsException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "LimitExceededException",
    "TooManyUpdates",
    "InternalServerError",
    "InternalServiceError",
    "InternalServiceErrorException",
    "ServiceUnavailable",
    "ServiceUnavailableException",
    "RequestTimeout",
    "500",
    "503",
]
LASTING = [
    "AccessDenied",
    "AccessDeniedException",
    "UnrecognizedClientException",
    "ResourceNotFoundException",
    "ParameterNotFound",
    "ConditionalCheckFailedException",
    "ValidationException",
    "InvalidParameterException",
    "InvalidRequestException",
]


@pytest.mark.parametrize("code", PASSING)
def test_throttling_and_failures_of_the_service_pass(code: str) -> None:
    with pytest.raises(AwsUnavailable) as raised, failures("reading the ledger"):
        raise ClientError({"Error": {"Code": code, "Message": "CANARY"}}, "GetItem")
    assert f"AWS failed while reading the ledger: {code}." in str(raised.value)
    assert "CANARY" not in str(raised.value)


@pytest.mark.parametrize("code", LASTING)
def test_what_no_waiting_changes_is_left_to_who_asked(code: str) -> None:
    with pytest.raises(ClientError) as raised, failures("reading the ledger"):
        raise ClientError({"Error": {"Code": code, "Message": ""}}, "GetItem")
    assert aws.error_code(raised.value) == code


@pytest.mark.parametrize(
    "error",
    [
        EndpointConnectionError(endpoint_url="https://ssm"),
        ConnectTimeoutError(endpoint_url="https://ssm"),
        ReadTimeoutError(endpoint_url="https://ssm"),
        ConnectionClosedError(endpoint_url="https://ssm"),
    ],
)
def test_a_service_that_cannot_be_reached_or_does_not_answer_passes(error: Exception) -> None:
    with pytest.raises(AwsUnavailable, match=type(error).__name__), failures("reading"):
        raise error


def test_a_request_that_boto3_itself_finds_faulty_is_no_failure_of_aws() -> None:
    with pytest.raises(ParamValidationError), failures("reading"):
        client("ssm").get_parameter(Name=42)


def test_what_is_not_of_aws_goes_through() -> None:
    with pytest.raises(ZeroDivisionError), failures("reading"):
        raise ZeroDivisionError


def test_all_attempts_together_end_well_before_the_shortest_function_does() -> None:
    config = client("ssm").meta.config
    assert (config.connect_timeout + config.read_timeout) * config.retries["total_max_attempts"] <= 30


def test_a_client_is_made_once() -> None:
    assert client("ssm") is client("ssm")


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
    answers = iter(("hang", ("{}", 503), ("<html>", 502)))

    @app.post("/")
    def service() -> tuple[str, int]:
        answer = next(answers)
        if isinstance(answer, str):
            raise Hanging
        return answer

    server = serve(app)
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
    try:
        for _ in range(3):
            with pytest.raises(AwsUnavailable):
                AccessTokenParameter("/name").read()
        assert next(answers, None) is None, "each was asked for once"
    finally:
        server.shutdown()
        server.server_close()
    client.cache_clear()
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{nobody.getsockname()[1]}")
        with pytest.raises(AwsUnavailable, match="EndpointConnectionError"):
            AccessTokenParameter("/name").read()
