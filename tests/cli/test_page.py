"""The page: one document with drawings, tables and the command that fills what is missing."""

from __future__ import annotations

import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest

from cli.page import page
from cli.page_words import PAGE_WORDS
from tests.domain.history_days import TODAY, days_of_steps, record


def text_of(html: str) -> str:
    """What a person reads."""
    reader = _Reader()
    reader.feed(html)
    return " ".join(" ".join(reader.parts).split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def test_it_names_what_is_missing_and_the_command_that_fills_it() -> None:
    text = text_of(page(days_of_steps([1, None, 3, None, None, 6, 7]), TODAY, "en"))
    assert "Nothing is kept of: 24 Feb 2026, 26 Feb – 27 Feb 2026" in text
    assert "./daily backfill --from 2026-02-24 --to 2026-02-27" in text


def test_a_day_that_was_read_and_has_nothing_is_not_to_be_filled() -> None:
    records = {**days_of_steps([1, 2, 3, 4, 5, 6, 7]), TODAY: record()}
    text = text_of(page(records, TODAY, "en"))
    assert "Read, but without any data: 1 Mar 2026" in text and "backfill" not in text
    assert "every day is kept" in text_of(page(days_of_steps([1] * 7), TODAY, "en"))


def test_it_has_averages_best_days_streaks_and_every_day() -> None:
    records = {**days_of_steps([12_000, 11_000, 3_000, 20_000, 4_000, 5_000, 6_000])}
    records[TODAY] = record(steps=6_000, asleep=425, distance_km=1.25, complete=False)
    text = text_of(page(records, TODAY, "en"))
    assert "Steps 9,167 – 9,167 9,167" in text and "Steps 20,000 26 Feb 2026" in text
    assert "Longest with 10,000 steps or more: 2 (23 Feb – 24 Feb 2026)" in text
    assert "With data, up to the last day: 7 (23 Feb – 1 Mar 2026)" in text
    assert "2026-03-01* 6,000 1.3 – – – – – 7:05" in text


@pytest.mark.parametrize(("days", "drawings"), [(3, 1), (20, 2), (200, 3), (800, 4)])
def test_each_drawing_shows_more_than_the_one_before_it(days: int, drawings: int) -> None:
    html = page(days_of_steps([5_000] * days), TODAY, "ja")
    assert html.count("<svg") == 2 * drawings, "one for a telephone, one for a desk"


@pytest.mark.parametrize("language", PAGE_WORDS)
def test_it_fetches_nothing_and_runs_nothing(language: str) -> None:
    html = page(days_of_steps([5_000] * 40), TODAY - timedelta(days=1), language)
    assert f'<html lang="{language}">' in html and "default-src 'none'" in html
    assert not re.search(r"<script|<link|<img|<iframe|@import|url\(|\son\w+=|(src|href)=", html)


def test_the_languages_have_the_same_numbers() -> None:
    assert list(PAGE_WORDS["en"].numbers) == list(PAGE_WORDS["ja"].numbers)


def test_an_empty_history_is_a_page_too() -> None:
    assert "./daily backfill --from 2026-02-23 --to 2026-03-01" in text_of(page({}, TODAY, "ja"))
