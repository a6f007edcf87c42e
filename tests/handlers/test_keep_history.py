"""Keep history: the day and the days before it are kept, corrected and compared; and nothing is in its way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from fitbit_daily.adapters.aws import client
from fitbit_daily.adapters.history_table import HistoryTable
from fitbit_daily.domain.history import DayRecord
from fitbit_daily.errors import AwsUnavailable
from local.simulators.days import Day, whole_day
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


def of_earlier_days(world: World, steps: dict[int, int], **changed: Any) -> None:
    """Complete days of the history, by how long before DAY they were."""
    for back, number in steps.items():
        day = DAY - timedelta(days=back)
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


def test_absent_stays_absent(world: World) -> None:
    kept(world, fetched(world, date="2026-02-04"))
    history = world.history("2026-02-03", "2026-02-04")
    assert history[date(2026, 2, 3)].numbers() == {}
    assert history[date(2026, 2, 4)].numbers()["steps"] == 0


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


def test_a_late_sync_corrects_the_earlier_days(world: World) -> None:
    of_earlier_days(world, {1: 17, 2: 1, 5: 42}, complete=False)
    kept(world, fetched(world))
    history = world.history("2026-11-01", "2026-11-30")
    assert [history[AGO[back]].activity.steps for back in (1, 2)] == [true_steps(AGO[1]), true_steps(AGO[2])]
    assert history[AGO[1]].complete and history[AGO[5]].activity.steps == 42, "what is not read stays as it was"


def test_what_was_known_of_a_day_and_is_missing_now_stays(world: World) -> None:
    state = fetched(world, date="2026-02-04")
    HistoryTable("history").write(
        record(date(2026, 2, 3), steps=5, complete=False, fetched_at=world.clock() - timedelta(days=1))
    )
    kept(world, state)
    day = world.history("2026-02-03")[date(2026, 2, 3)]
    assert day.numbers() == {"steps": 5} and day.complete


def test_a_day_that_the_tracker_has_forgotten_is_kept_and_is_not_called_complete(world: World) -> None:
    world.google.wearer.stay_unsynced(None)
    world.clock.turn(days=40)
    state = fetched(world, date="2026-11-21")
    assert (state["complete"], state["wait_seconds"]) == (False, 0)
    kept(world, state)
    assert {day: each.complete for day, each in world.history("2026-11-01", "2026-11-30").items()} == {
        AGO[3]: True,
        AGO[2]: True,
        AGO[1]: True,
        DAY: False,
    }


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


@pytest.mark.parametrize(
    ("synced_until", "complete"),
    [
        ("2026-11-20T15:00:00+00:00", [True, True, True]),
        ("2026-11-20T14:59:59+00:00", [True, True, False]),
        ("2026-11-19T00:00:00+09:00", [True, False, False]),
        (None, [True, True, False]),
    ],
)
def test_an_earlier_day_is_complete_if_the_tracker_synced_on_a_later_date_of_the_owners(
    synced_until: str | None, complete: list[bool], world: World
) -> None:
    state = fetched(world) | {"synced_until": synced_until, "complete": False}
    state["activity"]["steps"] = None
    for earlier in state["earlier"].values():
        earlier["activity"]["steps"] = None
    if synced_until is None:
        state["earlier"][AGO[1].isoformat()]["activity"]["steps"] = 5  # which proves the days before that one
    kept(world, state)
    history = world.history("2026-11-01", "2026-11-30")
    assert [history[AGO[back]].complete for back in (3, 2, 1)] == complete


def test_an_earlier_day_whose_sleep_is_still_being_worked_out_is_not_complete(world: World) -> None:
    state = fetched(world)
    state["earlier"][AGO[2].isoformat()]["sleep"]["processing"] = True
    kept(world, state)
    history = world.history("2026-11-01", "2026-11-30")
    assert [history[AGO[back]].complete for back in (3, 2, 1, 0)] == [True, False, True, True]


def test_no_correction_changes_or_repeats_a_post(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.execute(date="2026-11-20")
    texts, before = world.texts(), world.history("2026-11-20")[AGO[1]]
    assert len(texts) == 2 and before.activity.steps == true_steps(AGO[1])
    as_first_told = world.google.wearer.day

    def corrected(day: date, until: datetime | None = None) -> Day:
        told = as_first_told(day, until)
        return replace(told, steps=12_345) if day == AGO[1] else told

    monkeypatch.setattr(world.google.wearer, "day", corrected)
    world.clock.turn(hours=24)
    world.execute("the next day", date="2026-11-21")
    assert world.history("2026-11-20")[AGO[1]].activity.steps == 12_345
    assert world.texts()[:2] == texts and len(world.texts()) == 4
    again = world.execute("the same day again", date="2026-11-20")
    assert [post["status"] for post in again["posts"]] == ["already_posted"] * 2
    assert world.texts()[:2] == texts and len(world.texts()) == 4


# Again, at once, and killed


def test_it_can_be_run_again_and_again(world: World) -> None:
    state = fetched(world)
    first = kept(world, state)
    history = world.history("2026-11-01", "2026-11-30")
    assert kept(world, state) == first
    assert world.history("2026-11-01", "2026-11-30") == history


def test_what_was_fetched_earlier_and_comes_later_changes_nothing(world: World) -> None:
    early = fetched(world)
    world.clock.turn(minutes=5)
    late = fetched(world) | {"activity": early["activity"] | {"steps": 4711}}
    kept(world, late)
    history = world.history("2026-11-01", "2026-11-30")
    kept(world, early)
    assert world.history("2026-11-01", "2026-11-30") == history
    assert history[DAY].activity.steps == 4711


@contextmanager
def killed_at(nth: int) -> Iterator[list[str]]:
    """The function is gone right before its nth call of AWS; the calls that there were."""
    calls: list[str] = []

    def count(model: Any, **_: Any) -> None:
        calls.append(model.name)
        if len(calls) == nth:
            raise KeyboardInterrupt

    events = client("dynamodb").meta.events
    events.register("before-call", count)
    try:
        yield calls
    finally:
        events.unregister("before-call", count)


def test_a_kill_at_any_call_is_made_good_by_the_next_try(world: World) -> None:
    state = fetched(world)
    with killed_at(0) as calls:
        kept(world, state)
    assert calls == ["Query"] + ["PutItem"] * 4
    history = world.history("2026-11-01", "2026-11-30")
    for nth in range(1, len(calls) + 1):
        empty()
        with killed_at(nth), pytest.raises(KeyboardInterrupt):
            kept(world, state)
        kept(world, state)
        assert world.history("2026-11-01", "2026-11-30") == history


def empty() -> None:
    for item in client("dynamodb").scan(TableName="history")["Items"]:
        client("dynamodb").delete_item(TableName="history", Key={name: item[name] for name in ("year", "date")})


def test_a_table_that_cannot_be_read_or_written_is_tried_again(world: World) -> None:
    state = fetched(world)
    for operation in ("Query", "PutItem"):
        with refusing(f"dynamodb.{operation}", "ThrottlingException"), pytest.raises(AwsUnavailable):
            kept(world, state)


# Averages, alerts, the dashboard


def test_the_days_of_the_table_count_in_the_averages(world: World) -> None:
    of_earlier_days(world, {4: 1000, 5: 2000, 6: 3000, 7: 10**5})
    steps = [true_steps(AGO[back]) for back in range(4)] + [1000, 2000, 3000]
    assert kept(world, fetched(world))["averages"]["7"]["steps"] == pytest.approx(sum(steps) / 7, rel=1e-15)


def test_the_rules_are_a_setting_and_looked_at_with_the_corrected_days(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALERTS", "steps below 999999 for 4 days; steps below 1; 28-day average of steps above 1")
    of_earlier_days(world, {1: 1, 2: 1, 3: 1}, complete=False)
    assert kept(world, fetched(world))["alerts"] == [
        {"rule": "steps below 999999 for 4 days", "firing": True},
        {"rule": "steps below 1", "firing": False},
        {"rule": "28-day average of steps above 1", "firing": None},
    ]


@pytest.mark.parametrize(
    ("rule", "more"),
    [
        ("steps below 99999 for 28 days", []),
        ("7-day average of steps below 99999 for 28 days", [34, 35, 36]),
        ("28-day average of steps below 99999 for 28 days", [*range(45, 58)]),
    ],
)
def test_all_the_days_that_a_rule_may_need_are_read(
    rule: str, more: list[int], world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Steps are known up to the third day back; before the 28 days that end there, just enough for their averages."""
    monkeypatch.setenv("ALERTS", rule)
    state = fetched(world)
    for of_day in (state, *(state["earlier"][AGO[back].isoformat()] for back in (1, 2))):
        of_day["activity"]["steps"] = None
    *known, oldest = [*range(4, 31), *more]
    of_earlier_days(world, dict.fromkeys(known, 1000))
    assert kept(world, state)["alerts"] == [{"rule": rule, "firing": None}]
    of_earlier_days(world, {oldest: 1000})
    after = kept(world, state)
    assert after["alerts"] == [{"rule": rule, "firing": True}]
    assert after["averages"]["28"]["steps"] == (true_steps(AGO[3]) + 24 * 1000) / 25


