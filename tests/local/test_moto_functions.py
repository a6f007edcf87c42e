"""Functions as moto deploys and invokes them, with the seams that complete them.

The seams are in local/moto_seams.py and local/moto_cloudformation.py.
"""

from __future__ import annotations

import json

import boto3
from moto.awslambda.models import LayerVersion

from tests.local.seams import REGION, Recorder, deploy, lambda_function


def test_an_invocation_runs_the_deployed_bundle_with_its_layers_instead_of_echoing(processes: Recorder) -> None:
    arn = lambda_function()
    answer = boto3.client("lambda", region_name=REGION).invoke(FunctionName=arn, Payload=b'{"a": 1}')
    assert answer["FunctionError"] and json.loads(answer["Payload"].read())["errorType"] == "Boom"
    function, event = processes.asked[0]
    assert event == {"a": 1}
    assert (function.handler, function.timeout_seconds) == ("h.handler", 7)
    assert function.code.startswith(b"PK") and [layer[:2] for layer in function.layers] == [b"PK"]
    assert isinstance(LayerVersion.physical_resource_id, property)


def test_a_functions_dead_letter_queue_is_told_with_its_configuration(processes: Recorder) -> None:
    queue = "arn:aws:sqs:ap-northeast-1:123456789012:dead"
    client = boto3.client("lambda", region_name=REGION)
    told = client.get_function_configuration(FunctionName=lambda_function(DeadLetterConfig={"TargetArn": queue}))
    assert told["DeadLetterConfig"] == {"TargetArn": queue}


def test_how_often_a_function_is_tried_again_is_taken_from_the_template(processes: Recorder) -> None:
    function = lambda_function()
    properties = {"FunctionName": function, "Qualifier": "$LATEST", "MaximumRetryAttempts": 1}
    deploy("c", {"C": {"Type": "AWS::Lambda::EventInvokeConfig", "Properties": properties}}, {})
    client = boto3.client("lambda", region_name=REGION)
    assert client.get_function_event_invoke_config(FunctionName=function)["MaximumRetryAttempts"] == 1
