"""Days as people type them."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

import fitbit_daily.clock
from cli.arguments import day_of

NOW = datetime(2026, 11, 25, 15, 30, tzinfo=UTC)


def test_a_day_is_what_it_says_and_without_a_year_the_last_that_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    for typed, day in [
        ("2026-11-21", "2026-11-21"),
        ("2999-01-01", "2999-01-01"),
        # In Tokyo it is the 26th.
        ("yesterday", "2026-11-25"),
        ("Yesterday", "2026-11-25"),
        ("11-25", "2026-11-25"),
        ("11-26", "2025-11-26"),
        ("02-29", "2024-02-29"),
        ("02-30", None),
        ("2021-02-30", None),
        ("2026-1-2", None),
        ("11/21", None),
        ("today", None),
        ("", None),
        ("٢٠٢٦-11-21", None),
    ]:
        monkeypatch.setattr(fitbit_daily.clock, "time", SimpleNamespace(time=NOW.timestamp))
        assert day_of(typed) == day
