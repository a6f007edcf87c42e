"""How a day's numbers print: rounding, zero, and that no numbers at all can make a text that X refuses."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitbit_daily.domain.numbers import MOST, OF_ACTIVITY, Activity, DayNumbers, Number
from fitbit_daily.domain.posts import KINDS_OF, LANGUAGES, STYLES, mark_reposted, render
from fitbit_daily.domain.weighted_length import LIMIT, weighted_length
from local.simulators.x import weight as simulator
from tests.domain.original_day import DAY, FULL, texts


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


@pytest.mark.parametrize(
    ("kcal", "printed"),
    [
        (0.5, "1"),
        (1.5, "2"),
        (2.5, "3"),
        (0.49999999999999994, "0"),
        (1987.5, "1988"),
        (1987.4999, "1987"),
        (Decimal("1987.4999999999999999999999999999999999999"), "1987"),
        (Decimal("1.9875E+3"), "1988"),
    ],
)
def test_kilocalories_are_rounded_half_up(kcal: Number, printed: str) -> None:
    assert f"消費カロリー: {printed}kcal (基礎代謝: {printed}kcal)" in activity(calories_kcal=kcal, bmr_kcal=kcal)


def test_bmr_is_rounded_from_what_was_given_and_not_from_rounded_values() -> None:
    total, active = Decimal("2000.4"), Decimal("440.6")
    assert "(基礎代謝: 1560kcal)" in activity(calories_kcal=total, bmr_kcal=total - active)  # 1559.8; 2000 - 441 = 1559


@pytest.mark.parametrize(
    ("km", "printed"),
    [
        (1.2135, "1.214"),
        (1.2125, "1.213"),
        (1.0005, "1.001"),
        (0.0005, "0.001"),
        (0.00049, "0.000"),
        (5, "5.000"),
        (Decimal("1.213354383558251"), "1.213"),
        (1.005e-3, "0.001"),
    ],
)
def test_kilometres_have_three_decimals_half_up(km: Number, printed: str) -> None:
    assert f"本日の歩数: 1歩 ({printed}km)" in activity(steps=1, distance_km=km)


@pytest.mark.parametrize(
    ("minutes", "hours"),
    [
        (746, "12.433"),
        (746.01, "12.434"),  # 12.4335
        (Decimal("746.01"), "12.434"),
        (746.00999, "12.433"),
        (1, "0.017"),
        (0.03, "0.001"),  # 0.0005
        (0.02999, "0.000"),
        (1500, "25.000"),
        (480, "8.000"),
    ],
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


@pytest.mark.parametrize("absurd", ABSURD.values(), ids=ABSURD.keys())
def test_a_number_that_no_day_can_hold_counts_as_missing(absurd: Number) -> None:
    each: dict[str, Any] = dict.fromkeys(OF_ACTIVITY, absurd)
    all_absurd = DayNumbers(DAY, Activity(**each), absurd)
    assert render(all_absurd)[0] == []
    assert "歩数: 5歩\n" in activity(steps=5, distance_km=absurd, calories_kcal=1) + "\n"


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


@settings(max_examples=120)
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


@given(st.lists(st.sampled_from(["a", "b", "a\n\n(reposted)", "a\n\n(reposted 2)"]), max_size=6))
@settings(max_examples=50)
def test_a_marked_text_differs_from_all_earlier_ones(earlier: list[str]) -> None:
    assert mark_reposted("a", earlier, "en") not in earlier


# The numbers' way through the state


@settings(max_examples=100)
@given(st.builds(Activity, **dict.fromkeys(OF_ACTIVITY, st.none() | st.integers(0, 10**6))), st.data())
def test_numbers_survive_the_state_and_give_the_same_posts(counted: Activity, data: st.DataObject) -> None:
    km = data.draw(st.none() | st.decimals(0, 500, places=6))
    before = replace(counted, distance_km=km, bmr_kcal=data.draw(st.none() | st.decimals(0, 9999, places=3)))
    after = Activity.from_state(json.loads(json.dumps(before.to_state())))
    assert render(DayNumbers(DAY, after, 746)) == render(DayNumbers(DAY, before, 746))
