"""The Google Health source: what it asks for, and the numbers that it reads out of Google's answers."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from fitbit_daily.adapters import google_health
from fitbit_daily.adapters.google_health import GoogleHealth
from fitbit_daily.domain.authorization import AccessToken
from fitbit_daily.domain.numbers import Activity, Sleep
from fitbit_daily.domain.ranges import days_of
from fitbit_daily.domain.trackers import Sync
from fitbit_daily.errors import AuthorizationLost, SourceUnavailable
from local.simulators.days import bounds, whole_day
from local.simulators.google import GoogleSimulator
from local.simulators.google.oauth import RECOMMENDED_SCOPES
from tests.adapters.fixtures import (
    ARTICLE,
    BERLIN,
    HEALTH,
    LONG_AGO,
    OAUTH,
    START,
    TOKYO,
    YESTERDAY,
    Clock,
    activity_of,
    canned,
    credentials_of,
    google_in,
    sleep_of,
    token_of,
)
from tests.wsgi import Wire, connected

# In Berlin, a day of 25 hours and one of 23; half a year of its days is read at once below.
DAYS = [(ARTICLE, TOKYO), (YESTERDAY, TOKYO), (date(2025, 10, 26), BERLIN), (date(2026, 3, 29), BERLIN)]


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
    assert sleep == Sleep(sum(sleep.minutes_asleep for sleep in sleeps), processing=False)


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


# What Google Health says twice, or in a way that no day can be, or not at all: never a number that is not true.


def value(day: date = YESTERDAY, **value: Any) -> dict[str, Any]:
    return {"civilStartTime": {"date": {"year": day.year, "month": day.month, "day": day.day}}, **value}


def of_yesterday(*points: dict[str, Any]) -> Activity:
    """Each on a page of its own."""
    *first, last = ({"rollupDataPoints": [point]} for point in points)
    pages = [page | {"nextPageToken": f"page {number}"} for number, page in enumerate(first, 2)]

    def rollups(environ: dict[str, Any], start: Any) -> Any:
        number = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).partition(b"page ")[2][:1]
        return canned([*pages, last][int(number or 1) - 1])(environ, start)

    with connected({HEALTH: rollups}):
        return activity_of(GoogleHealth(), LONG_AGO, YESTERDAY)


STEPS = value(steps={"countSum": "8000"})


@pytest.mark.parametrize(
    ("total", "active"), [(10**9, 600), (2200, 10**9), (2200, -1), (-1, -2), (99_999.5, 99_999.4), (100, 100.5)]
)
def test_no_basal_rate_is_derived_from_what_no_day_can_hold(total: float, active: float) -> None:
    activity = of_yesterday(value(totalCalories={"kcalSum": total}, activeEnergyBurned={"kcalSum": active}))
    assert activity.bmr_kcal is None


FOLLOWING = YESTERDAY + timedelta(days=1)


@pytest.mark.parametrize(
    "points",
    [
        [value(FOLLOWING, steps={"countSum": "-1"})],
        [value(FOLLOWING, steps={"countSum": "1000000"})],
        [value(FOLLOWING, steps={"countSum": "5"}), value(FOLLOWING, steps={"countSum": "6"})],
        [value(YESTERDAY, steps={"countSum": "5"})],
    ],
    ids=["negative", "absurd", "contradicted", "of another day"],
)
def test_steps_that_may_not_be_true_of_a_following_day_prove_no_sync(points: list[dict[str, Any]]) -> None:
    with connected({HEALTH: canned({"rollupDataPoints": points})}):
        sync = GoogleHealth().synced_until(LONG_AGO, day_ends_at=datetime(2026, 11, 22, tzinfo=UTC), now=START)
    assert sync.until is None


def test_two_values_of_one_day_that_are_the_same_are_one() -> None:
    assert of_yesterday(STEPS, STEPS) == Activity(steps=8000)
    assert of_yesterday(value(totalCalories={"kcalSum": 2200.0}), value(totalCalories={"kcalSum": 2200})) == Activity(
        calories_kcal=2200
    )
    light, vigorous = ({"activityLevel": level, "activeMinutesSum": "7"} for level in ("LIGHT", "VIGOROUS"))
    levels = [
        value(activeMinutes={"activeMinutesRollupByActivityLevel": each})
        for each in ([light, vigorous], [vigorous, light])
    ]
    assert of_yesterday(*levels) == Activity(light_minutes=7, moderate_minutes=0, vigorous_minutes=7)


def test_two_values_of_one_day_that_differ_are_none_and_the_day_is_doubtful() -> None:
    differing = value(steps={"countSum": "8001"}, distance={"millimetersSum": "5000000"})
    assert of_yesterday(STEPS, differing) == Activity(distance_km=5, doubtful=True)
    assert of_yesterday(differing, STEPS, differing) == Activity(distance_km=5, doubtful=True)
    assert of_yesterday(STEPS, value(steps={"countSum": "8000000000"})) == Activity(doubtful=True)
    active = value(activeEnergyBurned={"kcalSum": 600})
    assert of_yesterday(
        value(totalCalories={"kcalSum": 2200}), active, value(totalCalories={"kcalSum": 2300})
    ) == Activity(active_kcal=600, doubtful=True), "no basal rate"


@pytest.mark.parametrize("empty", [value(), value(steps={})])
def test_a_value_that_says_nothing_contradicts_none(empty: dict[str, Any]) -> None:
    assert of_yesterday(STEPS, empty) == of_yesterday(empty, STEPS) == Activity(steps=8000)


# Sleep

NIGHT = ("2026-11-20T14:00:00Z", "2026-11-20T22:00:00Z")


def night(start: str, end: str, minutes: int | None = 400, **more: Any) -> dict[str, Any]:
    interval = {"startTime": start, "endTime": end, "endUtcOffset": "32400s"}
    return {"sleep": {"interval": interval, "summary": {"minutesAsleep": str(minutes)}, **more}}


def stages(*stages: tuple[str, str, str]) -> list[dict[str, str]]:
    """Of the night's evening and morning in UTC."""
    return [
        {"type": kind, "startTime": f"2026-11-20T{start}:00Z", "endTime": f"2026-11-20T{end}:00Z"}
        for kind, start, end in stages
    ]


