"""What mails the owner: who may publish, what reaches the function Notify, and what becomes of what it cannot do."""

from __future__ import annotations

import json
from typing import Any

from fitbit_daily.domain.mailing import MAY_TAKE
from tests.stacks.conftest import OWNER
from tests.stacks.reading import Resource, Template, spelled

DAY = 24 * 3600
NOTIFY = {"Fn::GetAtt": ["NoticesNotifyFunction7C4FDC3A", "Arn"]}
UNTOLD = "NoticesUntoldC0C92897"
TO_UNTOLD = {"Arn": {"Fn::GetAtt": [UNTOLD, "Arn"]}}
TOPIC = {"Ref": "NoticesTopic898AF2CD"}
MACHINE = {"Ref": "WorkflowStateMachine8F1B1C15"}
WITHOUT_TLS = {"Bool": {"aws:SecureTransport": "false"}}
KINDS = {
    "AWS::SNS::Topic": 1,
    "AWS::SNS::TopicPolicy": 1,
    "AWS::SNS::Subscription": 1,
    "AWS::Events::Rule": 2,
    "AWS::Lambda::Permission": 2,
    "AWS::Lambda::EventInvokeConfig": 1,
    "AWS::CloudWatch::Alarm": 4,
}


def rules(template: Template) -> dict[str, Resource]:
    """The rules' properties, by the source of their events."""
    found = [rule["Properties"] for rule in template.of("AWS::Events::Rule").values()]
    return {rule["EventPattern"]["source"][0]: rule for rule in found}


def rules_arns(template: Template) -> set[str]:
    return {f"${{{name}.Arn}}" for name in template.of("AWS::Events::Rule")}


def test_without_an_address_there_is_nobody_to_tell_and_with_one_everything_else_stays_as_it_is(
    template: Template, with_email: Template
) -> None:
    assert {kind: len(with_email.of(kind)) for kind in KINDS} == KINDS
    assert not [kind for kind in KINDS if template.of(kind)] and "Notify" not in template.functions()
    both = set(template.resources)
    assert both < set(with_email.resources)
    changed = {name for name in both if template.resources[name] != with_email.resources[name]}
    assert {template.resources[name]["Type"] for name in changed} == {"AWS::CloudWatch::Dashboard"}


def test_the_address_is_subscribed_to_a_topic_without_a_key_that_would_shut_cloudwatch_out(
    with_email: Template,
) -> None:
    subscription = with_email.only("AWS::SNS::Subscription")["Properties"]
    assert subscription == {"Protocol": "email", "Endpoint": OWNER, "TopicArn": TOPIC}
    assert "KmsMasterKeyId" not in with_email.only("AWS::SNS::Topic")["Properties"]


