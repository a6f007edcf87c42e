"""The Fitbit Web API, many days at once: the same as day by day, within its limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, timedelta

import pytest

from fitbit_daily.adapters.fitbit_web import API, FitbitWeb
from fitbit_daily.domain.authorization import AccessToken, Credentials
from fitbit_daily.domain.ranges import days_of
from local.simulators.days import whole_day
from local.simulators.fitbit import FitbitSimulator
from local.simulators.wearer import Wearer
from tests.adapters.fixtures import BERLIN, START, Clock, activity_of, sleep_of
from tests.wsgi import Wire, connected

FIRST, LAST = date(2026, 2, 1), date(2026, 2, 14)
NOT_WORN, NO_SLEEP = date(2026, 2, 3), date(2026, 2, 8)


@pytest.fixture
def fitbit(clock: Clock) -> FitbitSimulator:
    return FitbitSimulator(wearer=Wearer(BERLIN, clock), now=clock)


@pytest.fixture
def wire(fitbit: FitbitSimulator) -> Iterator[Wire]:
    with connected({API: fitbit}) as wire:
        yield wire


@pytest.fixture
def token(fitbit: FitbitSimulator, clock: Clock, wire: Wire) -> AccessToken:
    grant = FitbitWeb().refresh(Credentials(**asdict(fitbit.tokens.credentials), version="1"))
    fitbit.calls.clear()
    return AccessToken(grant.access_token, clock(), clock() + grant.lifetime, "1")


def test_a_range_is_what_its_days_are_and_a_day_that_the_tracker_was_not_worn_is_left_out(
    token: AccessToken, fitbit: FitbitSimulator, wire: Wire
) -> None:
    source = FitbitWeb()
    found = source.activities(token, FIRST, LAST)
    assert len(fitbit.calls) == 14 + 1, "a summary for each day, and one time series"
    days = [day for day in days_of(FIRST, LAST) if day != NOT_WORN]
    assert found == {day: activity_of(source, token, day) for day in days}
    assert set(wire.statuses()) == {200}


def test_a_range_of_sleep_is_what_its_days_are(token: AccessToken, fitbit: FitbitSimulator, wire: Wire) -> None:
    source = FitbitWeb()
    days = [day for day in days_of(FIRST, LAST) if day not in (NOT_WORN, NO_SLEEP)]
    # Twice, and the sleep of the 5th is worked out.
    for _ in range(3):
        fitbit.calls.clear()
        found = source.sleeps(token, FIRST, LAST, now=START)
    assert len(fitbit.calls) == 5, "the range, and its last four days alone"
    assert found == {day: sleep_of(source, token, day) for day in days}
    assert set(wire.statuses()) == {200}


def test_no_more_days_of_sleep_are_asked_for_than_fitbit_gives_at_once(
    token: AccessToken, fitbit: FitbitSimulator, wire: Wire
) -> None:
    first = LAST - timedelta(days=250)
    found = FitbitWeb().sleeps(token, first, LAST, now=START)
    assert set(wire.statuses()) == {200} and len(fitbit.calls) == 3 + 4
    assert set(found) == set(days_of(first, LAST)) - {NOT_WORN, NO_SLEEP}
    assert found[first].minutes_asleep == sum(sleep.minutes_asleep for sleep in whole_day(first, BERLIN).sleeps)


def test_a_sleep_in_processing_is_told_of_the_last_four_days_which_a_range_leaves_unsaid(
    token: AccessToken, fitbit: FitbitSimulator
) -> None:
    processed_late = date(2026, 2, 5)
    for age in (0, 3):
        fitbit.wearer.keep_processing(1)
        last = processed_late + timedelta(days=age)
        found = FitbitWeb().sleeps(token, last - timedelta(days=3), last, now=START)
        assert found[processed_late].processing


def test_what_fills_the_history_leaves_the_daily_run_some_calls_of_an_hour() -> None:
    """The summaries, the distances, the sleep five times, the devices; four times, and once the daily run's 14."""
    assert 4 * (FitbitWeb.days_at_once + 7) + 14 <= 150
