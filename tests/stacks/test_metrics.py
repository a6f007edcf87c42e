"""What the steps really emit, in a run of the real handlers, is what the dashboard draws and the alarms watch."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fitbit_daily import metrics
from tests.adapters.fixtures import *  # noqa: F403
from tests.adapters.fixtures import _aws_account, _nothing_waits
from tests.handlers.conftest import world
from tests.handlers.world import World

__all__ = ["_aws_account", "_nothing_waits", "world"]


def emitted(printed: str) -> list[tuple[Any, ...]]:
    """Namespace, dimensions, name, unit and values, as CloudWatch reads them out of the log.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    """
    lines = [json.loads(line) for line in printed.splitlines()]
    return [
        (directive["Namespace"], directive["Dimensions"], metric["Name"], metric["Unit"], line[metric["Name"]])
        for line in lines
        for directive in line.get("_aws", {}).get("CloudWatchMetrics", ())
        for metric in directive["Metrics"]
    ]


def test_a_day_is_settled_once_however_often_it_waits_again_where_it_is_found_posted_and_never_by_a_dry_run(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    one: tuple[Any, ...] = (metrics.NAMESPACE, [[]], metrics.DAYS_SETTLED, "Count", [1])
    world.execute(dry_run=True, date="2021-05-23")
    assert emitted(capsys.readouterr().out) == []
    world.google.faults.switch_on("tells-last-sync")
    world.google.faults.switch_on("not-synced", times=2)
    world.execute("daily 1")
    assert emitted(capsys.readouterr().out) == [one]
    assert {post["status"] for post in world.execute("daily 2")["posts"]} == {"already_posted"}
    assert emitted(capsys.readouterr().out) == [one]
