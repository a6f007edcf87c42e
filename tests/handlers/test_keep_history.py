"""Keep history: the day and the days before it are kept, corrected and compared; and nothing is in its way."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from fitbit_daily.adapters.history_table import HistoryTable
from fitbit_daily.errors import AwsUnavailable
from local.simulators.days import whole_day
from tests.adapters.fixtures import TOKYO, refusing
from tests.domain.history_days import record
from tests.handlers.world import World

DAY = date(2026, 11, 21)
AGO = {back: DAY - timedelta(days=back) for back in range(10)}


def fetched(world: World, **given: Any) -> dict[str, Any]:
    """The state that Keep history is given: of DAY, whose morning has come, unless it is given a date."""
    world.clock.turn(hours=7)
    return world.fetch(world.run("Choose date", world.begin(**given)))


def kept(world: World, state: dict[str, Any]) -> dict[str, Any]:
    return world.run("Keep history", state)


def of_earlier_days(world: World, steps: dict[date, int], **changed: Any) -> None:
    """Complete days of the history."""
    for day, number in steps.items():
        earlier = record(day, steps=number, fetched_at=world.clock() - timedelta(days=1), **changed)
        assert HistoryTable("history").write(earlier)


def true_steps(day: date) -> int:
    steps = whole_day(day, TOKYO).steps
    assert steps is not None
    return steps


# What is kept


def test_the_day_of_the_article_is_kept_with_all_its_numbers(world: World) -> None:
    state = fetched(world, date="2021-05-23")
    kept(world, state)
    day = world.history("2021-05-23")[date(2021, 5, 23)]
    assert day.numbers() == {
        "steps": 1781,
        "distance_km": Decimal("1.21286"),
        "calories_kcal": 1988,
        "bmr_kcal": 1560,
        "active_kcal": 428,
        "sedentary_minutes": 551,
        "light_minutes": 90,
        "moderate_minutes": 4,
        "vigorous_minutes": 7,
        "minutes_asleep": 746,
    }
    assert (day.source, day.complete, day.fetched_at) == ("google_health", True, world.clock())


def test_the_three_days_before_it_are_kept_as_well_and_no_others(world: World) -> None:
    kept(world, fetched(world))
    history = world.history("2026-01-01", "2026-12-31")
    assert list(history) == [AGO[3], AGO[2], AGO[1], DAY]
    assert {day: history[day].activity.steps for day in history} == {day: true_steps(day) for day in history}
    assert all(day.complete and day.minutes_asleep for day in history.values())


def test_the_state_gains_averages_and_alerts_and_keeps_the_rest(world: World) -> None:
    state = fetched(world)
    after = kept(world, state)
    assert {name: value for name, value in after.items() if name not in ("averages", "alerts")} == state
    assert after["alerts"] == []
    assert after["averages"]["7"]["steps"] == sum(true_steps(AGO[back]) for back in range(4)) / 4
    assert set(after["averages"]) == {"7", "28"} and set(after["averages"]["28"].values()) == {None}


def test_a_state_without_earlier_days_is_one_of_the_day_alone(world: World) -> None:
    state = fetched(world)
    del state["earlier"]
    kept(world, state)
    assert list(world.history("2026-01-01", "2026-12-31")) == [DAY]


def test_what_was_known_of_a_day_and_is_missing_now_stays(world: World) -> None:
    state = fetched(world, date="2026-02-04")
    of_earlier_days(world, {date(2026, 2, 3): 5}, complete=False)
    kept(world, state)
    day = world.history("2026-02-03")[date(2026, 2, 3)]
    assert day.numbers() == {"steps": 5} and day.complete


def test_what_the_tracker_has_not_told_yet_is_kept_as_incomplete(world: World) -> None:
    world.google.faults.switch_on("not-synced")
    state = fetched(world) | {"wait_seconds": 0}
    kept(world, state)
    history = world.history("2026-11-01", "2026-11-30")
    assert {day: each.complete for day, each in history.items()} == {
        AGO[3]: True,
        AGO[2]: True,
        AGO[1]: True,
        DAY: False,
    }
    assert state["complete"] is False


def test_a_day_is_kept_as_complete_as_its_post_says(world: World) -> None:
    kept(world, fetched(world) | {"complete": False})
    assert not world.history(DAY.isoformat())[DAY].complete


def test_a_table_that_cannot_be_read_or_written_is_tried_again(world: World) -> None:
    state = fetched(world)
    for operation in ("Query", "PutItem"):
        with refusing(f"dynamodb.{operation}", "ThrottlingException"), pytest.raises(AwsUnavailable):
            kept(world, state)


# Averages, alerts, the dashboard


def test_the_rules_are_a_setting_and_looked_at_with_the_corrected_days(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALERTS", "steps below 999999 for 4 days; steps below 1; 28-day average of steps above 1")
    of_earlier_days(world, dict.fromkeys((AGO[1], AGO[2], AGO[3]), 1), complete=False)
    assert kept(world, fetched(world))["alerts"] == [
        {"rule": "steps below 999999 for 4 days", "firing": True},
        {"rule": "steps below 1", "firing": False},
        {"rule": "28-day average of steps above 1", "firing": None},
    ]


def test_all_the_days_that_a_rule_may_need_are_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps are known up to the third day back; before the 28 days that end there, just enough for their averages."""
    rule = "28-day average of steps below 99999 for 28 days"
    monkeypatch.setenv("ALERTS", rule)
    state = fetched(world)
    for of_day in (state, *(state["earlier"][AGO[back].isoformat()] for back in (1, 2))):
        of_day["activity"]["steps"] = None
    *known, oldest = [*range(4, 31), *range(45, 58)]
    of_earlier_days(world, {DAY - timedelta(days=back): 1000 for back in known})
    assert kept(world, state)["alerts"] == [{"rule": rule, "firing": None}]
    of_earlier_days(world, {DAY - timedelta(days=oldest): 1000})
    after = kept(world, state)
    assert after["alerts"] == [{"rule": rule, "firing": True}]
    assert after["averages"]["28"]["steps"] == (true_steps(AGO[3]) + 24 * 1000) / 25


def test_a_dry_run_reads_but_writes_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALERTS", "steps below 999999")
    of_earlier_days(world, {AGO[4]: 1000})
    before = world.history("2026-01-01", "2026-12-31")
    after = kept(world, fetched(world, dry_run=True))
    assert after["averages"]["7"]["steps"] == (sum(true_steps(AGO[back]) for back in range(4)) + 1000) / 5
    assert after["alerts"] == [{"rule": "steps below 999999", "firing": True}]
    assert world.history("2026-01-01", "2026-12-31") == before


# The posts


def test_a_compact_post_has_the_averages_unless_the_history_failed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STYLE", "compact")
    of_earlier_days(world, {AGO[4]: 1000, AGO[5]: 1000, AGO[6]: 1000})
    state = fetched(world)
    (post,) = world.run("Format posts", kept(world, state))["posts"]
    average = round((sum(true_steps(AGO[back]) for back in range(4)) + 3000) / 7)
    title, _, steps = post["text"].splitlines()[:3]
    assert (title, steps) == ("2026-11-21 Fitbit (7日平均)", f"歩数 {true_steps(DAY)}歩 ({average})")
    (post,) = world.run("Format posts", state | {"history_failed": {"Error": "AwsUnavailable"}})["posts"]
    title, _, steps = post["text"].splitlines()[:3]
    assert (title, steps) == ("2026-11-21 Fitbit", f"歩数 {true_steps(DAY)}歩")
