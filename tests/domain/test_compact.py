"""The compact style: the whole day in one post, each number with its average where there is one."""

from __future__ import annotations

import itertools
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from fitbit_daily.domain.numbers import Activity, DayNumbers, Number
from fitbit_daily.domain.posts import LANGUAGES, Post, Skipped, render
from tests.domain.original_day import ACTIVITY, DAY, FULL

AVERAGES: dict[str, Number | None] = {
    "steps": Decimal("2345.5"),
    "distance_km": 1.25,
    "calories_kcal": 2001,
    "bmr_kcal": 1561.49,
    "sedentary_minutes": Decimal(600) / 7,
    "light_minutes": 80,
    "moderate_minutes": 0,
    "vigorous_minutes": 10.5,
    "minutes_asleep": 447,
}
FULL_WITH_AVERAGES = replace(FULL, averages=AVERAGES)
JAPANESE = """2021-05-23 Fitbit (7日平均)

歩数 1781歩 (2346)
距離 1.2km (1.3)
消費 1988kcal (2001)
基礎代謝 1560kcal (1561)
座位 551分 (86)
軽い運動 90分 (80)
活発な運動 4分 (0)
激しい運動 7分 (11)
睡眠 12.4時間 (7.5)"""
ENGLISH = """2021-05-23 Fitbit (7-day avg)

Steps 1781 (2346)
Distance 1.2 km (1.3)
Burned 1988 kcal (2001)
Basal 1560 kcal (1561)
Sitting 551 min (86)
Light 90 min (80)
Active 4 min (0)
Hard 7 min (11)
Asleep 12.4 h (7.5)"""
LINES = dict(zip([*AVERAGES], ENGLISH.splitlines()[2:], strict=True))


def text(day: DayNumbers, language: str = "en") -> str:
    (post,), skipped = render(day, language, "compact")
    assert post.kind == "day" and skipped == []
    return post.text


@pytest.mark.parametrize(("language", "expected"), [("ja", JAPANESE), ("en", ENGLISH)])
def test_the_day_of_the_article_in_one_post(language: str, expected: str) -> None:
    assert text(FULL_WITH_AVERAGES, language) == expected


def test_every_combination_of_missing_numbers_leaves_out_its_lines_with_their_averages_and_no_more() -> None:
    for size in range(len(LINES)):
        for missing in itertools.combinations(LINES, size):
            without: dict[str, Any] = {name: None for name in missing if name != "minutes_asleep"}
            activity = replace(ACTIVITY, **without)
            asleep = None if "minutes_asleep" in missing else FULL.minutes_asleep
            day = replace(FULL_WITH_AVERAGES, activity=activity, minutes_asleep=asleep)
            left = [line for name, line in LINES.items() if name not in missing]
            assert text(day).splitlines()[2:] == left


@pytest.mark.parametrize("absent", [None, -1, float("nan"), 10**9])
@pytest.mark.parametrize("name", AVERAGES)
def test_an_average_that_is_not_there_takes_only_its_parenthesis_with_it(name: str, absent: Number | None) -> None:
    lines = text(replace(FULL, averages=AVERAGES | {name: absent})).splitlines()[2:]
    assert lines == [line.partition(" (")[0] if other == name else line for other, line in LINES.items()]


def test_the_title_names_the_averages_only_where_there_is_one() -> None:
    assert text(FULL).splitlines()[0] == "2021-05-23 Fitbit"
    assert text(replace(FULL, averages={"active_kcal": 400})).splitlines()[0] == "2021-05-23 Fitbit"
    steps_alone = replace(FULL_WITH_AVERAGES, averages={"steps": 5})
    assert text(steps_alone).splitlines()[0] == "2021-05-23 Fitbit (7-day avg)"
    none_recorded = replace(steps_alone, activity=replace(ACTIVITY, steps=None))
    assert text(none_recorded).splitlines()[0] == "2021-05-23 Fitbit", "an average alone is no number of the day"


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_incomplete_day_says_so_at_the_end(language: str) -> None:
    note = {"ja": "（同期前のため途中の値）", "en": "(not fully synced yet)"}[language]
    assert text(replace(FULL, complete=False), language) == f"{text(FULL, language)}\n\n{note}"


def test_without_any_number_there_is_no_post_whatever_the_averages() -> None:
    for complete in (True, False):
        nothing = DayNumbers(DAY, Activity(active_kcal=441), None, complete, AVERAGES)
        assert render(nothing, "ja", "compact") == ([], [Skipped("day", "nothing was recorded")])


def test_zero_is_a_number_and_sleep_alone_is_a_day() -> None:
    assert text(DayNumbers(DAY, Activity(steps=0), None)).endswith("\n\nSteps 0")
    assert text(DayNumbers(DAY, Activity(), 0)).endswith("\n\nAsleep 0.0 h")


def test_the_days_own_minutes_are_rounded_downwards_and_everything_else_half_up() -> None:
    day = DayNumbers(DAY, Activity(sedentary_minutes=7.99, steps=0.5), 447, averages={"sedentary_minutes": 7.5})
    assert text(day).splitlines()[2:] == ["Steps 1", "Sitting 7 min (8)", "Asleep 7.5 h"]


def test_the_classic_style_says_nothing_of_averages() -> None:
    assert render(FULL_WITH_AVERAGES) == render(FULL)
    assert Post("day", JAPANESE) not in render(FULL_WITH_AVERAGES)[0]
