"""Which civil day an execution is about, in every zone, and what is said to an input that makes no sense."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from fitbit_daily.domain import day as day_module
from fitbit_daily.domain.day import Calendar, read_request
from fitbit_daily.errors import InvalidInput
from tests.domain.ledger_rows import calendar

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TOKYO = calendar("Asia/Tokyo")
STARTED = datetime(2021, 5, 23, 15, 10, tzinfo=UTC)  # 2021-05-24, 00:10 in Tokyo


def length(zone: str, day: str) -> timedelta:
    of, civil = calendar(zone), date.fromisoformat(day)
    return of.ends_at(civil).astimezone(UTC) - of.starts_at(civil).astimezone(UTC)


def read(given: Any, started_at: datetime = STARTED, of: Calendar = TOKYO) -> day_module.Request:
    return read_request(given, started_at=started_at, calendar=of)


# Days


def test_a_day_that_a_zone_left_out_is_none_of_the_days() -> None:
    days = calendar("Pacific/Apia").days(date(2011, 12, 29), date(2011, 12, 31))
    assert days == [date(2011, 12, 29), date(2011, 12, 31)]


@pytest.mark.parametrize(
    ("zone", "now", "yesterday"),
    [
        ("Asia/Tokyo", "2021-05-23T14:59:59Z", "2021-05-22"),
        ("Asia/Tokyo", "2021-05-23T15:00:00Z", "2021-05-23"),
        ("America/Havana", "2025-11-02T05:30:00Z", "2025-11-01"),  # midnight happens for the second time
        ("America/St_Johns", "2010-11-07T03:00:00Z", "2010-11-06"),  # so does the hour before midnight
        ("Africa/Cairo", "2026-04-23T21:59:59Z", "2026-04-22"),
        ("Africa/Cairo", "2026-04-23T22:00:00Z", "2026-04-23"),  # midnight itself is skipped
        ("Pacific/Apia", "2011-12-30T09:59:59Z", "2011-12-28"),
        ("Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-29"),  # there is no 30 December
        ("Pacific/Apia", "2011-12-31T10:00:00Z", "2011-12-31"),
    ],
)
def test_yesterday_is_the_last_day_that_is_over_where_its_owner_lives(zone: str, now: str, yesterday: str) -> None:
    assert str(calendar(zone).yesterday(datetime.fromisoformat(now))) == yesterday


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", "2026-03-29", 23),
        ("Europe/Berlin", "2026-10-25", 25),
        ("America/Santiago", "2025-09-07", 23),  # begins at 01:00
        ("America/Santiago", "2025-04-05", 25),
        ("America/Sao_Paulo", "2026-02-16", 24),
        ("America/Havana", "2025-11-02", 25),
        ("Australia/Lord_Howe", "2026-10-04", 23.5),
        ("Australia/Lord_Howe", "2026-04-05", 24.5),
        ("Pacific/Apia", "2011-12-30", 0),
        ("Pacific/Apia", "2011-12-31", 24),
        ("Asia/Tokyo", "2026-03-29", 24),
    ],
)
def test_a_day_is_as_long_as_the_clocks_make_it(zone: str, day: str, hours: float) -> None:
    assert length(zone, day) == hours * HOUR
    assert calendar(zone).exists(date.fromisoformat(day)) is (hours > 0)


# Giving up


@pytest.mark.parametrize(
    ("zone", "day", "starts", "gives_up"),
    [
        ("Asia/Tokyo", "2021-05-23", "2021-05-24T00:10:00+09:00", "2021-05-24T12:00:00+09:00"),
        ("Asia/Tokyo", "2021-05-23", "2021-05-24T00:10:00+09:00", "2021-05-25T00:05:00+09:00"),
        ("Asia/Tokyo", "2021-05-23", "2021-05-24T20:00:00+09:00", "2021-05-25T06:30:00+09:00"),
        ("Asia/Tokyo", "2021-05-23", "2021-05-24T12:00:00+09:00", "2021-05-25T12:00:00+09:00"),
        ("Pacific/Apia", "2011-12-29", "2011-12-31T00:10:00+14:00", "2012-01-01T00:05:00+14:00"),
        ("Europe/Berlin", "2026-03-28", "2026-03-29T02:30:00+01:00", "2026-03-30T03:05:00+02:00"),
        ("Australia/Lord_Howe", "2026-04-04", "2026-04-05T01:50:00+11:00", "2026-04-06T01:40:00+10:30"),
    ],
)
def test_the_schedule_starts_after_the_days_end_and_waiting_ends_at_the_first_such_time_of_day_after_that(
    zone: str, day: str, starts: str, gives_up: str
) -> None:
    of = calendar(zone, *(datetime.fromisoformat(moment).time() for moment in (starts, gives_up)))
    assert of.scheduled_start(date.fromisoformat(day)).isoformat() == starts
    assert of.gives_up_at(date.fromisoformat(day)).isoformat() == gives_up


# The start, and the deadline


def test_the_source_is_asked_until_the_day_is_given_up() -> None:
    for late in (timedelta(0), HOUR, 11 * HOUR):
        assert TOKYO.deadline(date(2021, 5, 23), STARTED + late) == TOKYO.gives_up_at(date(2021, 5, 23))


@pytest.mark.parametrize("late", [11 * HOUR + 50 * HOUR / 60, 12 * HOUR, 30 * DAY])
def test_about_a_day_that_is_past_that_it_is_asked_for_three_hours(late: timedelta) -> None:
    assert TOKYO.deadline(date(2021, 5, 23), STARTED + late) == STARTED + late + 3 * HOUR


# Requests


@pytest.mark.parametrize("given", [{}, {"scheduled_time": "2021-05-23T15:10:00Z"}, {"date": "2021-05-23"}])
def test_a_daily_run_is_about_the_day_that_has_just_ended(given: dict[str, Any]) -> None:
    request = read(given)
    assert (request.day, request.dry_run, request.force) == (date(2021, 5, 23), False, False)
    assert (request.scheduled, request.caught_up) == ("scheduled_time" in given, False)


def test_a_day_that_a_night_catches_up_is_known_for_one() -> None:
    request = read({"date": "2021-05-20", "caught_up_by": "2021-05-24T00:00:00+09:00"})
    assert (request.day, request.scheduled, request.caught_up) == (date(2021, 5, 20), False, True)


def test_flags_are_read() -> None:
    request = read({"date": "2020-02-29", "dry_run": True, "force": True})
    assert (request.day, request.dry_run, request.force) == (date(2020, 2, 29), True, True)


def test_a_start_delivered_late_is_about_the_day_it_was_scheduled_for() -> None:
    late = STARTED + 30 * HOUR
    assert read({"scheduled_time": "2021-05-23T15:10:00Z"}, late).day == date(2021, 5, 23)
    assert read({"scheduled_time": "2021-05-24T00:10:00+09:00"}, late).day == date(2021, 5, 23)


NO_DATES: list[Any] = [
    *(
        "2021-02-30",
        "2021-5-23",
        "２０２１-０５-２３",
        "20210523",
        "2021-W20-7",
        "2021-05-23\n",
        " 2021-05-23",
        "+2021-05-23",
    ),
    *("2021-05-23T00:00:00Z", "0000-01-01", "yesterday", "", "\ud800", None, True, 20210523, 1e400, ["2021-05-23"], {}),
]
NO_TIMES: list[Any] = [
    *("2021-05-23T15:10:00", "2021-05-23", "15:10", "", "now", "2021-05-23T25:10:00Z", "２０２１-０５-２３T15:10:00Z"),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "\ud800", 1621782600, None, True, [], {}),
]
NO_FLAGS: list[Any] = ["true", "false", "", 0, 1, None, [], {}]
BAD: list[tuple[Any, str]] = [
    ({"day": "2021-05-23"}, "'day'"),
    ({"date": "2021-05-23", "Force": True, "": 1}, "'', 'Force'"),
    ({"date": "2021-05-23", "scheduled_time": "2021-05-23T15:10:00Z"}, "both"),
    ([], "list"),
    ("2021-05-23", "str"),
    (None, "NoneType"),
    *[({"date": wrong}, "YYYY-MM-DD") for wrong in NO_DATES],
    ({"date": "0001-01-01"}, "before 2009-01-01"),
    ({"date": "2008-12-31"}, "before 2009-01-01"),
    ({"date": "2021-05-24"}, "not over"),
    ({"date": "2022-01-01"}, "not over"),
    ({"date": "9999-12-31"}, "not over"),
    ({"scheduled_time": "2021-05-24T15:00:00Z"}, "not over"),
    *[({"scheduled_time": wrong}, "time with its zone") for wrong in NO_TIMES],
    *[({"date": "2021-05-20", "caught_up_by": wrong}, "caught_up_by") for wrong in NO_TIMES],
    ({"caught_up_by": "2021-05-24T00:00:00+09:00"}, "without the 'date'"),
    ({"scheduled_time": "2021-05-23T15:10:00Z", "caught_up_by": "2021-05-23T15:00:00Z"}, "without the 'date'"),
    *[({flag: wrong}, f"'{flag}'") for flag in ("dry_run", "force") for wrong in NO_FLAGS],
]


@pytest.mark.parametrize(("given", "says"), BAD, ids=lambda value: repr(value)[:50])
def test_a_doubtful_input_is_refused_in_one_sentence_that_names_what_is_wrong(given: Any, says: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read(given)
    said = refused.value.what
    assert says in said
    assert said.endswith(".") and ". " not in said and said.isprintable()
    assert str(refused.value).endswith("./daily run --help")


def test_a_day_that_the_zone_never_had_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"2011-12-30 never was in Pacific/Apia"):
        read({"date": "2011-12-30"}, of=calendar("Pacific/Apia"))


def test_a_day_is_over_only_where_its_owner_lives() -> None:
    before_midnight = datetime(2021, 5, 23, 14, 59, 59, tzinfo=UTC)
    with pytest.raises(InvalidInput, match=r"2021-05-23 is not over yet in Asia/Tokyo"):
        read({"date": "2021-05-23"}, before_midnight)
    assert read({"date": "2021-05-23"}, before_midnight + timedelta(seconds=1)).day == date(2021, 5, 23)


@pytest.mark.parametrize("given", [{"date": "7" * 100_000}, {"date": ["x"] * 100_000}, {"k" * 100_000: 1}])
def test_a_huge_input_is_not_quoted_at_length(given: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        read(given)
    assert len(refused.value.what) < 300
