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
    permissions.LEDGER: "${KeptPostLedgerF2375F81.Arn}",
    permissions.HISTORY: "${KeptHistoryDFDBD3F6.Arn}",
    permissions.MACHINE: "${WorkflowStateMachine8F1B1C15}",
    permissions.TOPIC: "${NoticesTopic898AF2CD}",
    permissions.TOLD: "${NoticesToldBABF5505.Arn}",
    permissions.EXECUTIONS: (
        "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:execution:${WorkflowStateMachine8F1B1C15.Name}:*"
    ),
    **{
        resource: f"arn:${{AWS::Partition}}:ssm:${{AWS::Region}}:${{AWS::AccountId}}:parameter/fitbit-daily/{name}"
        for resource, name in {
            permissions.ACCESS_TOKEN: "access-token",
            permissions.BLUESKY_KEYS: "bluesky",
            permissions.LINE_KEYS: "line",
        }.items()
    },
}
FUNCTIONS = {**permissions.STEPS, **permissions.OTHERS}
# What CDK grants to every function by itself, beside the tracing.
LOGGING = {"logs:CreateLogStream", "logs:PutLogEvents"}
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


# Who posts to X alone, and who posts to the others.
DESTINATIONS_OF = {"with_email": {"x"}, "otherwise": {"bluesky", "line"}}


