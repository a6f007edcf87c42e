"""What the steps really emit, in a run of the real handlers, is what the dashboard draws and the alarms watch."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from fitbit_daily import metrics
from fitbit_daily.adapters.aws import client
from fitbit_daily.errors import SourceUnavailable, StepError
from tests.adapters.fixtures import *  # noqa: F403
from tests.adapters.fixtures import Clock, _aws_account, _nothing_waits
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


def waits_twice(world: World) -> None:
    world.google.faults.switch_on("tells-last-sync")
    world.google.faults.switch_on("not-synced", times=2)


def test_the_namespace_names_dimensions_and_units_are_those_of_the_template(
    world: World, emitted: Callable[[], list[Emitted]], with_email: Template
) -> None:
    waits_twice(world)
    world.execute()
    real = emitted()
    wanted = [*on_the_dashboard(with_email), *(watched(alarm) for alarm in alarms(with_email).values())]
    own = [each for each in wanted if each.namespace == metrics.NAMESPACE]
    of_the_workflow = [each for each in own if each.name not in metrics.OF_THE_DAYS]
    assert {each.name for each in real} == {each.name for each in of_the_workflow} == set(metrics.OF_THE_WORKFLOW)
    assert {each.namespace for each in real} == {each.namespace for each in own}
    assert {each.dimensions for each in real} == {tuple(each.dimensions) for each in own} == {()}
    assert {each.unit for each in real} == {"Count"} >= {each.unit for each in own if each.unit}


def test_what_is_put_for_the_days_is_what_the_dashboard_draws_of_them(world: World, template: Template) -> None:
    world.execute()
    put = client("cloudwatch").list_metrics(Namespace=metrics.NAMESPACE)["Metrics"]
    drawn = {each.name for each in on_the_dashboard(template) if each.namespace == metrics.NAMESPACE}
    assert {each["MetricName"] for each in put} == set(metrics.OF_THE_DAYS) == drawn & set(metrics.OF_THE_DAYS)
    assert not [each for each in put if each["Dimensions"]]


def test_a_day_is_settled_once_a_wait_counted_each_time_and_every_request_counted(
    world: World, emitted: Callable[[], list[Emitted]]
) -> None:
    waits_twice(world)
    world.execute()
    counted = sums(emitted())
    assert counted["DaysSettled"] == 1 and counted["Waits"] == 2
    assert counted["RemoteCalls"] == len(world.wire.exchanges) > 10


def test_a_day_with_nothing_to_post_is_settled(world: World, emitted: Callable[[], list[Emitted]]) -> None:
    assert world.execute(date="2026-02-03")["posts"] == []
    assert sums(emitted())["DaysSettled"] == 1


@pytest.mark.parametrize("request_", [{}, {"date": "2026-02-03"}])
def test_a_dry_run_settles_nothing_and_waits_for_nothing(
    request_: dict[str, Any], world: World, emitted: Callable[[], list[Emitted]]
) -> None:
    waits_twice(world)
    world.execute(dry_run=True, **request_)
    assert set(sums(emitted())) == {"RemoteCalls"}


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


@pytest.mark.parametrize(("step", "fault"), [("Fetch activity", "rollup-503"), ("Tweet", "post-402")])
def test_a_step_that_fails_emits_nothing_but_its_remote_calls(
    step: str, fault: str, world: World, emitted: Callable[[], list[Emitted]]
) -> None:
    state = world.run("Refresh token", world.run("Choose date", world.begin(date=PAST)))
    if step == "Tweet":
        state = world.run("Format posts", world.fetch(state))
    emitted()
    before = len(world.wire.exchanges)
    world.google.faults.switch_on(fault) if step != "Tweet" else world.x.faults.switch_on(fault)
    with pytest.raises((SourceUnavailable, StepError)):
        world.run(step, state)
    assert sums(emitted()) == {"RemoteCalls": len(world.wire.exchanges) - before}


def test_a_step_without_a_remote_call_emits_nothing(world: World, emitted: Callable[[], list[Emitted]]) -> None:
    world.run("Choose date", world.begin(date=PAST))
    assert emitted() == []


def test_no_value_of_the_days_is_ever_in_a_line_of_the_log(
    world: World, emitted: Callable[[], list[Emitted]], clock: Clock
) -> None:
    for day in (PAST, "2026-02-08", "2026-11-20"):
        world.execute(f"about {day}", date=day)
        clock.turn(hours=1)
    real = emitted()
    assert real and not {each.name for each in real} & set(metrics.OF_THE_DAYS)
    # Counts of what a few executions do, not of what a person did.
    assert all(each.value < 30 for each in real)
