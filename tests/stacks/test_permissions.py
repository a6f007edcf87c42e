"""Who may do what: every policy of the template, swept, against the matrix."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from stacks import permissions
from tests.stacks.handler_code import behind, every_module
from tests.stacks.reading import Template, listed, spelled

Rule = tuple[str, str, str]

RESOURCES = {
    permissions.SOURCE_SECRET: "${KeptSourceSecret8EA2F292}",
    permissions.X_SECRET: "${KeptXSecret58183B51}",
    permissions.LEDGER: "${KeptLedger1A41B3DB.Arn}",
    permissions.ACCESS_TOKEN: (
        "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/fitbit-daily/access-token"
    ),
}
TRACING = {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}
LOG_DELIVERY = {
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
}
SAMPLING = {"xray:GetSamplingRules", "xray:GetSamplingTargets"}


def documents(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Every policy document in the template, of whatever kind, wherever it stands."""
    if isinstance(value, dict):
        if "Statement" in value:
            yield path, value
        for key, inner in value.items():
            yield from documents(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from documents(inner, (*path, str(index)))


def rules(document: dict[str, Any]) -> set[Rule]:
    """A document's statements, one action and one resource each."""
    return {
        (statement["Effect"], action, spelled(resource))
        for statement in listed(document["Statement"])
        for action in listed(statement["Action"])
        for resource in listed(statement["Resource"])
    }


def rules_of(template: Template, role: str) -> set[Rule]:
    found: set[Rule] = set()
    for policy in template.of("AWS::IAM::Policy").values():
        if {"Ref": role} in policy["Properties"]["Roles"]:
            found |= rules(policy["Properties"]["PolicyDocument"])
    return found


def allowed(actions: set[str], *resources: str) -> set[Rule]:
    return {("Allow", action, resource) for action in actions for resource in resources}


def role_of(resource: dict[str, Any]) -> str:
    name: str = resource["Fn::GetAtt"][0]
    return name


def machine(template: Template) -> tuple[str, dict[str, Any]]:
    ((name, resource),) = template.of("AWS::StepFunctions::StateMachine").items()
    return name, resource["Properties"]


def queue(template: Template) -> str:
    (name,) = template.of("AWS::SQS::Queue")
    return name


@pytest.mark.parametrize("step", permissions.STEPS)
def test_a_step_may_do_what_the_matrix_says_and_write_its_log_and_its_traces_and_nothing_else(
    template: Template, step: str
) -> None:
    function = template.functions()[step]
    log_group = f"${{{function['LoggingConfig']['LogGroup']['Ref']}.Arn}}"
    expected = allowed(TRACING, "*") | allowed(set(permissions.EVERY_STEP) - TRACING, log_group)
    for resource, actions in permissions.STEPS[step].items():
        expected |= allowed(set(actions), RESOURCES[resource])
    assert rules_of(template, role_of(function["Role"])) == expected


def test_the_state_machine_may_run_the_functions_and_write_its_log_and_its_traces_and_nothing_else(
    template: Template,
) -> None:
    _, properties = machine(template)
    functions = {f"${{{name}.Arn}}" for name in template.of("AWS::Lambda::Function")}
    every_version = {f"{function}:*" for function in functions}
    assert rules_of(template, role_of(properties["RoleArn"])) == (
        allowed({"lambda:InvokeFunction"}, *functions, *every_version) | allowed(LOG_DELIVERY | TRACING | SAMPLING, "*")
    )


def test_the_schedule_may_start_the_workflow_and_keep_what_it_cannot_deliver_and_nothing_else(
    template: Template,
) -> None:
    role = role_of(template.only("AWS::Scheduler::Schedule")["Properties"]["Target"]["RoleArn"])
    assert rules_of(template, role) == (
        allowed({"states:StartExecution"}, f"${{{machine(template)[0]}}}")
        | allowed({"sqs:SendMessage"}, f"${{{queue(template)}.Arn}}")
    )


def test_the_queue_refuses_whoever_does_not_encrypt_and_admits_nobody_else(template: Template) -> None:
    (statement,) = template.only("AWS::SQS::QueuePolicy")["Properties"]["PolicyDocument"]["Statement"]
    assert statement == {
        "Action": "sqs:*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        "Effect": "Deny",
        "Principal": {"AWS": "*"},
        "Resource": {"Fn::GetAtt": [queue(template), "Arn"]},
    }


def test_each_role_is_for_the_one_service_that_takes_it(template: Template) -> None:
    trusted = {}
    for name, role in template.of("AWS::IAM::Role").items():
        (statement,) = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        assert (statement["Effect"], statement["Action"]) == ("Allow", "sts:AssumeRole")
        trusted[name] = statement["Principal"]
    roles = {role_of(function["Role"]): "lambda" for function in template.functions().values()}
    roles[role_of(machine(template)[1]["RoleArn"])] = "states"
    roles[role_of(template.only("AWS::Scheduler::Schedule")["Properties"]["Target"]["RoleArn"])] = "scheduler"
    assert trusted == {name: {"Service": f"{service}.amazonaws.com"} for name, service in roles.items()}


def test_the_tests_above_have_seen_every_policy_there_is(template: Template) -> None:
    places = {(template.resources[path[1]]["Type"], *path[2:]) for path, _ in documents(template.plain)}
    assert places == {
        ("AWS::IAM::Role", "Properties", "AssumeRolePolicyDocument"),
        ("AWS::IAM::Policy", "Properties", "PolicyDocument"),
        ("AWS::SQS::QueuePolicy", "Properties", "PolicyDocument"),
    }
    # A role and a policy for each of the six steps, the state machine and the schedule; the queue's.
    assert len(list(documents(template.plain))) == 8 + 8 + 1
    assert len(template.of("AWS::IAM::Role")) == len(template.of("AWS::IAM::Policy")) == 8
    named = {kind for kind in (each["Type"] for each in template.resources.values()) if "Polic" in kind}
    assert named == {"AWS::IAM::Policy", "AWS::SQS::QueuePolicy"}
    assert not template.of("AWS::Lambda::Permission")


def test_every_policy_belongs_to_exactly_one_role_and_to_nobody_else(template: Template) -> None:
    for policy in template.of("AWS::IAM::Policy").values():
        assert len(policy["Properties"]["Roles"]) == 1
        assert not {"Users", "Groups"} & set(policy["Properties"])


def test_no_role_carries_a_managed_or_an_inline_policy(template: Template) -> None:
    for role in template.of("AWS::IAM::Role").values():
        assert not {"ManagedPolicyArns", "Policies"} & set(role["Properties"])
    assert "AWS::IAM::ManagedPolicy" not in str(template.plain)


def test_what_is_allowed_names_each_action_and_each_resource(template: Template) -> None:
    swept = 0
    for policy in template.of("AWS::IAM::Policy").values():
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]:
            assert not {"NotAction", "NotResource", "NotPrincipal"} & set(statement)
        for effect, action, resource in rules(policy["Properties"]["PolicyDocument"]):
            swept += 1
            assert effect == "Allow" and "*" not in action
            if "*" in resource:
                assert action in LOG_DELIVERY | TRACING | SAMPLING or resource.endswith(".Arn}:*"), (action, resource)
    assert swept == 60


def test_the_matrix_grants_exactly_the_actions_that_the_code_calls() -> None:
    granted = {action for row in permissions.STEPS.values() for actions in row.values() for action in actions}
    assert granted == every_module().aws_calls


@pytest.mark.parametrize("step", permissions.STEPS)
def test_a_step_is_granted_nothing_that_no_code_of_its_own_calls(step: str) -> None:
    granted = {action for actions in permissions.STEPS[step].values() for action in actions}
    assert granted <= behind(step.lower().replace(" ", "_")).aws_calls


def test_only_refresh_token_reaches_the_credentials_and_only_tweet_the_keys_and_the_ledger() -> None:
    who = {
        resource: {step for step, row in permissions.STEPS.items() if resource in row}
        for resource in (permissions.SOURCE_SECRET, permissions.X_SECRET, permissions.LEDGER)
    }
    assert who == {
        permissions.SOURCE_SECRET: {"Refresh token"},
        permissions.X_SECRET: {"Tweet"},
        permissions.LEDGER: {"Tweet"},
    }
