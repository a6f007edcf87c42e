"""Zones by their clocks: another name is no other zone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cli.google import same_rules

NOW = datetime(2026, 11, 21, 15, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Asia/Calcutta", "Asia/Kolkata", True),
        ("Japan", "Asia/Tokyo", True),
        ("UTC", "Etc/GMT", True),
        ("Europe/Paris", "Europe/Berlin", True),
        ("Asia/Tokyo", "Europe/Berlin", False),
        # The same offset at the moment, and not in summer; the other way round; the same changes, at another hour.
        ("Europe/Berlin", "Africa/Tunis", False),
        ("Europe/London", "Africa/Abidjan", False),
        ("America/Havana", "America/New_York", False),
        ("Mars/Base", "Asia/Tokyo", False),
        ("Mars/Base", "Mars/Base", True),
        ("../localtime", "Asia/Tokyo", False),
        ("Asia", "Asia/Tokyo", False),
    ],
)
def test_two_zones_are_the_same_if_their_clocks_are(one: str, other: str, same: bool) -> None:
    assert same_rules(one, other, now=NOW) is same
    assert same_rules(other, one, now=NOW) is same
