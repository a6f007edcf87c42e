"""How far the tracker has synced, as far as Google Health tells."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from fitbit_daily.adapters.google_health import GoogleHealth
from local.simulators.days import bounds
from local.simulators.google import GoogleSimulator
from tests.adapters.fixtures import (
    BERLIN,
    HEALTH,
    LONG_AGO,
    OAUTH,
    TOKYO,
    YESTERDAY,
    Clock,
    canned,
    google_in,
    token_of,
)
from tests.wsgi import Wire, connected


def synced_until(google: GoogleSimulator, clock: Clock, day: date = YESTERDAY, zone: ZoneInfo = TOKYO) -> Any:
    ends_at = bounds(day, zone)[1].astimezone(zone)
    return GoogleHealth().synced_until(token_of(google, clock), day_ends_at=ends_at, now=clock()).until


@pytest.mark.parametrize("scale", [False, True])
def test_the_last_sync_of_the_tracker_counts_and_never_the_scales(
    scale: bool, google: GoogleSimulator, clock: Clock, wire: Wire
) -> None:
    google.faults.switch_on("tells-last-sync")
    if scale:
        google.faults.switch_on("scale-first")
        google.faults.switch_on("one-per-page")
    assert synced_until(google, clock) == clock() - google.wearer.sync_lag
    google.faults.switch_on("not-synced")
    assert synced_until(google, clock) == datetime(2026, 11, 21, 12, tzinfo=TOKYO)


def test_a_scale_alone_proves_nothing(google: GoogleSimulator, clock: Clock, wire: Wire) -> None:
    for scenario in ("tells-last-sync", "scale-first", "not-synced"):
        google.faults.switch_on(scenario)
    only_the_scale = google.wearer.devices()[:1]
    google.wearer.devices = lambda: only_the_scale  # type: ignore[method-assign]
    assert synced_until(google, clock) is None


def test_where_the_last_sync_is_not_told_steps_of_a_following_day_prove_the_end_of_the_day(
    google: GoogleSimulator, clock: Clock, wire: Wire
) -> None:
    assert synced_until(google, clock) is None, "ten past midnight: nobody has walked, and 0 steps prove nothing"
    clock.turn(hours=8)
    assert synced_until(google, clock) == datetime(2026, 11, 22, tzinfo=TOKYO)
    google.faults.switch_on("not-synced")
    assert synced_until(google, clock) is None


def test_a_stale_last_sync_is_overruled_by_later_steps(google: GoogleSimulator, clock: Clock, wire: Wire) -> None:
    clock.turn(hours=8)
    google.faults.switch_on("tells-last-sync")
    stale = google.wearer.devices()[0]
    google.wearer.devices = lambda: [  # type: ignore[method-assign]
        replace(stale, last_sync=datetime(2026, 11, 20, tzinfo=UTC))
    ]
    assert synced_until(google, clock) == datetime(2026, 11, 22, tzinfo=TOKYO)


def test_a_day_on_which_the_watch_lay_in_a_drawer_is_proven_by_one_of_the_days_after_it(
    google: GoogleSimulator, clock: Clock, wire: Wire
) -> None:
    assert synced_until(google, clock, date(2026, 2, 2)) == datetime(2026, 2, 3, tzinfo=TOKYO)
    assert synced_until(google, clock, date(2026, 2, 3)) == datetime(2026, 2, 4, tzinfo=TOKYO)


@pytest.mark.parametrize("zone", [TOKYO, BERLIN, ZoneInfo("America/Los_Angeles"), ZoneInfo("Pacific/Kiritimati")])
@pytest.mark.parametrize("days_ago", [1, 2, 5, 7, 8, 30, 4000])
def test_the_proof_is_looked_for_in_days_up_to_today_and_never_beyond(
    zone: ZoneInfo, days_ago: int, clock: Clock
) -> None:
    google = google_in(zone, clock)
    today = clock().astimezone(zone).date()
    with connected({HEALTH: google, OAUTH: google}) as wire:
        synced_until(google, clock, today - timedelta(days=days_ago), zone)
        assert set(wire.statuses()) == {200}
        (asked,) = [json.loads(each.body)["range"] for each in wire.exchanges if "dailyRollUp" in each.target]
    start, end = (date(**asked[limit]["date"]) for limit in ("start", "end"))
    assert start == today - timedelta(days=days_ago - 1)
    assert start < end <= today + timedelta(days=1), "the end is exclusive: today is the last day asked for"
    assert end - start <= timedelta(days=14), "the shortest of Google's longest ranges"


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2025, 10, 26), 25), (date(2026, 11, 21), 24)]
)
def test_a_day_of_23_or_25_hours_ends_when_it_ends(day: date, hours: int, clock: Clock) -> None:
    google = google_in(BERLIN, clock, tells_last_sync=True)
    begin, end = bounds(day, BERLIN)
    assert end - begin == timedelta(hours=hours)
    with connected({HEALTH: google, OAUTH: google}):
        clock.moment = end + google.wearer.sync_lag
        assert synced_until(google, clock, day, BERLIN) == end
        clock.turn(seconds=-1)
        assert synced_until(google, clock, day, BERLIN) < end


def test_a_time_with_nanoseconds_can_be_read() -> None:
    devices = {"pairedDevices": [{"deviceType": "TRACKER", "lastSyncTime": "2026-11-22T05:41:10.123456789Z"}]}
    ends_at = datetime(2026, 11, 22, tzinfo=TOKYO)
    with connected({HEALTH: canned(devices)}):
        synced = GoogleHealth().synced_until(LONG_AGO, day_ends_at=ends_at, now=ends_at).until
    assert synced == datetime(2026, 11, 22, 5, 41, 10, 123456, tzinfo=UTC)
