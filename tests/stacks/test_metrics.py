"""What the steps really emit, in a run of the real handlers, is what the dashboard draws and the alarms watch."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from fitbit_daily import metrics
from fitbit_daily.errors import StepError
from tests.adapters.fixtures import *  # noqa: F403
from tests.adapters.fixtures import _aws_account, _nothing_waits
from tests.handlers.conftest import world
from tests.handlers.world import World
from tests.stacks.reading import Template
from tests.stacks.watched import alarms, on_the_dashboard, watched

__all__ = ["_aws_account", "_nothing_waits", "world"]

PAST = "2021-05-23"


@dataclass(frozen=True)
class Emitted:
    """One metric of one line of the log."""

    namespace: str
    dimensions: tuple[str, ...]
    name: str
    unit: str
    value: float


@pytest.fixture
def emitted(world: World, capsys: pytest.CaptureFixture[str]) -> Callable[[], list[Emitted]]:
    """What was emitted since this was last asked, out of all that was printed."""

    def read() -> list[Emitted]:
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        return [metric for line in lines if "_aws" in line for metric in metrics_of(line)]

    return read


def metrics_of(line: dict[str, Any]) -> list[Emitted]:
    """As CloudWatch reads it: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html"""
    return [
        Emitted(directive["Namespace"], tuple(dimensions), metric["Name"], metric["Unit"], value)
        for directive in line["_aws"]["CloudWatchMetrics"]
        for dimensions in directive["Dimensions"]
        for metric in directive["Metrics"]
        for value in line[metric["Name"]]
    ]


def sums(emitted: list[Emitted]) -> dict[str, float]:
    total: Counter[str] = Counter()
    for each in emitted:
        total[each.name] += each.value  # type: ignore[assignment]
    return dict(total)


def test_the_namespace_names_dimensions_and_units_are_those_of_the_template(
    world: World, emitted: Callable[[], list[Emitted]], with_email: Template
) -> None:
    world.execute()
    real = emitted()
    wanted = [*on_the_dashboard(with_email), *(watched(alarm) for alarm in alarms(with_email).values())]
    own = [each for each in wanted if each.namespace == metrics.NAMESPACE]
    assert {each.name for each in real} == {each.name for each in own} == {metrics.DAYS_SETTLED}
    assert {each.namespace for each in real} == {each.namespace for each in own}
    assert {each.dimensions for each in real} == {tuple(each.dimensions) for each in own} == {()}
    assert {each.unit for each in real} == {"Count"} >= {each.unit for each in own if each.unit}


def test_a_day_is_settled_once_however_often_it_waits(world: World, emitted: Callable[[], list[Emitted]]) -> None:
    world.google.faults.switch_on("tells-last-sync")
    world.google.faults.switch_on("not-synced", times=2)
    world.execute()
    assert sums(emitted()) == {"DaysSettled": 1}


def test_a_day_with_nothing_to_post_is_settled(world: World, emitted: Callable[[], list[Emitted]]) -> None:
    assert world.execute(date="2026-02-03")["posts"] == []
    assert sums(emitted())["DaysSettled"] == 1


@pytest.mark.parametrize("request_", [{}, {"date": "2026-02-03"}])
def test_a_dry_run_settles_nothing(
    request_: dict[str, Any], world: World, emitted: Callable[[], list[Emitted]]
) -> None:
    world.execute(dry_run=True, **request_)
    assert emitted() == []


def test_an_execution_that_finds_its_day_posted_is_well_and_no_silence(
    world: World, emitted: Callable[[], list[Emitted]]
) -> None:
    world.execute("daily 1", date=PAST)
    emitted()
    output = world.execute("daily 2", date=PAST)
    assert {post["status"] for post in output["posts"]} == {"already_posted"}
    assert sums(emitted())["DaysSettled"] == 1


def test_a_day_whose_step_was_killed_after_posting_is_settled_by_its_retry(
    world: World, emitted: Callable[[], list[Emitted]]
) -> None:
    ready = world.run("Format posts", world.fetch(world.run("Choose date", world.begin(date=PAST))))
    world.run("Tweet", ready)
    emitted()
    world.run("Tweet", ready)
    assert sums(emitted()) == {"DaysSettled": 1}


def test_a_day_that_is_not_posted_is_not_settled(world: World, emitted: Callable[[], list[Emitted]]) -> None:
    ready = world.run("Format posts", world.fetch(world.run("Choose date", world.begin(date=PAST))))
    world.x.faults.switch_on("post-402")
    with pytest.raises(StepError):
        world.run("Tweet", ready)
    assert emitted() == []
