"""Choose date: the input, the execution's start and the calendar become one day."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from fitbit_daily.adapters.ledger_table import LedgerTable
from fitbit_daily.domain.ledger import Pause
from fitbit_daily.errors import InvalidInput
from fitbit_daily.step import TWEET_MAY_TAKE, VERSION
from tests.handlers.world import MACHINE, World


def chosen(world: World, **given: Any) -> dict[str, Any]:
    return world.run("Choose date", world.begin(**given))


def due(world: World) -> dict[str, tuple[str, str | None]]:
    found = LedgerTable("ledger").rows(date(2026, 1, 1)).due
    return {kind: (str(each.since), str(each.until) if each.until else None) for (_, kind), each in found.items()}


def test_an_empty_input_means_yesterday_in_the_configured_zone(world: World) -> None:
    assert chosen(world) == {
        "version": VERSION,
        "state_machine": MACHINE,
        "execution": "daily 1",
        "date": "2026-11-21",
        "day_ends_at": "2026-11-22T00:00:00+09:00",
        "gives_up_at": "2026-11-22T12:00:00+09:00",
        "deadline": "2026-11-22T12:00:00+09:00",
        "look_every_seconds": 1800,
        "wait_seconds": 1800,
        "dry_run": False,
        "force": False,
        "scheduled": False,
        "paused": False,
        "style": "classic",
        "kinds": {"x": ["activity", "sleep"]},
        "begins_to_be_due": [
            {"destination": "x", "kind": kind, "since": "2026-11-21"} for kind in ("activity", "sleep")
        ],
    }


def test_a_retry_or_a_redrive_days_later_picks_the_same_day_and_deadline(world: World) -> None:
    state = world.begin()
    first = world.run("Choose date", state)
    world.clock.turn(days=13)
    assert world.run("Choose date", state) == first


def test_a_past_day_has_three_hours_for_its_source_and_never_waits_longer_than_they_last(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = chosen(world, date="2026-11-19")
    assert datetime.fromisoformat(state["deadline"]) == world.clock() + timedelta(hours=3)
    assert state["gives_up_at"] == "2026-11-20T12:00:00+09:00"
    monkeypatch.setenv("LOOK_EVERY_MINUTES", "240")
    assert chosen(world, date="2026-11-19")["wait_seconds"] == 3 * 3600


def test_a_date_is_taken_as_it_is_with_the_wishes_that_come_with_it(world: World) -> None:
    state = chosen(world, date="2021-05-23", dry_run=True, force=True)
    assert (state["date"], state["dry_run"], state["force"]) == ("2021-05-23", True, True)
    assert (state["day_ends_at"], state["gives_up_at"]) == ("2021-05-24T00:00:00+09:00", "2021-05-24T12:00:00+09:00")


def test_a_doubtful_input_is_refused_with_a_sentence_that_says_where_to_look(world: World) -> None:
    with pytest.raises(InvalidInput, match=r"\./daily run --help"):
        chosen(world, day="2026-11-21")


# The ledger


def test_a_day_is_taken_on_until_its_deadline_and_tweets_patience_are_over(world: World) -> None:
    state = chosen(world, scheduled_time="2026-11-21T15:10:00Z")
    until = datetime.fromisoformat(state["deadline"]) + TWEET_MAY_TAKE
    (plan,) = LedgerTable("ledger").rows(date(2026, 11, 21)).plans.values()
    assert (plan.kinds, plan.under_way) == (("activity", "sleep"), {"daily 1": until})


@pytest.mark.parametrize("given", [{"dry_run": True}, {"date": "2026-11-22"}])
def test_a_dry_run_and_an_input_that_is_refused_leave_the_ledger_alone(given: Any, world: World) -> None:
    with suppress(InvalidInput):
        state = chosen(world, **given)
        assert (state["kinds"], state["begins_to_be_due"]) == ({"x": ["activity", "sleep"]}, [])
    rows = LedgerTable("ledger").rows(date(2009, 1, 1))
    assert not (rows.plans or rows.due or rows.entries)


# A pause


def test_in_a_pause_a_scheduled_start_ends_with_nothing_done(world: World) -> None:
    table = LedgerTable("ledger")
    table.pause(world.clock())
    state = world.execute(scheduled_time="2026-11-21T15:10:00Z")
    assert state["paused"] is True
    assert not table.rows(date(2009, 1, 1)).plans and not world.google.calls
    table.resume(Pause(world.clock()), world.clock() + timedelta(hours=1))
    assert chosen(world, scheduled_time="2026-11-21T15:10:00Z")["paused"] is False


def test_a_person_may_post_in_a_pause(world: World) -> None:
    LedgerTable("ledger").pause(world.clock())
    assert chosen(world)["paused"] is False


# Due since, and the style


def test_nothing_is_due_before_the_first_day_is_settled(world: World) -> None:
    world.run("Choose date", world.begin(scheduled_time="2026-11-21T15:10:00Z"))
    assert due(world) == {}
    world.execute("again", scheduled_time="2026-11-21T15:10:00Z")
    assert due(world) == {"activity": ("2026-11-21", None), "sleep": ("2026-11-21", None)}


def test_another_style_is_due_from_the_first_day_that_is_taken_on_in_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.night()
    monkeypatch.setenv("STYLE", "compact")
    world.night()
    assert due(world) == {
        "activity": ("2026-11-21", "2026-11-22"),
        "sleep": ("2026-11-21", "2026-11-22"),
        "day": ("2026-11-22", None),
    }


def test_a_day_keeps_the_style_that_it_was_taken_on_in(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.night()
    monkeypatch.setenv("STYLE", "compact")
    for given in ({"date": "2026-11-21"}, {"date": "2026-11-21", "dry_run": True}):
        state = chosen(world, **given)
        assert (state["style"], state["kinds"]) == ("classic", {"x": ["activity", "sleep"]})


def test_what_a_night_catches_up_changes_nothing_of_what_is_due(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.night()
    before = due(world)
    world.clock.turn(days=2)
    monkeypatch.setenv("STYLE", "compact")
    state = chosen(world, date="2026-11-22", caught_up_by="2026-11-24T00:00:00+09:00")
    assert (due(world), state["begins_to_be_due"]) == (before, [])