def sleep(*sessions: dict[str, Any], now: datetime = START) -> Sleep:
    with connected({HEALTH: canned({"dataPoints": list(sessions)})}):
        return sleep_of(GoogleHealth(), LONG_AGO, YESTERDAY, now)


@pytest.mark.parametrize(
    ("said", "hours_since", "processing"),
    [
        ({}, 2.99, True),
        ({}, 3, False),
        ({"metadata": {"mainSleep": True}}, 1, True),
        ({"metadata": {"stagesStatus": "SUCCEEDED"}}, 1, False),
        ({"stages": stages(("LIGHT", "14:00", "22:00"))}, 1, False),
        ({"stages": []}, 1, True),
        ({"metadata": {"processed": True}}, 1, False),
        ({"metadata": {"processed": False}}, 1, True),
        # What Google says is never overruled.
        ({"metadata": {"processed": False}}, 400, True),
        ({"metadata": {"processed": False, "stagesStatus": "SUCCEEDED"}}, 1, True),
    ],
)
def test_a_sleep_that_does_not_say_whether_it_is_worked_out_is_doubted_for_three_hours_at_most(
    said: dict[str, Any], hours_since: float, processing: bool
) -> None:
    now = datetime.fromisoformat(NIGHT[1]) + timedelta(hours=hours_since)
    assert sleep(night(*NIGHT, **said), now=now) == Sleep(400, processing)


def test_sleeps_that_overlap_count_each_minute_once() -> None:
    by_stages = night(
        *NIGHT, 360, stages=stages(("LIGHT", "14:00", "18:00"), ("AWAKE", "18:00", "20:00"), ("DEEP", "20:00", "22:00"))
    )
    other = night(
        *NIGHT, stages=stages(("ASLEEP", "15:00", "19:00"), ("RESTLESS", "19:00", "20:00"), ("REM", "20:00", "21:00"))
    )
    assert sleep(by_stages, other) == Sleep(7 * 60)
    assert sleep(by_stages, night(*NIGHT, 401)) == Sleep(401)
    assert sleep(by_stages, night("2026-11-21T04:00:00Z", "2026-11-21T05:00:00Z", 50)) == Sleep(410)


