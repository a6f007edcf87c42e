"""The X simulator weighs a text and finds its URLs by twitter-text."""

from __future__ import annotations

import runpy
import sys

import pytest

from local.simulators.x import weight
from local.simulators.x.weight import urls, weighted_length, wrapped


def test_a_text_weighs_what_the_documentation_says() -> None:
    # The second is counted after NFC.
    weights = {"ascii\n": 6, "ne\u0301": 2, "歩": 2, "👨‍👩‍👧‍👦🇯🇵": 4, "(https://example.com/a/b?c=d#e)": 25, "": 0}
    assert {text: weighted_length(text) for text in weights} == weights


def test_a_domain_without_a_scheme_is_a_url_too_and_a_number_with_a_unit_is_none() -> None:
    assert urls("https://example.com/日本語、x.com。http://t.co/abc。 1.213.km") == [
        "https://example.com/",
        "x.com",
        "http://t.co/abc",
        "1.213.km",
    ]
    assert urls("1.213km 12.433時間 2021.05.23 8.5h @fitbit.com me@x.com") == []


def test_each_url_is_wrapped_where_it_stands() -> None:
    assert wrapped("😀 x.com か\u3099 http://foo.jp/a。", "t.co/{:02}") == "😀 t.co/00 か\u3099 t.co/01。"


def test_it_can_be_read_where_setuptools_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("twitter_text")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pkg_resources", None)
    again = runpy.run_path(str(weight.__file__))
    assert again["weighted_length"]("歩") == 2
