"""How days of the past are read and kept: with a good access token, and nothing written that is no news."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from fitbit_daily.adapters.aws import client
from fitbit_daily.adapters.fitbit_web import FitbitWeb
from local.simulators.fitbit import FitbitSimulator
from tests.adapters.fixtures import HEALTH
from tests.cli.filling_in import FEBRUARY, Filled, filled, stack

__all__ = ["filled", "stack"]

AGAIN = ("backfill", *FEBRUARY, "--again")


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


def test_a_second_time_nothing_is_written(filled: Filled) -> None:
    with writes() as written:
        filled.stack.daily(*AGAIN)
    assert written == ["2026-02-01", "2026-02-02", "2026-02-03", "2026-02-04"]
    before = filled.history()
    filled.stack.clock.turn(hours=2)
    with writes() as written:
        filled.stack.daily(*AGAIN)
    assert written == [] and filled.history() == before


def test_a_number_that_has_gone_missing_stays(filled: Filled) -> None:
    filled.stack.daily(*AGAIN)
    before, true = filled.history(), filled.wearer.day
    filled.wearer.day = lambda day, *more: replace(true(day, *more), steps=None, distance_mm=None)  # type: ignore[method-assign]
    filled.stack.clock.turn(hours=2)
    filled.stack.daily(*AGAIN)
    assert filled.history()[date(2026, 2, 2)] == before[date(2026, 2, 2)]


def test_the_trackers_are_asked_about_first_and_only_for_days_that_may_still_be_synced(filled: Filled) -> None:
    filled.stack.daily(*AGAIN)
    assert not any("pairedDevices" in call for call in filled.calls())
    filled.stack.daily("backfill", "--from", "2026-11-20")
    # Beside it, whether there are steps of a later day.
    assert "GET /v4/users/me/pairedDevices" in filled.calls()[:2]


def test_an_access_token_is_obtained_where_there_is_none_and_a_good_one_is_left_alone(filled: Filled) -> None:
    filled.stack.daily(*AGAIN)
    assert filled.calls()[0] == "POST /token"
    filled.stack.daily(*AGAIN)
    assert "POST /token" not in filled.calls()


def with_fitbit(filled: Filled) -> FitbitSimulator:
    fitbit = FitbitSimulator(wearer=filled.wearer, now=filled.stack.clock)
    filled.stack.wire.applications["https://api.fitbit.com"] = fitbit
    filled.stack.environment["SOURCE"] = "fitbit"
    filled.stack.fill("source", vars(fitbit.tokens.credentials))
    return fitbit


def test_with_fitbit_the_rotated_refresh_token_is_stored(filled: Filled) -> None:
    with_fitbit(filled)
    for _ in range(2):
        assert "nothing of: 2026-02-03." in filled.stack.daily(*AGAIN)
        filled.stack.clock.turn(hours=9)
    assert {record.source for record in filled.history().values()} == {"fitbit"}


def test_ctrl_c_between_a_rotation_and_its_storing_waits_for_that(
    filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_fitbit(filled)
    refresh = FitbitWeb.refresh

    def interrupted(*given: Any) -> Any:
        granted = refresh(*given)
        signal.raise_signal(signal.SIGINT)
        return granted

    monkeypatch.setattr(FitbitWeb, "refresh", interrupted)
    done = filled.stack.type(*AGAIN)
    assert done.exit_code == 130 and "Interrupted. Nothing was read." in done.stderr
    monkeypatch.setattr(FitbitWeb, "refresh", refresh)
    filled.stack.clock.turn(hours=9)
    assert "3 of them with numbers" in filled.stack.daily(*AGAIN)


def test_an_answer_that_makes_no_sense_is_an_error_without_its_words_that_says_how_to_go_on(filled: Filled) -> None:
    filled.stack.daily(*AGAIN)

    def nonsense(environ: dict[str, Any], start: Any) -> Any:
        start("200 OK", [("Content-Type", "application/json")])
        return [b'{"rollupDataPoints": [{"civilStartTime": "CANARY"}]}']

    filled.stack.wire.applications[HEALTH] = nonsense
    said = filled.stack.refused(*AGAIN)
    assert "Unexpected" in said and "CANARY" not in said and f"./daily {' '.join(AGAIN)}" in said
