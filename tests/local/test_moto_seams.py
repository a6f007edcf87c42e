"""Each private part of moto that the local stack reaches into is still where it was, and still needed.

When moto is raised and one of these fails, the seam of that name in local/moto_seams.py is what to look at.
"""

from __future__ import annotations

import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest

from tests.local.seams import REGION, Recorder, client, deploy, lambda_function, machine, run


def test_machines_that_cloudformation_makes_are_really_interpreted_and_know_when_they_started(
    processes: Recorder,
) -> None:
    told = run(
        {
            "StartAt": "A",
            "States": {"A": {"Type": "Pass", "Parameters": {"at.$": "$$.Execution.StartTime"}, "End": True}},
        }
    )
    assert told["status"] == "SUCCEEDED"
    assert json.loads(told["output"])["at"].endswith("Z")


def test_each_start_without_a_name_is_given_one_of_its_own(processes: Recorder) -> None:
    step_functions, arn = machine({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}})
    starts = [step_functions.start_execution(stateMachineArn=arn) for _ in range(2)]
    names = {start["executionArn"].rpartition(":")[2] for start in starts}
    assert len(names) == 2 and all(uuid.UUID(name) for name in names)
    assert names == {told["name"] for told in step_functions.list_executions(stateMachineArn=arn)["executions"]}


def test_retries_wait_on_the_local_clock_and_a_functions_error_has_its_name(processes: Recorder) -> None:
    arn = lambda_function()
    retry = {"ErrorEquals": ["Boom"], "IntervalSeconds": 3600, "MaxAttempts": 2}
    told = run({"StartAt": "F", "States": {"F": {"Type": "Task", "Resource": arn, "Retry": [retry], "End": True}}})
    assert (told["status"], told["error"]) == ("FAILED", "Boom")
    assert json.loads(told["cause"])["errorMessage"] == "said so"
    assert len(processes.asked) == 3


def test_an_invocation_runs_the_deployed_bundle_with_its_layers_instead_of_echoing(processes: Recorder) -> None:
    queue = f"arn:aws:sqs:{REGION}:123456789012:dead"
    arn = lambda_function(DeadLetterConfig={"TargetArn": queue})
    answer = client("lambda").invoke(FunctionName=arn, Payload=b'{"a": 1}')
    assert answer["FunctionError"] and json.loads(answer["Payload"].read())["errorType"] == "Boom"
    function, event = processes.asked[0]
    assert (event, function.handler, function.timeout_seconds) == ({"a": 1}, "h.handler", 7)
    assert function.code.startswith(b"PK") and [layer[:2] for layer in function.layers] == [b"PK"]
    told = client("lambda").get_function_configuration(FunctionName=arn)
    assert told["DeadLetterConfig"] == {"TargetArn": queue}


def test_a_secret_that_cloudformation_makes_holds_a_random_string(processes: Recorder) -> None:
    resources = {"S": {"Type": "AWS::SecretsManager::Secret", "Properties": {"GenerateSecretString": {}}}}
    arn = deploy("s", resources, {"Ref": "S"})
    value = client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"]
    assert len(value) >= 24 and not value.startswith("{")


def with_a_table() -> Any:
    dynamodb = client("dynamodb")
    dynamodb.create_table(
        TableName="t",
        KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return dynamodb


def test_of_two_conditional_writes_at_the_same_moment_only_one_wins(processes: Recorder) -> None:
    dynamodb = with_a_table()
    won: list[str] = []

    def write(key: str) -> None:
        with suppress(dynamodb.exceptions.ConditionalCheckFailedException):
            dynamodb.put_item(TableName="t", Item={"k": {"S": key}}, ConditionExpression="attribute_not_exists(k)")
            won.append(key)

    keys = [str(number) for number in range(20)]
    for key in keys:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(write, [key] * 4))
    assert sorted(won, key=int) == keys


def test_a_secret_is_read_as_the_version_that_has_the_current_label(processes: Recorder) -> None:
    secrets = client("secretsmanager")
    arn = secrets.create_secret(Name="s", SecretString="old")["ARN"]
    old = secrets.get_secret_value(SecretId=arn)["VersionId"]
    new = secrets.put_secret_value(SecretId=arn, SecretString="new", VersionStages=["ASIDE"])["VersionId"]
    assert secrets.get_secret_value(SecretId=arn)["SecretString"] == "old"
    move = {"SecretId": arn, "VersionStage": "AWSCURRENT", "RemoveFromVersionId": old, "MoveToVersionId": new}
    secrets.update_secret_version_stage(**move)
    assert secrets.get_secret_value(SecretId=arn)["SecretString"] == "new"
    with pytest.raises(secrets.exceptions.InvalidParameterException):
        secrets.update_secret_version_stage(**move)


def test_a_row_of_every_type_comes_back_as_it_was(processes: Recorder) -> None:
    dynamodb = with_a_table()
    plain = {"S": ""}, {"N": "0.5"}, {"B": b"\x89PNG"}, {"BOOL": False}, {"NULL": True}
    row = {"k": {"S": "1"}, "l": {"L": [*plain, {"M": {"S": {"S": "N"}}}]}, "s": {"SS": ["a"]}, "n": {"NS": ["1"]}}
    dynamodb.put_item(TableName="t", Item=row)
    assert dynamodb.get_item(TableName="t", Key={"k": {"S": "1"}})["Item"] == row
