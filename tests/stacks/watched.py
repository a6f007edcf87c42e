"""The metrics that a template draws and watches, read out of its dashboard and its alarms."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.stacks.reading import Resource, Template, spelled


@dataclass(frozen=True)
class Metric:
    """dimensions: by name, a reference as text. period in seconds; unit is None where any is taken."""

    namespace: str
    name: str
    dimensions: Mapping[str, str]
    statistic: str
    period: int
    label: str | None = None
    unit: str | None = None


def dashboard(template: Template) -> dict[str, Any]:
    """The dashboard's body, each reference in it spelled out."""
    body: dict[str, Any] = json.loads(
        spelled(template.only("AWS::CloudWatch::Dashboard")["Properties"]["DashboardBody"])
    )
    return body


def widgets(template: Template) -> dict[str, dict[str, Any]]:
    """The dashboard's widgets, by their titles."""
    return {widget["properties"]["title"]: widget for widget in dashboard(template)["widgets"]}


def drawn(widget: Mapping[str, Any]) -> list[Metric]:
    """The metrics of one widget, in their order. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html"""
    metrics = []
    for namespace, name, *dimensions, options in widget["properties"].get("metrics", []):
        metrics.append(
            Metric(
                namespace,
                name,
                dict(zip(dimensions[::2], dimensions[1::2], strict=True)),
                # The default, which CDK leaves out.
                options.get("stat", "Average"),
                options["period"],
                options["label"],
            )
        )
    return metrics


def on_the_dashboard(template: Template) -> list[Metric]:
    """All that it draws, one drawn twice counted twice."""
    return [metric for widget in widgets(template).values() for metric in drawn(widget)]


def alarms(template: Template) -> dict[str, Resource]:
    """The properties of the alarms, by their names without the stack's."""
    found = [resource["Properties"] for resource in template.of("AWS::CloudWatch::Alarm").values()]
    return {properties["AlarmName"].removeprefix("fitbit-daily-"): properties for properties in found}


def watched(alarm: Resource) -> Metric:
    """The one metric of an alarm, be it by itself or in an expression."""
    if "Metrics" not in alarm:
        return Metric(
            alarm["Namespace"],
            alarm["MetricName"],
            _dimensions(alarm),
            alarm["Statistic"],
            alarm["Period"],
            unit=alarm.get("Unit"),
        )
    (of,) = [each["MetricStat"] for each in alarm["Metrics"] if "MetricStat" in each]
    metric = of["Metric"]
    return Metric(
        metric["Namespace"],
        metric["MetricName"],
        _dimensions(metric),
        of["Stat"],
        of["Period"],
        unit=of.get("Unit"),
    )


def _dimensions(of: Resource) -> dict[str, str]:
    return {each["Name"]: spelled(each["Value"]) for each in of.get("Dimensions", [])}
