"""The Fitbit Web API source: what it asks for, and what it reads out of Fitbit's answers."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs

import pytest

from fitbit_daily.adapters.fitbit_web import API, FitbitWeb
from fitbit_daily.adapters.google_health import GoogleHealth
from fitbit_daily.adapters.sources import Source, source
from fitbit_daily.domain.authorization import AccessToken, Credentials, Grant
from fitbit_daily.domain.numbers import Activity, DayNumbers, Sleep
from fitbit_daily.domain.posts import render
from fitbit_daily.domain.ranges import days_of
from fitbit_daily.errors import AuthorizationLost, ScopeNotGranted, SourceUnavailable, UnexpectedError
from local.simulators.days import whole_day
from local.simulators.fitbit import FitbitSimulator
from local.simulators.google import GoogleSimulator
from local.simulators.wearer import Wearer
from tests.adapters.fixtures import (
    ARTICLE,
    BERLIN,
    HEALTH,
    OAUTH,
    START,
    Clock,
    activity_of,
    canned,
    sleep_of,
    token_of,
)
from tests.domain.original_day import ACTIVITY
from tests.wsgi import Wire, connected

# Answers of the Fitbit Web API, written by hand in the form of its documentation, and who gives them.

TOKEN = AccessToken("eyJ.access", datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC), "1")
# Japan's 23 May is over, and has been for ten minutes.
DAY_ENDS_AT = datetime.fromisoformat("2021-05-24T00:00:00+09:00")
NOW = DAY_ENDS_AT + timedelta(minutes=10)

SUMMARY = "/1/user/-/activities/date/2021-05-23.json"
KILOMETRES = "/1/user/-/activities/tracker/distance/date/2021-05-23/2021-05-23.json"
STEPS_AFTER = "/1/user/-/activities/tracker/steps/date/2021-05-24/2021-05-24.json"
SLEEP = "/1.2/user/-/sleep/date/2021-05-23.json"
DEVICES = "/1/user/-/devices.json"


class Fitbit:
    """Answers GET with what is prepared by path, and anything else with Fitbit's 404."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self.answers = answers

    def __call__(self, environ: dict[str, Any], start: Any) -> list[bytes]:
        answer = self.answers.get(environ["REQUEST_URI"])
        start("200 OK" if answer is not None else "404 Not Found", [("Content-Type", "application/json;charset=UTF-8")])
        missing = {"errors": [{"errorType": "not_found", "message": "The API you are requesting could not be found."}]}
        return [(answer if isinstance(answer, str) else json.dumps(missing if answer is None else answer)).encode()]


def summary_of(**changes: Any) -> dict[str, Any]:
    """The article's day, in the form of a daily summary: distances have two decimals there."""
    summary = {
        "activityCalories": 441,
        "caloriesBMR": 1560,
        "caloriesOut": 1988,
        "distances": [{"activity": name, "distance": 1.21} for name in ("total", "tracker")],
        "sedentaryMinutes": 551,
        "lightlyActiveMinutes": 90,
        "fairlyActiveMinutes": 4,
        "veryActiveMinutes": 7,
        "steps": 1781,
    }
    return {"goals": {"caloriesOut": 1950, "steps": 6800}, "summary": summary | changes}


def series(resource: str, **values: str) -> dict[str, Any]:
    key = f"activities-tracker-{resource}"
    return {key: [{"dateTime": day.removeprefix("on_").replace("_", "-"), "value": v} for day, v in values.items()]}


def record(minutes_asleep: int | None, day: str = "2021-05-23", ends: str = "07:00", **more: Any) -> dict[str, Any]:
    """Of somebody who was awake for no minute of it."""
    known = {} if minutes_asleep is None else {"minutesAsleep": minutes_asleep}
    end = datetime.fromisoformat(f"{day}T{ends}:00.000")
    times = {"startTime": _wall_clock(end - timedelta(minutes=minutes_asleep or 0)), "endTime": _wall_clock(end)}
    return {"dateOfSleep": day, "infoCode": 0, "isMainSleep": True, **times, **known, **more}


def levels(*stages: tuple[str, str, int], short: Sequence[tuple[str, str, int]] = ()) -> dict[str, Any]:
    """Each stage is its level, its beginning (HH:MM on the day) and its minutes; `short` are the awakenings apart."""

    def listed(stages: Sequence[tuple[str, str, int]]) -> list[dict[str, Any]]:
        return [
            {"dateTime": f"2021-05-23T{begins}:00.000", "level": level, "seconds": minutes * 60}
            for level, begins, minutes in stages
        ]

    return {"data": listed(stages), "shortData": listed(short)}


