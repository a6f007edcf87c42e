"""Each private part of moto that the local stack reaches into is still where it was, and still needed.

When moto is raised and one of these fails, the seam of that name in local/moto_seams.py is what to look at.
"""

from __future__ import annotations

import inspect
import io
import json
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import moto.dynamodb.models
import moto.stepfunctions.models
import moto.stepfunctions.parser.models
import pytest
from moto import mock_aws
from moto.awslambda.models import LambdaFunction, LayerVersion
from moto.core.config import default_user_config
from moto.secretsmanager.models import SecretsManagerBackend
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker

from local import moto_seams
from local.clock import Clock
from local.lambda_process import Function, LambdaProcesses

# Moto's own, before any seam is set.
PATCHED = [
    (moto.stepfunctions.models, "stepfunctions_backends"),
    (retrier_decl, "time"),
    (WaitFunction, "_wait_interval"),
    (ExecutionWorker, "_get_evaluation_environment"),
    (LambdaFunction, "_invoke_lambda"),
    (LambdaFunction, "create_from_cloudformation_json"),
    (moto.dynamodb.models.DynamoDBBackend, "put_item"),
    (SecretsManagerBackend, "update_secret_version_stage"),
]


class Recorder(LambdaProcesses):
    """Answers for a function's process, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[Function, Any]] = []

    def invoke(self, function: Function, event: Any) -> tuple[str, bool, str]:
        self.asked.append((function, event))
        return json.dumps({"errorType": "Boom", "errorMessage": "said so"}), True, "printed"


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorder]:
    """moto with all seams set; afterwards as it was."""
    for owner, name in PATCHED:
        original = inspect.getattr_static(owner, name)
        monkeypatch.setattr(owner, name, original)
    monkeypatch.setitem(default_user_config, "stepfunctions", default_user_config["stepfunctions"])
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    recorder = Recorder()
    with mock_aws(config={"lambda": {"use_docker": True}}):
        moto_seams.install(Clock(longest_wait=0), recorder)
        yield recorder
    monkeypatch.undo()


def machine(definition: dict[str, Any]) -> tuple[Any, str]:
    client = boto3.client("stepfunctions", region_name="ap-northeast-1")
    created = client.create_state_machine(
        name="m", definition=json.dumps(definition), roleArn="arn:aws:iam::123456789012:role/r"
    )
    return client, created["stateMachineArn"]


def run(definition: dict[str, Any]) -> dict[str, Any]:
    client, arn = machine(definition)
    execution = client.start_execution(stateMachineArn=arn, name="e", input="{}")["executionArn"]
    for _ in range(400):
        told: dict[str, Any] = client.describe_execution(executionArn=execution)
        if told["status"] != "RUNNING":
            return told
        threading.Event().wait(0.02)
    raise AssertionError("still running")


@pytest.mark.parametrize(("owner", "name"), PATCHED, ids=[name for _, name in PATCHED])
def test_what_a_seam_replaces_is_still_there(owner: Any, name: str) -> None:
    assert hasattr(owner, name)


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
    template = {
        "Resources": {
            "M": {
                "Type": "AWS::StepFunctions::StateMachine",
                "Properties": {
                    "DefinitionString": json.dumps({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}),
                    "RoleArn": "arn:aws:iam::123456789012:role/r",
                },
            }
        },
        "Outputs": {"Arn": {"Value": {"Ref": "M"}}},
    }
    cloudformation = boto3.client("cloudformation", region_name="ap-northeast-1")
    cloudformation.create_stack(StackName="s", TemplateBody=json.dumps(template))
    arn = cloudformation.describe_stacks(StackName="s")["Stacks"][0]["Outputs"][0]["OutputValue"]
    client = boto3.client("stepfunctions", region_name="ap-northeast-1")
    execution = client.start_execution(stateMachineArn=arn, name="e")["executionArn"]
    for _ in range(200):
        if client.describe_execution(executionArn=execution)["status"] == "SUCCEEDED":
            return
        threading.Event().wait(0.02)
    raise AssertionError("the machine was not interpreted")


def test_waits_pass_on_the_local_clock(processes: Recorder) -> None:
    told = run({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 86400, "End": True}}})
    assert told["status"] == "SUCCEEDED"


def test_retries_wait_on_the_local_clock_and_a_functions_error_has_its_name(processes: Recorder) -> None:
    arn = lambda_function()
    retry = {"ErrorEquals": ["Boom"], "IntervalSeconds": 3600, "MaxAttempts": 2}
    told = run({"StartAt": "F", "States": {"F": {"Type": "Task", "Resource": arn, "Retry": [retry], "End": True}}})
    assert (told["status"], told["error"]) == ("FAILED", "Boom")
    assert json.loads(told["cause"])["errorMessage"] == "said so"
    assert len(processes.asked) == 3


def lambda_function() -> str:
    """A function with a layer, as CloudFormation makes it."""
    s3 = boto3.client("s3", region_name="us-east-1")
    s3.create_bucket(Bucket="bundles")
    s3.put_object(Bucket="bundles", Key="k", Body=b"PK\x05\x06" + bytes(18))
    content = {"S3Bucket": "bundles", "S3Key": "k"}
    template = {
        "Resources": {
            "L": {"Type": "AWS::Lambda::LayerVersion", "Properties": {"Content": content}},
            "R": {
                "Type": "AWS::IAM::Role",
                "Properties": {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []}},
            },
            "F": {
                "Type": "AWS::Lambda::Function",
                "Properties": {
                    "Code": content,
                    "Handler": "h.handler",
                    "Runtime": "python3.13",
                    "Role": {"Fn::GetAtt": ["R", "Arn"]},
                    "Layers": [{"Ref": "L"}],
                    "Timeout": 7,
                },
            },
        },
        "Outputs": {"Arn": {"Value": {"Fn::GetAtt": ["F", "Arn"]}}},
    }
    cloudformation = boto3.client("cloudformation", region_name="ap-northeast-1")
    cloudformation.create_stack(StackName="f", TemplateBody=json.dumps(template))
    outputs = cloudformation.describe_stacks(StackName="f")["Stacks"][0]["Outputs"]
    return str(outputs[0]["OutputValue"])


def test_an_invocation_runs_the_deployed_bundle_with_its_layers_instead_of_echoing(processes: Recorder) -> None:
    arn = lambda_function()
    answer = boto3.client("lambda", region_name="ap-northeast-1").invoke(FunctionName=arn, Payload=b'{"a": 1}')
    assert answer["FunctionError"] and json.loads(answer["Payload"].read())["errorType"] == "Boom"
    function, event = processes.asked[0]
    assert event == {"a": 1}
    assert (function.handler, function.timeout_seconds) == ("h.handler", 7)
    assert function.code.startswith(b"PK") and [layer[:2] for layer in function.layers] == [b"PK"]
    assert isinstance(LayerVersion.physical_resource_id, property)


def test_a_secret_that_cloudformation_makes_holds_a_random_string(processes: Recorder) -> None:
    template = {
        "Resources": {"S": {"Type": "AWS::SecretsManager::Secret", "Properties": {"GenerateSecretString": {}}}},
        "Outputs": {"Arn": {"Value": {"Ref": "S"}}},
    }
    cloudformation = boto3.client("cloudformation", region_name="ap-northeast-1")
    cloudformation.create_stack(StackName="s", TemplateBody=json.dumps(template))
    arn = cloudformation.describe_stacks(StackName="s")["Stacks"][0]["Outputs"][0]["OutputValue"]
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


def test_a_function_that_hangs_or_dies_ends_as_lambda_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    processes = LambdaProcesses(tmp_path, Clock(None))
    bundle = _bundle("import os, time\ndef hang(e, c): time.sleep(60)\ndef die(e, c): os._exit(9)\n")
    hung = processes.invoke(_function(bundle, "h.hang", timeout=1), {})
    died = processes.invoke(_function(bundle, "h.die", timeout=10), {})
    assert [json.loads(hung[0])["errorType"], json.loads(died[0])["errorType"]] == [
        "Sandbox.Timedout",
        "Runtime.ExitError",
    ]


def test_a_functions_process_sees_its_bundle_and_boto3_and_nothing_else_of_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("CANARY_OF_THIS_MACHINE", "1")
    source = """
import importlib.util, os
def look(event, context):
    names = ("boto3", "h", "flask", "moto", "pytest", "aws_cdk", "fitbit_daily")
    return {
        "found": [name for name in names if importlib.util.find_spec(name)],
        "leaked": "CANARY_OF_THIS_MACHINE" in os.environ,
        "own": os.environ["OWN"],
        "left": context.get_remaining_time_in_millis() > 0,
    }
"""
    answer, failed, _ = LambdaProcesses(tmp_path, Clock(None)).invoke(_function(_bundle(source), "h.look", 30), {})
    assert not failed
    assert json.loads(answer) == {"found": ["boto3", "h"], "leaked": False, "own": "yes", "left": True}


def _bundle(source: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("h.py", source)
    return packed.getvalue()


def _function(code: bytes, handler: str, timeout: int) -> Function:
    return Function(
        name="f",
        handler=handler,
        timeout_seconds=timeout,
        memory_mb=128,
        environment={"OWN": "yes"},
        code=code,
        layers=[],
        arn="arn",
        region="ap-northeast-1",
    )


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
