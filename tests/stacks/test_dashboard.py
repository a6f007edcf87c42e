"""The dashboard: what it draws, and that each metric is one that AWS documents or this program puts."""

from __future__ import annotations

from typing import Any

import pytest

from fitbit_daily import metrics as own_metrics
from stacks.permissions import STEPS
from tests.stacks.reading import Template
from tests.stacks.watched import Metric, alarms, dashboard, drawn, on_the_dashboard, watched, widgets

DAY = 24 * 3600
WEEK = 7

# What the pages of AWS document, each metric with its dimension:
# https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-names.html
# https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-names.html
DOCUMENTED = {
    ("AWS/States", "ExecutionsStarted", "StateMachineArn"),
    ("AWS/States", "ExecutionsSucceeded", "StateMachineArn"),
    ("AWS/States", "ExecutionsFailed", "StateMachineArn"),
    ("AWS/States", "ExecutionsTimedOut", "StateMachineArn"),
    ("AWS/States", "ExecutionsAborted", "StateMachineArn"),
    ("AWS/States", "ExecutionThrottled", "StateMachineArn"),
    ("AWS/States", "LambdaFunctionsFailed", "LambdaFunctionArn"),
    ("AWS/Lambda", "Duration", "FunctionName"),
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName"),
    ("AWS/SQS", "NumberOfMessagesSent", "QueueName"),
}


def names(template: Template, title: str) -> list[str]:
    return [metric.name for metric in drawn(widgets(template)[title])]


def statistics(template: Template, title: str) -> set[str]:
    return {metric.statistic for metric in drawn(widgets(template)[title])}


def function(template: Template, step: str) -> str:
    (name,) = (
        name
        for name, resource in template.of("AWS::Lambda::Function").items()
        if resource["Properties"]["Description"] == f"fitbit-daily: {step}"
    )
    return name


def test_every_metric_is_documented_by_aws_or_this_programs_own_without_a_dimension(with_email: Template) -> None:
    metrics = [*on_the_dashboard(with_email), *(watched(alarm) for alarm in alarms(with_email).values())]
    of_aws = {(each.namespace, each.name, *each.dimensions) for each in metrics if each.namespace.startswith("AWS/")}
    assert of_aws == DOCUMENTED
    own = [each for each in metrics if not each.namespace.startswith("AWS/")]
    assert {each.namespace for each in own} == {own_metrics.NAMESPACE}
    assert {each.name for each in own} == {own_metrics.DAYS_SETTLED}
    assert not [each for each in own if each.dimensions]


def test_every_dimension_is_a_resource_of_this_stack(with_email: Template) -> None:
    (machine,) = with_email.of("AWS::StepFunctions::StateMachine")
    functions = with_email.of("AWS::Lambda::Function")
    expected = {
        "StateMachineArn": {f"${{{machine}}}"},
        "FunctionName": {f"${{{name}}}" for name in functions},
        "LambdaFunctionArn": {f"${{{name}.Arn}}" for name in functions},
    }
    for metric in on_the_dashboard(with_email):
        for dimension, value in metric.dimensions.items():
            assert value in expected[dimension], metric


def test_the_executions_are_shown_with_all_the_ways_in_which_they_end(template: Template) -> None:
    assert names(template, "Executions") == [
        "ExecutionsStarted",
        "ExecutionsSucceeded",
        "ExecutionsFailed",
        "ExecutionsTimedOut",
        "ExecutionsAborted",
        "ExecutionThrottled",
    ]
    assert statistics(template, "Executions") == {"Sum"}


def test_the_outcomes_are_the_days_settled_and_the_executions_that_failed(template: Template) -> None:
    assert names(template, "Outcomes by day") == ["DaysSettled", "ExecutionsFailed"]
    assert statistics(template, "Outcomes by day") == {"Sum"}


@pytest.mark.parametrize(
    ("title", "statistic"),
    [
        ("How long each step takes, in milliseconds", "Average"),
        ("Failed attempts: each is retried, or ends the execution", "Sum"),
    ],
)
def test_every_step_has_its_duration_and_its_failed_attempts(template: Template, title: str, statistic: str) -> None:
    metrics = drawn(widgets(template)[title])
    assert [metric.label for metric in metrics] == list(STEPS)
    for metric in metrics:
        (value,) = metric.dimensions.values()
        assert function(template, str(metric.label)) == value.strip("${}").removesuffix(".Arn")
        assert metric.statistic == statistic


