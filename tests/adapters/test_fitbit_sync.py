"""The Fitbit Web API source: how far the tracker has synced, on a wall clock without an offset."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from fitbit_daily.adapters.fitbit_web import FitbitWeb
from tests.adapters.fitbit_answers import DAY_ENDS_AT, DEVICES, NOW, STEPS_AFTER, TOKEN, answering, series
from tests.adapters.fixtures import BERLIN


def device(synced: str | None, kind: str = "TRACKER", battery: str = "High") -> dict[str, Any]:
    told = {"lastSyncTime": synced} if synced else {}
    return {"battery": battery, "batteryLevel": 80, "deviceVersion": "Versa 3", "id": "1", "type": kind, **told}


def synced_until(
    devices: list[Any],
    later_steps: Any = None,
    *,
    path: str = STEPS_AFTER,
    day_ends_at: datetime = DAY_ENDS_AT,
    now: datetime = NOW,
) -> tuple[datetime | None, int]:
    """The answer, and the number of calls that it took."""
    with answering({DEVICES: devices, path: later_steps}) as wire:
        synced = FitbitWeb().synced_until(TOKEN, day_ends_at=day_ends_at, now=now).until
    return synced, len(wire.exchanges)


@pytest.mark.parametrize(
    ("devices", "expected"),
    [
        ([device("2021-05-23T21:05:41.313")], "2021-05-23T21:05:41.313+09:00"),
        ([device("2021-05-20T08:00:00.000"), device("2021-05-23T21:00:00.000")], "2021-05-23T21:00:00+09:00"),
        ([device("2021-05-24T00:09:00.000", "SCALE"), device("2021-05-23T21:00:00")], "2021-05-23T21:00:00+09:00"),
        ([device(None), device("2021-05-23T21:00:00.000")], "2021-05-23T21:00:00+09:00"),
        ([device("2021-05-23T15:05:41.000Z")], "2021-05-24T00:05:41+09:00"),
    ],
)
def test_the_last_sync_of_any_tracker_is_told_by_one_call_on_the_owners_wall_clock(
    devices: list[Any], expected: str
) -> None:
    assert synced_until(devices) == (datetime.fromisoformat(expected), 1)


def test_the_battery_is_that_of_the_tracker_and_never_the_scales() -> None:
    devices = [device("2021-05-24T00:05:00", battery="Low"), device("2021-05-24T00:09:00", "SCALE")]
    for told, low in ((devices, True), (devices[1:], None), ([device("2021-05-24T00:05:00"), devices[1]], False)):
        with answering({DEVICES: told, STEPS_AFTER: series("steps")}):
            assert FitbitWeb().synced_until(TOKEN, day_ends_at=DAY_ENDS_AT, now=NOW).battery_low is low


@pytest.mark.parametrize("devices", [[], [device("2021-05-24T00:09:00.000", "SCALE")], [device(None)]])
@pytest.mark.parametrize(("steps", "expected"), [("0", None), ("-12", None), ("1000000", None), ("12", DAY_ENDS_AT)])
def test_without_a_tracker_that_tells_only_steps_on_the_following_day_prove_the_sync(
    devices: list[Any], steps: str, expected: datetime | None
) -> None:
    assert synced_until(devices, series("steps", on_2021_05_24=steps)) == (expected, 2)


def test_a_week_of_later_days_is_looked_through_in_one_call() -> None:
    a_week = series("steps", on_2021_05_24="0", on_2021_05_29="0", on_2021_05_30="7065")
    path = STEPS_AFTER.replace("24.json", "30.json")
    assert synced_until([], a_week, path=path, now=NOW + timedelta(days=30)) == (DAY_ENDS_AT, 2)


@pytest.mark.parametrize("zone", [BERLIN, ZoneInfo("America/Santiago")])
@pytest.mark.parametrize("day", [date(2026, 3, 28), date(2026, 4, 4), date(2026, 9, 5), date(2026, 10, 24)])
def test_where_the_clocks_change_a_sync_still_counts_exactly_from_the_days_end(zone: ZoneInfo, day: date) -> None:
    following = day + timedelta(days=1)
    ends_at = datetime.combine(following, datetime.min.time(), zone).astimezone(UTC).astimezone(zone)
    # As it is read back from the state: with an offset, without a zone.
    told = datetime.fromisoformat(ends_at.isoformat())
    for minutes in range(-180, 360, 20):
        moment = ends_at.astimezone(UTC) + timedelta(minutes=minutes)
        wall_clock = moment.astimezone(zone).replace(tzinfo=None).isoformat(timespec="milliseconds")
        synced, _ = synced_until([device(wall_clock)], day_ends_at=told)
        assert synced is not None
        assert (synced >= told) == (minutes >= 0), f"{wall_clock} in {zone}"
