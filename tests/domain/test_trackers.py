"""What is made of what a source tells of the trackers: the last sync, and whether one must be charged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fitbit_daily.domain.trackers import Sync, Tracker, sync_of

NOW = datetime(2026, 11, 22, 0, 10, tzinfo=UTC)
YEAR = timedelta(days=365)


@pytest.mark.parametrize(
    ("battery", "level", "low"),
    [
        ("High", 80, False),
        ("Medium", 16, False),
        ("Medium", 15, True),
        ("Low", 40, True),
        ("Empty", None, True),
        (None, 0, True),
        (None, 50, False),
        ("High", None, False),
        (None, None, None),
    ],
)
def test_a_battery_is_low_if_its_word_or_its_level_says_so_and_unknown_if_neither_is_told(
    battery: str | None, level: int | None, low: bool | None
) -> None:
    assert sync_of([Tracker(NOW, battery, level)]) == Sync(NOW, low)
    assert sync_of([Tracker(None, battery, level)]) == Sync(None, low)


def test_without_a_tracker_nothing_is_known() -> None:
    assert sync_of([]) == Sync(None, None)


@pytest.mark.parametrize("turned", [False, True])
def test_the_tracker_in_the_drawer_is_empty_and_nobody_minds(turned: bool) -> None:
    trackers = [Tracker(NOW - YEAR, "Empty", 0), Tracker(NOW, "High", 80)]
    assert sync_of(trackers[::-1] if turned else trackers) == Sync(NOW, False)


def test_the_tracker_in_use_is_low_whatever_the_one_in_the_drawer_was_when_it_was_put_there() -> None:
    assert sync_of([Tracker(NOW, "Low", 12), Tracker(NOW - YEAR, "High", 90)]) == Sync(NOW, True)


def test_where_no_sync_is_told_any_low_battery_counts() -> None:
    assert sync_of([Tracker(None, "High", 80), Tracker(None, "Low", 12), Tracker(None, None, None)]).battery_low
