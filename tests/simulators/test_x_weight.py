"""The X simulator weighs a text and finds its URLs by twitter-text."""

from __future__ import annotations

import subprocess
import sys

import pytest

from local.simulators.x.weight import urls, weighted_length, wrapped


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("ascii\n", 6),
        ("ne\u0301", 2),  # counted after NFC
        ("歩", 2),
        ("👨‍👩‍👧‍👦🇯🇵", 4),
        ("(https://example.com/a/b?c=d#e)", 25),
        ("本日fitbit.comです", 31),
    ],
)
def test_a_text_weighs_what_the_documentation_says(text: str, length: int) -> None:
    assert weighted_length(text) == length


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


def test_it_can_be_read_where_setuptools_is_not_installed() -> None:
    program = "import sys; sys.modules['pkg_resources'] = None; import local.simulators.x.weight"
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
