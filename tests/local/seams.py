"""moto with the local stack's seams, in process: what the tests in this folder share."""

from __future__ import annotations

import json
import threading
from typing import Any

import boto3
import moto.dynamodb.models
import moto.stepfunctions.models
from moto.awslambda.models import LambdaFunction
from moto.cloudwatch.models import CloudWatchBackend
from moto.core.responses import BaseResponse
from moto.secretsmanager.models import SecretsManagerBackend
from moto.sns.models import Subscription
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker
from moto.stepfunctions.parser.models import StepFunctionsParserBackend

from local.lambda_process import Function, LambdaProcesses

REGION = "ap-northeast-1"

# Moto's own, before any seam is set.
PATCHED = [
    (moto.stepfunctions.models, "stepfunctions_backends"),
    (retrier_decl, "time"),
    (Environment, "set_error"),
    (WaitFunction, "_wait_interval"),
    (StepFunctionsParserBackend, "start_execution"),
    (ExecutionWorker, "_get_evaluation_environment"),
    (ExecutionWorker, "_execution_logic"),
    (LambdaFunction, "_invoke_lambda"),
    (LambdaFunction, "create_from_cloudformation_json"),
    (LambdaFunction, "get_configuration"),
    (moto.dynamodb.models.DynamoDBBackend, "put_item"),
    (SecretsManagerBackend, "update_secret_version_stage"),
    (CloudWatchBackend, "set_alarm_state"),
    (Subscription, "publish"),
    (BaseResponse, "_dispatch"),
    (lambda_eval_utils, "boto_client_for"),
]


class Recorder(LambdaProcesses):
    """Answers for a function's process, and remembers what it was asked; the first `failing` times it fails."""

    def __init__(self) -> None:
        self.asked: list[tuple[Function, Any]] = []
        self.failing = 1000

    def invoke(self, function: Function, event: Any) -> tuple[str, bool, str]:
        self.asked.append((function, event))
        if len(self.asked) > self.failing:
            return "null", False, "printed"
        return json.dumps({"errorType": "Boom", "errorMessage": "said so"}), True, "printed"


def client(service: Any) -> Any:
    return boto3.client(service, region_name=REGION)


def deploy(name: str, resources: dict[str, Any], output: Any) -> str:
    """What the output of a stack is that CloudFormation makes."""
    template = {"Resources": resources, "Outputs": {"Value": {"Value": output}}}
    client("cloudformation").create_stack(StackName=name, TemplateBody=json.dumps(template))
    return str(client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]["Outputs"][0]["OutputValue"])


def machine(definition: dict[str, Any]) -> tuple[Any, str]:
    """A client of Step Functions, and the ARN of a machine that CloudFormation makes."""
    properties = {"DefinitionString": json.dumps(definition), "RoleArn": "arn:aws:iam::123456789012:role/r"}
    resources = {"M": {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}}
    return client("stepfunctions"), deploy("m", resources, {"Ref": "M"})


def run(definition: dict[str, Any]) -> dict[str, Any]:
    """An execution's description at its end."""
    return execute(*machine(definition))


def execute(step_functions: Any, arn: str) -> dict[str, Any]:
    execution = step_functions.start_execution(stateMachineArn=arn, name="e", input="{}")["executionArn"]
    for _ in range(400):
        told: dict[str, Any] = step_functions.describe_execution(executionArn=execution)
        if told["status"] != "RUNNING":
            return told
        threading.Event().wait(0.02)
    raise AssertionError("still running")


def lambda_function(**more: Any) -> str:
    """A function with a layer, as CloudFormation makes it; `more` are its other properties. Its ARN."""
    s3 = boto3.client("s3", region_name="us-east-1")
    s3.create_bucket(Bucket="bundles")
    s3.put_object(Bucket="bundles", Key="k", Body=b"PK\x05\x06" + bytes(18))
    content = {"S3Bucket": "bundles", "S3Key": "k"}
    properties = {
        "Code": content,
        "Handler": "h.handler",
        "Runtime": "python3.13",
        "Role": {"Fn::GetAtt": ["R", "Arn"]},
        "Layers": [{"Ref": "L"}],
        "Timeout": 7,
        **more,
    }
    policy = {"Version": "2012-10-17", "Statement": []}
    resources = {
        "L": {"Type": "AWS::Lambda::LayerVersion", "Properties": {"Content": content}},
        "R": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": policy}},
        "F": {"Type": "AWS::Lambda::Function", "Properties": properties},
    }
    return deploy("f", resources, {"Fn::GetAtt": ["F", "Arn"]})
