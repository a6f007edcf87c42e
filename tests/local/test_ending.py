"""The local stack goes down in order, whatever is still under way."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent

# A stack without CloudFormation: a rule, and a function that takes a second and then fails, so that it is tried again.
PROGRAM = """
import io, json, sys, zipfile
import boto3
from local.clock import Clock
from local.event_bus import alarm_change
from local.cdk import REGION
from local.stack import Choices, LocalStack

SOURCE = "import time\\ndef handler(event, context):\\n    time.sleep(1)\\n    raise RuntimeError('tried again')\\n"
MACHINE = {"StartAt": "A", "States": {
    "A": {"Type": "Task", "Resource": "F", "Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 20}], "End": True}
}}

class Bare(LocalStack):
    def _deploy(self):
        def client(service):
            return boto3.client(service, region_name=REGION, endpoint_url=self.environment["AWS_ENDPOINT_URL"])
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as file:
            file.writestr("h.py", SOURCE)
        trusted = {"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole"}]}
        role = client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(trusted))["Role"]["Arn"]
        function = client("lambda").create_function(
            FunctionName="f", Runtime="python3.14", Role=role, Handler="h.handler", Timeout=30,
            Code={"ZipFile": packed.getvalue()})["FunctionArn"]
        client("events").put_rule(Name="r", EventPattern='{"source": ["aws.states", "aws.cloudwatch"]}')
        client("events").put_targets(Rule="r", Targets=[{"Id": "f", "Arn": function}])
        machine = client("stepfunctions").create_state_machine(
            name="m", roleArn=role, definition=json.dumps(MACHINE).replace('"F"', json.dumps(function)))
        client("stepfunctions").start_execution(stateMachineArn=machine["stateMachineArn"])
        for number in range(3):
            client("cloudwatch").set_alarm_state(AlarmName=f"a{number}", StateValue="ALARM", StateReason="")

with Bare(Choices(empty_secrets=True)) as stack:
    assert stack.bus.under_way >= 4
    folder = stack.folder
# Whoever is not answered any more by now says so before it ends.
print(stack.bus.wait_until_quiet(10), folder.exists())
"""


@pytest.mark.thorough
def test_events_and_executions_under_way_end_quietly_with_the_local_stack() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr, done.returncode) == ("True False\n", "", 0)
