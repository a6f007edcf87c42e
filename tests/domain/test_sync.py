"""When a day counts as complete, when it will not become so any more, and how long to wait before the next look."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fitbit_daily.domain.sync import is_complete, is_too_old
from fitbit_daily.domain.waiting import seconds_to_wait

DAY_ENDS = datetime(2021, 5, 23, 15, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
NOW = DAY_ENDS + timedelta(minutes=10)
LOOK_EVERY = timedelta(minutes=15)


@pytest.mark.parametrize("synced_until", [DAY_ENDS, DAY_ENDS + SECOND, DAY_ENDS + 3 * DAY])
def test_a_day_is_complete_once_the_tracker_has_synced_past_its_end(synced_until: datetime) -> None:
    assert is_complete(day_ends_at=DAY_ENDS, synced_until=synced_until, may_still_change=False)


@pytest.mark.parametrize(
    ("synced_until", "changing"),
    [(DAY_ENDS - SECOND, False), (None, False), (DAY_ENDS, True)],
    ids=["synced before the end", "sync unknown", "sleep being processed"],
)
def test_a_day_that_may_still_change_is_not(synced_until: datetime | None, changing: bool) -> None:
    assert not is_complete(day_ends_at=DAY_ENDS, synced_until=synced_until, may_still_change=changing)


def test_what_a_tracker_has_forgotten_is_too_old_and_that_makes_nothing_complete() -> None:
    assert not is_too_old(day_ends_at=DAY_ENDS, now=DAY_ENDS + 30 * DAY - SECOND)
    assert is_too_old(day_ends_at=DAY_ENDS, now=DAY_ENDS + 30 * DAY)
    assert not is_complete(day_ends_at=DAY_ENDS, synced_until=None, may_still_change=False)


@pytest.mark.parametrize(("left", "wait"), [(-SECOND, 0), (0 * SECOND, 0), (0.4 * SECOND, 1), (901 * SECOND, 900)])
def test_the_last_wait_ends_at_the_deadline(left: timedelta, wait: int) -> None:
    assert seconds_to_wait(until=NOW + left, look_every=LOOK_EVERY, now=NOW) == wait
