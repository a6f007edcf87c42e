"""The days' numbers as metrics in CloudWatch, put there directly: health values do not travel through logs."""

from __future__ import annotations

from collections.abc import Sequence

from fitbit_daily.adapters.aws import client, failures
from fitbit_daily.domain.day_metrics import Point
from fitbit_daily.metric_names import NAMESPACE


def put(points: Sequence[Point]) -> None:
    """In one call, which takes up to 1000. Safe to repeat: the dashboard shows the highest value of a moment."""
    if not points:
        return
    with failures("putting the day's metrics"):
        client("cloudwatch").put_metric_data(
            Namespace=NAMESPACE,
            MetricData=[
                {"MetricName": point.name, "Timestamp": point.at, "Value": float(point.value)} for point in points
            ],
        )
