"""What reaches AWS on the local stack is written down, with who called."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto.server import ThreadedMotoServer

from local import moto_seams
from local.aws_calls import AwsCalls, Call
from tests.local.seams import REGION, Recorder

TOPIC = "arn:aws:sns:ap-northeast-1:123456789012:t"


@pytest.fixture
def calls(processes: Recorder) -> AwsCalls:
    recorded = AwsCalls()
    moto_seams.record_calls(recorded)
    return recorded


@pytest.fixture
def server(calls: AwsCalls) -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


def client(server: str, service: Any) -> Any:
    return boto3.client(
        service, endpoint_url=server, region_name=REGION, aws_access_key_id="Tweet-1A", aws_secret_access_key="x"
    )


REQUESTS: dict[tuple[str, str], tuple[str, str, dict[str, Any]]] = {
    ("dynamodb:GetItem", "t"): ("dynamodb", "get_item", {"TableName": "t", "Key": {"id": {"S": "1"}}}),
    ("secretsmanager:GetSecretValue", "s"): ("secretsmanager", "get_secret_value", {"SecretId": "s"}),
    ("ssm:GetParameter", "/p"): ("ssm", "get_parameter", {"Name": "/p"}),
    ("lambda:InvokeFunction", "f"): ("lambda", "invoke", {"FunctionName": "f"}),
    ("sns:ListSubscriptionsByTopic", TOPIC): ("sns", "list_subscriptions_by_topic", {"TopicArn": TOPIC}),
    ("cloudwatch:DescribeAlarms", ""): ("cloudwatch", "describe_alarms", {}),
    ("states:RedriveExecution", "e"): ("stepfunctions", "redrive_execution", {"executionArn": "e"}),
}


def test_a_call_has_its_caller_its_action_as_iam_spells_it_and_its_resource_even_where_it_is_refused(
    server: str, calls: AwsCalls
) -> None:
    for service, operation, request in REQUESTS.values():
        with suppress(ClientError):
            getattr(client(server, service), operation)(**request)
    calls.record("", "GetItem", {})
    assert calls.seen() == sorted(Call("Tweet-1A", *expected) for expected in REQUESTS), (
        "what nobody signed is nobody's"
    )


def test_what_moto_does_not_know_is_refused_as_such_and_at_once(
    server: str, calls: AwsCalls, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ClientError, match="NotImplemented") as refused:
        client(server, "stepfunctions").redrive_execution(executionArn="e")
    assert refused.value.response["ResponseMetadata"]["RetryAttempts"] == 0
    assert "Traceback" not in capfd.readouterr().err
