"""Requests side by side."""

from __future__ import annotations

import threading
from functools import partial

import pytest

from fitbit_daily.adapters.side_by_side import side_by_side


def test_the_answers_come_in_the_order_of_the_questions() -> None:
    assert side_by_side(*(partial(divmod, number, 7) for number in range(30))) == [divmod(n, 7) for n in range(30)]


def test_the_first_error_is_raised_and_not_everything_else_is_asked() -> None:
    asked: list[int] = []

    def fail() -> None:
        raise KeyError("the first")

    with pytest.raises(KeyError, match="the first"):
        side_by_side(fail, *(partial(_slowly, asked, number) for number in range(1000)))
    assert len(asked) < 1000


def _slowly(asked: list[int], number: int) -> None:
    asked.append(number)
    threading.Event().wait(0.001)
