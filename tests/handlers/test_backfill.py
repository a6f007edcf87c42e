"""Backfill, invoked with a range: what it keeps, what it answers, and which errors it ends with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

import backfill
from fitbit_daily.adapters.aws import client
from fitbit_daily.adapters.history_table import HistoryTable
from fitbit_daily.domain.numbers import Activity
from fitbit_daily.errors import (
    AccessTokenExpired,
    AuthorizationLost,
    AwsUnavailable,
    InvalidInput,
    SourceRateLimited,
    UnexpectedError,
    all_errors,
)
from local.simulators.days import whole_day
from local.simulators.fitbit import FitbitSimulator
from tests.adapters.fixtures import HEALTH, TOKYO, fill, refusing
from tests.adapters.test_google_health import expected_activity
from tests.handlers.world import World

# The 3rd was not worn.
FEBRUARY = {"first": "2026-02-01", "last": "2026-02-04"}


def fill_in(world: World, first: str, last: str, **more: Any) -> dict[str, Any]:
    return dict(json.loads(json.dumps(backfill.handler({"first": first, "last": last, **more}, None))))


@contextmanager
def writes() -> Iterator[list[str]]:
    """The days that are written to the history meanwhile."""
    found: list[str] = []

    def note(params: dict[str, Any], **_: Any) -> None:
        found.append(params["Item"]["date"]["S"])

    event, events = "provide-client-params.dynamodb.PutItem", client("dynamodb").meta.events
    events.register(event, note)
    try:
        yield found
    finally:
        events.unregister(event, note)


def test_each_day_is_kept_with_its_numbers_and_a_day_without_any_as_one_that_was_asked_for(world: World) -> None:
    answer = fill_in(world, **FEBRUARY)
    assert answer == FEBRUARY | {"days": 4, "without_data": ["2026-02-03"], "incomplete": [], "changed": 4}
    kept = world.history(**FEBRUARY)
    assert [day.day for day in kept] == [1, 2, 3, 4]
    for day, record in kept.items():
        assert record.activity.to_state() == expected_activity(day, TOKYO).to_state()
        assert (record.source, record.complete, record.fetched_at) == ("google_health", True, world.clock())
    assert (kept[date(2026, 2, 3)].numbers(), kept[date(2026, 2, 3)].minutes_asleep) == ({}, None)
    assert kept[date(2026, 2, 2)].minutes_asleep is not None


def test_a_second_time_nothing_changes_and_nothing_is_written(world: World) -> None:
    with writes() as written:
        fill_in(world, **FEBRUARY)
    assert written == ["2026-02-01", "2026-02-02", "2026-02-03", "2026-02-04"]
    before = world.history(**FEBRUARY)
    world.clock.turn(hours=2)
    with writes() as written:
        assert fill_in(world, **FEBRUARY)["changed"] == 0
    assert written == [] and world.history(**FEBRUARY) == before


def test_a_correction_is_kept_and_a_number_that_has_gone_missing_stays(world: World) -> None:
    fill_in(world, **FEBRUARY)
    true = world.google.wearer.day
    later: dict[date, dict[str, Any]] = {
        date(2026, 2, 1): {"steps": 5},
        date(2026, 2, 2): {"steps": None, "distance_mm": None},
    }
    world.google.wearer.day = lambda day, *more: replace(true(day, *more), **later.get(day, {}))  # type: ignore[method-assign]
    before = world.history(**FEBRUARY)
    assert fill_in(world, **FEBRUARY)["changed"] == 1
    after = world.history(**FEBRUARY)
    assert after[date(2026, 2, 1)].activity.steps == 5
    assert after[date(2026, 2, 2)] == before[date(2026, 2, 2)]


def test_what_was_read_later_is_never_overwritten(world: World) -> None:
    day = date(2026, 2, 1)
    fill_in(world, **FEBRUARY)
    later = replace(world.history("2026-02-01")[day], activity=Activity(steps=7), fetched_at=world.clock())
    later = replace(later, fetched_at=world.clock() + timedelta(minutes=1))
    true = HistoryTable.read

    def read_while_another_writes(self: HistoryTable, first: date, last: date) -> Any:
        found = true(self, first, last)
        assert self.write(later)
        return found

    world.google.wearer.day = lambda day, *_: replace(whole_day(day, TOKYO), steps=6)  # type: ignore[method-assign]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(HistoryTable, "read", read_while_another_writes)
        answer = fill_in(world, **FEBRUARY)
    assert answer["changed"] == 3
    assert world.history("2026-02-01")[day] == later


def test_days_that_may_still_change_are_not_complete(world: World) -> None:
    world.google.faults.switch_on("tells-last-sync")
    world.google.faults.switch_on("not-synced")
    assert fill_in(world, "2026-11-19", "2026-11-21")["incomplete"] == ["2026-11-21"]
    assert [record.complete for record in world.history("2026-11-19", "2026-11-21").values()] == [True, True, False]
    world.google.faults.clear()
    world.google.faults.switch_on("tells-last-sync")
    world.clock.turn(hours=1)
    assert fill_in(world, "2026-11-19", "2026-11-21")["changed"] == 1
    assert all(record.complete for record in world.history("2026-11-19", "2026-11-21").values())


def test_the_trackers_are_asked_about_first_and_only_for_days_that_may_still_be_synced(world: World) -> None:
    fill_in(world, **FEBRUARY)
    assert not any("pairedDevices" in call for call in world.google.calls)
    world.google.calls.clear()
    fill_in(world, "2026-11-20", "2026-11-21")
    assert world.google.calls[0] == "GET /v4/users/me/pairedDevices"


def test_it_obtains_an_access_token_where_there_is_none_and_leaves_a_good_one_alone(world: World) -> None:
    fill_in(world, **FEBRUARY)
    assert world.google.calls[0] == "POST /token"
    world.google.calls.clear()
    fill_in(world, **FEBRUARY)
    assert "POST /token" not in world.google.calls


def test_a_token_that_is_refused_is_renewed_when_it_is_said_so(world: World) -> None:
    fill_in(world, **FEBRUARY)
    world.clock.turn(minutes=30)
    world.google.tokens.expire_all()
    with pytest.raises(AccessTokenExpired):
        fill_in(world, **FEBRUARY)
    assert fill_in(world, **FEBRUARY, refused=True)["days"] == 4


def test_with_fitbit_the_rotated_token_is_stored(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    fitbit = FitbitSimulator(wearer=world.google.wearer, now=world.clock)
    world.wire.applications["https://api.fitbit.com"] = fitbit
    monkeypatch.setenv("SOURCE", "fitbit")
    fill(world.environment["SOURCE_SECRET_ARN"], vars(fitbit.tokens.credentials))
    for _ in range(2):
        assert fill_in(world, **FEBRUARY)["without_data"] == ["2026-02-03"]
        world.clock.turn(hours=9)
    assert {record.source for record in world.history(**FEBRUARY).values()} == {"fitbit"}


@pytest.mark.parametrize(
    ("fault", "error"),
    [("health-429", SourceRateLimited), ("token-invalid-grant", AuthorizationLost), ("health-html", Exception)],
)
def test_it_ends_with_the_errors_that_the_steps_have_and_nothing_is_written(
    fault: str, error: type[Exception], world: World
) -> None:
    world.google.faults.switch_on(fault)
    with pytest.raises(error) as raised:
        fill_in(world, **FEBRUARY)
    assert type(raised.value) in all_errors() and "CANARY" not in str(raised.value)
    assert world.history(**FEBRUARY) == {}


def test_an_answer_that_makes_no_sense_is_an_error_without_its_words(world: World) -> None:
    fill_in(world, **FEBRUARY)

    def nonsense(environ: dict[str, Any], start: Any) -> Any:
        start("200 OK", [("Content-Type", "application/json")])
        return [b'{"rollupDataPoints": [{"civilStartTime": "CANARY"}]}']

    world.wire.applications[HEALTH] = nonsense
    with pytest.raises(UnexpectedError) as raised:
        fill_in(world, **FEBRUARY)
    assert "CANARY" not in str(raised.value) + world.log.getvalue()


def test_a_history_that_cannot_be_written_is_aws_that_fails(world: World) -> None:
    with refusing("dynamodb.PutItem", "InternalServerError", 500), pytest.raises(AwsUnavailable):
        fill_in(world, **FEBRUARY)
    assert fill_in(world, **FEBRUARY)["changed"] == 4


def test_a_day_that_is_not_over_is_refused_before_anybody_is_asked(world: World) -> None:
    with pytest.raises(InvalidInput, match="not over yet"):
        fill_in(world, "2026-11-21", "2026-11-22")
    assert world.google.calls == []


def test_the_log_has_the_days_and_no_numbers(world: World) -> None:
    fill_in(world, "2021-05-23", "2021-05-23")
    world.google.faults.switch_on("health-503")
    with pytest.raises(Exception, match="503"):
        fill_in(world, "2021-05-23", "2021-05-23")
    done, failed = world.log_lines()
    assert (done["message"], done["first"], done["last"]) == ("done", "2021-05-23", "2021-05-23")
    assert failed["error"] == "SourceUnavailable"
    assert "1781" not in world.log.getvalue() and "CANARY" not in world.log.getvalue()
