"""The dashboard: what it draws, graph by graph. That AWS documents each metric was looked up for this list.

https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
"""

from __future__ import annotations

from typing import Any

from fitbit_daily import metrics
from stacks.permissions import STEPS
from tests.stacks.reading import Template

DAY = 24 * 3600
MACHINE = ("StateMachineArn", "${WorkflowStateMachine8F1B1C15}")
ENDS = ("Succeeded", "Failed", "TimedOut", "Aborted")


def graphs(template: Template) -> dict[str, tuple[bool, list[tuple[Any, ...]]]]:
    """By title: whether it is stacked, and its metrics: namespace, name, dimension, label and statistic."""
    return {
        widget["properties"]["title"]: (
            widget["properties"]["stacked"],
            # The average is the default, which CDK leaves out.
            [(*metric, at["label"], at.get("stat", "Average")) for *metric, at in widget["properties"]["metrics"]],
        )
        for widget in template.dashboard()["widgets"]
        if widget["type"] == "metric"
    }


def test_the_graphs_are_the_outcomes_the_executions_and_the_steps_durations_and_failures(template: Template) -> None:
    functions = template.of("AWS::Lambda::Function").items()
    ids = {each["Properties"]["Description"].removeprefix("fitbit-daily: "): name for name, each in functions}
    failed = ("AWS/States", "ExecutionsFailed", *MACHINE)
    executions = [("AWS/States", f"Executions{end}", *MACHINE) for end in ("Started", *ENDS)]
    executions.append(("AWS/States", "ExecutionThrottled", *MACHINE))
    labels = ("Started", "Succeeded", "Failed", "Timed out", "Aborted", "Throttled")
    assert graphs(template) == {
        "Outcomes by day": (
            True,
            [
                (metrics.NAMESPACE, metrics.DAYS_SETTLED, "Executions that settled a day", "Sum"),
                (*failed, "Executions failed", "Sum"),
            ],
        ),
        "Executions": (
            False,
            [(*metric, label, "Sum") for metric, label in zip(executions, labels, strict=True)],
        ),
        "How long each step takes, in milliseconds": (
            False,
            [("AWS/Lambda", "Duration", "FunctionName", f"${{{ids[step]}}}", step, "Average") for step in STEPS],
        ),
        "Failed attempts: each is retried, or ends the execution": (
            True,
            [
                ("AWS/States", "LambdaFunctionsFailed", "LambdaFunctionArn", f"${{{ids[step]}.Arn}}", step, "Sum")
                for step in STEPS
            ],
        ),
    }


def test_every_graph_begins_at_zero_and_has_one_point_a_day_for_six_weeks_and_a_color_for_each_line(
    template: Template,
) -> None:
    body = template.dashboard()
    # Else CloudWatch chooses the period by the time shown.
    assert (body["start"], body["periodOverride"]) == ("-P42D", "inherit")
    for properties in (widget["properties"] for widget in body["widgets"] if widget["type"] == "metric"):
        assert (properties["view"], properties["region"]) == ("timeSeries", "${AWS::Region}")
        assert properties["yAxis"]["left"]["min"] == 0 and properties["period"] == DAY
        assert {metric[-1]["period"] for metric in properties["metrics"]} == {DAY}
        colors = [metric[-1].get("color") for metric in properties["metrics"]]
        assert len(set(colors)) == len(colors) or set(colors) == {None}


def test_the_days_are_drawn_by_the_function_of_the_widget_again_when_its_size_changes(template: Template) -> None:
    (widget,) = (widget for widget in template.dashboard()["widgets"] if widget["type"] == "custom")
    assert widget["properties"] == {
        "title": "The days at a glance",
        "endpoint": "${DashboardWidgetFunction8514B6F9.Arn}",
        "updateOn": {"refresh": True, "resize": True, "timeRange": False},
    }


def test_where_there_are_alarms_their_state_is_shown_at_the_end_and_the_widgets_fill_their_rows(
    template: Template, with_email: Template
) -> None:
    def places(of: Template) -> list[tuple[Any, ...]]:
        return [
            (each["type"], *(each[at] for at in ("x", "y", "width", "height"))) for each in of.dashboard()["widgets"]
        ]

    days = [("custom", 0, 0, 24, 12)]
    halves = [("metric", x, y, 12, 6) for y in (12, 18) for x in (0, 12)]
    assert places(template) == days + halves
    assert places(with_email) == [*days, *halves, ("alarm", 0, 24, 24, 3)]
    here = "arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:fitbit-daily-"
    assert with_email.dashboard()["widgets"][-1]["properties"]["alarms"] == [
        here + name for name in with_email.alarms()
    ]


def test_the_name_has_the_region_in_it_for_dashboards_have_none_and_an_output_leads_there(template: Template) -> None:
    region = {"Ref": "AWS::Region"}
    properties = template.only("AWS::CloudWatch::Dashboard")["Properties"]
    assert properties["DashboardName"] == {"Fn::Join": ["", ["fitbit-daily-", region]]}
    console = [".console.aws.amazon.com/cloudwatch/home?region=", region, "#dashboards/dashboard/fitbit-daily-", region]
    assert template.plain["Outputs"]["DashboardPage"]["Value"] == {"Fn::Join": ["", ["https://", region, *console]]}


def test_no_number_of_a_day_is_in_a_metric(with_email: Template) -> None:
    assert "PutMetricData" not in str(with_email.plain)
