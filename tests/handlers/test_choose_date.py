"""Choose date: the input, the execution's start and the calendar become one day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fitbit_daily.errors import InvalidInput, StateFromAnotherVersion, UnexpectedError
from local.simulators.google import GoogleSimulator
from local.simulators.x import XSimulator
from tests.adapters.fixtures import Clock
from tests.handlers.world import World, make
from tests.wsgi import Wire


@pytest.fixture
def world(clock: Clock, google: GoogleSimulator, x: XSimulator, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> World:
    return make(clock, google, x, wire, None, monkeypatch)


def chosen(world: World, **given: Any) -> dict[str, Any]:
    return world.run("Choose date", world.begin(**given))


def test_an_empty_input_means_yesterday_in_the_configured_zone(world: World) -> None:
    assert chosen(world) == {
        "version": 1,
        "execution": "daily 1",
        "date": "2026-11-21",
        "day_ends_at": "2026-11-22T00:00:00+09:00",
        "gives_up_at": "2026-11-22T12:00:00+09:00",
        "dry_run": False,
        "force": False,
    }


def test_a_retry_or_a_redrive_days_later_picks_the_same_day(world: World) -> None:
    state = world.begin()
    first = world.run("Choose date", state)
    world.clock.turn(days=13)
    assert world.run("Choose date", state) == first


def test_the_scheduled_time_counts_where_the_start_came_late(world: World) -> None:
    scheduled = world.clock().strftime("%Y-%m-%dT%H:%M:%SZ")
    world.clock.turn(hours=30)
    assert chosen(world, scheduled_time=scheduled)["date"] == "2026-11-21"
    assert chosen(world)["date"] == "2026-11-22"


def test_a_date_is_taken_as_it_is_with_the_wishes_that_come_with_it(world: World) -> None:
    state = chosen(world, date="2021-05-23", dry_run=True, force=True)
    assert (state["date"], state["dry_run"], state["force"]) == ("2021-05-23", True, True)
    assert (state["day_ends_at"], state["gives_up_at"]) == ("2021-05-24T00:00:00+09:00", "2021-05-24T12:00:00+09:00")


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2025-10-26", 25), ("2026-02-01", 24)])
def test_a_day_on_which_the_clocks_change_ends_at_its_own_midnight(
    day: str, hours: int, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIME_ZONE", "Europe/Berlin")
    before = (datetime.fromisoformat(day) - timedelta(days=1)).date().isoformat()
    ends = [datetime.fromisoformat(chosen(world, date=date)["day_ends_at"]) for date in (before, day)]
    assert ends[1].astimezone(UTC) - ends[0].astimezone(UTC) == timedelta(hours=hours)
    assert ends[1].utcoffset() is not None


@pytest.mark.parametrize(
    "given",
    [
        {"date": "2026-11-22"},
        {"date": "2026-02-30"},
        {"date": "20261121"},
        {"date": 20261121},
        {"day": "2026-11-21"},
        {"date": "2026-11-20", "scheduled_time": "2026-11-21T15:10:00Z"},
        {"scheduled_time": "2026-11-21T15:10:00"},
        {"dry_run": "yes"},
        {"force": 1},
    ],
)
def test_a_doubtful_input_is_refused_with_a_sentence_that_says_where_to_look(given: Any, world: World) -> None:
    with pytest.raises(InvalidInput, match=r"\./daily run --help"):
        chosen(world, **given)


@pytest.mark.parametrize("given", [None, [], "2026-11-21", 1])
def test_an_input_that_is_no_object_is_refused(given: Any, world: World) -> None:
    with pytest.raises(InvalidInput, match="must be a JSON object"):
        world.run("Choose date", world.begin() | {"input": given})


def test_a_definition_of_another_version_cannot_begin(world: World) -> None:
    with pytest.raises(StateFromAnotherVersion):
        world.run("Choose date", world.begin() | {"version": 0})


def test_a_setting_that_cannot_be_read_is_an_unexpected_error(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIME_ZONE", "Mars/Olympus")
    with pytest.raises(UnexpectedError, match="ZoneInfoNotFoundError"):
        chosen(world)