# Pages


@pytest.mark.parametrize("what", ["devices", "rollup", "sleep"])
def test_an_answer_without_a_last_page_is_an_error_after_a_handful_of_calls(what: str) -> None:
    source = GoogleHealth()
    read: Any = {
        "devices": lambda: source._devices(LONG_AGO),
        "rollup": lambda: source._rollup(LONG_AGO, "steps", YESTERDAY, YESTERDAY),
        "sleep": lambda: sleep_of(source, LONG_AGO, YESTERDAY),
    }[what]
    pages = ({"rollupDataPoints": [STEPS], "nextPageToken": f"{number}"} for number in range(100))
    with connected({HEALTH: canned(*pages)}) as wire:
        with pytest.raises(SourceUnavailable, match="no last page"):
            read()
        assert len(wire.exchanges) <= 15


# Many days at once: the same as day by day, in as few calls as the limits allow

# Both of Berlin's changes of clocks are in it, and every special day of the simulator but the article's.
FIRST, LAST = date(2025, 10, 20), date(2026, 4, 17)
NOT_WORN, NO_SLEEP, UNPROCESSED = date(2026, 2, 3), date(2026, 2, 8), date(2026, 2, 5)
LONGEST = {"total-calories": 14, "active-minutes": 14}


@pytest.fixture
def berlin(clock: Clock) -> GoogleSimulator:
    return google_in(BERLIN, clock)


@pytest.fixture
def berlins_wire(berlin: GoogleSimulator) -> Iterator[Wire]:
    with connected({HEALTH: berlin, OAUTH: berlin}) as wire:
        yield wire


@pytest.fixture
def token(berlin: GoogleSimulator, clock: Clock, berlins_wire: Wire) -> AccessToken:
    token = token_of(berlin, clock)
    berlins_wire.exchanges.clear()
    return token


def test_half_a_year_is_what_the_wearer_did_on_each_of_its_days_and_a_day_without_data_is_left_out(
    token: AccessToken, berlins_wire: Wire
) -> None:
    found = GoogleHealth().activities(token, FIRST, LAST)
    expected = {day: expected_activity(day, BERLIN) for day in days_of(FIRST, LAST)}
    assert found == {day: activity for day, activity in expected.items() if activity != Activity()}
    assert list(found) == sorted(found) and NOT_WORN not in found
    assert set(berlins_wire.statuses()) == {200}


def test_half_a_year_of_sleep_is_assigned_to_the_days_on_which_it_ended(token: AccessToken, berlins_wire: Wire) -> None:
    found = GoogleHealth().sleeps(token, FIRST, LAST, now=START)
    nights = {day: [sleep.minutes_asleep for sleep in whole_day(day, BERLIN).sleeps] for day in days_of(FIRST, LAST)}
    assert found[UNPROCESSED].processing
    del nights[UNPROCESSED], found[UNPROCESSED]
    assert {day: sleep.minutes_asleep for day, sleep in found.items()} == {d: sum(n) for d, n in nights.items() if n}
    assert not {NOT_WORN, NO_SLEEP} & set(found)
    assert not any(sleep.processing for sleep in found.values())


def test_every_call_is_as_wide_as_its_data_type_allows_and_no_day_is_asked_for_twice(
    token: AccessToken, berlins_wire: Wire
) -> None:
    GoogleHealth().activities(token, FIRST, LAST)
    asked: dict[str, list[tuple[date, date]]] = {}
    for exchange in berlins_wire.exchanges:
        body = json.loads(exchange.body)
        assert "pageSize" not in body
        start, end = (date(**body["range"][limit]["date"]) for limit in ("start", "end"))
        asked.setdefault(exchange.target.split("/")[-2], []).append((start, end))
    assert len(asked) == 6
    for data_type, ranges in asked.items():
        longest = timedelta(days=LONGEST.get(data_type, 90))
        assert [end - start for start, end in ranges[:-1]] == [longest] * (len(ranges) - 1)
        assert [start for start, _ in ranges] == [FIRST, *(end for _, end in ranges[:-1])]
        assert ranges[-1][1] == LAST + timedelta(days=1), "the end is exclusive"


