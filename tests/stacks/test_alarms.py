"""The alarms: each property, for there is no place to deploy them to but AWS."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitbit_daily import metrics as names
from fitbit_daily.domain.day import Calendar
from stacks.alarms import longest_silence
from tests.stacks.conftest import OWNER, ROOT, synthesise
from tests.stacks.reading import Template, listed, spelled
from tests.stacks.watched import Metric, alarms, on_the_dashboard, watched

# Of an alarm with periods of an hour or more, all of them together:
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
HOUR = 3600
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))
DIFFERENT_TIMES = st.tuples(TIMES, TIMES).filter(lambda both: both[0] != both[1])


@pytest.mark.parametrize(
    ("time_of_day", "give_up_at", "hours"),
    [
        ("00:10", "12:00", 24 + 11 + 50 / 60 + 2),
        ("23:00", "01:00", 24 + 2 + 2),
        ("12:00", "11:59", 24 + 24 - 1 / 60 + 2),
        ("11:59", "12:00", 24 + 1 / 60 + 2),
    ],
)
def test_silence_is_a_day_and_the_longest_wait_and_two_hours(time_of_day: str, give_up_at: str, hours: float) -> None:
    found = longest_silence(time_of_day=time.fromisoformat(time_of_day), give_up_at=time.fromisoformat(give_up_at))
    assert found == timedelta(minutes=round(hours * 60))


@given(DIFFERENT_TIMES, st.dates(date(2026, 1, 1), date(2036, 1, 1)), st.sampled_from(["UTC", "Europe/Berlin"]))
def test_a_day_posted_at_once_and_the_next_one_at_its_time_to_give_up_are_never_silence(
    times: tuple[time, time], day: date, zone: str
) -> None:
    calendar = Calendar(zone=ZoneInfo(zone), time_of_day=times[0], give_up_at=times[1])
    posted = datetime.combine(calendar.ends_at(day).date(), calendar.time_of_day, calendar.zone)
    next_one = calendar.gives_up_at(day + timedelta(days=1))
    between = next_one.astimezone(UTC) - posted.astimezone(UTC)
    silence = longest_silence(time_of_day=times[0], give_up_at=times[1])
    # An hour of the two is for the night on which the clock is set back.
    assert between + timedelta(hours=1) <= silence
    assert silence <= between + timedelta(hours=3)


def test_silence_is_no_settled_day_in_any_of_the_last_38_hours(with_email: Template) -> None:
    alarm = alarms(with_email)["silence"]
    assert watched(alarm) == Metric(names.NAMESPACE, names.DAYS_SETTLED, {}, "Sum", HOUR)
    assert (alarm["EvaluationPeriods"], alarm["DatapointsToAlarm"]) == (38, 38)
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("LessThanThreshold", 1)


def test_an_hour_without_data_counts_as_none_settled_and_so_does_no_data_at_all(with_email: Template) -> None:
    alarm = alarms(with_email)["silence"]
    (expression,) = [each for each in alarm["Metrics"] if "Expression" in each]
    (metric,) = [each for each in alarm["Metrics"] if "MetricStat" in each]
    assert expression["Expression"] == f"FILL({metric['Id']}, 0)"
    assert (expression["ReturnData"], metric["ReturnData"]) == (True, False)
    assert alarm["TreatMissingData"] == "breaching"


def test_another_time_of_day_and_another_time_to_give_up_are_another_silence() -> None:
    template = synthesise({}, email=OWNER, time_of_day="22:00", give_up_at="03:30")
    assert alarms(template)["silence"]["EvaluationPeriods"] == 24 + 6 + 2
    assert alarms(template)["silence"]["AlarmDescription"] == "For 32 hours fitbit-daily has settled no day."


def test_a_start_that_could_not_be_delivered_is_a_message_sent_to_the_schedules_queue(with_email: Template) -> None:
    schedules = with_email.of("AWS::Scheduler::Schedule")
    (target,) = (each["Properties"]["Target"] for name, each in schedules.items() if name.startswith("ScheduleDaily"))
    (name, _) = target["DeadLetterConfig"]["Arn"]["Fn::GetAtt"]
    alarm = alarms(with_email)["undelivered"]
    assert watched(alarm) == Metric(
        "AWS/SQS", "NumberOfMessagesSent", {"QueueName": f"${{{name}.QueueName}}"}, "Sum", 300
    )
    # Late by up to 15 minutes: half an hour holds it.
    assert_any_is_too_many(alarm, periods=6)


def test_what_could_not_be_told_is_a_message_that_lies_in_the_queue_of_notify(with_email: Template) -> None:
    queue = with_email.functions()["Notify"]["DeadLetterConfig"]["TargetArn"]
    (name, _) = queue["Fn::GetAtt"]
    alarm = alarms(with_email)["untold"]
    assert watched(alarm) == Metric(
        "AWS/SQS", "ApproximateNumberOfMessagesVisible", {"QueueName": f"${{{name}.QueueName}}"}, "Maximum", 300
    )
    assert_any_is_too_many(alarm)


def test_throttled_is_one_throttled_transition_of_this_state_machine(with_email: Template) -> None:
    (machine,) = with_email.of("AWS::StepFunctions::StateMachine")
    alarm = alarms(with_email)["throttled"]
    assert watched(alarm) == Metric(
        "AWS/States", "ExecutionThrottled", {"StateMachineArn": f"${{{machine}}}"}, "Sum", 300
    )
    assert_any_is_too_many(alarm)


def assert_any_is_too_many(alarm: dict[str, object], periods: int = 1) -> None:
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanThreshold", 0)
    assert (alarm["EvaluationPeriods"], alarm["DatapointsToAlarm"]) == (periods, 1)
    assert alarm["TreatMissingData"] == "notBreaching"


def test_only_the_alarm_on_what_could_not_be_told_writes_to_the_owner_itself(with_email: Template) -> None:
    (topic,) = with_email.of("AWS::SNS::Topic")
    actions = {
        name: [spelled(action) for kind in ACTIONS for action in listed(alarm.get(kind, []))]
        for name, alarm in alarms(with_email).items()
    }
    assert actions == {"silence": [], "undelivered": [], "throttled": [], "untold": [f"${{{topic}}}"]}
    assert "AlarmActions" in alarms(with_email)["untold"]
    assert not any(alarm.get("ActionsEnabled") is False for alarm in alarms(with_email).values())


ACTIONS = ("AlarmActions", "OKActions", "InsufficientDataActions")


@pytest.mark.parametrize(
    ("language", "says"), [("ja", "お知らせメールを送れませんでした"), ("en", "could not send you a mail")]
)
def test_what_cloudwatch_then_writes_is_in_the_owners_language_and_says_what_to_type(language: str, says: str) -> None:
    template = synthesise({}, email=OWNER, language=language)
    description = alarms(template)["untold"]["AlarmDescription"]
    assert says in description and "./daily status" in description and "./daily doctor" in description


def test_notify_is_told_the_name_of_every_alarm_that_reaches_it(with_email: Template) -> None:
    variables = with_email.functions()["Notify"]["Environment"]["Variables"]
    told = {name: value for name, value in variables.items() if name.endswith("_ALARM")}
    assert told == {
        "SILENCE_ALARM": "fitbit-daily-silence",
        "UNDELIVERED_ALARM": "fitbit-daily-undelivered",
        "THROTTLED_ALARM": "fitbit-daily-throttled",
    }
    assert {*told.values(), "fitbit-daily-untold"} == {alarm["AlarmName"] for alarm in all_alarms(with_email)}


def all_alarms(template: Template) -> list[dict[str, object]]:
    return [resource["Properties"] for resource in template.of("AWS::CloudWatch::Alarm").values()]


def test_where_there_is_nobody_to_tell_there_is_no_alarm(template: Template) -> None:
    assert alarms(template) == {}


def test_every_metric_every_alarm_and_every_dashboard_is_free(with_email: Template) -> None:
    """https://aws.amazon.com/cloudwatch/pricing/: 10 custom metrics, 10 alarms, 3 dashboards of up to 50 metrics."""
    metrics = [*on_the_dashboard(with_email), *(watched(alarm) for alarm in alarms(with_email).values())]
    custom = {(each.name, *each.dimensions.items()) for each in metrics if not each.namespace.startswith("AWS/")}
    assert custom == {(names.DAYS_SETTLED,)}
    # Each alarm has one metric: an expression over several would count as several.
    assert len(alarms(with_email)) == 4 <= 10
    # High resolution costs more.
    assert all(each.period >= 60 for each in metrics)
    assert len(with_email.of("AWS::CloudWatch::Dashboard")) == 1 <= 3
    assert 20 < len(on_the_dashboard(with_email)) <= 50
    assert not [kind for kind in KINDS_THAT_COST if with_email.of(kind)]


def test_the_bill_in_the_documentation_counts_what_the_template_has(with_email: Template) -> None:
    bill = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert "| custom metrics | 1 | 10 |" in bill
    assert f"| alarms, of one metric each | {len(alarms(with_email))} | 10 |" in bill
    assert f"| dashboards | 1, of {len(on_the_dashboard(with_email))} metrics | 3, of up to 50 metrics |" in bill


KINDS_THAT_COST = (
    "AWS::CloudWatch::CompositeAlarm",
    "AWS::CloudWatch::AnomalyDetector",
    "AWS::CloudWatch::InsightRule",
    "AWS::CloudWatch::MetricStream",
    "AWS::Logs::MetricFilter",
)
