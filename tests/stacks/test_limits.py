"""Limits that AWS names and no judge checks: here, at the ends of what can be configured, and in broken copies."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.stacks import limits
from tests.stacks.conftest import OWNER, synthesise
from tests.stacks.reading import Template
from tests.stacks.watched import dashboard

ALARM, SCHEDULE = "AWS::CloudWatch::Alarm", "AWS::Scheduler::Schedule"


def beyond(template: Template) -> list[str]:
    return [
        *limits.of_alarms(template),
        *limits.of_schedules(template),
        *limits.of_subscriptions(template),
        *limits.of_dashboards(template),
        *limits.of_states(template.definition()),
    ]


def test_what_is_deployed_lies_beyond_no_limit(template: Template, with_email: Template) -> None:
    assert beyond(template) == []
    assert beyond(with_email) == []


@pytest.mark.parametrize(
    ("time_of_day", "give_up_at"), [("00:00", "23:59"), ("23:59", "00:00"), ("12:00", "11:59"), ("11:59", "12:00")]
)
def test_at_the_ends_of_what_can_be_configured_neither(time_of_day: str, give_up_at: str) -> None:
    configured = {"time_of_day": time_of_day, "give_up_at": give_up_at, "time_zone": "Pacific/Kiritimati"}
    assert beyond(synthesise({}, email=OWNER, language="en", **configured)) == []


def _of(kind: str, breaks: Callable[[dict[str, Any]], Any]) -> Callable[[Template], Any]:
    """Breaks each resource of a kind."""

    def breaking(template: Template) -> None:
        for resource in template.of(kind).values():
            breaks(resource["Properties"])

    return breaking


def _of_body(breaks: Callable[[dict[str, Any]], Any]) -> Callable[[Template], Any]:
    """Breaks the dashboard's last widget with metrics."""

    def breaking(template: Template) -> None:
        body = dashboard(template)
        breaks([widget for widget in body["widgets"] if widget["type"] == "metric"][-1])
        template.only("AWS::CloudWatch::Dashboard")["Properties"]["DashboardBody"] = json.dumps(body)

    return breaking


def _of_silence(breaks: Callable[[dict[str, Any]], Any]) -> Callable[[Template], Any]:
    return _of(ALARM, lambda alarm: breaks(alarm) if alarm["AlarmName"].endswith("silence") else None)


DEFECTS: list[tuple[str, Callable[[Template], Any], str]] = [
    ("more than 7 days", _of_silence(lambda alarm: alarm.update(EvaluationPeriods=169)), "looks back for 608400 s"),
    ("M > N", _of_silence(lambda alarm: alarm.update(DatapointsToAlarm=1000)), "more datapoints than it has periods"),
    (
        "more than a day",
        _of(ALARM, lambda alarm: "Period" in alarm and alarm.update(EvaluationPeriods=289)),
        "looks back",
    ),
    ("a period", _of(ALARM, lambda alarm: "Period" in alarm and alarm.update(Period=90)), "a period of 90 s"),
    ("minute 60", _of(SCHEDULE, lambda it: it.update(ScheduleExpression="cron(60 0 * * ? *)")), "no time of day"),
    ("two days", _of(SCHEDULE, lambda it: it.update(ScheduleExpression="cron(0 0 * * * *)")), "no time of day"),
    ("a zone", _of(SCHEDULE, lambda it: it.update(ScheduleExpressionTimezone="Asia/Tokio")), "in no time zone"),
    ("an input", _of(SCHEDULE, lambda it: it["Target"].update(Input="{scheduled}")), "no JSON for its input"),
    ("e-mail", _of("AWS::SNS::Subscription", lambda it: it.update(Protocol="e-mail")), "no protocol of SNS"),
    ("an address", _of("AWS::SNS::Subscription", lambda it: it.update(Endpoint="a@b@c")), "no e-mail address"),
    ("a body", _of("AWS::CloudWatch::Dashboard", lambda it: it.update(DashboardBody="{,}")), "no JSON"),
    ("a type", _of_body(lambda widget: widget.update(type="graph")), "no type of widget"),
    ("a width", _of_body(lambda widget: widget.update(width=25)), "wider than the 24 columns"),
    ("a place", _of_body(lambda widget: widget.update(x=0, y=0)), "lie over one another"),
    ("a metric", _of_body(lambda widget: widget["properties"]["metrics"][0].pop(0)), "no namespace, name and pairs"),
    ("a statistic", _of_body(lambda it: it["properties"]["metrics"][0][-1].update(stat="Total")), "no statistic"),
]


@pytest.mark.parametrize(("breaks", "found"), [each[1:] for each in DEFECTS], ids=[each[0] for each in DEFECTS])
def test_what_lies_beyond_a_limit_would_be_found(
    with_email: Template, breaks: Callable[[Template], Any], found: str
) -> None:
    careless = copy.deepcopy(with_email)
    breaks(careless)
    told = beyond(careless)
    assert told and all(found in each for each in told)


def _entry(kind: str, place: int, **changed: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda states: states["Catch up"][kind][place].update(changed)


@pytest.mark.parametrize(
    ("breaks", "found"),
    [
        (_entry("Retry", 0, MaxDelaySeconds=2), "delayed by at most 2 s, and by 2 s"),
        (_entry("Retry", 0, MaxDelaySeconds=limits.LONGEST_DELAY), "delayed by at most 31622400 s"),
        (_entry("Retry", 0, ErrorEquals=["States.ALL"]), "a Retry of everything"),
        (_entry("Catch", -1, ErrorEquals=["States.ALL", "LookAgain"]), "a Catch of everything"),
    ],
)
def test_what_the_language_does_not_allow_would_be_found(
    template: Template, breaks: Callable[[dict[str, Any]], Any], found: str
) -> None:
    definition = template.definition()
    breaks(definition["States"])
    (told,) = limits.of_states(definition)
    assert found in told


def test_a_catch_of_everything_in_the_last_place_is_allowed(template: Template) -> None:
    everything: Iterator[Any] = (entry for state in template.states().values() for entry in state.get("Catch", []))
    assert ["States.ALL"] in [entry["ErrorEquals"] for entry in everything]
