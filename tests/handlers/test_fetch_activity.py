"""Fetch activity: the sync first, then the numbers; and what a refused token means."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from fitbit_daily.domain.numbers import Activity
from fitbit_daily.errors import (
    AccessRefused,
    AccessTokenExpired,
    AuthorizationLost,
    AwsUnavailable,
    LookAgain,
    ScopeNotGranted,
    StepError,
)
from tests.adapters.fixtures import HEALTH, refusing
from tests.handlers.world import World

ROLLUPS = 6


def before(world: World, step: str) -> dict[str, Any]:
    """The state that a step is given."""
    state = world.run("Choose date", world.begin())
    for name in ("Refresh token", "Fetch activity"):
        if name == step:
            break
        state = world.run(name, state)
    return state


def ready(world: World, **given: Any) -> dict[str, Any]:
    return world.run("Refresh token", world.run("Choose date", world.begin(**given)))


@pytest.mark.parametrize("given", [{}, {"date": "2021-05-23"}])
def test_the_numbers_are_read_only_after_the_answer_about_the_sync(given: Any, world: World) -> None:
    state = ready(world, **given)
    log: list[str] = []
    lock = threading.Lock()

    def noting(environ: dict[str, Any], start: Any) -> Any:
        with lock:
            log.append(f"asked {environ['PATH_INFO']}")
        answer = list(world.google(environ, start))
        with lock:
            log.append(f"answered {environ['PATH_INFO']}")
        return answer

    world.wire.applications[HEALTH] = noting
    world.run("Fetch activity", state)
    devices, steps = "/v4/users/me/pairedDevices", "/v4/users/me/dataTypes/steps/dataPoints:dailyRollUp"
    assert log[:4] == [f"asked {devices}", f"answered {devices}", f"asked {steps}", f"answered {steps}"]
    assert len(log) == 4 + 2 * ROLLUPS


def test_the_state_gains_the_sync_and_the_numbers_and_keeps_the_rest(world: World) -> None:
    state = ready(world, date="2021-05-23")
    world.google.faults.switch_on("battery-low")
    after = world.run("Fetch activity", state)
    assert (after["battery_low"], after["fetched_at"]) == (True, "2026-11-21T15:10:00+00:00")
    assert {name: after[name] for name in state} == state
    assert after["synced_until"] == "2021-05-24T00:00:00+09:00"
    assert after["activity"] == {
        "steps": 1781,
        "distance_km": 1.21286,
        "calories_kcal": 1988.0,
        "bmr_kcal": 1560.0,
        "active_kcal": 428.0,
        "sedentary_minutes": 551,
        "light_minutes": 90,
        "moderate_minutes": 4,
        "vigorous_minutes": 7,
        "doubtful": False,
    }


@pytest.mark.parametrize("step", ["Fetch activity", "Fetch sleep"])
def test_without_a_token_the_workflow_goes_back_for_one_also_from_the_last_look_and_in_a_dry_run(
    step: str, world: World
) -> None:
    state = world.run("Choose date", world.begin()) | {"synced_until": None}
    last = world.past_the_deadline(state)
    for given in (state, last, last | {"dry_run": True}):
        with pytest.raises(AccessTokenExpired):
            world.run(step, given)
    assert world.google.calls == []


@pytest.mark.parametrize("step", ["Fetch activity", "Fetch sleep"])
def test_a_token_that_ran_out_in_a_wait_leads_back_and_the_new_one_works(step: str, world: World) -> None:
    state = ready(world, date="2021-05-23") | {"synced_until": None, "activity": Activity().to_state()}
    world.clock.turn(days=3)
    with pytest.raises(AccessTokenExpired) as raised:
        world.run(step, state)
    assert "CANARY" not in str(raised.value)
    state = world.run("Refresh token", state | {"refused": {"Error": "AccessTokenExpired"}})
    world.run(step, state)


@pytest.mark.parametrize("step", ["Fetch activity", "Fetch sleep"])
def test_a_fresh_token_that_is_refused_means_that_the_authorisation_is_lost(step: str, world: World) -> None:
    world.google.faults.switch_on("token-expires-at-once")
    state = ready(world) | {"synced_until": None}
    with pytest.raises(LookAgain, match="AuthorizationLost"):
        world.run(step, state)
    state = world.past_the_deadline(state)
    with pytest.raises(AuthorizationLost, match=r"\./daily authorize google_health"):
        world.run(step, state)


@pytest.mark.parametrize("fault", ["health-401", "health-403-permission"])
def test_a_lasting_refusal_ends_after_one_renewal_and_never_goes_in_circles(fault: str, world: World) -> None:
    state = world.fetch(world.run("Choose date", world.begin(date="2021-05-23")))
    world.clock.turn(minutes=30)
    world.google.faults.switch_on(fault)
    with pytest.raises((AuthorizationLost, AccessRefused)):
        world.fetch(world.past_the_deadline(state))
    # A refusal of everything, but not of the token, does not lead back at all.
    assert world.google.calls.count("POST /token") == (1 if fault == "health-403-permission" else 2)


@pytest.mark.parametrize(
    ("step", "fault", "error"),
    [
        ("Refresh token", "token-503", "SourceUnavailable"),
        ("Fetch activity", "rollup-429", "SourceRateLimited"),
        ("Fetch sleep", "sleep-html", "SourceUnavailable"),
    ],
)
def test_what_may_pass_leads_to_another_look_and_to_none_from_the_deadline_on_or_in_a_dry_run(
    step: str, fault: str, error: str, world: World
) -> None:
    state = before(world, step)
    world.google.faults.switch_on(fault)
    with pytest.raises(LookAgain) as stopped:
        world.run(step, state)
    assert stopped.value.what.startswith(f"{error}: ")
    for last in (world.past_the_deadline(state), state | {"dry_run": True}):
        with pytest.raises(StepError) as raised:
            world.run(step, last)
        assert type(raised.value).__name__ == error


@pytest.mark.parametrize("step", ["Refresh token", "Fetch activity", "Fetch sleep"])
def test_a_trouble_of_aws_is_waited_out_in_the_same_way(step: str, world: World) -> None:
    state = before(world, step)
    with refusing("ssm.GetParameter", "InternalServerError", 500):
        with pytest.raises(LookAgain, match="AwsUnavailable"):
            world.run(step, state)
        with pytest.raises(AwsUnavailable):
            world.run(step, world.past_the_deadline(state))


@pytest.mark.parametrize(
    ("step", "fault", "error"),
    [
        ("Refresh token", "token-invalid-grant", AuthorizationLost),
        ("Fetch activity", "rollup-403-scope", ScopeNotGranted),
    ],
)
def test_what_needs_a_person_is_told_at_once(step: str, fault: str, error: type[StepError], world: World) -> None:
    state = before(world, step)
    world.google.faults.switch_on(fault)
    with pytest.raises(error):
        world.run(step, state)


def test_one_refusal_of_a_fresh_token_costs_a_look_and_not_the_day(world: World) -> None:
    world.google.tells_last_sync = True
    world.google.faults.switch_on("rollup-401", times=1)
    assert [post["status"] for post in world.execute()["posts"]] == ["posted", "posted"]
