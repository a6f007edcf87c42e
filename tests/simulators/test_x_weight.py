"""The X simulator's own count of X's weighted length, and what it takes for a URL."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from local.simulators.x.weight import urls, weighted_length


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("ascii", 5),
        ("né", 2),
        ("ne\u0301", 2),  # counted after NFC
        ("\u10ff\u1100", 3),  # the first light range ends at U+10FF
        ("\u2010\u201f\u2026", 4),  # dashes and quotes are light, the ellipsis is not
        ("\u2032\u2037\u2038", 4),
        ("歩", 2),
        ("か\u3099", 2),
        ("ｶ℃・１", 8),
        ("a\nb", 3),
        ("😀", 2),
        ("👍🏽", 2),
        ("👨‍👩‍👧‍👦", 2),
        ("🇯🇵🇯🇵", 4),
        ("1️⃣", 2),
        ("❤️", 2),
        ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", 2),
        ("fitbit.com", 23),
        ("(https://example.com/a/b?c=d#e)", 25),
        ("本日fitbit.comです", 31),
    ],
)
def test_a_text_weighs_what_the_documentation_says(text: str, length: int) -> None:
    assert weighted_length(text) == length


@pytest.mark.parametrize("text", ["fitbit.com", "x.com", "1.213.km", "5.to", "9.30.ai", "https://t.co/abc", "歩.5.to"])
def test_a_domain_without_a_scheme_is_a_url_too(text: str) -> None:
    assert len(urls(text)) == 1


@pytest.mark.parametrize(
    "text",
    ["1.213km", "12.433時間", "2021.05.23", "8.5h", "a.b", "@fitbit.com", "#x.com", "me@x.com", "-5.to", "/5.to"],
)
def test_numbers_with_units_dates_and_mentions_are_no_urls(text: str) -> None:
    assert urls(text) == []


def test_a_url_ends_where_japanese_or_punctuation_begins() -> None:
    assert urls("https://example.com/日本語、x.com。http://t.co/abc。") == [
        "https://example.com/",
        "x.com",
        "http://t.co/abc",
    ]


@pytest.fixture(scope="module")
def third_opinion() -> Callable[[str], int]:
    """twitter-text-parser, which imports pkg_resources for one file only: given here if it is missing."""
    try:
        import pkg_resources  # type: ignore[import-untyped]  # noqa: F401
    except ImportError:
        stub: Any = types.ModuleType("pkg_resources")
        stub.resource_string = lambda module, name: (files("twitter_text.regexp") / name).read_bytes()
        sys.modules["pkg_resources"] = stub
    twitter_text = pytest.importorskip("twitter_text", reason="pip install twitter-text-parser for a third opinion")
    return lambda text: twitter_text.parse_tweet(text).weightedLength


WORDS = str.split(
    "歩 本日(2021-05-23)の 1.213km 12.433時間 1988kcal … ℃ ・ é e\u0301 か\u3099 ｶ Ａ — – ™ ☀ ☀️ 〰️ 😀 👍🏽 👨‍👩‍👧 🇯🇵 1️⃣ "
    "fitbit.com x.com 5.to 9.30.ai 1.213.km 8.5h 2021.05.23 v1.2 a.b (x.com) x.com、 example.co.jpで @x.com #歩 #x.com "
    "me@x.com x.com:80 x.com:80/a x.com/歩 x.com?a=b https://example.com/a?b=c http://t.co/abc (https://x.com/) "
    "❤️ http://x.com:80?a=b http://x.com/a_(b) https://日本語.jp/ https://localhost/ / - _ . & < "
)


@settings(max_examples=300, deadline=None)
@given(words=st.lists(st.sampled_from(WORDS), max_size=12), between=st.sampled_from([" ", "\n", "\n\n", "　"]))
@example(words=WORDS, between=" ")
def test_the_count_agrees_with_twitter_text(
    third_opinion: Callable[[str], int], words: list[str], between: str
) -> None:
    text = between.join(words)
    assert weighted_length(text) == third_opinion(text)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_no_text_breaks_the_count(text: str) -> None:
    assert 0 <= weighted_length(text) <= 23 * len(text)
