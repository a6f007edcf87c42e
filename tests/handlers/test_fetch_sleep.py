"""Fetch sleep: the minutes asleep, and whether to wait for more."""

from __future__ import annotations

from datetime import date
from typing import Any

from local.simulators.days import whole_day
from tests.adapters.fixtures import TOKYO
from tests.handlers.world import World


def before(world: World, **given: Any) -> dict[str, Any]:
    ready = world.run("Refresh token", world.run("Choose date", world.begin(**given)))
    return world.run("Fetch activity", ready)


def asleep(day: str) -> dict[str, Any]:
    """As it really was."""
    minutes = [sleep.minutes_asleep for sleep in whole_day(date.fromisoformat(day), TOKYO).sleeps]
    return {"minutes_asleep": sum(minutes) if minutes else None, "processing": False}


def test_the_state_gains_the_sleep_and_the_verdict_and_keeps_the_rest(world: World) -> None:
    state = before(world, date="2021-05-23")
    after = world.run("Fetch sleep", state)
    assert after == state | {
        "sleep": {"minutes_asleep": 746, "processing": False},
        "earlier": {day: told | {"sleep": asleep(day)} for day, told in state["earlier"].items()},
        "complete": True,
        "wait_seconds": 0,
    }


def test_the_last_wait_ends_at_the_time_to_give_up(world: World) -> None:
    world.google.faults.switch_on("not-synced")
    state = before(world)
    after = world.run("Fetch sleep", state)
    assert (after["complete"], after["wait_seconds"]) == (False, 30 * 60)
    world.clock.turn(hours=11, minutes=40)
    world.run("Refresh token", state)
    assert world.run("Fetch sleep", state)["wait_seconds"] == 10 * 60
    world.clock.turn(minutes=10)
    after = world.run("Fetch sleep", state)
    assert (after["complete"], after["wait_seconds"]) == (False, 0)


def test_a_past_day_does_not_wait_for_its_tracker(world: World) -> None:
    world.google.wearer.stay_unsynced(None)
    world.clock.turn(days=2)
    after = world.run("Fetch sleep", before(world, date="2026-11-22"))
    assert (after["complete"], after["wait_seconds"]) == (False, 0)


def test_a_dry_run_waits_for_nothing_and_still_says_that_it_is_incomplete(world: World) -> None:
    world.google.faults.switch_on("not-synced")
    after = world.run("Fetch sleep", before(world, dry_run=True))
    assert (after["complete"], after["wait_seconds"]) == (False, 0)


def test_sleep_that_is_still_being_processed_counts_as_not_synced(world: World) -> None:
    world.clock.turn(hours=9)
    world.google.faults.switch_on("sleep-processing", times=1)
    state = before(world)
    assert state["synced_until"] is not None
    first, second = (world.run("Fetch sleep", state) for _ in range(2))
    assert (first["sleep"]["processing"], first["complete"], first["wait_seconds"]) == (True, False, 30 * 60)
    assert (second["sleep"]["processing"], second["complete"], second["wait_seconds"]) == (False, True, 0)


def test_a_day_of_which_the_source_says_two_things_is_looked_at_again(world: World) -> None:
    world.clock.turn(hours=9)
    state = before(world)
    assert world.run("Fetch sleep", state)["complete"] is True
    doubtful = state | {"activity": state["activity"] | {"steps": None, "doubtful": True}}
    after = world.run("Fetch sleep", doubtful)
    assert (after["complete"], after["wait_seconds"]) == (False, 30 * 60)
