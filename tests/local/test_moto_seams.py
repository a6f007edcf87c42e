"""Each private part of moto that the local stack reaches into is still where it was, and still needed.

When moto is raised and one of these fails, the seam of that name in local/moto_seams.py is what to look at.
"""

from __future__ import annotations

import json
import threading
import uuid

import boto3
import moto.stepfunctions.models
import moto.stepfunctions.parser.models
import pytest

from tests.local.seams import Recorder, deploy, lambda_function, machine, run


def test_state_machines_are_really_interpreted_and_know_when_they_started(processes: Recorder) -> None:
    told = run(
        {
            "StartAt": "A",
            "States": {"A": {"Type": "Pass", "Parameters": {"at.$": "$$.Execution.StartTime"}, "End": True}},
        }
    )
    assert told["status"] == "SUCCEEDED"
    assert json.loads(told["output"])["at"].endswith("Z")


def test_machines_that_cloudformation_makes_land_where_they_are_interpreted(processes: Recorder) -> None:
    assert (
        moto.stepfunctions.models.stepfunctions_backends
        is moto.stepfunctions.parser.models.stepfunctions_parser_backends
    )
    properties = {
        "DefinitionString": json.dumps({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}),
        "RoleArn": "arn:aws:iam::123456789012:role/r",
    }
    resources = {"M": {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}}
    arn = deploy("s", resources, {"Arn": {"Ref": "M"}})["Arn"]
    client = boto3.client("stepfunctions", region_name="ap-northeast-1")
    execution = client.start_execution(stateMachineArn=arn, name="e")["executionArn"]
    for _ in range(200):
        if client.describe_execution(executionArn=execution)["status"] == "SUCCEEDED":
            return
        threading.Event().wait(0.02)
    raise AssertionError("the machine was not interpreted")


def test_each_start_without_a_name_is_given_one_of_its_own(processes: Recorder) -> None:
    client, arn = machine({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}})
    starts = [
        client.start_execution(stateMachineArn=arn, **given) for given in ({}, {}, {"input": '{"dry_run": true}'})
    ]
    names = {start["executionArn"].rpartition(":")[2] for start in starts}
    assert len(names) == 3 and all(uuid.UUID(name) for name in names)
    assert names == {told["name"] for told in client.list_executions(stateMachineArn=arn)["executions"]}


def test_retries_wait_on_the_local_clock_and_a_functions_error_has_its_name(processes: Recorder) -> None:
    arn = lambda_function()
    retry = {"ErrorEquals": ["Boom"], "IntervalSeconds": 3600, "MaxAttempts": 2}
    told = run({"StartAt": "F", "States": {"F": {"Type": "Task", "Resource": arn, "Retry": [retry], "End": True}}})
    assert (told["status"], told["error"]) == ("FAILED", "Boom")
    assert json.loads(told["cause"])["errorMessage"] == "said so"
    assert len(processes.asked) == 3


def test_an_invocation_runs_the_deployed_bundle_with_its_layers_instead_of_echoing(processes: Recorder) -> None:
    queue = "arn:aws:sqs:ap-northeast-1:123456789012:dead"
    arn = lambda_function(DeadLetterConfig={"TargetArn": queue})
    client = boto3.client("lambda", region_name="ap-northeast-1")
    answer = client.invoke(FunctionName=arn, Payload=b'{"a": 1}')
    assert answer["FunctionError"] and json.loads(answer["Payload"].read())["errorType"] == "Boom"
    function, event = processes.asked[0]
    assert event == {"a": 1}
    assert (function.handler, function.timeout_seconds) == ("h.handler", 7)
    assert function.code.startswith(b"PK") and [layer[:2] for layer in function.layers] == [b"PK"]
    told = client.get_function_configuration(FunctionName=arn)
    assert told["DeadLetterConfig"] == {"TargetArn": queue}


def test_a_secret_that_cloudformation_makes_holds_a_random_string(processes: Recorder) -> None:
    resources = {"S": {"Type": "AWS::SecretsManager::Secret", "Properties": {"GenerateSecretString": {}}}}
    arn = deploy("s", resources, {"Arn": {"Ref": "S"}})["Arn"]
    value = boto3.client("secretsmanager", region_name="ap-northeast-1").get_secret_value(SecretId=arn)["SecretString"]
    assert len(value) >= 24 and not value.startswith("{")


def test_of_two_conditional_writes_at_the_same_moment_only_one_wins(processes: Recorder) -> None:
    client = boto3.client("dynamodb", region_name="ap-northeast-1")
    client.create_table(
        TableName="t",
        KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    won: list[str] = []

    def write(key: str) -> None:
        try:
            client.put_item(TableName="t", Item={"k": {"S": key}}, ConditionExpression="attribute_not_exists(k)")
        except client.exceptions.ConditionalCheckFailedException:
            return
        won.append(key)

    for number in range(20):
        threads = [threading.Thread(target=write, args=(str(number),)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(won, key=int) == [str(number) for number in range(20)]


def test_a_secret_is_read_as_the_version_that_has_the_current_label(processes: Recorder) -> None:
    client = boto3.client("secretsmanager", region_name="ap-northeast-1")
    arn = client.create_secret(Name="s", SecretString="old")["ARN"]
    old = client.get_secret_value(SecretId=arn)["VersionId"]
    new = client.put_secret_value(SecretId=arn, SecretString="new", VersionStages=["ASIDE"])["VersionId"]
    assert client.get_secret_value(SecretId=arn)["SecretString"] == "old"
    client.update_secret_version_stage(
        SecretId=arn, VersionStage="AWSCURRENT", RemoveFromVersionId=old, MoveToVersionId=new
    )
    assert client.get_secret_value(SecretId=arn)["SecretString"] == "new"
    with pytest.raises(client.exceptions.InvalidParameterException):
        client.update_secret_version_stage(
            SecretId=arn, VersionStage="AWSCURRENT", RemoveFromVersionId=old, MoveToVersionId=new
        )
