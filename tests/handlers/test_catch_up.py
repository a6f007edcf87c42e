"""Catch up: nights post by themselves what earlier ones did not, once, and nobody else's days."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from fitbit_daily.adapters.aws import client
from fitbit_daily.adapters.executions import execution_arn
from fitbit_daily.domain.days import DayStatus
from fitbit_daily.errors import AwsUnavailable
from tests.adapters.fixtures import refusing
from tests.handlers.world import MACHINE, State, World

# World.night() begins with the night after YESTERDAY, the 21st.
FIRST = "2026-11-21"


@pytest.fixture(autouse=True)
def _few_looks(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOOK_EVERY_MINUTES", "240")


def days(world: World) -> list[str]:
    """The days that are on the timeline, once for each post, oldest post first."""
    return [re.findall(r"\d{4}-\d\d-\d\d", text)[0] for text in world.texts()]


def before_catch_up(world: World, execution: str = "tonight", **given: Any) -> State:
    """The state of a night that has come as far as Catch up."""
    world.clock.moment = world.next_start
    return world.fetch(world.run("Choose date", world.begin(execution, **given)))


def tonight(world: World) -> State:
    return before_catch_up(world, scheduled_time=world.next_start.isoformat())


def lost_start(world: World, nights: int = 1) -> None:
    world.next_start += timedelta(days=nights)


def test_a_day_given_up_without_a_number_is_posted_once_it_is_synced(world: World) -> None:
    world.night()
    world.google.wearer.stay_unsynced(None)
    assert world.night() == {"night of 2026-11-22": ""}
    day = world.judged("2026-11-22")
    assert (day.status, day.failure) == (DayStatus.OPEN, "Unsynced")
    world.google.wearer.sync()
    world.night()
    assert sorted(days(world)) == sorted(["2026-11-21", "2026-11-22", "2026-11-23"] * 2)
    assert not any("途中" in text for text in world.texts())


def test_it_looks_back_over_the_last_days_that_the_settings_say_and_no_further(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.night()
    lost_start(world, 5)
    assert list(world.night())[1:] == [f"2026-11-{day}-caught-up-by-2026-11-27" for day in (24, 25, 26)]
    lost_start(world)
    monkeypatch.setenv("CATCH_UP_DAYS", "0")
    assert list(world.night()) == ["night of 2026-11-29"]


@pytest.mark.parametrize(
    "given",
    [
        {"date": "2026-11-23", "caught_up_by": "2026-11-24T00:00:00+09:00"},
        {},
        {"date": "2026-11-23"},
        {"scheduled_time": "2026-11-23T15:10:00Z", "dry_run": True},
    ],
    ids=["itself caught up", "by hand", "by hand for a day", "a dry run"],
)
def test_nothing_is_caught_up_by_what_is_no_night(given: dict[str, Any], world: World) -> None:
    world.night()
    lost_start(world, 2)
    world.run("Catch up", before_catch_up(world, **given))
    assert world.started() == {}


def test_a_retry_a_redrive_and_a_double_start_start_each_day_once(world: World) -> None:
    world.night()
    lost_start(world)
    state = tonight(world)
    for given in (state, state, state | {"execution": "delivered again"}):
        assert world.run("Catch up", given)["caught_up"] == ["2026-11-22"]
    assert world.started() == {
        "2026-11-22-caught-up-by-2026-11-23": {"date": "2026-11-22", "caught_up_by": "2026-11-24T00:00:00+09:00"}
    }
    client("stepfunctions").stop_execution(executionArn=execution_arn(MACHINE, "2026-11-22-caught-up-by-2026-11-23"))
    world.run("Catch up", state)
    assert world.started() == {}


def test_each_night_has_a_try_of_its_own(world: World) -> None:
    world.night()
    world.google.faults.switch_on("rollup-503")
    world.night()
    world.google.faults.clear()
    world.x.account.credits = 0
    assert world.night()["2026-11-22-caught-up-by-2026-11-23"] == "XOutOfCredits"
    world.x.account.credits = 99
    ended = world.night()
    assert list(ended)[1:] == [f"2026-11-{day}-caught-up-by-2026-11-24" for day in (22, 23)]
    assert set(ended.values()) == {""}
    assert len(world.texts()) == 8


def test_a_day_that_another_execution_is_at_work_on_is_left_to_it_until_that_has_ended(world: World) -> None:
    world.night()
    lost_start(world)
    world.clock.moment = world.next_start
    client("stepfunctions").start_execution(stateMachineArn=MACHINE, name="by-hand", input="{}")
    world.run("Choose date", world.begin("by-hand", date="2026-11-22"))
    state = tonight(world)
    assert world.run("Catch up", state)["caught_up"] == []
    client("stepfunctions").stop_execution(executionArn=execution_arn(MACHINE, "by-hand"))
    assert world.run("Catch up", state)["caught_up"] == ["2026-11-22"]


@pytest.mark.parametrize("operation", ["dynamodb.Query", "sfn.StartExecution"])
def test_what_goes_wrong_here_is_an_error_that_the_workflow_catches(operation: str, world: World) -> None:
    world.night()
    lost_start(world)
    state = tonight(world)
    with refusing(operation, "InternalServerError", 500), pytest.raises(AwsUnavailable):
        world.run("Catch up", state)


def test_a_style_that_changed_in_between_is_not_that_of_the_days_before(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One day failed in it, another one was never started."""
    world.night()
    world.x.account.credits = 0
    world.night()
    world.x.account.credits = 99
    lost_start(world)
    monkeypatch.setenv("STYLE", "compact")
    assert set(world.night().values()) == {""}
    assert sorted(days(world)) == [f"2026-11-{day}" for day in (21, 21, 22, 22, 23, 23, 24)]
    assert all(world.judged(f"2026-11-{day}").status is DayStatus.SETTLED for day in (21, 22, 23, 24))
