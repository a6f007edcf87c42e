"""The texts of the posts: the original ones to the byte, and what a missing number takes with it."""

from __future__ import annotations

import itertools
import re
import unicodedata
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitbit_daily.domain.numbers import MOST, OF_ACTIVITY, Activity, DayNumbers, Number
from fitbit_daily.domain.posts import KINDS_OF, LANGUAGES, STYLES, Skipped, mark_reposted, render
from fitbit_daily.domain.weighted_length import LIMIT, weighted_length
from local.simulators.x import weight as simulator
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
        assert skipped == [Skipped("activity", "no activity was recorded"), Skipped("sleep", "no sleep was recorded")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_incomplete_day_says_so_at_the_end_of_both_posts(language: str) -> None:
    complete, incomplete = texts(FULL, language), texts(replace(FULL, complete=False), language)
    assert incomplete == {kind: f"{text}\n\n{NOTE[language]}" for kind, text in complete.items()}


# How a day's numbers print: rounding, zero, and that no numbers at all can make a text that X refuses.


def activity(**numbers: Any) -> str:
    return texts(DayNumbers(date=DAY, activity=Activity(**numbers), minutes_asleep=None))["activity"]


def sleep(minutes: Number | None) -> str:
    return texts(DayNumbers(date=DAY, activity=Activity(), minutes_asleep=minutes))["sleep"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_zero_prints_as_zero(language: str) -> None:
    zeros: dict[str, Any] = dict.fromkeys(OF_ACTIVITY, 0)
    said = texts(DayNumbers(DAY, Activity(**zeros), 0), language)
    assert re.findall(r": (\d+)", said["activity"]) == ["0"] * 7  # six lines and the basal metabolism
    assert "0.000" in said["activity"] and "0.000" in said["sleep"]


@pytest.mark.parametrize("minus_zero", [-0.0, Decimal("-0"), Decimal("-0.000")])
def test_no_zero_has_a_sign(minus_zero: Number) -> None:
    said = activity(steps=minus_zero, distance_km=minus_zero, calories_kcal=minus_zero, light_minutes=minus_zero)
    assert "-" not in said.replace("2021-05-23", "")
    assert "-" not in sleep(minus_zero).replace("2021-05-23", "")


# Rounding: half up, once, at the end


@pytest.mark.parametrize(("kcal", "printed"), [(0.5, "1"), (2.5, "3"), (0.49999999999999994, "0"), (1987.4999, "1987")])
def test_kilocalories_are_rounded_half_up(kcal: Number, printed: str) -> None:
    assert f"消費カロリー: {printed}kcal (基礎代謝: {printed}kcal)" in activity(calories_kcal=kcal, bmr_kcal=kcal)


def test_bmr_is_rounded_from_what_was_given_and_not_from_rounded_values() -> None:
    total, active = Decimal("2000.4"), Decimal("440.6")
    assert "(基礎代謝: 1560kcal)" in activity(calories_kcal=total, bmr_kcal=total - active)  # 1559.8; 2000 - 441 = 1559


@pytest.mark.parametrize(("km", "printed"), [(1.2125, "1.213"), (0.00049, "0.000"), (5, "5.000"), (1.005e-3, "0.001")])
def test_kilometres_have_three_decimals_half_up(km: Number, printed: str) -> None:
    assert f"本日の歩数: 1歩 ({printed}km)" in activity(steps=1, distance_km=km)


@pytest.mark.parametrize(
    ("minutes", "hours"), [(746.01, "12.434"), (746.00999, "12.433"), (0.02999, "0.000"), (1500, "25.000")]
)
def test_hours_asleep_have_three_decimals_half_up(minutes: Number, hours: str) -> None:
    assert sleep(minutes).endswith(f"睡眠時間: {hours}時間")


@pytest.mark.parametrize(
    ("minutes", "printed"), [(7.99999, "7"), (0.9, "0"), (59.0, "59"), (Decimal("1E+2"), "100"), (1440, "1440")]
)
def test_minutes_are_rounded_downwards(minutes: Number, printed: str) -> None:
    assert f"座っていた時間: {printed}分" in activity(sedentary_minutes=minutes)


# Whatever the source may say


ABSURD: dict[str, Number] = {
    "nan": float("nan"),
    "inf": float("inf"),
    "-inf": -float("inf"),
    "negative": -1,
    "a little negative": -0.001,
    "a huge float": 1e300,
    "a huge int": 10**5000,
    "a huge decimal": Decimal("1E+999999"),
    "signalling": Decimal("sNaN"),
}


NUMBERS = st.one_of(
    st.none(),
    st.integers(),
    st.integers(0, 10**7),
    st.floats(),
    st.floats(0, 10**6),
    st.decimals(),
    st.decimals(0, 10**6),
    st.sampled_from([*ABSURD.values(), 999_999, 1500, 99_999, 999, 998.9999, 1440, -0.0, Decimal("1E+2")]),
)
DAYS = st.builds(
    DayNumbers,
    date=st.dates(date(2009, 1, 1), date(9999, 12, 31)),
    activity=st.builds(Activity, **dict.fromkeys(OF_ACTIVITY, NUMBERS)),
    minutes_asleep=NUMBERS,
    complete=st.booleans(),
    averages=st.dictionaries(st.sampled_from(sorted(MOST)), NUMBERS),
)
# More than X takes for a URL today: a dot between a letter, digit or hyphen and two letters. X charges 13 times as much
# for a post with a URL: https://docs.x.com/x-api/getting-started/pricing
LOOKS_LIKE_URL = re.compile(r"https?://|[\w-]\.[^\W\d_]{2}", re.IGNORECASE)
# What X changes, or its API escapes, would not be found when posts are read back: such texts are none of ours.
SAFE = re.compile(r"[^&<>\r\t ](?:[^&<>\r\t]*[^&<>\r\t ])?")


@settings(max_examples=60)
@given(DAYS, st.sampled_from(LANGUAGES), st.sampled_from(STYLES), st.integers(0, 4))
def test_no_numbers_can_make_a_text_that_x_refuses_or_charges_more_for(
    day: DayNumbers, language: str, style: str, reposts: int
) -> None:
    posts, skipped = render(day, language, style)
    assert sorted([post.kind for post in posts] + [each.kind for each in skipped]) == sorted(KINDS_OF[style])
    for post in posts:
        for text in reposted(post.text, reposts, language):
            assert weighted_length(text) <= LIMIT
            assert simulator.weighted_length(text) <= LIMIT
            assert not LOOKS_LIKE_URL.search(text) and not simulator.urls(text)
            assert text.isascii() or language == "ja"
            assert SAFE.fullmatch(text) and unicodedata.is_normalized("NFC", text)
            assert "\n\n\n" not in text and not any(line != line.strip() for line in text.split("\n"))
            assert not re.search(r"None|nan|inf|E[+-]|-\d*[.]", text, re.IGNORECASE)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_longest_text_with_its_note_and_many_reposts_still_fits(language: str, style: str) -> None:
    most = Activity(999_999, 999, 99_999, 99_999, 99_999, 1500, 1500, 1500, 1500)
    made, _ = render(DayNumbers(DAY, most, 1500, complete=False, averages=MOST), language, style)
    assert [post.kind for post in made] == list(KINDS_OF[style])
    for post in made:
        assert weighted_length(reposted(post.text, 20, language)[-1]) <= LIMIT


# Reposts


def reposted(text: str, times: int, language: str) -> list[str]:
    """The text and what becomes of it when it is posted again and again."""
    made: list[str] = []
    for _ in range(times + 1):
        made.append(mark_reposted(text, made, language))
    return made


@pytest.mark.parametrize(
    ("language", "markers"),
    [("ja", ["", "\n\n（再投稿）", "\n\n（再投稿2）"]), ("en", ["", "\n\n(reposted)", "\n\n(reposted 2)"])],
)
def test_a_text_that_was_posted_before_gets_a_marker(language: str, markers: list[str]) -> None:
    text = texts(FULL, language)["sleep"]
    assert reposted(text, 2, language) == [text + marker for marker in markers]


def test_a_text_that_says_something_new_gets_no_marker() -> None:
    before, now = texts(FULL)["sleep"], sleep(747)
    assert mark_reposted(now, [before, f"{before}\n\n（再投稿）"]) == now
    assert mark_reposted(now, []) == now


# The compact style: the whole day in one post, each number with its average where there is one.

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
COMPACT_LINES = dict(zip([*AVERAGES], ENGLISH.splitlines()[2:], strict=True))


def text(day: DayNumbers, language: str = "en") -> str:
    (post,), skipped = render(day, language, "compact")
    assert post.kind == "day" and skipped == []
    return post.text


@pytest.mark.parametrize(("language", "expected"), [("ja", JAPANESE), ("en", ENGLISH)])
def test_the_day_of_the_article_in_one_post(language: str, expected: str) -> None:
    assert text(FULL_WITH_AVERAGES, language) == expected


def test_every_combination_of_missing_numbers_leaves_out_its_lines_with_their_averages_and_no_more() -> None:
    for size in range(len(COMPACT_LINES)):
        for missing in itertools.combinations(COMPACT_LINES, size):
            without: dict[str, Any] = {name: None for name in missing if name != "minutes_asleep"}
            activity = replace(ACTIVITY, **without)
            asleep = None if "minutes_asleep" in missing else FULL.minutes_asleep
            day = replace(FULL_WITH_AVERAGES, activity=activity, minutes_asleep=asleep)
            left = [line for name, line in COMPACT_LINES.items() if name not in missing]
            assert text(day).splitlines()[2:] == left


@pytest.mark.parametrize("absent", [None, -1, float("nan"), 10**9])
@pytest.mark.parametrize("name", AVERAGES)
def test_an_average_that_is_not_there_takes_only_its_parenthesis_with_it(name: str, absent: Number | None) -> None:
    lines = text(replace(FULL, averages=AVERAGES | {name: absent})).splitlines()[2:]
    assert lines == [line.partition(" (")[0] if other == name else line for other, line in COMPACT_LINES.items()]


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
