"""What Google Health says twice, or in a way that no day can be, or not at all: never a number that is not true."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from fitbit_daily.adapters.google_health import GoogleHealth
from fitbit_daily.domain.numbers import Activity, Sleep
from fitbit_daily.errors import SourceUnavailable
from tests.adapters.fixtures import HEALTH, LONG_AGO, START, YESTERDAY, activity_of, canned, sleep_of
from tests.wsgi import connected


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


def total(kcal: Any) -> dict[str, Any]:
    return value(totalCalories={"kcalSum": kcal})


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
    assert of_yesterday(total(2200.0), total(2200)) == Activity(calories_kcal=2200)
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
    assert of_yesterday(total(2200), active, total(2300)) == Activity(active_kcal=600, doubtful=True), "no basal rate"


@pytest.mark.parametrize("empty", [value(), value(steps={})])
def test_a_value_that_says_nothing_contradicts_none(empty: dict[str, Any]) -> None:
    assert of_yesterday(STEPS, empty) == of_yesterday(empty, STEPS) == Activity(steps=8000)


# Sleep

NIGHT = ("2026-11-20T14:00:00Z", "2026-11-20T22:00:00Z")


def session(start: str, end: str, minutes: int | None = 400, **more: Any) -> dict[str, Any]:
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
    assert sleep(session(*NIGHT, **said), now=now) == Sleep(400, processing)


def test_sleeps_that_overlap_count_each_minute_once() -> None:
    by_stages = session(
        *NIGHT, 360, stages=stages(("LIGHT", "14:00", "18:00"), ("AWAKE", "18:00", "20:00"), ("DEEP", "20:00", "22:00"))
    )
    other = session(
        *NIGHT, stages=stages(("ASLEEP", "15:00", "19:00"), ("RESTLESS", "19:00", "20:00"), ("REM", "20:00", "21:00"))
    )
    assert sleep(by_stages, other) == Sleep(7 * 60)
    assert sleep(by_stages, session(*NIGHT, 401)) == Sleep(401)
    assert sleep(by_stages, session("2026-11-21T04:00:00Z", "2026-11-21T05:00:00Z", 50)) == Sleep(410)


# Pages


@pytest.mark.parametrize(
    ("page", "calls"),
    [
        (lambda number: {"nextPageToken": "the same"}, 2),
        (lambda number: {"nextPageToken": f"{number % 2}"}, 3),
        (lambda number: {"rollupDataPoints": [STEPS], "nextPageToken": f"{number}"}, 15),
    ],
)
@pytest.mark.parametrize("what", ["devices", "rollup", "sleep"])
def test_an_answer_without_a_last_page_is_an_error_after_a_handful_of_calls(what: str, page: Any, calls: int) -> None:
    source = GoogleHealth()
    read: Any = {
        "devices": lambda: source._devices(LONG_AGO),
        "rollup": lambda: source._rollup(LONG_AGO, "steps", YESTERDAY, YESTERDAY),
        "sleep": lambda: sleep_of(source, LONG_AGO, YESTERDAY),
    }[what]
    with connected({HEALTH: canned(*map(page, range(100)))}) as wire:
        with pytest.raises(SourceUnavailable, match="no last page"):
            read()
        assert len(wire.exchanges) <= calls


def test_every_day_of_a_range_may_have_a_page_of_its_own_and_a_few_may_be_empty() -> None:
    first = YESTERDAY - timedelta(days=9)
    points = [value(first + timedelta(days=number), steps={"countSum": str(number)}) for number in range(10)]
    pages: list[dict[str, Any]] = [{}, {}, *({"rollupDataPoints": [point]} for point in points), {}]
    pages = [page | {"nextPageToken": f"{number}"} for number, page in enumerate(pages)] + [{}]
    with connected({HEALTH: canned(*pages)}):
        found = GoogleHealth()._rollup(LONG_AGO, "steps", first, YESTERDAY)
    assert [numbers for (numbers,) in found.values()] == [{"steps": number} for number in range(10)]
