"""Tokens never appear in state, logs, errors or outputs, in any form; nor health data in logs."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from fitbit_daily.adapters.secrets import LABEL
from tests.canaries import escaped
from tests.end_to_end.driver import Stack

# All of these share one stack: they go to one worker.
pytestmark = pytest.mark.xdist_group("end to end")


def secrets_of(stack: Stack) -> list[str]:
    """Every secret value that the stack holds, the access token included."""
    manager = stack.client("secretsmanager")
    values = [
        json.loads(manager.get_secret_value(SecretId=stack.environment[name])["SecretString"])
        for name in ("SOURCE_SECRET_ARN", "X_SECRET_ARN")
    ]
    access_token, *keys = (
        json.loads(
            stack.client("ssm").get_parameter(Name=f"/fitbit-daily/{name}", WithDecryption=True)["Parameter"]["Value"]
        )
        for name in ("access-token", "bluesky", "line")
    )
    return [
        *(value for each in keys for value in each.values()),
        # The label says whose credentials they are, and is no secret.
        *(value for secret in values for name, value in secret.items() if name != LABEL),
        access_token["access_token"],
    ]


def all_logs(stack: Stack) -> Iterator[str]:
    client = stack.client("logs")
    for page in client.get_paginator("describe_log_groups").paginate():
        for group in page["logGroups"]:
            for events in client.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"]):
                yield from (event["message"] for event in events["events"])


def all_states(stack: Stack) -> Iterator[str]:
    """Everything that Step Functions keeps: inputs, outputs, errors and causes of every state of every execution."""
    client = stack.step_functions
    executions = client.list_executions(stateMachineArn=stack.environment["STATE_MACHINE_ARN"], maxResults=1000)
    for execution in executions["executions"]:
        arn = execution["executionArn"]
        yield json.dumps(client.describe_execution(executionArn=arn), default=str)
        yield json.dumps(client.get_execution_history(executionArn=arn, maxResults=1000), default=str)


def deployment(stack: Stack) -> Iterator[str]:
    client = stack.client("cloudformation")
    yield json.dumps(client.describe_stacks(StackName="fitbit-daily"), default=str)
    yield json.dumps(client.get_template(StackName="fitbit-daily"), default=str)
    for function in stack.client("lambda").list_functions()["Functions"]:
        yield json.dumps(function, default=str)


def test_no_secret_is_in_any_state_log_error_or_output_of_all_that_was_run(stack: Stack) -> None:
    stack.run({"date": "2021-05-23"})
    for fault in ("token-invalid-grant", "rollup-401"):
        stack.forget_access_token()
        stack.fault(fault)
        stack.run({"date": "2021-05-22"})
        stack.clear_faults()
    _everywhere(stack, "post-401", "login-401-wrong-password", "push-401")
    _everywhere(stack)
    secrets = secrets_of(stack)
    logs, states = list(all_logs(stack)), list(all_states(stack))
    assert len(secrets) == 12 and len(logs) > 20 and len(states) >= 10
    assert escaped(logs, secrets) == []
    assert escaped(states, secrets) == []
    assert escaped(deployment(stack), secrets) == []


@pytest.mark.thorough
def test_no_secret_is_in_what_an_attempt_that_is_repeated_leaves(stack: Stack) -> None:
    _everywhere(stack, "put-400-invalid-token", "push-400-failed-to-send")
    secrets = secrets_of(stack)
    assert escaped([*all_logs(stack), *all_states(stack)], secrets) == []


def _everywhere(stack: Stack, *faults: str) -> None:
    stack.post_to("x", "bluesky", "line")
    for fault in faults:
        stack.fault(fault)
    ended = stack.run({"date": "2021-05-21"})
    assert (ended.status == "FAILED") is bool(faults)
    stack.clear_faults()
    stack.post_to("x")


def test_no_health_value_is_in_a_log(stack: Stack) -> None:
    """The article's day has numbers that nothing else in a log would have."""
    stack.run({"date": "2021-05-23"})
    logs = list(all_logs(stack))
    assert any("2021-05-23" in line for line in logs), "the log of that day was not seen"
    for number in ("1781", "1.213", "1.21286", "1988", "1560", "33060", "座っていた", "12.433"):
        assert not any(number in _without_numbers(line) for line in logs)


def _without_numbers(line: str) -> str:
    """A JSON log line without its own times and ids, whose digits mean nothing."""
    try:
        record = json.loads(line)
    except ValueError:
        return line
    ignored = {"_aws", "timestamp", "function_request_id", "xray_trace_id", "execution", "function_arn", "location"}
    return json.dumps({key: value for key, value in record.items() if key not in ignored}, ensure_ascii=False)


def test_the_search_finds_a_planted_secret_in_every_form(stack: Stack) -> None:
    stack.run({"date": "2021-05-23", "dry_run": True})
    secret = secrets_of(stack)[2]
    encoded = base64.b64encode(f"client:{secret}".encode()).decode()
    for planted in (secret, quote(secret, safe=""), base64.b64encode(secret.encode()).decode(), encoded):
        assert escaped([f"... {planted} ..."], [secret]) == [secret]