def _wall_clock(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


def night(*records: Any, total: int = 0, **more: Any) -> dict[str, Any]:
    return {"sleep": list(records), "summary": {"totalMinutesAsleep": total, "totalSleepRecords": len(records)}, **more}


ARTICLE_IN_KILOMETRES = series("distance", on_2021_05_23="1.21285999953674569728")
ARTICLE_DAY = {
    SUMMARY: summary_of(),
    KILOMETRES: ARTICLE_IN_KILOMETRES,
    SLEEP: night(record(611), record(135, ends="16:23", isMainSleep=False), total=746),
}
# Of a day on which nobody wore the tracker.
NOTHING = {
    "activityCalories": 0,
    "caloriesOut": 1560,
    "distances": [{"activity": name, "distance": 0} for name in ("total", "tracker")],
    "sedentaryMinutes": 1440,
    "lightlyActiveMinutes": 0,
    "fairlyActiveMinutes": 0,
    "veryActiveMinutes": 0,
    "steps": 0,
}


def answering(answers: Mapping[str, Any]) -> Any:
    return connected({API: Fitbit(answers)})


# What it asks for, and the numbers that it reads


@pytest.fixture
def wire() -> Iterator[Wire]:
    with connected({API: Fitbit(ARTICLE_DAY)}) as wire:
        yield wire


def test_the_day_of_the_article_has_its_numbers(wire: Wire) -> None:
    exact = replace(ACTIVITY, distance_km=Decimal("1.21285999953674569728"))
    assert activity_of(FitbitWeb(), TOKEN, ARTICLE) == exact


def texts(asked: Source, token: AccessToken, language: str) -> list[str]:
    """The day of the article's posts."""
    day = DayNumbers(ARTICLE, activity_of(asked, token, ARTICLE), sleep_of(asked, token, ARTICLE).minutes_asleep)
    posts, skipped = render(day, language)
    assert not skipped
    return [post.text for post in posts]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_same_day_makes_the_same_posts_as_from_google(
    language: str, wire: Wire, google: GoogleSimulator, clock: Clock
) -> None:
    from_fitbit = texts(FitbitWeb(), TOKEN, language)
    with connected({HEALTH: google, OAUTH: google}):
        assert from_fitbit == texts(GoogleHealth(), token_of(google, clock), language)
    if language == "ja":
        assert "1781歩 (1.213km)" in from_fitbit[0], "two decimals in the summary, and more in the time series"


def test_kilometres_are_asked_for_by_leaving_the_language_open(wire: Wire) -> None:
    activity_of(FitbitWeb(), TOKEN, ARTICLE)
    sleep_of(FitbitWeb(), TOKEN, ARTICLE)
    assert {exchange.target for exchange in wire.exchanges} == {SUMMARY, KILOMETRES, SLEEP}
    assert len(wire.exchanges) == 3
    for exchange in wire.exchanges:
        assert (exchange.method, exchange.headers["Authorization"]) == ("GET", "Bearer eyJ.access")
        assert "accept-language" not in {name.lower() for name in exchange.headers}


def test_numbers_with_fractions_are_read_as_they_are_written() -> None:
    exact = json.dumps(summary_of()).replace('"caloriesOut": 1988', '"caloriesOut": 1987.4999999999999999999')
    with answering(ARTICLE_DAY | {SUMMARY: exact}):
        assert activity_of(FitbitWeb(), TOKEN, ARTICLE).calories_kcal == Decimal("1987.4999999999999999999")


@pytest.mark.parametrize("on", [{}, {"on_2021_05_22": "3.1"}, {"on_2021_05_23": "0.0"}])
def test_steps_without_kilometres_lack_only_them(on: dict[str, str]) -> None:
    answer = series("distance", **on)
    with answering(ARTICLE_DAY | {KILOMETRES: answer}):
        activity = activity_of(FitbitWeb(), TOKEN, ARTICLE)
    assert (activity.steps, activity.distance_km) == (1781, None)


def test_a_number_that_the_summary_leaves_out_is_missing_and_not_zero() -> None:
    day = summary_of()
    del day["summary"]["caloriesBMR"], day["summary"]["sedentaryMinutes"]
    with answering(ARTICLE_DAY | {SUMMARY: day}):
        activity = activity_of(FitbitWeb(), TOKEN, ARTICLE)
    assert (activity.bmr_kcal, activity.sedentary_minutes, activity.light_minutes) == (None, None, 90)


RESTING = [{"name": "Out of Range", "min": 30, "max": 86, "minutes": 0}, {"name": "Peak", "min": 147, "max": 220}]
UNWORN: dict[str, dict[str, Any]] = {
    "all zero": {},
    "not even over": {"sedentaryMinutes": 557, "caloriesOut": 604},
    "zones without a pulse": {"heartRateZones": RESTING},
    "calories guessed": {"caloriesOut": 1893, "caloriesOutUnestimated": 1560, "useEstimation": True},
}
# What no day can hold is no trace of a wearer.
for name in ("steps", "activityCalories", "lightlyActiveMinutes", "caloriesOut", "caloriesBMR"):
    UNWORN |= {f"{name} {absurd}": {name: absurd} for absurd in (-3, 10**9)}


@pytest.mark.parametrize("changes", UNWORN.values(), ids=UNWORN)
def test_a_day_that_nobody_wore_the_tracker_has_no_numbers(changes: dict[str, Any]) -> None:
    unworn = {SUMMARY: summary_of(**NOTHING | changes), KILOMETRES: series("distance", on_2021_05_23="0")}
    with answering(unworn):
        assert activity_of(FitbitWeb(), TOKEN, ARTICLE) == Activity()


@pytest.mark.parametrize(
    "trace",
    [
        {"caloriesOut": 1571},
        {"activityCalories": 12},
        {"lightlyActiveMinutes": 1, "sedentaryMinutes": 1439},
        {"heartRateZones": [{"name": "Out of Range", "min": 30, "max": 86, "minutes": 1380, "caloriesOut": 1559.2}]},
    ],
    ids=["calories", "active calories", "minutes", "pulse"],
)
def test_a_day_worn_without_a_step_has_zeros(trace: dict[str, Any]) -> None:
    still = {SUMMARY: summary_of(**NOTHING | trace), KILOMETRES: series("distance", on_2021_05_23="0")}
    with answering(still):
        activity = activity_of(FitbitWeb(), TOKEN, ARTICLE)
    assert (activity.steps, activity.distance_km, activity.vigorous_minutes) == (0, 0, 0)


# Asleep from 01:00 to 05:00 but for ten minutes; and, as an older tracker has it, from 03:00 on but for half an hour.
STAGES: dict[str, Any] = {
    "levels": levels(
        ("light", "01:00", 180), ("rem", "04:00", 60), ("wake", "05:00", 30), short=[("wake", "01:30", 10)]
    )
}
CLASSIC: dict[str, Any] = {
    "levels": levels(
        ("asleep", "03:00", 140), ("restless", "05:20", 10), ("asleep", "05:30", 20), ("awake", "06:00", 9)
    )
}


SLEEPS = {
    "night and nap": (ARTICLE_DAY[SLEEP], Sleep(746)),
    "none": (night(), Sleep(None)),
    "one of the next day": (night(record(611), record(400, "2021-05-24"), total=1011), Sleep(611)),
    "a total that is wrong": (night(record(611), record(135, ends="16:23"), total=611), Sleep(746)),
    "awake all night": (night(record(0), total=0), Sleep(0)),
    "a weak pulse": (night(record(384, infoCode=1)), Sleep(384)),
    "an issue on Fitbit's side": (
        night(record(384), record(40, ends="16:23", infoCode=3)),
        Sleep(424, processing=True),
    ),
    "one without minutes": (night(record(384), record(None, ends="16:23")), Sleep(384, processing=True)),
    "one pending beside another": (night(record(40), meta={"state": "pending"}), Sleep(40, processing=True)),
    "one pending and no other": ({"meta": {"retryDuration": 3000, "state": "pending"}}, Sleep(None, processing=True)),
    "the same one twice": (night(record(230, **STAGES), record(230, **STAGES)), Sleep(230)),
    "stages of both": (night(record(230, **STAGES), record(160, **CLASSIC)), Sleep(270)),
    "stages of one": (night(record(400, **STAGES), record(300, levels={"data": [], "shortData": []})), Sleep(400)),
    "no meta": (night(record(384), meta=None), Sleep(384)),
}


@pytest.mark.parametrize(("answer", "expected"), SLEEPS.values(), ids=SLEEPS)
def test_sleep_is_the_sum_of_the_records_of_the_day(answer: Any, expected: Sleep) -> None:
    with answering({SLEEP: answer}):
        assert sleep_of(FitbitWeb(), TOKEN, ARTICLE) == expected


@pytest.mark.parametrize("answer", [[], 5])
def test_an_answer_of_another_form_is_an_error_of_its_own_and_not_a_day_without_data(answer: Any) -> None:
    with connected({API: canned(answer)}):
        for read in (activity_of, sleep_of):
            with pytest.raises(UnexpectedError):
                read(FitbitWeb(), TOKEN, ARTICLE)


# Many days at once: the same as day by day, within its limits

FIRST, LAST = date(2026, 2, 1), date(2026, 2, 14)
NOT_WORN, NO_SLEEP = date(2026, 2, 3), date(2026, 2, 8)


@pytest.fixture
def fitbit(clock: Clock) -> FitbitSimulator:
    return FitbitSimulator(wearer=Wearer(BERLIN, clock), now=clock)


@pytest.fixture
def simulated(fitbit: FitbitSimulator) -> Iterator[Wire]:
    with connected({API: fitbit}) as wire:
        yield wire


@pytest.fixture
def token(fitbit: FitbitSimulator, clock: Clock, simulated: Wire) -> AccessToken:
    grant = FitbitWeb().refresh(Credentials(**asdict(fitbit.tokens.credentials), version="1"))
    fitbit.calls.clear()
    return AccessToken(grant.access_token, clock(), clock() + grant.lifetime, "1")


def test_a_range_is_what_its_days_are_and_a_day_that_the_tracker_was_not_worn_is_left_out(
    token: AccessToken, fitbit: FitbitSimulator, simulated: Wire
) -> None:
    source = FitbitWeb()
    found = source.activities(token, FIRST, LAST)
    assert len(fitbit.calls) == 14 + 1, "a summary for each day, and one time series"
    days = [day for day in days_of(FIRST, LAST) if day != NOT_WORN]
    assert found == {day: activity_of(source, token, day) for day in days}
    assert set(simulated.statuses()) == {200}


def test_a_range_of_sleep_is_what_its_days_are(token: AccessToken, fitbit: FitbitSimulator, simulated: Wire) -> None:
    source = FitbitWeb()
    days = [day for day in days_of(FIRST, LAST) if day not in (NOT_WORN, NO_SLEEP)]
    # Twice, and the sleep of the 5th is worked out.
    for _ in range(3):
        fitbit.calls.clear()
        found = source.sleeps(token, FIRST, LAST, now=START)
    assert len(fitbit.calls) == 5, "the range, and its last four days alone"
    assert found == {day: sleep_of(source, token, day) for day in days}
    assert set(simulated.statuses()) == {200}


def test_no_more_days_of_sleep_are_asked_for_than_fitbit_gives_at_once(
    token: AccessToken, fitbit: FitbitSimulator, simulated: Wire
) -> None:
    first = LAST - timedelta(days=250)
    found = FitbitWeb().sleeps(token, first, LAST, now=START)
    assert set(simulated.statuses()) == {200} and len(fitbit.calls) == 3 + 4
    assert set(found) == set(days_of(first, LAST)) - {NOT_WORN, NO_SLEEP}
    assert found[first].minutes_asleep == sum(sleep.minutes_asleep for sleep in whole_day(first, BERLIN).sleeps)


def test_a_sleep_in_processing_is_told_of_the_last_four_days_which_a_range_leaves_unsaid(
    token: AccessToken, fitbit: FitbitSimulator
) -> None:
    processed_late = date(2026, 2, 5)
    for age in (0, 3):
        fitbit.wearer.keep_processing(1)
        last = processed_late + timedelta(days=age)
        found = FitbitWeb().sleeps(token, last - timedelta(days=3), last, now=START)
        assert found[processed_late].processing


def test_what_fills_the_history_leaves_the_daily_run_some_calls_of_an_hour() -> None:
    """The summaries, the distances, the sleep five times, the devices; four times, and once the daily run's 14."""
    assert 4 * (FitbitWeb.days_at_once + 7) + 14 <= 150


# One refresh token after the other

CREDENTIALS = Credentials("22CANARY", "s3cret:canary", "c643canary", "1")


class TokenEndpoint:
    """Hands out a new refresh token each time and takes only the last one."""

    def __init__(self, **changes: Any) -> None:
        self.changes, self.valid, self.turn = changes, CREDENTIALS.refresh_token, 0

    def __call__(self, environ: dict[str, Any], start: Any) -> list[bytes]:
        asked = parse_qs(environ["wsgi.input"].read().decode())
        if asked != {"grant_type": ["refresh_token"], "refresh_token": [self.valid]}:
            start("400 Bad Request", [])
            return [b'{"errors": [{"errorType": "invalid_grant", "message": "Refresh token invalid"}]}']
        self.turn += 1
        self.valid = f"rotated{self.turn}"
        granted = {"access_token": f"eyJ.{self.turn}", "expires_in": 28800, "refresh_token": self.valid}
        granted |= {"scope": "sleep settings activity"} | self.changes
        start("200 OK", [])
        return [json.dumps({name: value for name, value in granted.items() if value is not None}).encode()]


def refreshed(with_token: str = CREDENTIALS.refresh_token) -> Grant:
    return FitbitWeb().refresh(replace(CREDENTIALS, refresh_token=with_token))


def test_each_refresh_gives_the_next_refresh_token_and_the_old_one_is_lost() -> None:
    assert FitbitWeb.rotates and isinstance(source("fitbit"), FitbitWeb)
    with connected({API: TokenEndpoint()}):
        assert refreshed() == Grant("eyJ.1", timedelta(hours=8), "rotated1")
        assert refreshed("rotated1") == Grant("eyJ.2", timedelta(hours=8), "rotated2")
        with pytest.raises(AuthorizationLost):
            refreshed()
    with connected({API: TokenEndpoint(refresh_token=None)}):
        assert refreshed().refresh_token is None, "the old one is kept"


@pytest.mark.parametrize("secret", ["s3cret:canary", "秘密"])
def test_the_client_says_who_it_is_with_http_basic_and_nowhere_else(secret: str) -> None:
    with connected({API: TokenEndpoint()}) as wire:
        FitbitWeb().refresh(replace(CREDENTIALS, client_secret=secret))
    (exchange,) = wire.exchanges
    assert (exchange.method, exchange.target) == ("POST", "/oauth2/token")
    assert exchange.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert exchange.headers["Authorization"] == "Basic " + base64.b64encode(f"22CANARY:{secret}".encode()).decode()


@pytest.mark.parametrize(
    ("scope", "named"),
    [
        ("activity_tracker sleep settings", "activity"),
        ("settings", "activity, sleep"),
        ("", "activity, settings, sleep"),
        (None, ""),
        ("heartrate profile sleep activity settings", ""),
    ],
)
def test_a_scope_that_was_not_granted_is_named(scope: str | None, named: str) -> None:
    with connected({API: TokenEndpoint(scope=scope)}):
        withheld = refreshed().withheld
    if not named:
        assert withheld is None
        return
    assert isinstance(withheld, ScopeNotGranted)
    assert f"Fitbit was not allowed to give {named}." == withheld.what


@pytest.mark.parametrize("changes", [{"access_token": None}, {"access_token": ""}, {"expires_in": None}])
def test_an_answer_without_a_usable_access_token_is_none(changes: dict[str, Any]) -> None:
    with connected({API: TokenEndpoint(**changes)}), pytest.raises(SourceUnavailable):
        refreshed()


# How far the tracker has synced, on a wall clock without an offset


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


@pytest.mark.parametrize("day", [date(2026, 3, 28), date(2026, 10, 24)])
def test_where_the_clocks_change_a_sync_still_counts_exactly_from_the_days_end(day: date) -> None:
    zone = BERLIN
    following = day + timedelta(days=1)
    ends_at = datetime.combine(following, datetime.min.time(), zone).astimezone(UTC).astimezone(zone)
    # As it is read back from the state: with an offset, without a zone.
    told = datetime.fromisoformat(ends_at.isoformat())
    for minutes in range(-180, 360, 45):
        moment = ends_at.astimezone(UTC) + timedelta(minutes=minutes)
        wall_clock = moment.astimezone(zone).replace(tzinfo=None).isoformat(timespec="milliseconds")
        synced, _ = synced_until([device(wall_clock)], day_ends_at=told)
        assert synced is not None
        assert (synced >= told) == (minutes >= 0), f"{wall_clock} in {zone}"
