"""Who may do what: every policy of the template, swept, against the matrix."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from fitbit_daily.domain.ledger import DESTINATIONS
from stacks import permissions
from tests.stacks.conftest import synthesise
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


@pytest.fixture
def template() -> Template:
    """The more there is, the more there is to sweep: without an address, nothing comes but Notify's are missing."""
    return everywhere()


@cache
def everywhere() -> Template:
    return synthesise({}, email="me@example.com", destinations=list(DESTINATIONS))


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


def daily(template: Template) -> dict[str, Any]:
    """What the schedule that starts the workflow calls."""
    return schedules(template)["ScheduleDaily5D48AD69"]


def schedules(template: Template) -> dict[str, dict[str, Any]]:
    return {name: each["Properties"]["Target"] for name, each in template.of("AWS::Scheduler::Schedule").items()}


def queue(template: Template) -> str:
    """The schedule's; that of Notify is test_notices.py's."""
    (name, _) = daily(template)["DeadLetterConfig"]["Arn"]["Fn::GetAtt"]
    assert isinstance(name, str)
    return name


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_may_do_what_the_matrix_says_and_write_its_log_and_its_traces_and_nothing_else(
    template: Template, name: str
) -> None:
    function = template.functions()[name]
    log_group = f"${{{function['LoggingConfig']['LogGroup']['Ref']}.Arn}}"
    expected = allowed(TRACING, "*") | allowed(LOGGING, log_group)
    for resource, actions in FUNCTIONS[name].items():
        expected |= allowed(set(actions), RESOURCES[resource])
    if "DeadLetterConfig" in function:
        # Lambda puts what failed there on the function's behalf.
        expected |= allowed({"sqs:SendMessage"}, spelled(function["DeadLetterConfig"]["TargetArn"]))
    assert rules_of(template, role_of(function["Role"])) == expected


@pytest.mark.parametrize("destinations", [["x"], ["bluesky"], ["line", "x"]])
def test_only_the_keys_of_what_is_posted_to_may_be_read(destinations: list[str]) -> None:
    template = synthesise({}, destinations=destinations)
    keys = {RESOURCES[resource]: destination for destination, resource in permissions.KEYS_OF.items()}
    read = {
        keys[resource]
        for function in template.functions().values()
        for _, _, resource in rules_of(template, role_of(function["Role"]))
        if resource in keys
    }
    assert read == set(destinations)


def test_the_state_machine_may_run_the_functions_and_write_its_log_and_its_traces_and_nothing_else(
    template: Template,
) -> None:
    _, properties = machine(template)
    functions = {
        f"${{{name}.Arn}}"
        for name, function in template.of("AWS::Lambda::Function").items()
        if function["Properties"]["Description"].removeprefix("fitbit-daily: ") in permissions.STEPS
    }
    every_version = {f"{function}:*" for function in functions}
    assert rules_of(template, role_of(properties["RoleArn"])) == (
        allowed({"lambda:InvokeFunction"}, *functions, *every_version) | allowed(LOG_DELIVERY | TRACING | SAMPLING, "*")
    )


def test_the_schedule_may_start_the_workflow_and_keep_what_it_cannot_deliver_and_nothing_else(
    template: Template,
) -> None:
    role = role_of(daily(template)["RoleArn"])
    assert rules_of(template, role) == (
        allowed({"states:StartExecution"}, f"${{{machine(template)[0]}}}")
        | allowed({"sqs:SendMessage"}, f"${{{queue(template)}.Arn}}")
    )


def test_the_daily_look_may_call_notify_and_keep_what_it_cannot_deliver_and_nothing_else(template: Template) -> None:
    target = schedules(template)["NoticesDailyLook5B859E1A"]
    notify, untold = spelled(target["Arn"]), spelled(target["DeadLetterConfig"]["Arn"])
    assert rules_of(template, role_of(target["RoleArn"])) == (
        allowed({"lambda:InvokeFunction"}, notify, f"{notify}:*") | allowed({"sqs:SendMessage"}, untold)
    )


def test_the_queue_refuses_whoever_does_not_encrypt_and_admits_nobody_else(template: Template) -> None:
    policies = [each["Properties"] for each in template.of("AWS::SQS::QueuePolicy").values()]
    ((statement,),) = (
        policy["PolicyDocument"]["Statement"] for policy in policies if policy["Queues"] == [{"Ref": queue(template)}]
    )
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
    roles |= {role_of(target["RoleArn"]): "scheduler" for target in schedules(template).values()}
    assert trusted == {name: {"Service": f"{service}.amazonaws.com"} for name, service in roles.items()}


def test_the_tests_above_have_seen_every_policy_there_is(template: Template) -> None:
    places = {(template.resources[path[1]]["Type"], *path[2:]) for path, _ in documents(template.plain)}
    assert places == {
        ("AWS::IAM::Role", "Properties", "AssumeRolePolicyDocument"),
        ("AWS::IAM::Policy", "Properties", "PolicyDocument"),
        ("AWS::SQS::QueuePolicy", "Properties", "PolicyDocument"),
        ("AWS::SNS::TopicPolicy", "Properties", "PolicyDocument"),
    }
    # A role and a policy for each function, the state machine and both schedules; another policy for Catch up; two
    # queues' and the topic's.
    roles = len(FUNCTIONS) + 3
    assert len(template.of("AWS::IAM::Role")) == roles
    assert len(template.of("AWS::IAM::Policy")) == roles + 1
    assert len(list(documents(template.plain))) == roles + roles + 1 + 2 + 1
    named = {kind for kind in (each["Type"] for each in template.resources.values()) if "Polic" in kind}
    assert named == {"AWS::IAM::Policy", "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy"}


def test_without_an_address_no_policy_of_the_workflow_is_another_one(with_email: Template) -> None:
    without = synthesise({})
    policies = without.of("AWS::IAM::Policy")
    assert len(policies) == len(FUNCTIONS) + 3 - 1
    assert policies.items() <= with_email.of("AWS::IAM::Policy").items()
    assert not without.of("AWS::Lambda::Permission")


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
                known = action in LOG_DELIVERY | TRACING | SAMPLING or resource.endswith(".Arn}:*")
                assert known or resource == RESOURCES[permissions.EXECUTIONS], (action, resource)
    assert swept == 102


def test_the_matrix_grants_exactly_the_actions_that_the_code_calls() -> None:
    granted = {action for row in FUNCTIONS.values() for actions in row.values() for action in actions}
    assert granted == every_module().aws_calls


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_granted_nothing_that_no_code_of_its_own_calls(name: str) -> None:
    granted = {action for actions in FUNCTIONS[name].values() for action in actions}
    assert granted <= behind(name.lower().replace(" ", "_")).aws_calls


def test_only_refreshing_reaches_the_credentials_only_tweet_the_keys_and_who_plans_or_posts_writes_the_ledger() -> None:
    who = {
        resource: {name for name, row in FUNCTIONS.items() if resource in row}
        for resource in (permissions.SOURCE_SECRET, *permissions.KEYS_OF.values())
    }
    posts = {keys: {"Tweet"} for keys in permissions.KEYS_OF.values()}
    assert who == {permissions.SOURCE_SECRET: {"Refresh token"}, **posts}
    writes = {name for name, row in FUNCTIONS.items() if "dynamodb:PutItem" in row.get(permissions.LEDGER, ())}
    assert writes == {"Choose date", "Tweet"}
