"""Google Health, many days at once: the same as day by day, in as few calls as the limits allow."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from fitbit_daily.adapters.google_health import GoogleHealth
from fitbit_daily.domain.authorization import AccessToken
from fitbit_daily.domain.numbers import Activity
from fitbit_daily.domain.ranges import days_of
from local.simulators.days import whole_day
from local.simulators.google import GoogleSimulator
from tests.adapters.fixtures import BERLIN, HEALTH, OAUTH, START, Clock, activity_of, google_in, sleep_of, token_of
from tests.adapters.test_google_health import expected_activity
from tests.wsgi import Wire, connected

# Both of Berlin's changes of clocks are in it, and every special day of the simulator but the article's.
FIRST, LAST = date(2025, 10, 20), date(2026, 4, 17)
NOT_WORN, NO_SLEEP, UNPROCESSED = date(2026, 2, 3), date(2026, 2, 8), date(2026, 2, 5)
LONGEST = {"total-calories": 14, "active-minutes": 14}


@pytest.fixture
def google(clock: Clock) -> GoogleSimulator:
    return google_in(BERLIN, clock)


@pytest.fixture
def wire(google: GoogleSimulator) -> Iterator[Wire]:
    with connected({HEALTH: google, OAUTH: google}) as wire:
        yield wire


@pytest.fixture
def token(google: GoogleSimulator, clock: Clock, wire: Wire) -> AccessToken:
    token = token_of(google, clock)
    wire.exchanges.clear()
    return token


def test_half_a_year_is_what_the_wearer_did_on_each_of_its_days_and_a_day_without_data_is_left_out(
    token: AccessToken, wire: Wire
) -> None:
    found = GoogleHealth().activities(token, FIRST, LAST)
    expected = {day: expected_activity(day, BERLIN) for day in days_of(FIRST, LAST)}
    assert found == {day: activity for day, activity in expected.items() if activity != Activity()}
    assert list(found) == sorted(found) and NOT_WORN not in found
    assert set(wire.statuses()) == {200}


def test_half_a_year_of_sleep_is_assigned_to_the_days_on_which_it_ended(token: AccessToken, wire: Wire) -> None:
    found = GoogleHealth().sleeps(token, FIRST, LAST, now=START)
    nights = {day: [sleep.minutes_asleep for sleep in whole_day(day, BERLIN).sleeps] for day in days_of(FIRST, LAST)}
    assert found[UNPROCESSED].processing
    del nights[UNPROCESSED], found[UNPROCESSED]
    assert {day: sleep.minutes_asleep for day, sleep in found.items()} == {d: sum(n) for d, n in nights.items() if n}
    assert not {NOT_WORN, NO_SLEEP} & set(found)
    assert not any(sleep.processing for sleep in found.values())


def test_every_call_is_as_wide_as_its_data_type_allows_and_no_day_is_asked_for_twice(
    token: AccessToken, wire: Wire
) -> None:
    GoogleHealth().activities(token, FIRST, LAST)
    asked: dict[str, list[tuple[date, date]]] = {}
    for exchange in wire.exchanges:
        body = json.loads(exchange.body)
        assert "pageSize" not in body
        start, end = (date(**body["range"][limit]["date"]) for limit in ("start", "end"))
        asked.setdefault(exchange.target.split("/")[-2], []).append((start, end))
    assert len(asked) == 6
    for data_type, ranges in asked.items():
        longest = timedelta(days=LONGEST.get(data_type, 90))
        assert [end - start for start, end in ranges[:-1]] == [longest] * (len(ranges) - 1)
        assert [start for start, _ in ranges] == [FIRST, *(end for _, end in ranges[:-1])]
        assert ranges[-1][1] == LAST + timedelta(days=1), "the end is exclusive"


def test_half_a_year_of_sleep_comes_in_pages_of_25(token: AccessToken, wire: Wire) -> None:
    assert (LAST - FIRST).days + 1 == GoogleHealth.days_at_once == 180
    GoogleHealth().sleeps(token, FIRST, LAST, now=START)
    assert len(wire.exchanges) == -(-sum(len(whole_day(day, BERLIN).sleeps) for day in days_of(FIRST, LAST)) // 25)


@pytest.mark.parametrize("pages", ["one-per-page", "health-empty-first-page", "no-civil-end-time"])
def test_however_the_answers_come_in_pages_a_range_is_the_same_as_its_days(
    pages: str, token: AccessToken, google: GoogleSimulator
) -> None:
    google.faults.switch_on(pages)
    first, last = date(2026, 2, 10), date(2026, 2, 14)
    source = GoogleHealth()
    days = list(days_of(first, last))
    assert source.activities(token, first, last) == {day: activity_of(source, token, day) for day in days}
    assert source.sleeps(token, first, last, now=START) == {day: sleep_of(source, token, day) for day in days}
