"""Rights are exact: what was really called is granted, and what is granted was really called, or is named here.

The functions' are those of their deployed policies; the commands' are docs/commands-policy.json, which is written by
`make policy` from what was seen.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from fitbit_daily.adapters.destination_keys import KEYS
from tests.end_to_end.aws_calls import Calls, Right
from tests.end_to_end.driver import COMMANDS, Stack
from tests.end_to_end.owner import Owner
from tests.end_to_end.test_authorize import BROWSER

# All of these share one stack: they go to one worker.
pytestmark = pytest.mark.xdist_group("end to end")

ROOT = Path(__file__).parent.parent.parent
POLICY = ROOT / "docs" / "commands-policy.json"
# Of which the source has data, and the history, before, has none.
PAST = "2020-06-15"
STACK = "arn:aws:cloudformation:*:*:stack/fitbit-daily/*"

# Granted to functions, and not seen in what they send.
OF_LAMBDA_ITSELF = {
    "logs:CreateLogStream": "Lambda writes a function's log on its behalf.",
    "logs:PutLogEvents": "Lambda writes a function's log on its behalf.",
    "xray:PutTraceSegments": "Lambda sends a function's traces on its behalf.",
    "xray:PutTelemetryRecords": "Lambda sends a function's traces on its behalf.",
    "sqs:SendMessage": "Lambda puts what failed into the dead-letter queue on the function's behalf.",
}

# Called by commands on AWS alone.
TOPIC, MACHINE = "*NoticesTopic*", "*WorkflowStateMachine*"
NOT_ON_THE_LOCAL_STACK = {
    Right("scheduler:GetSchedule", "arn:aws:scheduler:*:*:schedule/default/*ScheduleDaily*"): (
        "doctor; the local stack has no schedule."
    ),
    Right(
        "sns:ListSubscriptionsByTopic", f"arn:aws:sns:*:*:{TOPIC}"
    ): "doctor, confirm, mail; the local stack shows mails.",
    Right(
        "sns:GetSubscriptionAttributes", f"arn:aws:sns:*:*:{TOPIC}"
    ): "doctor, confirm, mail; the local stack shows mails.",
    Right("sns:ConfirmSubscription", f"arn:aws:sns:*:*:{TOPIC}"): "confirm; the local stack shows mails.",
    Right("states:StopExecution", f"arn:aws:states:*:*:execution:{MACHINE}:*"): "remove; the local stack just ends.",
    Right("cloudformation:DeleteStack", STACK): "remove; the local stack just ends.",
    Right("logs:DescribeLogGroups", "*"): "remove; the local stack just ends. It takes no narrower resource.",
}


@pytest.fixture(scope="module")
def calls(running_stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Calls:
    """After a night of each kind, and each command that calls what no other does and the local stack knows."""
    stack, folder = running_stack, tmp_path_factory.mktemp("typed")
    owner = Owner(stack)
    owner.next_day()
    assert owner.scheduled().status == "SUCCEEDED"
    assert "<svg" in stack.widget()
    failed = owner.next_day()
    stack.forget_access_token()
    stack.fault("token-rotates", times=1)
    stack.fault("post-402")
    assert owner.scheduled().error == "XOutOfCredits"
    day = str(failed)
    _type(stack, 0, "status", day)
    _type(stack, 1, "redrive", day)
    owner.restore()
    owner.next_day()
    assert owner.scheduled().status == "SUCCEEDED"
    day = str(owner.next_day())
    stack.fault("post-402")
    assert owner.scheduled().status == "FAILED"
    _type(stack, 0, "settle", day, "sleep", "--posted", "https://x.com/me/status/4712")
    owner.restore()
    _type(stack, 0, "run", "--date", day, "--json")
    _type(stack, 0, "history", "--from", PAST, "--to", PAST, "--csv")
    _type(stack, 0, "mail", "--test")
    _type(stack, 0, "pause")
    _type(stack, 0, "resume")
    stack.forget_access_token()
    stack.fault("token-rotates", times=1)
    _type(stack, 0, "backfill", "--from", PAST, "--to", PAST, "--again")
    keys = folder / "keys.json"
    keys.write_text(
        stack.client("secretsmanager").get_secret_value(SecretId=stack.environment["X_SECRET_ARN"])["SecretString"]
    )
    _type(stack, 0, "authorize", "x", "--keys-file", str(keys), "--no-check")
    for name in KEYS:
        read = stack.client("ssm").get_parameter(Name=f"/fitbit-daily/{name}", WithDecryption=True)
        keys.write_text(read["Parameter"]["Value"])
        _type(stack, 0, "authorize", name, "--keys-file", str(keys))
    stack.post_to("x", *KEYS)
    # Whether all is well there is another test's affair.
    _type(stack, None, "doctor", "--json")
    assert stack.run({}).status == "SUCCEEDED"
    stack.post_to("x")
    browser = folder / "browser.py"
    browser.write_text(BROWSER)
    _type(stack, 0, "authorize", "google_health", browser=f"{sys.executable} {browser} %s", typed="y\n")
    return Calls(stack)


def _type(stack: Stack, code: int | None, *words: str, browser: str = "", typed: str = "") -> None:
    environment = {**os.environ, **stack.environment, "AWS_ACCESS_KEY_ID": COMMANDS, "BROWSER": browser}
    command = [sys.executable, "-m", "cli", *words]
    done = subprocess.run(command, cwd=ROOT, env=environment, input=typed, capture_output=True, text=True, timeout=90)
    assert code in (None, done.returncode), (words, done.stdout, done.stderr)


def test_each_function_calls_only_what_its_role_grants(calls: Calls) -> None:
    granted = calls.granted()
    # A test of the notices sends one to a topic that is not there.
    refused = {
        (step, right)
        for step, rights in calls.of_functions().items()
        for right in uncovered(rights, granted[step])
        if "-that-is-gone" not in right.resource
    }
    assert refused == set()


def test_each_role_grants_only_what_its_function_calls(calls: Calls) -> None:
    made = calls.of_functions()
    unused = {
        (step, right)
        for step, rights in calls.granted().items()
        for right in rights
        if right.action not in OF_LAMBDA_ITSELF and not any(right.covers(each) for each in made[step])
    }
    assert unused == set()


def test_what_lambda_does_itself_no_function_does(calls: Calls) -> None:
    assert not {right.action for rights in calls.of_functions().values() for right in rights} & set(OF_LAMBDA_ITSELF)


def test_the_commands_policy_is_what_they_call_and_what_they_call_only_on_aws(calls: Calls) -> None:
    expected = policy(calls.patterns(calls.of_commands()) | set(NOT_ON_THE_LOCAL_STACK))
    if os.environ.get("WRITE_COMMANDS_POLICY"):
        POLICY.write_text(json.dumps(expected, indent=2) + "\n", encoding="utf-8")
    assert json.loads(POLICY.read_text(encoding="utf-8")) == expected, "type: make policy"


def test_what_is_called_only_on_aws_is_not_called_here(calls: Calls) -> None:
    actions = {right.action for right in calls.of_commands()}
    assert not {right.action for right in NOT_ON_THE_LOCAL_STACK} & actions


def test_the_commands_policy_covers_each_call_as_it_was_made(calls: Calls) -> None:
    statements = json.loads(POLICY.read_text(encoding="utf-8"))["Statement"]
    granted = {Right(action, each) for of in statements for action in of["Action"] for each in of["Resource"]}
    made = {Right(each.action, _with_id(each.resource)) for each in calls.of_commands()}
    assert uncovered(made, granted) == []
    assert not [each for each in granted if "*" in each.action]
    # Of what AWS names itself, each pattern has the template's name in it.
    assert [each.action for each in granted if not re.search("[A-Za-z]", each.resource.split(":", 5)[-1])] == [
        "logs:DescribeLogGroups"
    ]


def _with_id(arn: str) -> str:
    """A stack that is called by its name has an id behind it in its ARN."""
    return f"{arn}/7d6ee3c0" if ":cloudformation:" in arn and arn.count("/") == 1 else arn


def test_a_call_that_is_not_granted_and_a_grant_that_is_not_used_would_be_found() -> None:
    query = Right("dynamodb:Query", "arn:aws:dynamodb:r:1:table/ledger")
    assert uncovered({query}, {Right("dynamodb:GetItem", query.resource)}) == [query]
    assert uncovered({query}, {Right(query.action, "arn:aws:dynamodb:r:1:table/history")}) == [query]
    assert uncovered({query}, {Right(query.action, "arn:aws:dynamodb:*:*:table/*edger")}) == []


def uncovered(made: Iterable[Right], granted: Iterable[Right]) -> list[Right]:
    granted = list(granted)
    return sorted(each for each in made if not any(right.covers(each) for right in granted))


def policy(rights: Iterable[Right]) -> dict[str, Any]:
    """One statement for each set of actions: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies.html"""
    actions: dict[str, set[str]] = defaultdict(set)
    for right in rights:
        actions[right.resource].add(right.action)
    resources: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for resource in sorted(actions):
        resources[tuple(sorted(actions[resource]))].append(resource)
    statements = [
        {"Effect": "Allow", "Action": list(allowed), "Resource": resources[allowed]} for allowed in sorted(resources)
    ]
    return {"Version": "2012-10-17", "Statement": statements}
