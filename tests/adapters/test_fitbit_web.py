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
from tests.adapters.fixtures import ARTICLE, Clock, activity_of, canned, sleep_of, token_of
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
    """The day of the article's posts, its numbers having gone through the state."""
    activity = json.loads(json.dumps(activity_of(asked, token, ARTICLE).to_state()))
    day = DayNumbers(ARTICLE, Activity.from_state(activity), sleep_of(asked, token, ARTICLE).minutes_asleep)
    posts, skipped = render(day, language)
    assert not skipped
    return [post.text for post in posts]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_same_day_makes_the_same_posts_as_from_google(
    language: str, wire: Wire, google: GoogleSimulator, clock: Clock
) -> None:
    from_fitbit = texts(FitbitWeb(), TOKEN, language)
    with connected({"https://health.googleapis.com": google, "https://oauth2.googleapis.com": google}):
        from_google = texts(GoogleHealth(), token_of(google, clock), language)
    assert [text.encode() for text in from_fitbit] == [text.encode() for text in from_google]
    if language == "ja":
        assert "\n\n本日の歩数: 1781歩 (1.213km)\n\n消費カロリー: 1988kcal (基礎代謝: 1560kcal)" in from_fitbit[0]
        assert from_fitbit[1] == "本日(2021-05-23)の睡眠時間 from Fitbit\n\n睡眠時間: 12.433時間"


def test_kilometres_are_asked_for_by_leaving_the_language_open(wire: Wire) -> None:
    activity_of(FitbitWeb(), TOKEN, ARTICLE)
    sleep_of(FitbitWeb(), TOKEN, ARTICLE)
    assert {exchange.target for exchange in wire.exchanges} == {SUMMARY, KILOMETRES, SLEEP}
    assert len(wire.exchanges) == 3
    for exchange in wire.exchanges:
        assert (exchange.method, exchange.headers["Authorization"]) == ("GET", "Bearer eyJ.access")
        assert "accept-language" not in {name.lower() for name in exchange.headers}
        assert exchange.timeout is not None


def test_kilometres_keep_the_digits_that_the_summary_has_rounded_away(wire: Wire) -> None:
    (post, *_), _ = render(DayNumbers(ARTICLE, activity_of(FitbitWeb(), TOKEN, ARTICLE), None))
    assert "1.213km" in post.text and "1.210km" not in post.text


def test_numbers_with_fractions_are_read_as_they_are_written() -> None:
    exact = json.dumps(summary_of()).replace('"caloriesOut": 1988', '"caloriesOut": 1987.4999999999999999999')
    with answering(ARTICLE_DAY | {SUMMARY: exact}):
        assert activity_of(FitbitWeb(), TOKEN, ARTICLE).calories_kcal == Decimal("1987.4999999999999999999")


@pytest.mark.parametrize("on", [{}, {"on_2021_05_22": "3.1"}, {"on_2021_05_23": "0"}, {"on_2021_05_23": "0.0"}])
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


@pytest.mark.parametrize(
    "summary",
    [
        NOTHING,
        NOTHING | {"sedentaryMinutes": 557, "caloriesOut": 604},
        NOTHING | {"heartRateZones": RESTING},
        NOTHING | {"heartRateZones": []},
        NOTHING | {"caloriesOut": 1893, "caloriesOutUnestimated": 1560, "useEstimation": True},
    ],
    ids=["all zero", "not even over", "zones without a pulse", "no zones", "calories guessed"],
)
def test_a_day_that_nobody_wore_the_tracker_has_no_numbers(summary: Any) -> None:
    unworn = {SUMMARY: summary_of(**summary), KILOMETRES: series("distance", on_2021_05_23="0")}
    with answering(unworn):
        assert activity_of(FitbitWeb(), TOKEN, ARTICLE) == Activity()


@pytest.mark.parametrize("absurd", [-3, 10**9])
@pytest.mark.parametrize("sign", ["steps", "activityCalories", "lightlyActiveMinutes", "caloriesOut", "caloriesBMR"])
def test_what_no_day_can_hold_is_no_trace_of_a_wearer(sign: str, absurd: int) -> None:
    unworn = {SUMMARY: summary_of(**NOTHING | {sign: absurd}), KILOMETRES: series("distance", on_2021_05_23="0")}
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


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (ARTICLE_DAY[SLEEP], Sleep(746)),
        (night(), Sleep(None)),
        (night(record(611), record(400, "2021-05-24"), total=1011), Sleep(611)),
        (night(record(611), record(135, ends="16:23"), total=611), Sleep(746)),
        (night(record(0), total=0), Sleep(0)),
        (night(record(40, infoCode=2)), Sleep(40)),
        (night(record(384, infoCode=1)), Sleep(384)),
        (night(record(384), record(40, ends="16:23", infoCode=3)), Sleep(424, processing=True)),
        (night(record(384), record(None, ends="16:23")), Sleep(384, processing=True)),
        (night(record(40), meta={"retryDuration": 3000, "state": "pending"}), Sleep(40, processing=True)),
        ({"meta": {"retryDuration": 3000, "state": "pending"}}, Sleep(None, processing=True)),
        (night(record(400), record(390)), Sleep(400)),
        (night(record(230, **STAGES), record(230, **STAGES)), Sleep(230)),
        (night(record(230, **STAGES), record(160, **CLASSIC)), Sleep(270)),
        (night(record(400, **STAGES), record(300, levels={"data": [], "shortData": []})), Sleep(400)),
        (night(record(10**6)), Sleep(None, processing=True)),
        (night(record(384), meta=None), Sleep(384)),
    ],
    ids=[
        "night and nap",
        "none",
        "one of the next day",
        "a total that is wrong",
        "awake all night",
        "a short one",
        "a weak pulse",
        "an issue on Fitbit's side",
        "one without minutes",
        "one pending beside another",
        "one pending and no other",
        "two at once",
        "the same one twice",
        "stages of both",
        "stages of one",
        "absurd",
        "no meta",
    ],
)
def test_sleep_is_the_sum_of_the_records_of_the_day(answer: Any, expected: Sleep) -> None:
    with answering({SLEEP: answer}):
        assert sleep_of(FitbitWeb(), TOKEN, ARTICLE) == expected


@pytest.mark.parametrize("answer", [[], "a text", 5])
def test_an_answer_of_another_form_is_an_error_of_its_own_and_not_a_day_without_data(answer: Any) -> None:
    with connected({API: canned(answer)}):
        for read in (activity_of, sleep_of):
            with pytest.raises(UnexpectedError):
                read(FitbitWeb(), TOKEN, ARTICLE)


def test_the_address_of_the_api_can_be_another_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FITBIT_API_URL", "http://127.0.0.1:8080")
    with connected({"http://127.0.0.1:8080": Fitbit(ARTICLE_DAY)}):
        assert activity_of(FitbitWeb(), TOKEN, ARTICLE).steps == 1781
