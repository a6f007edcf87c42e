"""The three days before, read along with the day: in the same calls, and never in the day's way."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from fitbit_daily.domain.numbers import Activity
from fitbit_daily.errors import SourceRateLimited
from local.simulators.days import Day, whole_day
from local.simulators.fitbit import FitbitSimulator
from local.simulators.google import GoogleSimulator
from tests.adapters.fixtures import HEALTH, TOKYO, fill
from tests.adapters.test_google_health import expected_activity
from tests.handlers.world import State, World

# The day before was not worn, and the day itself is without sleep.
DAY = "2026-02-04"
EARLIER = ["2026-02-01", "2026-02-02", "2026-02-03"]
NOTHING = Activity().to_state()
STEPS = "/v4/users/me/dataTypes/steps/dataPoints:dailyRollUp"
SLEEP = "/v4/users/me/dataTypes/sleep/dataPoints:reconcile"


def ready(world: World, day: str = DAY) -> State:
    return world.run("Refresh token", world.run("Choose date", world.begin(date=day)))


def fetched(world: World, day: str = DAY) -> State:
    return world.run("Fetch sleep", world.run("Fetch activity", ready(world, day)))


def as_it_was(day: str) -> dict[str, Any]:
    of_day = whole_day(date.fromisoformat(day), TOKYO)
    asleep = sum(sleep.minutes_asleep for sleep in of_day.sleeps) if of_day.sleeps else None
    activity = expected_activity(of_day.date, TOKYO).to_state()
    return {"activity": activity, "sleep": {"minutes_asleep": asleep, "processing": False}}


class Spoiled:
    """Google, whose answers about an earlier day make no sense."""

    def __init__(self, google: GoogleSimulator, path: str, spoil: Callable[[dict[str, Any]], object]) -> None:
        self.google, self.path, self.spoil = google, path, spoil

    def __call__(self, environ: dict[str, Any], start: Any) -> Any:
        if environ["PATH_INFO"] != self.path:
            return self.google(environ, start)
        answer = json.loads(b"".join(self.google(environ, lambda *_: lambda _: None)))
        for point in answer.get("rollupDataPoints", answer.get("dataPoints", [])):
            civil = point["civilStartTime"] if "civilStartTime" in point else point["sleep"]["interval"]["civilEndTime"]
            if date(**civil["date"]).isoformat() == EARLIER[1]:
                self.spoil(point)
        start("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(answer).encode()]


def test_each_of_them_has_its_activity_and_its_sleep_and_a_day_without_data_has_null(world: World) -> None:
    state = fetched(world)
    assert state["earlier"] == {day: as_it_was(day) for day in EARLIER}
    assert state["earlier"]["2026-02-03"] == {
        "activity": NOTHING,
        "sleep": {"minutes_asleep": None, "processing": False},
    }
    assert state["activity"]["steps"] == 0


def test_a_scheduled_day_takes_at_most_twelve_remote_calls_the_posts_included(world: World) -> None:
    """One for the token, the devices, the proof of the sync and six rollups, one page of sleep, two posts."""
    world.clock.turn(hours=9)
    world.execute(scheduled_time="2026-11-21T15:10:00Z")
    assert len(world.texts()) == 2
    assert len(world.wire.exchanges) == 12


def test_with_fitbit_as_well(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    fitbit = FitbitSimulator(wearer=world.google.wearer, now=world.clock)
    fitbit.has_devices = False
    world.wire.applications["https://api.fitbit.com"] = fitbit
    monkeypatch.setenv("SOURCE", "fitbit")
    fill(world.environment["SOURCE_SECRET_ARN"], vars(fitbit.tokens.credentials))
    world.clock.turn(hours=9)
    world.execute(scheduled_time="2026-11-21T15:10:00Z")
    assert len(world.texts()) == 2
    assert len(world.wire.exchanges) <= 12
    assert {record.date for record in world.history("2026-11-18", "2026-11-21").values()} == {
        date(2026, 11, 21) - timedelta(days=back) for back in range(4)
    }


def test_days_before_there_was_any_fitbit_are_not_asked_for(world: World) -> None:
    state = fetched(world, "2009-01-02")
    assert list(state["earlier"]) == ["2009-01-01"]
    assert fetched(world, "2009-01-01")["earlier"] == {}


def test_a_sleep_of_an_earlier_day_that_is_being_processed_does_not_hold_up_the_day(world: World) -> None:
    state = fetched(world, "2026-02-06")
    assert state["earlier"]["2026-02-05"]["sleep"]["processing"] is True
    assert (state["sleep"]["processing"], state["complete"], state["wait_seconds"]) == (False, True, 0)


@pytest.mark.parametrize(
    ("path", "spoil"),
    [
        (STEPS, lambda point: point["steps"].update(countSum="many")),
        (SLEEP, lambda point: point["sleep"]["summary"].update(minutesAsleep="a few")),
    ],
)
def test_an_answer_about_an_earlier_day_that_makes_no_sense_costs_the_earlier_days_alone(
    path: str, spoil: Callable[[dict[str, Any]], object], world: World
) -> None:
    state = ready(world)
    world.wire.applications[HEALTH] = Spoiled(world.google, path, spoil)
    state = world.run("Fetch sleep", world.run("Fetch activity", state))
    assert state["earlier"] == {}
    assert (state["activity"]["steps"], state["complete"]) == (0, True)
    assert state["sleep"] == as_it_was(DAY)["sleep"]


def test_should_google_refuse_the_range_alone_the_day_goes_on_without_it(world: World) -> None:
    state = ready(world)
    whole = world.google.wearer.day

    def falls_over_an_earlier_day(day: date, until: datetime | None = None) -> Day:
        assert day.isoformat() not in EARLIER
        return whole(day, until)

    def refusing(environ: dict[str, Any], start: Any) -> Any:
        try:
            return world.google(environ, start)
        except AssertionError:
            start("503 Service Unavailable", [("Content-Type", "application/json")])
            return [b"{}"]

    world.google.wearer.day = falls_over_an_earlier_day  # type: ignore[method-assign]
    world.wire.applications[HEALTH] = refusing
    state = world.run("Fetch sleep", world.run("Fetch activity", state))
    assert state["earlier"] == {} and state["activity"]["steps"] == 0


def test_a_rate_limit_that_strikes_the_day_as_well_is_told_and_nobody_is_asked_again(world: World) -> None:
    state = world.past_the_deadline(ready(world)) | {"synced_until": None}
    world.google.faults.switch_on("health-429")
    for step, side_by_side in (("Fetch activity", 2), ("Fetch sleep", 1)):
        calls = len(world.google.calls)
        with pytest.raises(SourceRateLimited):
            world.run(step, state)
        assert len(world.google.calls) - calls <= side_by_side


def test_a_state_from_before_there_were_earlier_days_is_read_all_the_same(world: World) -> None:
    state = world.run("Fetch activity", ready(world))
    del state["earlier"], state["battery_low"], state["fetched_at"]
    assert world.run("Fetch sleep", state)["earlier"] == {}
