"""The schedule: once a day, in the configured zone, with the scheduled time as its input."""

from __future__ import annotations

import json

from tests.stacks.reading import Template


def test_the_workflow_starts_every_day_on_the_minute_and_what_cannot_be_delivered_is_kept(template: Template) -> None:
    schedule = dict(template.only("AWS::Scheduler::Schedule")["Properties"])
    target = schedule.pop("Target")
    assert schedule == {
        "Description": "fitbit-daily: posts yesterday",
        "ScheduleExpression": "cron(10 0 * * ? *)",
        "ScheduleExpressionTimezone": "Asia/Tokyo",
        "State": "ENABLED",
        "FlexibleTimeWindow": {"Mode": "OFF"},
    }
    assert target["Arn"] == {"Ref": "WorkflowStateMachine8F1B1C15"}
    assert json.loads(target["Input"]) == {"scheduled_time": "<aws.scheduler.scheduled-time>"}
    assert target["RetryPolicy"] == {"MaximumEventAgeInSeconds": 3600, "MaximumRetryAttempts": 10}
    ((name, queue),) = template.of("AWS::SQS::Queue").items()
    assert target["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": [name, "Arn"]}}
    assert queue["Properties"] == {"MessageRetentionPeriod": 14 * 24 * 3600, "SqsManagedSseEnabled": True}


def test_another_zone_and_time_are_taken_as_configured(otherwise: Template) -> None:
    schedules = [each["Properties"] for each in otherwise.of("AWS::Scheduler::Schedule").values()]
    # Notify looks an hour after the day is given up.
    assert {each["ScheduleExpression"] for each in schedules} == {"cron(5 22 * * ? *)", "cron(30 4 * * ? *)"}
    assert {each["ScheduleExpressionTimezone"] for each in schedules} == {"Europe/Berlin"}
