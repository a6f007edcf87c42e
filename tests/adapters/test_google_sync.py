"""How far the tracker has synced, as far as Google Health tells."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from fitbit_daily.adapters.google_health import GoogleHealth
from fitbit_daily.domain.trackers import Sync
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


def sync(google: GoogleSimulator, clock: Clock, day: date = YESTERDAY, zone: ZoneInfo = TOKYO) -> Sync:
    ends_at = bounds(day, zone)[1].astimezone(zone)
    return GoogleHealth().synced_until(token_of(google, clock), day_ends_at=ends_at, now=clock())


def test_the_last_sync_and_the_battery_are_the_trackers_and_never_the_scales(
    google: GoogleSimulator, clock: Clock, wire: Wire
) -> None:
    for scenario in ("tells-last-sync", "battery-low", "scale-first", "one-per-page"):
        google.faults.switch_on(scenario)
    assert sync(google, clock) == Sync(clock() - google.wearer.sync_lag, battery_low=True)
    google.faults.switch_on("not-synced")
    assert sync(google, clock).until == datetime(2026, 11, 21, 12, tzinfo=TOKYO)
    only_the_scale = google.wearer.devices()[:1]
    google.wearer.devices = lambda: only_the_scale  # type: ignore[method-assign]
    assert sync(google, clock) == Sync(None, None)


def test_where_the_last_sync_is_not_told_steps_of_a_following_day_prove_the_end_of_the_day(
    google: GoogleSimulator, clock: Clock, wire: Wire
) -> None:
    assert sync(google, clock).until is None, "ten past midnight: nobody has walked, and 0 steps prove nothing"
    clock.turn(hours=8)
    assert sync(google, clock).until == datetime(2026, 11, 22, tzinfo=TOKYO)
    google.faults.switch_on("not-synced")
    assert sync(google, clock).until is None


def test_a_stale_last_sync_is_overruled_by_later_steps(google: GoogleSimulator, clock: Clock, wire: Wire) -> None:
    clock.turn(hours=8)
    google.faults.switch_on("tells-last-sync")
    stale = google.wearer.devices()[0]
    google.wearer.devices = lambda: [  # type: ignore[method-assign]
        replace(stale, last_sync=datetime(2026, 11, 20, tzinfo=UTC))
    ]
    assert sync(google, clock).until == datetime(2026, 11, 22, tzinfo=TOKYO)


def test_a_day_on_which_the_watch_lay_in_a_drawer_is_proven_by_one_of_the_days_after_it(
    google: GoogleSimulator, clock: Clock, wire: Wire
) -> None:
    assert sync(google, clock, date(2026, 2, 2)).until == datetime(2026, 2, 3, tzinfo=TOKYO)
    assert sync(google, clock, date(2026, 2, 3)).until == datetime(2026, 2, 4, tzinfo=TOKYO)


@pytest.mark.parametrize("zone", [TOKYO, ZoneInfo("America/Los_Angeles"), ZoneInfo("Pacific/Kiritimati")])
@pytest.mark.parametrize("days_ago", [1, 2, 7, 8, 4000])
def test_the_proof_is_looked_for_in_days_up_to_today_and_never_beyond(
    zone: ZoneInfo, days_ago: int, clock: Clock
) -> None:
    google = google_in(zone, clock)
    today = clock().astimezone(zone).date()
    with connected({HEALTH: google, OAUTH: google}) as wire:
        sync(google, clock, today - timedelta(days=days_ago), zone)
    assert set(wire.statuses()) == {200}
    (asked,) = [json.loads(each.body)["range"] for each in wire.exchanges if "dailyRollUp" in each.target]
    start, end = (date(**asked[limit]["date"]) for limit in ("start", "end"))
    assert (start, end) == (today - timedelta(days=days_ago - 1), start + timedelta(days=min(days_ago, 7)))


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2025, 10, 26), 25), (date(2026, 11, 21), 24)]
)
def test_a_day_of_23_or_25_hours_ends_when_it_ends(day: date, hours: int, clock: Clock) -> None:
    google = google_in(BERLIN, clock, tells_last_sync=True)
    begin, end = bounds(day, BERLIN)
    assert end - begin == timedelta(hours=hours)
    with connected({HEALTH: google, OAUTH: google}):
        clock.moment = end + google.wearer.sync_lag
        assert sync(google, clock, day, BERLIN).until == end
        clock.turn(seconds=-1)
        until = sync(google, clock, day, BERLIN).until
        assert until is not None and until < end


def test_a_time_with_nanoseconds_can_be_read() -> None:
    devices = {"pairedDevices": [{"deviceType": "TRACKER", "lastSyncTime": "2026-11-22T05:41:10.123456789Z"}]}
    ends_at = datetime(2026, 11, 22, tzinfo=TOKYO)
    with connected({HEALTH: canned(devices)}):
        synced = GoogleHealth().synced_until(LONG_AGO, day_ends_at=ends_at, now=ends_at).until
    assert synced == datetime(2026, 11, 22, 5, 41, 10, 123456, tzinfo=UTC)
