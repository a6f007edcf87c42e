"""AWS's limits that no judge checks. Each function returns what lies beyond one, as sentences; see test_limits.py."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import combinations
from typing import Any
from zoneinfo import available_timezones

from tests.stacks.reading import Resource, Template, listed
from tests.stacks.watched import dashboard

HOUR, DAY = 3600, 24 * 3600
# https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
LONGEST_DELAY = 31_622_400
# https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
PROTOCOLS = {"http", "https", "email", "email-json", "sms", "sqs", "application", "lambda", "firehose"}
CRON = re.compile(r"cron\((\d+) (\d+) (\S+) (\S+) (\S+) (\S+)\)")
STATISTICS = re.compile(r"Average|Sum|Minimum|Maximum|SampleCount|IQM|p\d{1,2}(\.\d+)?")
WIDGETS = {"alarm", "custom", "explorer", "log", "metric", "text"}


def of_alarms(template: Template) -> Iterator[str]:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"""
    for name, resource in template.of("AWS::CloudWatch::Alarm").items():
        alarm = resource["Properties"]
        periods = alarm["EvaluationPeriods"]
        if alarm.get("DatapointsToAlarm", periods) > periods:
            yield f"{name} wants more datapoints than it has periods."
        for period in _periods(alarm):
            if period not in (10, 20, 30) and (period <= 0 or period % 60):
                yield f"{name} has a period of {period} s."
            if period * periods > (7 * DAY if period >= HOUR else DAY):
                yield f"{name} looks back for {period * periods} s."


def _periods(alarm: Resource) -> set[int]:
    metrics = alarm.get("Metrics", [])
    return {
        *([alarm["Period"]] if "Period" in alarm else []),
        *(each["Period"] for each in metrics if "Period" in each),
        *(each["MetricStat"]["Period"] for each in metrics if "MetricStat" in each),
    }


def of_schedules(template: Template) -> Iterator[str]:
    """https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html"""
    for name, resource in template.of("AWS::Scheduler::Schedule").items():
        schedule = resource["Properties"]
        cron = CRON.fullmatch(schedule["ScheduleExpression"])
        if cron is None or int(cron[1]) > 59 or int(cron[2]) > 23 or [cron[3], cron[5]].count("?") != 1:
            yield f"{name} has no time of day: {schedule['ScheduleExpression']}"
        if schedule.get("ScheduleExpressionTimezone") not in available_timezones():
            yield f"{name} is in no time zone: {schedule.get('ScheduleExpressionTimezone')}"
        try:
            json.loads(schedule["Target"].get("Input", "{}"))
        except ValueError:
            yield f"{name} has no JSON for its input."


def of_subscriptions(template: Template) -> Iterator[str]:
    for name, resource in template.of("AWS::SNS::Subscription").items():
        protocol, endpoint = resource["Properties"]["Protocol"], resource["Properties"]["Endpoint"]
        if protocol not in PROTOCOLS:
            yield f"{name} has no protocol of SNS: {protocol}"
        if protocol.startswith("email") and not re.fullmatch(r"[!-?A-~]+@[!-?A-~]+", endpoint):
            yield f"{name} has no e-mail address."


def of_dashboards(template: Template) -> Iterator[str]:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html"""
    try:
        body = dashboard(template)
    except ValueError:
        yield "The dashboard's body is no JSON."
        return
    if len(body["widgets"]) > 500:
        yield "The dashboard has more than 500 widgets."
    for one, other in combinations(body["widgets"], 2):
        if _cells(one) & _cells(other):
            yield f"{_title(one)} and {_title(other)} lie over one another."
    for widget in body["widgets"]:
        for fault in _of_widget(widget):
            yield f"{_title(widget)} {fault}."


def _of_widget(widget: dict[str, Any]) -> Iterator[str]:
    if widget["type"] not in WIDGETS:
        yield f"is of no type of widget: {widget['type']}"
    if not (widget["x"] >= 0 and widget["width"] >= 1 and widget["x"] + widget["width"] <= 24):
        yield "is wider than the 24 columns"
    if not (widget["y"] >= 0 and 1 <= widget["height"] <= 1000):
        yield "has no height from 1 to 1000"
    properties = widget["properties"]
    if widget["type"] == "metric" and not (properties.get("metrics") and properties.get("region")):
        yield "lacks its metrics or its region"
    if widget["type"] == "alarm" and not 1 <= len(properties.get("alarms", [])) <= 100:
        yield "has no alarm, or more than 100"
    for *names, options in properties.get("metrics", []):
        if len(names) < 2 or len(names) % 2 or not all(isinstance(each, str) for each in names):
            yield f"draws what has no namespace, name and pairs of dimensions: {names}"
        if options.get("period", 60) not in (1, 5, 10, 30) and options.get("period", 60) % 60:
            yield f"has a period of {options['period']} s"
        if not STATISTICS.fullmatch(options.get("stat", "Average")):
            yield f"has no statistic of CloudWatch: {options['stat']}"


def _title(widget: dict[str, Any]) -> str:
    title: str = widget["properties"].get("title", widget["type"])
    return title


def _cells(widget: dict[str, Any]) -> set[tuple[int, int]]:
    columns = range(widget["x"], widget["x"] + widget["width"])
    return {(x, y) for x in columns for y in range(widget["y"], widget["y"] + widget["height"])}


def of_states(definition: dict[str, Any]) -> Iterator[str]:
    """https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html"""
    for name, state in definition["States"].items():
        for entry in state.get("Retry", []):
            if "MaxDelaySeconds" in entry and not entry["IntervalSeconds"] < entry["MaxDelaySeconds"] < LONGEST_DELAY:
                yield f"{name} is delayed by at most {entry['MaxDelaySeconds']} s, and by {entry['IntervalSeconds']} s."
        for kind in ("Retry", "Catch"):
            entries = state.get(kind, [])
            for entry in entries:
                errors = listed(entry["ErrorEquals"])
                if "States.ALL" in errors and (entry is not entries[-1] or len(errors) > 1):
                    yield f"{name} has a {kind} of everything that is not alone, or not the last."
