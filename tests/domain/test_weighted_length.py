"""X's weighted length, against the documented values, twitter-text itself and the simulator's own count."""

from __future__ import annotations

import sys
import types
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fitbit_daily.domain.weighted_length import LIMIT, weighted_length
from local.simulators.x import weight as simulator

EXPECTED = Path(__file__).with_name("expected")
ACTIVITY = (EXPECTED / "2021-05-23.activity.ja.txt").read_text("utf-8")
SLEEP = (EXPECTED / "2021-05-23.sleep.ja.txt").read_text("utf-8")
FULLEST = """本日(2021-05-23)の運動 from Fitbit

座っていた時間: 1440分
軽い運動の時間: 1440分
アクティブな運動の時間: 1440分
激しい運動の時間: 1440分

本日の歩数: 123456歩 (123.456km)

消費カロリー: 12345kcal (基礎代謝: 12345kcal)"""


@pytest.mark.parametrize(
    ("text", "length"),
    [(ACTIVITY, 203), (ACTIVITY + "\n", 204), (SLEEP, 60), (f"{ACTIVITY}\n\n{SLEEP}", 265), (FULLEST, 218)],
    ids=["activity", "activity and a newline", "sleep", "both", "the fullest day"],
)
def test_the_original_posts_weigh_what_was_measured(text: str, length: int) -> None:
    assert weighted_length(text) == length


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("Steps: 1781 (1.213 km)\n", 23),
        ("\x00\t\u10ff", 3),
        ("\u1100", 2),
        ("\u2000\u200d\u2010\u201f\u2032\u2037", 6),  # the light ranges' ends
        ("\u200e\u200f\u2020\u2031\u2038\u2026", 12),  # and their neighbours; the ellipsis is one of them
        ("本日の歩数", 10),
        ("ｶ℃・１（）", 12),
        ("e\u0301", 1),
        ("か\u3099", 2),
        ("\u1112\u1161\u11ab", 2),  # three letters of Hangul that are one
        ("😀", 2),
        ("❤️", 2),
        ("👍🏽", 2),
        ("👨‍👩‍👧‍👦", 2),
        ("🏳️‍🌈", 2),
        ("👩🏽‍💻", 2),
        ("🇯🇵🇫🇷", 4),
        ("1️⃣", 2),
        ("🏴󠁧󠁢󠁳󠁣󠁴󠁿", 2),
        ("1", 1),
        ("#*", 2),
        ("🏃運動!", 7),
        ("https://a.de", 23),
        ("http://example.com/" + "long" * 50, 23),
        ("at https://example.com/a?b=c now", 30),
    ],
)
def test_a_text_weighs_what_the_documentation_says(text: str, length: int) -> None:
    assert weighted_length(text) == length


def test_the_limit_is_that_of_an_account_that_pays_for_nothing() -> None:
    assert LIMIT == simulator.LIMIT == 280


@pytest.fixture(scope="module")
def twitter_text() -> Any:
    """twitter-text-parser, which imports pkg_resources for one file only: given here if it is missing."""
    try:
        import pkg_resources  # type: ignore[import-untyped]  # noqa: F401
    except ImportError:
        stub: Any = types.ModuleType("pkg_resources")
        stub.resource_string = lambda module, name: (files("twitter_text.regexp") / name).read_bytes()
        sys.modules["pkg_resources"] = stub
    return pytest.importorskip("twitter_text", reason="the third opinion is pinned in requirements.txt")


# What a post about a day may be made of, now or later: no URLs but whole ones, between blanks.
WORDS = str.split(
    "本日(2021-05-23)の運動 from Fitbit 座っていた時間: 551分 1781歩 (1.213km) 12.433時間 1988kcal （再投稿） Sleep on "
    "（同期前のため途中の値） 1.213 km) Ärger café e\u0301 か\u3099 ｶ Ａ １２ … ℃ ・ — – “q” 80% ±0 ½ © ® ™ → ↗ ★ ☀ ☀️ "
    "❤ ❤️ ✅ ✔ ⌚ ⏰ 〰 ㊗ 😀 😴 🏃 🏃‍♀️ 🏃🏽‍♂️ 👍 👍🏽 👨‍👩‍👧 🇯🇵 🇯 1️⃣ # * 🏴󠁧󠁢󠁥󠁮󠁧󠁿 \u200b \u200d \ufe0f "
    "https://example.com/a?b=c http://t.co/abc"
)
TEXTS = st.builds(
    lambda words, between: between.join(words),
    st.lists(st.sampled_from(WORDS), max_size=14),
    st.sampled_from([" ", "\n", "\n\n", "　"]),
)


@settings(max_examples=60)
@given(TEXTS)
@example("\n".join(WORDS))
def test_the_count_agrees_with_twitter_text_and_with_the_simulator(twitter_text: Any, text: str) -> None:
    assert weighted_length(text) == twitter_text.parse_tweet(text).weightedLength
    assert weighted_length(text) == simulator.weighted_length(text)