def test_half_a_year_of_sleep_comes_in_pages_of_25(token: AccessToken, berlins_wire: Wire) -> None:
    assert (LAST - FIRST).days + 1 == GoogleHealth.days_at_once == 180
    GoogleHealth().sleeps(token, FIRST, LAST, now=START)
    assert len(berlins_wire.exchanges) == -(
        -sum(len(whole_day(day, BERLIN).sleeps) for day in days_of(FIRST, LAST)) // 25
    )


@pytest.mark.parametrize("pages", ["one-per-page", "health-empty-first-page", "no-civil-end-time"])
def test_however_the_answers_come_in_pages_a_range_is_the_same_as_its_days(
    pages: str, token: AccessToken, berlin: GoogleSimulator
) -> None:
    berlin.faults.switch_on(pages)
    first, last = date(2026, 2, 10), date(2026, 2, 14)
    source = GoogleHealth()
    days = list(days_of(first, last))
    assert source.activities(token, first, last) == {day: activity_of(source, token, day) for day in days}
    assert source.sleeps(token, first, last, now=START) == {day: sleep_of(source, token, day) for day in days}


# Google's token endpoint: a new access token, and what comes along with it.


def test_a_refresh_gives_an_access_token_for_an_hour_and_keeps_the_refresh_token(
    google: GoogleSimulator, wire: Wire
) -> None:
    grant = GoogleHealth().refresh(credentials_of(google))
    assert grant.lifetime == timedelta(seconds=3599) and grant.refresh_token is None
    assert google.tokens.valid(grant.access_token)
    sent = wire.exchanges[-1]
    assert (sent.target, sent.status) == ("/token", 200), "the credentials are in the body, not in the address"


def test_a_refresh_token_that_comes_along_is_handed_on_and_the_old_one_is_dead(
    google: GoogleSimulator, wire: Wire
) -> None:
    google.faults.switch_on("token-rotates", times=1)
    assert GoogleHealth().refresh(credentials_of(google)).refresh_token in google.tokens.refresh_tokens
    with pytest.raises(AuthorizationLost):
        GoogleHealth().refresh(credentials_of(google))


def test_a_token_answer_without_scope_or_with_an_empty_refresh_token_is_taken_for_what_was_asked(
    google: GoogleSimulator,
) -> None:
    """RFC 6749, 5.1: the scope is optional where it is what was asked for."""
    with connected({OAUTH: canned({"access_token": "ya29", "expires_in": 3599, "refresh_token": ""})}):
        grant = GoogleHealth().refresh(credentials_of(google))
    assert (grant.access_token, grant.refresh_token, grant.withheld) == ("ya29", None, None)


@pytest.mark.parametrize(
    "answer", [[], {"access_token": "ya29", "expires_in": "soon"}, {"access_token": "", "expires_in": 3599}]
)
def test_a_token_answer_without_a_usable_token_is_no_answer(answer: Any, google: GoogleSimulator) -> None:
    with connected({OAUTH: canned(answer)}), pytest.raises(SourceUnavailable):
        GoogleHealth().refresh(credentials_of(google))


def test_the_scopes_that_are_needed_are_those_that_the_reference_recommends() -> None:
    assert set(google_health.SCOPES) == set(RECOMMENDED_SCOPES)


# How far the tracker has synced, as far as Google Health tells.


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


@pytest.mark.parametrize("zone", [TOKYO, ZoneInfo("America/Los_Angeles")])
@pytest.mark.parametrize("days_ago", [1, 7, 8])
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


def test_a_time_with_nanoseconds_can_be_read() -> None:
    devices = {"pairedDevices": [{"deviceType": "TRACKER", "lastSyncTime": "2026-11-22T05:41:10.123456789Z"}]}
    ends_at = datetime(2026, 11, 22, tzinfo=TOKYO)
    with connected({HEALTH: canned(devices)}):
        synced = GoogleHealth().synced_until(LONG_AGO, day_ends_at=ends_at, now=ends_at).until
    assert synced == datetime(2026, 11, 22, 5, 41, 10, 123456, tzinfo=UTC)
