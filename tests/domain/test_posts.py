"""The texts of the posts: the original ones to the byte, and what a missing number takes with it."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fitbit_daily.domain.numbers import Activity, DayNumbers
from fitbit_daily.domain.posts import KINDS_OF, LANGUAGES, Skipped, render
from tests.domain.original_day import ACTIVITY, DAY, FULL, texts

EXPECTED = Path(__file__).with_name("expected")
KINDS = KINDS_OF["classic"]

# Which line of the activity's text holds a number, and in which group of lines; parentheses hang on a line's number.
LINES = {
    "sedentary_minutes": (1, {"ja": "座っていた時間: 551分", "en": "Sitting: 551 min"}),
    "light_minutes": (1, {"ja": "軽い運動の時間: 90分", "en": "Light exercise: 90 min"}),
    "moderate_minutes": (1, {"ja": "アクティブな運動の時間: 4分", "en": "Active exercise: 4 min"}),
    "vigorous_minutes": (1, {"ja": "激しい運動の時間: 7分", "en": "Strenuous exercise: 7 min"}),
    "steps": (2, {"ja": "本日の歩数: 1781歩", "en": "Steps: 1781"}),
    "calories_kcal": (3, {"ja": "消費カロリー: 1988kcal", "en": "Calories burned: 1988 kcal"}),
}
PARENTHESES = {
    "distance_km": ("steps", {"ja": " (1.213km)", "en": " (1.213 km)"}),
    "bmr_kcal": ("calories_kcal", {"ja": " (基礎代謝: 1560kcal)", "en": " (basal metabolism: 1560 kcal)"}),
}
TITLE = {"ja": "本日(2021-05-23)の運動 from Fitbit", "en": "Exercise on 2021-05-23 from Fitbit"}
NOTE = {"ja": "（同期前のため途中の値）", "en": "(not fully synced yet)"}


def of_file(name: str) -> str:
    return (EXPECTED / name).read_bytes().decode("utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_original_day_gives_the_original_posts_to_the_byte(language: str) -> None:
    assert texts(FULL, language) == {kind: of_file(f"2021-05-23.{kind}.{language}.txt") for kind in KINDS}


def test_posts_come_in_order_and_nothing_is_skipped_from_a_full_day() -> None:
    posts, skipped = render(FULL)
    assert [post.kind for post in posts] == list(KINDS) == ["activity", "sleep"]
    assert skipped == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_combination_of_missing_numbers_leaves_out_its_lines_and_no_more(language: str) -> None:
    names = [*LINES, *PARENTHESES]
    for size in range(len(names) + 1):
        for missing in itertools.combinations(names, size):
            without: dict[str, Any] = dict.fromkeys(missing)
            day = replace(FULL, activity=replace(ACTIVITY, **without), complete=size % 2 == 0)
            assert texts(day, language).get("activity") == expected(set(missing), language, day.complete), missing


def expected(missing: set[str], language: str, complete: bool) -> str | None:
    """Written from the rules: a number takes its line with it, the one in parentheses only its parenthesis."""
    groups: dict[int, list[str]] = {}
    for name, (group, words) in LINES.items():
        if name not in missing:
            within = [text for inner, (outer, text) in PARENTHESES.items() if outer == name and inner not in missing]
            groups.setdefault(group, []).append(words[language] + "".join(each[language] for each in within))
    if not groups:
        return None
    note = [] if complete else [NOTE[language]]
    return "\n\n".join([TITLE[language], *("\n".join(lines) for lines in groups.values()), *note])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("complete", [True, False])
def test_a_post_without_any_number_is_not_made_and_says_why(language: str, complete: bool) -> None:
    only_inner = Activity(distance_km=1.2, bmr_kcal=1560, active_kcal=441)
    for empty in (Activity(), only_inner):
        posts, skipped = render(DayNumbers(DAY, empty, None, complete), language)
        assert posts == []
        assert skipped == [
            Skipped("activity", "no activity was recorded"),
            Skipped("sleep", "no sleep was recorded"),
        ]


def test_a_post_is_made_though_the_other_one_is_not() -> None:
    posts, skipped = render(replace(FULL, minutes_asleep=None))
    assert [post.kind for post in posts] == ["activity"] and [each.kind for each in skipped] == ["sleep"]
    posts, skipped = render(replace(FULL, activity=Activity()))
    assert [post.kind for post in posts] == ["sleep"] and [each.kind for each in skipped] == ["activity"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_incomplete_day_says_so_at_the_end_of_both_posts(language: str) -> None:
    complete, incomplete = texts(FULL, language), texts(replace(FULL, complete=False), language)
    assert incomplete == {kind: f"{text}\n\n{NOTE[language]}" for kind, text in complete.items()}


def test_an_unknown_language_or_style_is_an_error() -> None:
    for language, style in (("fr", "classic"), ("ja", "haiku")):
        with pytest.raises(KeyError):
            render(FULL, language, style)