def test_cloudwatch_of_this_account_may_publish_and_nobody_else_and_nobody_without_encryption(
    with_email: Template,
) -> None:
    policy = with_email.only("AWS::SNS::TopicPolicy")["Properties"]
    statements = [
        {name: value for name, value in each.items() if name != "Sid"} for each in policy["PolicyDocument"]["Statement"]
    ]
    to_publish = {"Action": "sns:Publish", "Resource": TOPIC}
    here = {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    cloudwatch = {"Service": "cloudwatch.amazonaws.com"}
    assert policy["Topics"] == [TOPIC]
    assert sorted(statements, key=lambda each: str(each["Effect"])) == [
        to_publish | {"Effect": "Allow", "Principal": cloudwatch, "Condition": here},
        to_publish | {"Effect": "Deny", "Principal": "*", "Condition": WITHOUT_TLS},
    ]


def test_notify_hears_of_every_end_of_an_execution_and_of_every_alarm_without_actions(with_email: Template) -> None:
    patterns = {source: dict(rule["EventPattern"]) for source, rule in rules(with_email).items()}
    silent = [alarm["AlarmName"] for alarm in with_email.alarms().values() if "AlarmActions" not in alarm]
    here = "arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:"
    heard = sorted(spelled(arn) for arn in patterns["aws.cloudwatch"].pop("resources"))
    assert heard == sorted(f"{here}{name}" for name in silent) and len(silent) == 3
    assert patterns == {
        "aws.states": {
            "source": ["aws.states"],
            "detail-type": ["Step Functions Execution Status Change"],
            "detail": {"status": ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"], "stateMachineArn": [MACHINE]},
        },
        "aws.cloudwatch": {
            "source": ["aws.cloudwatch"],
            "detail-type": ["CloudWatch Alarm State Change"],
            "detail": {"state": {"value": ["ALARM"]}},
        },
    }


def test_each_rule_gives_the_whole_event_to_notify_for_six_hours_then_to_the_queue(with_email: Template) -> None:
    patience = {"MaximumEventAgeInSeconds": DAY // 4}
    for rule in rules(with_email).values():
        (target,) = rule["Targets"]
        assert rule["State"] == "ENABLED"
        assert target == {"Arn": NOTIFY, "Id": target["Id"], "DeadLetterConfig": TO_UNTOLD, "RetryPolicy": patience}


def test_only_these_rules_may_invoke_notify(with_email: Template) -> None:
    permissions = [each["Properties"] for each in with_email.of("AWS::Lambda::Permission").values()]
    assert {spelled(each.pop("SourceArn")) for each in map(dict, permissions)} == rules_arns(with_email)
    may = {"Action": "lambda:InvokeFunction", "Principal": "events.amazonaws.com", "FunctionName": NOTIFY}
    assert all(may.items() <= each.items() for each in permissions)


def test_a_notice_that_fails_is_tried_twice_more_within_six_hours_then_kept_in_the_queue(with_email: Template) -> None:
    invoke = with_email.only("AWS::Lambda::EventInvokeConfig")["Properties"]
    assert spelled(invoke["FunctionName"]) == f"${{{NOTIFY['Fn::GetAtt'][0]}}}"
    assert (invoke["MaximumRetryAttempts"], invoke["MaximumEventAgeInSeconds"]) == (2, DAY // 4)
    notify = with_email.functions()["Notify"]
    assert notify["DeadLetterConfig"] == {"TargetArn": TO_UNTOLD["Arn"]}
    assert notify["Timeout"] < MAY_TAKE.total_seconds()


def test_the_queue_keeps_for_two_weeks_what_these_rules_and_notify_could_not_do(with_email: Template) -> None:
    kept = {"MessageRetentionPeriod": 14 * DAY, "SqsManagedSseEnabled": True}
    assert [queue["Properties"] for queue in with_email.of("AWS::SQS::Queue").values()] == [kept, kept]
    policies = [each["Properties"] for each in with_email.of("AWS::SQS::QueuePolicy").values()]
    (document,) = (each["PolicyDocument"] for each in policies if each["Queues"] == [{"Ref": UNTOLD}])
    sending = [each for each in document["Statement"] if each["Effect"] == "Allow"]
    sources = {spelled(each["Condition"]["ArnEquals"]["aws:SourceArn"]) for each in sending}
    assert sources == rules_arns(with_email)
    for each in sending:
        assert (each["Principal"], each["Action"]) == ({"Service": "events.amazonaws.com"}, "sqs:SendMessage")
    (denied,) = (each for each in document["Statement"] if each["Effect"] == "Deny")
    assert (denied["Action"], denied["Condition"]) == ("sqs:*", WITHOUT_TLS)


def test_once_a_day_an_hour_after_the_day_is_given_up_notify_looks_without_an_event(with_email: Template) -> None:
    look = with_email.of("AWS::Scheduler::Schedule")["NoticesDailyLook5B859E1A"]["Properties"]
    # give_up_at is 12:00.
    assert look["ScheduleExpression"].startswith("cron(0 13 ")
    assert (look["ScheduleExpressionTimezone"], look["State"]) == ("Asia/Tokyo", "ENABLED")
    assert look["FlexibleTimeWindow"] == {"Mode": "OFF"}
    target = dict(look["Target"])
    assert json.loads(target.pop("Input")) == {} and target.pop("RoleArn")
    patience = {"MaximumEventAgeInSeconds": DAY // 4, "MaximumRetryAttempts": 10}
    assert target == {"Arn": NOTIFY, "DeadLetterConfig": TO_UNTOLD, "RetryPolicy": patience}


def test_what_was_told_is_one_item_by_its_id_and_goes_with_the_stack(with_email: Template) -> None:
    table = with_email.resources["NoticesToldBABF5505"]
    assert table["Properties"]["KeySchema"] == [{"AttributeName": "id", "KeyType": "HASH"}]
    assert table["Properties"]["BillingMode"] == "PAY_PER_REQUEST"
    assert table["DeletionPolicy"] == table["UpdateReplacePolicy"] == "Delete"


def test_notify_is_told_its_topic_and_its_memory_and_what_the_workflow_is_told_of_days(
    with_email: Template, context: dict[str, Any]
) -> None:
    variables = with_email.functions()["Notify"]["Environment"]["Variables"]
    named = {
        "TOPIC_ARN": TOPIC,
        "TOLD_TABLE": {"Ref": "NoticesToldBABF5505"},
        "LEDGER_TABLE": {"Ref": "KeptPostLedgerF2375F81"},
        "STATE_MACHINE_ARN": MACHINE,
    }
    settings = ("time_zone", "time_of_day", "give_up_at", "language", "source", "catch_up_days")
    expected = named | {name.upper(): str(context[name]) for name in settings}
    assert {name: variables[name] for name in expected} == expected
