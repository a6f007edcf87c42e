"""The Fitbit Web API source: what it asks for, and the numbers that it reads out of Fitbit's answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from fitbit_daily.adapters.fitbit_web import API, FitbitWeb
from fitbit_daily.adapters.google_health import GoogleHealth
from fitbit_daily.adapters.sources import Source
from fitbit_daily.domain.authorization import AccessToken
from fitbit_daily.domain.numbers import Activity, DayNumbers, Sleep
from fitbit_daily.domain.posts import render
from fitbit_daily.errors import UnexpectedError
from local.simulators.google import GoogleSimulator
from tests.adapters.fitbit_answers import (
    ARTICLE_DAY,
    KILOMETRES,
    NOTHING,
    SLEEP,
    SUMMARY,
    TOKEN,
    Fitbit,
    answering,
    levels,
    night,
    record,
    series,
    summary_of,
)
from tests.adapters.fixtures import ARTICLE, HEALTH, OAUTH, Clock, activity_of, canned, sleep_of, token_of
from tests.wsgi import Wire, connected


@pytest.fixture
def wire() -> Iterator[Wire]:
    with connected({API: Fitbit(ARTICLE_DAY)}) as wire:
        yield wire


def test_the_day_of_the_article_has_its_numbers(wire: Wire) -> None:
    assert activity_of(FitbitWeb(), TOKEN, ARTICLE) == Activity(
        steps=1781,
        distance_km=Decimal("1.21285999953674569728"),
        calories_kcal=1988,
        bmr_kcal=1560,
        active_kcal=441,
        sedentary_minutes=551,
        light_minutes=90,
        moderate_minutes=4,
        vigorous_minutes=7,
    )


def texts(asked: Source, token: AccessToken, language: str) -> list[str]:
    """The day of the article's posts."""
    day = DayNumbers(ARTICLE, activity_of(asked, token, ARTICLE), sleep_of(asked, token, ARTICLE).minutes_asleep)
    posts, skipped = render(day, language)
    assert not skipped
    return [post.text for post in posts]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_same_day_makes_the_same_posts_as_from_google(
    language: str, wire: Wire, google: GoogleSimulator, clock: Clock
) -> None:
    from_fitbit = texts(FitbitWeb(), TOKEN, language)
    with connected({HEALTH: google, OAUTH: google}):
        assert from_fitbit == texts(GoogleHealth(), token_of(google, clock), language)
    if language == "ja":
        assert "1781歩 (1.213km)" in from_fitbit[0], "two decimals in the summary, and more in the time series"


def test_kilometres_are_asked_for_by_leaving_the_language_open(wire: Wire) -> None:
    activity_of(FitbitWeb(), TOKEN, ARTICLE)
    sleep_of(FitbitWeb(), TOKEN, ARTICLE)
    assert {exchange.target for exchange in wire.exchanges} == {SUMMARY, KILOMETRES, SLEEP}
    assert len(wire.exchanges) == 3
    for exchange in wire.exchanges:
        assert (exchange.method, exchange.headers["Authorization"]) == ("GET", "Bearer eyJ.access")
        assert "accept-language" not in {name.lower() for name in exchange.headers}


def test_numbers_with_fractions_are_read_as_they_are_written() -> None:
    exact = json.dumps(summary_of()).replace('"caloriesOut": 1988', '"caloriesOut": 1987.4999999999999999999')
    with answering(ARTICLE_DAY | {SUMMARY: exact}):
        assert activity_of(FitbitWeb(), TOKEN, ARTICLE).calories_kcal == Decimal("1987.4999999999999999999")


@pytest.mark.parametrize("on", [{}, {"on_2021_05_22": "3.1"}, {"on_2021_05_23": "0.0"}])
def test_steps_without_kilometres_lack_only_them(on: dict[str, str]) -> None:
    answer = series("distance", **on)
    with answering(ARTICLE_DAY | {KILOMETRES: answer}):
        activity = activity_of(FitbitWeb(), TOKEN, ARTICLE)
    assert (activity.steps, activity.distance_km) == (1781, None)


def test_a_number_that_the_summary_leaves_out_is_missing_and_not_zero() -> None:
    day = summary_of()
    del day["summary"]["caloriesBMR"], day["summary"]["sedentaryMinutes"]
    with answering(ARTICLE_DAY | {SUMMARY: day}):
        activity = activity_of(FitbitWeb(), TOKEN, ARTICLE)
    assert (activity.bmr_kcal, activity.sedentary_minutes, activity.light_minutes) == (None, None, 90)


