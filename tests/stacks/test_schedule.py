"""The schedule: once a day, in the configured zone, with the scheduled time as its input."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.stacks.conftest import synthesise
from tests.stacks.reading import Template

HOUR = 3600
DAY = 24 * HOUR


@pytest.fixture
def schedule(template: Template) -> dict[str, Any]:
    properties: dict[str, Any] = template.only("AWS::Scheduler::Schedule")["Properties"]
    return properties


def test_the_workflow_starts_every_day_at_ten_past_midnight_in_tokyo(schedule: dict[str, Any]) -> None:
    assert schedule["ScheduleExpression"] == "cron(10 0 * * ? *)"
    assert schedule["ScheduleExpressionTimezone"] == "Asia/Tokyo"
    assert schedule["State"] == "ENABLED"
    assert not {"StartDate", "EndDate"} & set(schedule)


def test_another_zone_and_time_are_taken_as_configured() -> None:
    template = synthesise({}, time_zone="Europe/Berlin", time_of_day="23:05", log_retention_days="90")
    schedule = template.only("AWS::Scheduler::Schedule")["Properties"]
    assert schedule["ScheduleExpression"] == "cron(5 23 * * ? *)"
    assert schedule["ScheduleExpressionTimezone"] == "Europe/Berlin"
    choose_date = template.functions()["Choose date"]["Environment"]["Variables"]
    assert (choose_date["TIME_ZONE"], choose_date["TIME_OF_DAY"]) == ("Europe/Berlin", "23:05")
    groups = template.of("AWS::Logs::LogGroup").values()
    assert {group["Properties"]["RetentionInDays"] for group in groups} == {90}


def test_it_starts_on_the_minute(schedule: dict[str, Any]) -> None:
    assert schedule["FlexibleTimeWindow"] == {"Mode": "OFF"}


def test_it_starts_this_workflow_with_the_scheduled_time_as_its_whole_input(
    template: Template, schedule: dict[str, Any]
) -> None:
    (machine,) = template.of("AWS::StepFunctions::StateMachine")
    assert schedule["Target"]["Arn"] == {"Ref": machine}
    assert json.loads(schedule["Target"]["Input"]) == {"scheduled_time": "<aws.scheduler.scheduled-time>"}


def test_a_start_that_fails_is_tried_again_for_an_hour(schedule: dict[str, Any]) -> None:
    assert schedule["Target"]["RetryPolicy"] == {"MaximumEventAgeInSeconds": HOUR, "MaximumRetryAttempts": 10}


def test_a_start_that_cannot_be_delivered_is_kept_for_two_weeks(template: Template, schedule: dict[str, Any]) -> None:
    ((name, queue),) = template.of("AWS::SQS::Queue").items()
    assert schedule["Target"]["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": [name, "Arn"]}}
    assert queue["Properties"]["MessageRetentionPeriod"] == 14 * DAY


def test_nothing_else_starts_anything(template: Template) -> None:
    kinds = {resource["Type"] for resource in template.resources.values()}
    assert len(template.of("AWS::Scheduler::Schedule")) == 1
    assert not {kind for kind in kinds if kind.startswith("AWS::Events::")}
