"""What mails the owner: who may publish, what reaches the function Notify, and what becomes of what it cannot do."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fitbit_daily.domain.mailing import MAY_TAKE
from tests.stacks.conftest import OWNER
from tests.stacks.reading import Resource, Template, listed, spelled

DAY = 24 * 3600
OF_THE_NOTICES = (
    "AWS::SNS::Topic",
    "AWS::SNS::TopicPolicy",
    "AWS::SNS::Subscription",
    "AWS::Events::Rule",
    "AWS::Lambda::Permission",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::CloudWatch::Alarm",
)


def rules(template: Template) -> dict[str, Resource]:
    """The rules' properties, by the source of their events; each rule's id among them."""
    found = template.of("AWS::Events::Rule").items()
    return {rule["Properties"]["EventPattern"]["source"][0]: rule["Properties"] | {"Id": name} for name, rule in found}


def schedules(template: Template) -> dict[str, Resource]:
    """The properties of the two schedules."""
    found = template.of("AWS::Scheduler::Schedule").items()
    return {"DailyLook" if "DailyLook" in name else "Schedule": each["Properties"] for name, each in found}


def notify(template: Template) -> str:
    (name,) = (
        name
        for name, resource in template.of("AWS::Lambda::Function").items()
        if resource["Properties"]["Description"] == "fitbit-daily: Notify"
    )
    return name


def untold(template: Template) -> str:
    (name, _) = template.functions()["Notify"]["DeadLetterConfig"]["TargetArn"]["Fn::GetAtt"]
    assert isinstance(name, str)
    return name


def test_without_an_address_there_is_nobody_to_tell(template: Template) -> None:
    assert [kind for kind in OF_THE_NOTICES if template.of(kind)] == []
    assert "Notify" not in template.functions()
    assert len(template.of("AWS::SQS::Queue")) == 1


def test_with_an_address_everything_else_stays_as_it_is(template: Template, with_email: Template) -> None:
    both = set(template.resources)
    assert both < set(with_email.resources)
    changed = {name for name in both if template.resources[name] != with_email.resources[name]}
    assert {template.resources[name]["Type"] for name in changed} == {"AWS::CloudWatch::Dashboard"}


def test_the_address_is_subscribed(with_email: Template) -> None:
    properties = with_email.only("AWS::SNS::Subscription")["Properties"]
    assert (properties["Protocol"], properties["Endpoint"]) == ("email", OWNER)
    assert spelled(properties["TopicArn"]) == f"${{{topic(with_email)}}}"


def topic(template: Template) -> str:
    (name,) = template.of("AWS::SNS::Topic")
    return name


def test_cloudwatch_of_this_account_may_publish_and_nobody_else(with_email: Template) -> None:
    allowed = [each for each in statements(with_email, "AWS::SNS::TopicPolicy") if each["Effect"] == "Allow"]
    assert [spelled(policy) for policy in with_email.only("AWS::SNS::TopicPolicy")["Properties"]["Topics"]] == [
        f"${{{topic(with_email)}}}"
    ]
    (statement,) = allowed
    assert statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert (listed(statement["Action"]), spelled(statement["Resource"])) == (
        ["sns:Publish"],
        f"${{{topic(with_email)}}}",
    )
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


def test_what_lies_in_a_queue_is_encrypted_by_the_template_and_not_by_a_default(with_email: Template) -> None:
    queues = with_email.of("AWS::SQS::Queue")
    assert len(queues) == 2
    assert all(queue["Properties"]["SqsManagedSseEnabled"] is True for queue in queues.values())


def test_nobody_publishes_without_encryption(with_email: Template) -> None:
    (statement,) = (each for each in statements(with_email, "AWS::SNS::TopicPolicy") if each["Effect"] == "Deny")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert (statement["Principal"], statement["Action"]) == ("*", "sns:Publish")


def statements(template: Template, kind: str) -> list[Resource]:
    document: list[Resource] = template.only(kind)["Properties"]["PolicyDocument"]["Statement"]
    return document


def test_no_key_shuts_cloudwatch_out_of_the_topic(with_email: Template) -> None:
    assert "KmsMasterKeyId" not in with_email.only("AWS::SNS::Topic")["Properties"]


def test_notify_hears_of_every_end_of_this_state_machines_executions(with_email: Template) -> None:
    (machine,) = with_email.of("AWS::StepFunctions::StateMachine")
    assert rules(with_email)["aws.states"]["EventPattern"] == {
        "source": ["aws.states"],
        "detail-type": ["Step Functions Execution Status Change"],
        "detail": {
            "status": ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"],
            "stateMachineArn": [{"Ref": machine}],
        },
    }


def test_notify_hears_when_one_of_this_stacks_alarms_without_actions_goes_off(with_email: Template) -> None:
    pattern = rules(with_email)["aws.cloudwatch"]["EventPattern"]
    silent = [alarm["AlarmName"] for alarm in with_email.alarms().values() if "AlarmActions" not in alarm]
    assert len(silent) == 3
    here = "arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:"
    assert sorted(spelled(arn) for arn in pattern.pop("resources")) == sorted(f"{here}{name}" for name in silent)
    assert pattern == {
        "source": ["aws.cloudwatch"],
        "detail-type": ["CloudWatch Alarm State Change"],
        "detail": {"state": {"value": ["ALARM"]}},
    }


def test_there_are_these_two_rules_and_both_are_on(with_email: Template) -> None:
    assert sorted(rules(with_email)) == ["aws.cloudwatch", "aws.states"]
    assert {rule["State"] for rule in rules(with_email).values()} == {"ENABLED"}
    assert len(with_email.of("AWS::Events::Rule")) == 2


@pytest.mark.parametrize("source", ["aws.states", "aws.cloudwatch"])
def test_each_rule_gives_the_whole_event_to_notify_for_six_hours_then_to_the_queue(
    with_email: Template, source: str
) -> None:
    (target,) = rules(with_email)[source]["Targets"]
    assert target["Arn"] == {"Fn::GetAtt": [notify(with_email), "Arn"]}
    assert target["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": [untold(with_email), "Arn"]}}
    assert target["RetryPolicy"] == {"MaximumEventAgeInSeconds": DAY // 4}
    assert not {"InputTransformer", "Input", "InputPath"} & set(target)


def test_only_these_rules_may_invoke_notify(with_email: Template) -> None:
    permissions = [each["Properties"] for each in with_email.of("AWS::Lambda::Permission").values()]
    assert {spelled(each["SourceArn"]) for each in permissions} == {
        f"${{{rule['Id']}.Arn}}" for rule in rules(with_email).values()
    }
    for each in permissions:
        assert (each["Action"], each["Principal"]) == ("lambda:InvokeFunction", "events.amazonaws.com")
        assert each["FunctionName"] == {"Fn::GetAtt": [notify(with_email), "Arn"]}


def test_a_notice_that_fails_is_tried_twice_more_within_six_hours_then_kept_in_the_queue(with_email: Template) -> None:
    invoke = with_email.only("AWS::Lambda::EventInvokeConfig")["Properties"]
    assert invoke["FunctionName"] == {"Ref": notify(with_email)}
    assert (invoke["MaximumRetryAttempts"], invoke["MaximumEventAgeInSeconds"]) == (2, DAY // 4)
    assert with_email.resources[untold(with_email)]["Type"] == "AWS::SQS::Queue"
    assert with_email.functions()["Notify"]["Timeout"] == 60 < MAY_TAKE.total_seconds()


def test_the_queue_keeps_for_two_weeks_what_these_rules_and_notify_could_not_do(with_email: Template) -> None:
    queue = untold(with_email)
    assert with_email.resources[queue]["Properties"] == {
        "MessageRetentionPeriod": 14 * DAY,
        "SqsManagedSseEnabled": True,
    }
    assert queue not in str(schedules(with_email)["Schedule"])
    (policy,) = (
        each["Properties"]["PolicyDocument"]["Statement"]
        for each in with_email.of("AWS::SQS::QueuePolicy").values()
        if each["Properties"]["Queues"] == [{"Ref": queue}]
    )
    sending = [each for each in policy if each["Effect"] == "Allow"]
    assert {spelled(each["Condition"]["ArnEquals"]["aws:SourceArn"]) for each in sending} == {
        f"${{{rule['Id']}.Arn}}" for rule in rules(with_email).values()
    }
    for each in sending:
        assert (each["Principal"], each["Action"]) == ({"Service": "events.amazonaws.com"}, "sqs:SendMessage")
    (denied,) = (each for each in policy if each["Effect"] == "Deny")
    assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_once_a_day_an_hour_after_the_day_is_given_up_notify_looks_without_an_event(
    with_email: Template, context: dict[str, Any]
) -> None:
    look = schedules(with_email)["DailyLook"]
    assert (context["give_up_at"], context["time_zone"]) == ("12:00", "Asia/Tokyo")
    assert look["ScheduleExpression"].startswith("cron(0 13 ")
    assert (look["ScheduleExpressionTimezone"], look["State"]) == ("Asia/Tokyo", "ENABLED")
    assert look["FlexibleTimeWindow"] == {"Mode": "OFF"}
    target = look["Target"]
    assert target["Arn"] == {"Fn::GetAtt": [notify(with_email), "Arn"]}
    assert json.loads(target["Input"]) == {}
    assert target["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": [untold(with_email), "Arn"]}}
    assert target["RetryPolicy"] == {"MaximumEventAgeInSeconds": DAY // 4, "MaximumRetryAttempts": 10}


def test_what_was_told_is_one_item_by_its_id_and_goes_with_the_stack(with_email: Template) -> None:
    (table,) = (each for name, each in with_email.of("AWS::DynamoDB::Table").items() if "Told" in name)
    assert table["Properties"]["KeySchema"] == [{"AttributeName": "id", "KeyType": "HASH"}]
    assert table["Properties"]["BillingMode"] == "PAY_PER_REQUEST"
    assert table["DeletionPolicy"] == table["UpdateReplacePolicy"] == "Delete"


def test_notify_is_told_its_topic_and_its_memory_and_what_the_workflow_is_told_of_days(
    with_email: Template, context: dict[str, Any]
) -> None:
    variables = with_email.functions()["Notify"]["Environment"]["Variables"]
    assert variables["TOPIC_ARN"] == {"Ref": topic(with_email)}
    assert "Told" in variables["TOLD_TABLE"]["Ref"]
    settings = ("time_zone", "time_of_day", "give_up_at", "language", "source", "catch_up_days")
    assert {name: variables[name.upper()] for name in settings} == {name: str(context[name]) for name in settings}
    assert "Ledger" in variables["LEDGER_TABLE"]["Ref"]
    (machine,) = with_email.of("AWS::StepFunctions::StateMachine")
    assert variables["STATE_MACHINE_ARN"] == {"Ref": machine}


def test_no_mail_is_written_by_a_rule(with_email: Template) -> None:
    """What a rule hands to a topic is JSON, or a template's sentence: neither knows the remedy."""
    targets = [target for rule in rules(with_email).values() for target in rule["Targets"]]
    assert topic(with_email) not in json.dumps(targets)