def documents(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Where the policy documents in the template are, of whatever kind."""
    if isinstance(value, dict):
        if "Statement" in value:
            yield path
        for key, inner in value.items():
            yield from documents(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from documents(inner, (*path, str(index)))


def rules(document: dict[str, Any]) -> set[Rule]:
    """A document's statements, one action and one resource each."""
    assert all(set(statement) == {"Effect", "Action", "Resource"} for statement in listed(document["Statement"]))
    return {
        (statement["Effect"], action, spelled(resource))
        for statement in listed(document["Statement"])
        for action in listed(statement["Action"])
        for resource in listed(statement["Resource"])
    }


def rules_by_role(template: Template) -> dict[str, set[Rule]]:
    found: dict[str, set[Rule]] = {}
    for policy in template.of("AWS::IAM::Policy").values():
        properties = policy["Properties"]
        assert not {"Users", "Groups"} & set(properties)
        (role,) = properties["Roles"]
        found.setdefault(role["Ref"], set()).update(rules(properties["PolicyDocument"]))
    return found


def allowed(actions: set[str], *resources: str) -> set[Rule]:
    return {("Allow", action, resource) for action in actions for resource in resources}


def role_of(reference: dict[str, Any]) -> str:
    name: str = reference["Fn::GetAtt"][0]
    return name


def targets(template: Template) -> list[dict[str, Any]]:
    """What the two schedules call."""
    return [each["Properties"]["Target"] for each in template.of("AWS::Scheduler::Schedule").values()]


def machine_role(template: Template) -> str:
    return role_of(template.only("AWS::StepFunctions::StateMachine")["Properties"]["RoleArn"])


def meant(template: Template, destinations: set[str]) -> dict[str, set[Rule]]:
    """What each role may do, by the matrix; of the keys, those of what is posted to."""
    without = {keys for destination, keys in permissions.KEYS_OF.items() if destination not in destinations}
    found: dict[str, set[Rule]] = {}
    for name, function in template.functions().items():
        log_group = f"${{{function['LoggingConfig']['LogGroup']['Ref']}.Arn}}"
        may = allowed(TRACING, "*") | allowed(LOGGING, log_group)
        for resource in set(FUNCTIONS[name]) - without:
            may |= allowed(set(FUNCTIONS[name][resource]), RESOURCES[resource])
        if "DeadLetterConfig" in function:
            # Lambda puts what failed there on the function's behalf.
            may |= allowed({"sqs:SendMessage"}, spelled(function["DeadLetterConfig"]["TargetArn"]))
        found[role_of(function["Role"])] = may
    steps = [
        f"${{{name}.Arn}}"
        for name, function in template.of("AWS::Lambda::Function").items()
        if function["Properties"]["Description"].removeprefix("fitbit-daily: ") in permissions.STEPS
    ]
    invoked = allowed({"lambda:InvokeFunction"}, *steps, *(f"{step}:*" for step in steps))
    found[machine_role(template)] = invoked | allowed(LOG_DELIVERY | TRACING | SAMPLING, "*")
    for target in targets(template):
        called = spelled(target["Arn"])
        starts = allowed({"states:StartExecution"}, called)
        calls = starts if "StateMachine" in called else allowed({"lambda:InvokeFunction"}, called, f"{called}:*")
        kept = allowed({"sqs:SendMessage"}, spelled(target["DeadLetterConfig"]["Arn"]))
        found[role_of(target["RoleArn"])] = calls | kept
    return found


@pytest.mark.parametrize(("of", "destinations"), DESTINATIONS_OF.items())
def test_each_role_may_do_what_the_matrix_says_and_nothing_else(
    request: pytest.FixtureRequest, of: str, destinations: set[str]
) -> None:
    template: Template = request.getfixturevalue(of)
    assert set(template.functions()) == set(FUNCTIONS) and len(targets(template)) == 2
    assert rules_by_role(template) == meant(template, destinations)


def test_the_queue_refuses_whoever_does_not_encrypt_and_admits_nobody_else(template: Template) -> None:
    (policy,) = (each["Properties"] for each in template.of("AWS::SQS::QueuePolicy").values())
    (queue,) = template.of("AWS::SQS::Queue")
    assert policy["Queues"] == [{"Ref": queue}]
    assert policy["PolicyDocument"]["Statement"] == [
        {
            "Action": "sqs:*",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            "Effect": "Deny",
            "Principal": {"AWS": "*"},
            "Resource": {"Fn::GetAtt": [queue, "Arn"]},
        }
    ]


def test_each_role_is_for_the_one_service_that_takes_it_and_has_no_policy_but_those_above(with_email: Template) -> None:
    trusted = {}
    for name, role in with_email.of("AWS::IAM::Role").items():
        assert not {"ManagedPolicyArns", "Policies"} & set(role["Properties"])
        (statement,) = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        assert (statement["Effect"], statement["Action"]) == ("Allow", "sts:AssumeRole")
        trusted[name] = statement["Principal"]
    roles = {role_of(function["Role"]): "lambda" for function in with_email.functions().values()}
    roles[machine_role(with_email)] = "states"
    roles |= {role_of(target["RoleArn"]): "scheduler" for target in targets(with_email)}
    assert trusted == {name: {"Service": f"{service}.amazonaws.com"} for name, service in roles.items()}
    assert len(roles) == len(FUNCTIONS) + 3, "each has one of its own"


def test_the_tests_of_permissions_and_of_notices_have_seen_every_policy_there_is(with_email: Template) -> None:
    places = {(with_email.resources[path[1]]["Type"], *path[2:]) for path in documents(with_email.plain)}
    assert places == {
        ("AWS::IAM::Role", "Properties", "AssumeRolePolicyDocument"),
        ("AWS::IAM::Policy", "Properties", "PolicyDocument"),
        ("AWS::SQS::QueuePolicy", "Properties", "PolicyDocument"),
        ("AWS::SNS::TopicPolicy", "Properties", "PolicyDocument"),
    }
    named = {kind for kind in (each["Type"] for each in with_email.resources.values()) if "Polic" in kind}
    assert named == {"AWS::IAM::Policy", "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy"}


def test_the_matrix_grants_exactly_the_actions_that_the_code_calls() -> None:
    granted = {name: {action for actions in row.values() for action in actions} for name, row in FUNCTIONS.items()}
    assert set().union(*granted.values()) == every_module().aws_calls
    for name, actions in granted.items():
        assert actions <= behind(name.lower().replace(" ", "_")).aws_calls, name
    assert not [action for actions in granted.values() for action in actions if "*" in action]


def test_only_refreshing_reaches_the_credentials_only_tweet_the_keys_and_each_writes_what_is_its_own() -> None:
    who = {
        resource: {name for name, row in FUNCTIONS.items() if resource in row}
        for resource in (permissions.SOURCE_SECRET, *permissions.KEYS_OF.values())
    }
    posts = {keys: {"Tweet"} for keys in permissions.KEYS_OF.values()}
    assert who == {permissions.SOURCE_SECRET: {"Refresh token"}, **posts}
    reads = ("Get", "Query", "Describe")
    writes = {
        name: {resource for resource, actions in row.items() for each in actions if not _verb(each).startswith(reads)}
        for name, row in FUNCTIONS.items()
    }
    assert {name: resources for name, resources in writes.items() if resources} == {
        "Choose date": {permissions.LEDGER},
        "Refresh token": {permissions.SOURCE_SECRET, permissions.ACCESS_TOKEN},
        "Keep history": {permissions.HISTORY},
        "Catch up": {permissions.MACHINE},
        "Tweet": {permissions.LEDGER},
        "Notify": {permissions.TOPIC, permissions.TOLD},
    }


def _verb(action: str) -> str:
    return action.partition(":")[2]