def test_the_days_are_drawn_by_the_function_of_the_widget_again_when_its_size_changes(template: Template) -> None:
    (widget,) = (widget for widget in dashboard(template)["widgets"] if widget["type"] == "custom")
    assert widget["properties"] == {
        "title": "The days at a glance",
        "endpoint": f"${{{function(template, 'Widget')}.Arn}}",
        "updateOn": {"refresh": True, "resize": True, "timeRange": False},
    }
    assert (widget["x"], widget["y"], widget["width"]) == (0, 0, 24)


def test_no_number_of_a_day_is_in_a_metric(with_email: Template) -> None:
    assert "PutMetricData" not in str(with_email.plain)


def test_there_is_one_point_for_each_day_of_several_weeks(template: Template) -> None:
    assert {metric.period for metric in on_the_dashboard(template)} == {DAY}
    assert {widget["properties"]["period"] for widget in metric_widgets(template)} == {DAY}
    body = dashboard(template)
    assert int(body["start"].removeprefix("-P").removesuffix("D")) >= 4 * WEEK
    # Else CloudWatch chooses the period by the time shown.
    assert body["periodOverride"] == "inherit"


def metric_widgets(template: Template) -> list[dict[str, Any]]:
    return [widget for widget in dashboard(template)["widgets"] if widget["type"] == "metric"]


def test_every_graph_begins_at_zero_and_has_a_title_and_every_line_a_label_and_a_color_of_its_own(
    template: Template,
) -> None:
    assert len(widgets(template)) == len(dashboard(template)["widgets"])
    for widget in metric_widgets(template):
        assert all(metric.label for metric in drawn(widget))
        colors = [metric[-1].get("color") for metric in widget["properties"]["metrics"]]
        assert len(set(colors)) == len(colors) or set(colors) == {None}
        if widget["properties"]["view"] == "timeSeries":
            assert widget["properties"]["yAxis"]["left"]["min"] == 0


def test_the_widgets_fill_their_rows_and_none_lies_over_another(with_email: Template) -> None:
    taken: set[tuple[int, int]] = set()
    for widget in dashboard(with_email)["widgets"]:
        cells = {
            (x, y)
            for x in range(widget["x"], widget["x"] + widget["width"])
            for y in range(widget["y"], widget["y"] + widget["height"])
        }
        assert not cells & taken
        taken |= cells
    width, height = (max(cell[axis] for cell in taken) + 1 for axis in (0, 1))
    assert width == 24 and len(taken) == width * height


def test_where_there_are_alarms_their_state_is_shown(template: Template, with_email: Template) -> None:
    assert [widget["type"] for widget in dashboard(template)["widgets"]].count("alarm") == 0
    (shown,) = (widget for widget in dashboard(with_email)["widgets"] if widget["type"] == "alarm")
    arns = {arn.rpartition(":alarm:")[2] for arn in shown["properties"]["alarms"]}
    assert arns == {f"fitbit-daily-{name}" for name in alarms(with_email)}
    assert all(
        arn.startswith("arn:${AWS::Partition}:cloudwatch:${AWS::Region}:") for arn in shown["properties"]["alarms"]
    )


def test_the_name_of_the_dashboard_has_the_region_in_it_for_dashboards_have_none(template: Template) -> None:
    properties = template.only("AWS::CloudWatch::Dashboard")["Properties"]
    assert properties["DashboardName"] == {"Fn::Join": ["", ["fitbit-daily-", {"Ref": "AWS::Region"}]]}


def test_the_outputs_lead_to_the_dashboard(template: Template) -> None:
    parts = template.plain["Outputs"]["DashboardPage"]["Value"]["Fn::Join"][1]
    page = "".join("eu-central-1" if part == {"Ref": "AWS::Region"} else part for part in parts)
    console = "https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1"
    assert page == f"{console}#dashboards/dashboard/fitbit-daily-eu-central-1"


def test_a_metric_is_read_out_of_a_dashboard_as_it_is_written() -> None:
    widget = {"properties": {"metrics": [["N", "M", "D", "v", {"stat": "Sum", "period": 60, "label": "l"}]]}}
    assert drawn(widget) == [Metric("N", "M", {"D": "v"}, "Sum", 60, "l")]
