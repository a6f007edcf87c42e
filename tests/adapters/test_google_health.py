"""The Google Health source: what it asks for, and the numbers that it reads out of Google's answers."""

from __future__ import annotations

import json
import threading
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from fitbit_daily.adapters.google_health import GoogleHealth
from fitbit_daily.domain.numbers import Activity, Sleep
from local.simulators.days import SPECIAL_DAYS, whole_day
from local.simulators.google import GoogleSimulator
from tests.adapters.fixtures import (
    ARTICLE,
    BERLIN,
    HEALTH,
    LONG_AGO,
    OAUTH,
    TOKYO,
    YESTERDAY,
    Clock,
    activity_of,
    canned,
    google_in,
    sleep_of,
    token_of,
)
from tests.wsgi import Wire, connected

DAYS = [(day, TOKYO) for day in (*SPECIAL_DAYS, YESTERDAY)]
DAYS += [(day, BERLIN) for day in (date(2025, 10, 26), date(2026, 3, 29), date(2026, 2, 13), YESTERDAY)]


def expected_activity(day: date, zone: ZoneInfo) -> Activity:
    """What the wearer did, in the units of a post. A level without minutes is left out of Google's answer."""
    true = whole_day(day, zone)
    levels = [true.light_minutes, true.moderate_minutes, true.vigorous_minutes]
    light, moderate, vigorous = [minutes or 0 for minutes in levels] if any(levels) else [None, None, None]
    total, active = (None if kcal is None else Decimal(str(kcal)) for kcal in (true.total_kcal, true.active_kcal))
    return Activity(
        steps=true.steps,
        distance_km=None if true.distance_mm is None else Decimal(true.distance_mm) / 1_000_000,
        calories_kcal=total,
        bmr_kcal=None if total is None or active is None else total - active,
        active_kcal=active,
        sedentary_minutes=None if true.sedentary_seconds is None else int(true.sedentary_seconds // 60),
        light_minutes=light,
        moderate_minutes=moderate,
        vigorous_minutes=vigorous,
    )


@pytest.mark.parametrize(("day", "zone"), DAYS)
def test_a_days_numbers_are_what_the_wearer_did_on_that_civil_day(day: date, zone: ZoneInfo, clock: Clock) -> None:
    google, source = google_in(zone, clock), GoogleHealth()
    clock.turn(hours=9)
    sleeps = whole_day(day, zone).sleeps
    with connected({HEALTH: google, OAUTH: google}) as wire:
        token = token_of(google, clock)
        assert activity_of(source, token, day) == expected_activity(day, zone)
        sleep = sleep_of(source, token, day)
        assert set(wire.statuses()) == {200}, "the strict simulator accepts every request"
    if day != date(2026, 2, 5):
        assert sleep == Sleep(sum(sleep.minutes_asleep for sleep in sleeps) if sleeps else None, processing=False)


@pytest.mark.parametrize("scenario", ["", "no-false"])
def test_sleep_that_is_still_being_processed_says_so_until_it_is_not(
    scenario: str, google: GoogleSimulator, clock: Clock, wire: Wire
) -> None:
    """Where false is left out, as proto3 may, a night that has just ended is taken for one."""
    if scenario:
        google.faults.switch_on(scenario)
    google.faults.switch_on("sleep-processing", times=2)
    clock.moment = google.wearer.day(YESTERDAY).sleeps[0].end + timedelta(minutes=30)
    token = token_of(google, clock)
    looks = [sleep_of(GoogleHealth(), token, YESTERDAY, clock()) for _ in range(3)]
    assert [look.processing for look in looks] == [True, True, False]
    assert looks[0].minutes_asleep != looks[2].minutes_asleep, "what is provisional is not taken for final"


def test_the_six_rollups_are_all_under_way_at_once(google: GoogleSimulator, clock: Clock) -> None:
    together = threading.Barrier(6)

    def patient(environ: dict[str, Any], start: Any) -> Any:
        if environ["PATH_INFO"].endswith(":dailyRollUp"):
            together.wait(timeout=5)
        return google(environ, start)

    with connected({HEALTH: patient, OAUTH: google}):
        assert activity_of(GoogleHealth(), token_of(google, clock), ARTICLE).steps == 1781


def test_one_day_is_asked_for_as_a_closed_open_range_of_trackers_only_without_a_page_size(
    google: GoogleSimulator, clock: Clock, wire: Wire
) -> None:
    activity_of(GoogleHealth(), token_of(google, clock), date(2026, 2, 28))
    rollups = [json.loads(e.body) for e in wire.exchanges if e.target.endswith(":dailyRollUp")]
    assert len(rollups) == 6
    for asked in rollups:
        assert asked == {
            "range": {
                "start": {"date": {"year": 2026, "month": 2, "day": 28}},
                "end": {"date": {"year": 2026, "month": 3, "day": 1}},
            },
            "windowSizeDays": 1,
            "dataSourceFamily": "users/me/dataSourceFamilies/google-wearables",
        }


# Forms of answers that the simulator does not give


def point(**value: Any) -> dict[str, Any]:
    return {"rollupDataPoints": [{"civilStartTime": {"date": {"year": 2026, "month": 11, "day": 21}}, **value}]}


@pytest.mark.parametrize(
    ("duration", "minutes"),
    [("0s", 0), ("59s", 0), ("60s", 1), ("33119.750s", 551), ("33120.000000000s", 552), ("28680s", 478)],
)
def test_a_duration_becomes_whole_minutes_downwards(duration: str, minutes: int) -> None:
    with connected({HEALTH: canned(point(sedentaryPeriod={"durationSum": duration}))}):
        assert activity_of(GoogleHealth(), LONG_AGO, YESTERDAY) == Activity(sedentary_minutes=minutes)


def test_a_distance_and_a_double_keep_every_digit() -> None:
    exact = point(distance={"millimetersSum": "998765433"}, totalCalories={"kcalSum": 2200.4})
    with connected({HEALTH: canned(exact)}):
        activity = activity_of(GoogleHealth(), LONG_AGO, YESTERDAY)
    assert activity.distance_km == Decimal("998.765433")
    assert activity.calories_kcal == Decimal("2200.4")


@pytest.mark.parametrize("empty", [{}, {"rollupDataPoints": []}, point(), point(steps={}, activeMinutes={})])
def test_absent_is_none_and_never_zero(empty: Any) -> None:
    with connected({HEALTH: canned(empty)}):
        assert activity_of(GoogleHealth(), LONG_AGO, YESTERDAY) == Activity()


def session(end: str, offset: str | None = "32400s", **more: Any) -> dict[str, Any]:
    start = (datetime.fromisoformat(end) - timedelta(minutes=400)).isoformat()
    interval = {"startTime": start, "endTime": end} | ({"endUtcOffset": offset} if offset else {})
    return {"sleep": {"interval": interval, "summary": {"minutesAsleep": "400"}, **more}}


OLD: dict[str, Any] = {"metadata": {"processed": True}}


@pytest.mark.parametrize(
    ("sessions", "expected"),
    [
        ([session("2026-11-20T22:00:00Z")], Sleep(400)),
        ([session("2026-11-20T15:00:00Z")], Sleep(400)),
        ([session("2026-11-20T14:59:59Z")], Sleep(None)),
        ([session("2026-11-21T14:59:59.5Z", **OLD), session("2026-11-20T22:00:00Z")], Sleep(800)),
        ([session("2026-11-21T15:00:00Z")], Sleep(None)),
        ([session("2026-11-21T10:00:00Z", "-18000s")], Sleep(400)),
        ([session("2026-11-20T22:00:00Z", summary={})], Sleep(None, processing=True)),
    ],
)
def test_a_sleep_counts_by_the_wall_clock_where_it_ended(sessions: list[Any], expected: Sleep) -> None:
    with connected({HEALTH: canned({"nextPageToken": "more"}, {"dataPoints": sessions})}) as wire:
        assert sleep_of(GoogleHealth(), LONG_AGO, YESTERDAY) == expected
    assert [("pageToken=more" in exchange.target) for exchange in wire.exchanges] == [False, True]