RESTING = [{"name": "Out of Range", "min": 30, "max": 86, "minutes": 0}, {"name": "Peak", "min": 147, "max": 220}]
UNWORN: dict[str, dict[str, Any]] = {
    "all zero": {},
    "not even over": {"sedentaryMinutes": 557, "caloriesOut": 604},
    "zones without a pulse": {"heartRateZones": RESTING},
    "calories guessed": {"caloriesOut": 1893, "caloriesOutUnestimated": 1560, "useEstimation": True},
}
# What no day can hold is no trace of a wearer.
for name in ("steps", "activityCalories", "lightlyActiveMinutes", "caloriesOut", "caloriesBMR"):
    UNWORN |= {f"{name} {absurd}": {name: absurd} for absurd in (-3, 10**9)}


@pytest.mark.parametrize("changes", UNWORN.values(), ids=UNWORN)
def test_a_day_that_nobody_wore_the_tracker_has_no_numbers(changes: dict[str, Any]) -> None:
    unworn = {SUMMARY: summary_of(**NOTHING | changes), KILOMETRES: series("distance", on_2021_05_23="0")}
    with answering(unworn):
        assert activity_of(FitbitWeb(), TOKEN, ARTICLE) == Activity()


@pytest.mark.parametrize(
    "trace",
    [
        {"caloriesOut": 1571},
        {"activityCalories": 12},
        {"lightlyActiveMinutes": 1, "sedentaryMinutes": 1439},
        {"heartRateZones": [{"name": "Out of Range", "min": 30, "max": 86, "minutes": 1380, "caloriesOut": 1559.2}]},
    ],
    ids=["calories", "active calories", "minutes", "pulse"],
)
def test_a_day_worn_without_a_step_has_zeros(trace: dict[str, Any]) -> None:
    still = {SUMMARY: summary_of(**NOTHING | trace), KILOMETRES: series("distance", on_2021_05_23="0")}
    with answering(still):
        activity = activity_of(FitbitWeb(), TOKEN, ARTICLE)
    assert (activity.steps, activity.distance_km, activity.vigorous_minutes) == (0, 0, 0)


# Asleep from 01:00 to 05:00 but for ten minutes; and, as an older tracker has it, from 03:00 on but for half an hour.
STAGES: dict[str, Any] = {
    "levels": levels(
        ("light", "01:00", 180), ("rem", "04:00", 60), ("wake", "05:00", 30), short=[("wake", "01:30", 10)]
    )
}
CLASSIC: dict[str, Any] = {
    "levels": levels(
        ("asleep", "03:00", 140), ("restless", "05:20", 10), ("asleep", "05:30", 20), ("awake", "06:00", 9)
    )
}


SLEEPS = {
    "night and nap": (ARTICLE_DAY[SLEEP], Sleep(746)),
    "none": (night(), Sleep(None)),
    "one of the next day": (night(record(611), record(400, "2021-05-24"), total=1011), Sleep(611)),
    "a total that is wrong": (night(record(611), record(135, ends="16:23"), total=611), Sleep(746)),
    "awake all night": (night(record(0), total=0), Sleep(0)),
    "a weak pulse": (night(record(384, infoCode=1)), Sleep(384)),
    "an issue on Fitbit's side": (
        night(record(384), record(40, ends="16:23", infoCode=3)),
        Sleep(424, processing=True),
    ),
    "one without minutes": (night(record(384), record(None, ends="16:23")), Sleep(384, processing=True)),
    "one pending beside another": (night(record(40), meta={"state": "pending"}), Sleep(40, processing=True)),
    "one pending and no other": ({"meta": {"retryDuration": 3000, "state": "pending"}}, Sleep(None, processing=True)),
    "the same one twice": (night(record(230, **STAGES), record(230, **STAGES)), Sleep(230)),
    "stages of both": (night(record(230, **STAGES), record(160, **CLASSIC)), Sleep(270)),
    "stages of one": (night(record(400, **STAGES), record(300, levels={"data": [], "shortData": []})), Sleep(400)),
    "no meta": (night(record(384), meta=None), Sleep(384)),
}


@pytest.mark.parametrize(("answer", "expected"), SLEEPS.values(), ids=SLEEPS)
def test_sleep_is_the_sum_of_the_records_of_the_day(answer: Any, expected: Sleep) -> None:
    with answering({SLEEP: answer}):
        assert sleep_of(FitbitWeb(), TOKEN, ARTICLE) == expected


@pytest.mark.parametrize("answer", [[], 5])
def test_an_answer_of_another_form_is_an_error_of_its_own_and_not_a_day_without_data(answer: Any) -> None:
    with connected({API: canned(answer)}):
        for read in (activity_of, sleep_of):
            with pytest.raises(UnexpectedError):
                read(FitbitWeb(), TOKEN, ARTICLE)