def test_a_dry_run_reads_but_writes_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALERTS", "steps below 999999")
    of_earlier_days(world, {4: 1000})
    before = world.history("2026-01-01", "2026-12-31")
    after = kept(world, fetched(world, dry_run=True))
    assert after["averages"]["7"]["steps"] == (sum(true_steps(AGO[back]) for back in range(4)) + 1000) / 5
    assert after["alerts"] == [{"rule": "steps below 999999", "firing": True}]
    assert world.history("2026-01-01", "2026-12-31") == before


# The posts


def test_a_compact_post_has_the_averages(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STYLE", "compact")
    of_earlier_days(world, {4: 1000, 5: 1000, 6: 1000})
    output = world.execute()
    (text,) = world.texts()
    average = round((sum(true_steps(AGO[back]) for back in range(4)) + 3000) / 7)
    assert text.splitlines()[:3] == ["2026-11-21 Fitbit (7日平均)", "", f"歩数 {true_steps(DAY)}歩 ({average})"]
    assert [(post["kind"], post["status"]) for post in output["posts"]] == [("day", "posted")]


def test_where_the_history_failed_a_compact_post_has_none(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STYLE", "compact")
    state = world.run("Format posts", fetched(world) | {"history_failed": {"Error": "AwsUnavailable", "Cause": "{}"}})
    assert state["posts"][0]["text"].splitlines()[:3] == ["2026-11-21 Fitbit", "", f"歩数 {true_steps(DAY)}歩"]


def test_a_day_that_was_posted_in_the_classic_style_is_not_posted_again_in_the_compact_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.execute()
    texts = world.texts()
    monkeypatch.setenv("STYLE", "compact")
    output = world.execute("again")
    assert world.texts() == texts
    assert [(post["kind"], post["status"]) for post in output["posts"]] == [
        ("activity", "already_posted"),
        ("sleep", "already_posted"),
    ]
    assert output["skipped"] == []


def test_the_numbers_of_the_history_are_those_of_the_state(world: World) -> None:
    state = fetched(world)
    kept(world, state)
    for day, of_day in {DAY.isoformat(): {"activity": state["activity"]}, **state["earlier"]}.items():
        stored: DayRecord = world.history(day)[date.fromisoformat(day)]
        assert stored.activity.to_state() == of_day["activity"]
