"""Catch up: nights post by themselves what earlier ones did not, once, and nobody else's days."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from fitbit_daily.adapters.aws import client
from fitbit_daily.adapters.executions import execution_arn
from fitbit_daily.adapters.ledger_table import LedgerTable
from fitbit_daily.domain.days import DayStatus
from fitbit_daily.domain.ledger import Pause
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


def test_a_night_that_finds_nothing_missing_starts_nothing(world: World) -> None:
    assert world.night() == {"night of 2026-11-21": ""}
    assert world.night() == {"night of 2026-11-22": ""}
    assert days(world) == ["2026-11-21"] * 2 + ["2026-11-22"] * 2


@pytest.mark.parametrize("fault", ["rollup-503", "rollup-429", "rollup-403-permission", "devices-503", "sleep-503"])
def test_a_night_that_failed_is_made_good_by_the_next_one(fault: str, world: World) -> None:
    world.night()
    world.google.faults.switch_on(fault)
    (failed,) = world.night().values()
    assert failed
    world.google.faults.clear()
    assert world.night() == {"night of 2026-11-23": "", "2026-11-22-caught-up-by-2026-11-23": ""}
    assert sorted(days(world)) == ["2026-11-21"] * 2 + ["2026-11-22"] * 2 + ["2026-11-23"] * 2


def test_a_start_that_was_lost_is_made_good_too(world: World) -> None:
    world.night()
    lost_start(world)
    assert world.night() == {"night of 2026-11-23": "", "2026-11-22-caught-up-by-2026-11-23": ""}
    assert sorted(days(world)) == sorted(["2026-11-21", "2026-11-22", "2026-11-23"] * 2)


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


def test_a_sleep_that_came_after_the_day_was_given_up_is_posted(world: World) -> None:
    """Synced at three in the morning of the 22nd, within its night, and not again before the 23rd at noon."""
    world.night()
    world.google.wearer.unsynced.start(None)
    world.google.wearer._stuck_at = datetime.fromisoformat("2026-11-22T03:00:00+09:00")
    world.night()
    assert [text[:16] for text in world.texts()[2:]] == ["本日(2026-11-22)の運"]
    world.google.wearer.sync()
    world.night()
    assert sum("本日(2026-11-22)の睡眠" in text for text in world.texts()) == 1
    assert sum("本日(2026-11-22)の運動" in text for text in world.texts()) == 1


def test_it_looks_back_over_the_last_days_that_the_settings_say_and_no_further(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.night()
    lost_start(world, 5)
    assert list(world.night())[1:] == [f"2026-11-{day}-caught-up-by-2026-11-27" for day in (24, 25, 26)]
    lost_start(world)
    monkeypatch.setenv("CATCH_UP_DAYS", "0")
    assert list(world.night()) == ["night of 2026-11-29"]


def test_days_before_the_first_settled_one_are_nobodys(world: World) -> None:
    world.google.faults.switch_on("rollup-503")
    assert world.night() == {"night of 2026-11-21": "SourceUnavailable"}
    world.google.faults.clear()
    assert world.night() == {"night of 2026-11-22": ""}
    assert world.night() == {"night of 2026-11-23": ""}
    assert "2026-11-21" not in days(world)


def test_days_of_a_pause_are_nobodys(world: World) -> None:
    world.night()
    world.clock.turn(hours=15)
    began = world.clock()
    LedgerTable("ledger").pause(began)
    assert world.night() == {"night of 2026-11-22": ""}
    world.clock.turn(hours=15)
    LedgerTable("ledger").resume(Pause(began), world.clock())
    assert world.night() == {"night of 2026-11-23": ""}
    assert sorted(days(world)) == ["2026-11-21"] * 2 + ["2026-11-23"] * 2


def test_a_failed_force_is_not_caught_up(world: World) -> None:
    world.night()
    world.x.account.credits = 0
    assert world.ends("by force", date=FIRST, force=True) == "XOutOfCredits"
    world.x.account.credits = 10
    assert world.night() == {"night of 2026-11-22": ""}


def test_what_is_caught_up_catches_nothing_up_itself(world: World) -> None:
    world.night()
    lost_start(world, 2)
    caught_up = before_catch_up(world, date="2026-11-23", caught_up_by="2026-11-24T00:00:00+09:00")
    assert world.run("Catch up", caught_up) == caught_up
    assert world.started() == {}


@pytest.mark.parametrize("given", [{}, {"date": "2026-11-23"}, {"scheduled_time": "…", "dry_run": True}])
def test_nor_does_what_a_person_starts_or_a_dry_run(given: dict[str, Any], world: World) -> None:
    world.night()
    lost_start(world, 2)
    if "scheduled_time" in given:
        given = given | {"scheduled_time": world.next_start.isoformat()}
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


def test_with_a_late_time_to_give_up_the_next_night_still_catches_up(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until then, and Tweet's twelve hours, the night that failed said that it would be at work."""
    monkeypatch.setenv("GIVE_UP_AT", "20:00")
    monkeypatch.setenv("CATCH_UP_DAYS", "1")
    world.night()
    world.x.account.credits = 0
    world.night()
    world.x.account.credits = 9
    assert list(world.night())[1:] == ["2026-11-22-caught-up-by-2026-11-23"]


def test_four_nights_of_which_two_are_bad_end_with_all_days_posted_once(world: World) -> None:
    world.night()
    for fault in ("rollup-503", "rollup-403-permission"):
        world.google.faults.switch_on(fault)
        world.night()
        world.google.faults.clear()
    assert set(world.night().values()) == {""}
    assert sorted(days(world)) == [f"2026-11-{day}" for day in (21, 21, 22, 22, 23, 23, 24, 24)]


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


def test_a_person_who_changes_the_style_and_fails_leaves_the_day_to_the_nights(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.night()
    world.x.account.credits = 0
    world.night()
    monkeypatch.setenv("STYLE", "compact")
    world.clock.turn(hours=1)
    assert world.ends("by hand", date="2026-11-22") == "XOutOfCredits"
    world.x.account.credits = 99
    assert list(world.night())[1:] == ["2026-11-22-caught-up-by-2026-11-23"]
    assert sorted(days(world)) == [f"2026-11-{day}" for day in (21, 21, 22, 22, 23)]


def test_any_style_changed_at_any_time_loses_no_day(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, style in enumerate(["classic", "compact", "classic", "compact", "compact"]):
        monkeypatch.setenv("STYLE", style)
        if number % 2:
            lost_start(world)
        world.night()
    found = [date.fromisoformat(FIRST) + timedelta(days=number) for number in range(7)]
    assert [world.judged(str(day)).status for day in found] == [DayStatus.SETTLED] * 7
