"""A vendor's words are quoted only where they tell nothing of the text that was to be posted."""

from __future__ import annotations

import pytest

from fitbit_daily.domain.quoting import repeats

TEXT = "本日(2026-11-21)の活動 from Fitbit\n\n歩数: 8,123歩\n距離: 5.678km (7日平均 12)\n消費: 95kcal\n座位: 612分"


@pytest.mark.parametrize(
    "words",
    [
        TEXT,
        f"Your post '{TEXT}' is not allowed.",
        "It says: 消費: 95kcal",
        "It has 8,123 in it.",
        "It has 612 in it.",
        "8123 is too much.",
        "８１２３",
        "Post [a8123b] refused.",
        "5.678",
        "5,678 is no number.",
        "本日(2026-11-21)の活動 FROM FITBIT",
    ],
)
def test_words_with_a_line_or_a_long_number_of_the_text_repeat_it(words: str) -> None:
    assert repeats(words, TEXT)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "You are not permitted to perform this action.",
        "Refused on 2026-11-21.",
        "Code 403 at 12 o'clock.",
        "Error 95 of 9999.",
        "2026",
    ],
)
def test_other_words_do_not_nor_does_the_day(words: str) -> None:
    assert not repeats(words, TEXT)


def test_what_is_escaped_or_of_another_width_is_seen() -> None:
    assert repeats("&#38;", "&") and repeats("Ｆｉｔｂｉｔ", "Fitbit")


def test_of_no_text_nothing_is_repeated() -> None:
    assert not repeats("8123", "") and not repeats("8123", "\n \n")
