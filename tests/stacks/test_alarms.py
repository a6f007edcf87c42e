"""The alarms: each property, for there is no place to deploy them to but AWS."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitbit_daily import metrics as names
from fitbit_daily.domain.day import Calendar
from stacks.alarms import longest_silence
from tests.stacks.conftest import ROOT
from tests.stacks.reading import Template

TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))
DIFFERENT_TIMES = st.tuples(TIMES, TIMES).filter(lambda both: both[0] != both[1])
KINDS_THAT_COST = (
    "AWS::CloudWatch::CompositeAlarm",
    "AWS::CloudWatch::AnomalyDetector",
    "AWS::CloudWatch::InsightRule",
    "AWS::CloudWatch::MetricStream",
    "AWS::Logs::MetricFilter",
)


@pytest.mark.parametrize(
    ("time_of_day", "give_up_at", "minutes"),
    [
        ("00:10", "12:00", 24 * 60 + 11 * 60 + 50 + 120),
        ("23:00", "01:00", 24 * 60 + 120 + 120),
        ("12:00", "11:59", 24 * 60 + 24 * 60 - 1 + 120),
    ],
)
def test_silence_is_a_day_and_the_longest_wait_and_two_hours(time_of_day: str, give_up_at: str, minutes: int) -> None:
    found = longest_silence(time_of_day=time.fromisoformat(time_of_day), give_up_at=time.fromisoformat(give_up_at))
    assert found == timedelta(minutes=minutes)


@settings(max_examples=30)
@given(DIFFERENT_TIMES, st.dates(date(2026, 1, 1), date(2036, 1, 1)), st.sampled_from(["UTC", "Europe/Berlin"]))
def test_a_day_posted_at_once_and_the_next_one_at_its_time_to_give_up_are_never_silence(
    times: tuple[time, time], day: date, zone: str
) -> None:
    calendar = Calendar(zone=ZoneInfo(zone), time_of_day=times[0], give_up_at=times[1])
    posted = datetime.combine(calendar.ends_at(day).date(), calendar.time_of_day, calendar.zone)
    between = calendar.gives_up_at(day + timedelta(days=1)).astimezone(UTC) - posted.astimezone(UTC)
    silence = longest_silence(time_of_day=times[0], give_up_at=times[1])
    # An hour of the two is for the night on which the clock is set back.
    assert between + timedelta(hours=1) <= silence <= between + timedelta(hours=3)
    # No alarm looks back further: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
    assert silence < timedelta(days=7)


def any_of(namespace: str, metric: str, dimension: str, value: Any, *, statistic: str = "Sum") -> dict[str, Any]:
    """An alarm on anything more than nothing within five minutes."""
    return {
        "Namespace": namespace,
        "MetricName": metric,
        "Dimensions": [{"Name": dimension, "Value": value}],
        "Statistic": statistic,
        "Period": 300,
        "ComparisonOperator": "GreaterThanThreshold",
        "Threshold": 0,
        "EvaluationPeriods": 1,
        "DatapointsToAlarm": 1,
        "TreatMissingData": "notBreaching",
    }


def test_these_are_the_alarms_and_only_the_one_on_what_could_not_be_told_mails_by_itself(with_email: Template) -> None:
    found = {name: dict(alarm) for name, alarm in with_email.alarms().items()}
    said = {name: alarm.pop("AlarmDescription") for name, alarm in found.items()}
    assert {alarm.pop("AlarmName") for alarm in found.values()} == {f"fitbit-daily-{name}" for name in found}
    # An hour without data counts as none settled, and so does no data at all.
    settled = {
        "Metric": {"MetricName": names.DAYS_SETTLED, "Namespace": names.NAMESPACE},
        "Period": 3600,
        "Stat": "Sum",
    }
    expression = {"Expression": "FILL(settled, 0)", "Id": "expr_1", "Label": "days settled", "ReturnData": True}
    assert found.pop("silence") == {
        "Metrics": [expression, {"Id": "settled", "MetricStat": settled, "ReturnData": False}],
        "ComparisonOperator": "LessThanThreshold",
        "Threshold": 1,
        "EvaluationPeriods": 38,
        "DatapointsToAlarm": 38,
        "TreatMissingData": "breaching",
    }
    undelivered = {"Fn::GetAtt": ["ScheduleUndelivered4514B30D", "QueueName"]}
    untold = {"Fn::GetAtt": ["NoticesUntoldC0C92897", "QueueName"]}
    machine = {"Ref": "WorkflowStateMachine8F1B1C15"}
    assert found == {
        # Late by up to 15 minutes: half an hour holds it.
        "undelivered": any_of("AWS/SQS", "NumberOfMessagesSent", "QueueName", undelivered) | {"EvaluationPeriods": 6},
        "throttled": any_of("AWS/States", "ExecutionThrottled", "StateMachineArn", machine),
        "untold": {
            **any_of("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", untold, statistic="Maximum"),
            "AlarmActions": [{"Ref": "NoticesTopic898AF2CD"}],
        },
    }
    assert said["silence"] == "For 38 hours fitbit-daily has settled no day."
    assert "お知らせメールを送れませんでした" in said["untold"]
    assert "./daily status" in said["untold"] and "./daily doctor" in said["untold"]


def test_other_times_are_another_silence_and_another_language_other_words(otherwise: Template) -> None:
    silence, untold = (otherwise.alarms()[name] for name in ("silence", "untold"))
    assert silence["EvaluationPeriods"] == silence["DatapointsToAlarm"] == 24 + 6 + 2
    assert silence["AlarmDescription"] == "For 32 hours fitbit-daily has settled no day."
    assert "could not send you a mail" in untold["AlarmDescription"]
    assert "./daily status" in untold["AlarmDescription"] and "./daily doctor" in untold["AlarmDescription"]


def test_notify_is_told_the_name_of_every_alarm_that_reaches_it(with_email: Template) -> None:
    variables = with_email.functions()["Notify"]["Environment"]["Variables"]
    assert {name: value for name, value in variables.items() if name.endswith("_ALARM")} == {
        "SILENCE_ALARM": "fitbit-daily-silence",
        "UNDELIVERED_ALARM": "fitbit-daily-undelivered",
        "THROTTLED_ALARM": "fitbit-daily-throttled",
    }


def test_every_alarm_and_every_dashboard_is_free_and_counted_in_the_documentations_bill(with_email: Template) -> None:
    """https://aws.amazon.com/cloudwatch/pricing/: 10 custom metrics, 10 alarms, 3 dashboards of up to 50 metrics."""
    drawn = sum(len(widget["properties"].get("metrics", [])) for widget in with_email.dashboard()["widgets"])
    assert drawn <= 50 and len(with_email.of("AWS::CloudWatch::Dashboard")) == 1
    bill = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert "| custom metrics | 1 | 10 |" in bill
    assert f"| alarms, of one metric each | {len(with_email.alarms())} | 10 |" in bill
    assert f"| dashboards | 1, of {drawn} metrics | 3, of up to 50 metrics |" in bill
    assert not [kind for kind in KINDS_THAT_COST if with_email.of(kind)]
