"""When a day counts as complete, and how long to wait where it does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitbit_daily.domain.sync import Verdict, judge

DAY_ENDS = datetime(2021, 5, 23, 15, tzinfo=UTC)
GIVES_UP = DAY_ENDS + timedelta(hours=12)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


def verdict(**given: Any) -> Verdict:
    usual: dict[str, Any] = {
        "day_ends_at": DAY_ENDS,
        "synced_until": DAY_ENDS,
        "sleep_processing": False,
        "gives_up_at": GIVES_UP,
        "look_every": timedelta(minutes=15),
        "now": DAY_ENDS + timedelta(minutes=10),
    }
    return judge(**usual | given)


@pytest.mark.parametrize("synced_until", [DAY_ENDS, DAY_ENDS + SECOND, DAY_ENDS + timedelta(days=3)])
def test_a_day_is_complete_once_the_tracker_has_synced_past_its_end(synced_until: datetime) -> None:
    assert verdict(synced_until=synced_until) == Verdict(complete=True, wait_seconds=0)


@pytest.mark.parametrize(
    "reason",
    [{"synced_until": DAY_ENDS - SECOND}, {"synced_until": None}, {"sleep_processing": True}],
    ids=["synced before the end", "sync unknown", "sleep being processed"],
)
def test_a_day_that_may_still_change_is_waited_for(reason: dict[str, Any]) -> None:
    assert verdict(**reason) == Verdict(complete=False, wait_seconds=900)


@pytest.mark.parametrize(("left", "wait"), [(SECOND, 1), (0.4 * SECOND, 1), (900 * SECOND, 900), (901 * SECOND, 900)])
def test_the_last_wait_ends_when_it_is_time_to_give_up(left: timedelta, wait: int) -> None:
    assert verdict(synced_until=None, now=GIVES_UP - left).wait_seconds == wait


@pytest.mark.parametrize("late", [timedelta(0), SECOND, timedelta(days=2), timedelta(days=29)])
def test_at_the_time_to_give_up_the_day_is_posted_as_incomplete(late: timedelta) -> None:
    assert verdict(synced_until=None, now=GIVES_UP + late) == Verdict(complete=False, wait_seconds=0)


def test_what_a_tracker_has_forgotten_is_never_waited_for() -> None:
    assert verdict(synced_until=None, now=DAY_ENDS + timedelta(days=30)) == Verdict(complete=True, wait_seconds=0)


OFFSETS = st.timedeltas(timedelta(days=-2), timedelta(days=40))


@settings(max_examples=200, deadline=None)
@given(
    synced=st.none() | OFFSETS,
    processing=st.booleans(),
    gives_up=st.timedeltas(timedelta(0), timedelta(hours=49)),
    every=st.timedeltas(timedelta(minutes=1), timedelta(hours=3)),
    now=OFFSETS,
)
def test_waiting_always_ends_and_only_a_synced_or_a_forgotten_day_is_complete(
    synced: timedelta | None, processing: bool, gives_up: timedelta, every: timedelta, now: timedelta
) -> None:
    given: dict[str, Any] = {
        "synced_until": None if synced is None else DAY_ENDS + synced,
        "sleep_processing": processing,
        "gives_up_at": DAY_ENDS + gives_up,
        "look_every": every,
        "now": DAY_ENDS + now,
    }
    said = verdict(**given)
    known = synced is not None and synced >= timedelta(0) and not processing
    assert said.complete is (known or now >= timedelta(days=30))
    assert isinstance(said.wait_seconds, int)
    assert 0 <= said.wait_seconds <= every.total_seconds() + 1
    waits_on = not said.complete and now < gives_up
    assert (said.wait_seconds > 0) is waits_on
