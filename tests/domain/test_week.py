"""The week's post: when it is made, and what it says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from fitbit_daily.domain.cures import WEEK_WAITS
from fitbit_daily.domain.day import CivilDays, Request
from fitbit_daily.domain.days import DayStatus, Rows, judge
from fitbit_daily.domain.due import Wanted, begins_to_be_due, plan_of
from fitbit_daily.domain.history import DayRecord
from fitbit_daily.domain.ledger import Due, Status
from fitbit_daily.domain.posts import LANGUAGES, WEEK, Post, Skipped
from fitbit_daily.domain.week import Waiting, make, render, waiting
from fitbit_daily.domain.weighted_length import LIMIT, weighted_length
from tests.domain.history_days import days_of_steps, record
from tests.domain.ledger_rows import CLASSIC, HOUR, TOKYO, both, due, entry, plan, rows

SUNDAY = date(2026, 2, 8)
ONE_DAY = timedelta(days=1)
OF_DAYS = CivilDays(ZoneInfo("Asia/Tokyo"))
STEPS = [7000, 8000, 9000, 10_000, 11_000, 12_000, 13_000]


def week(records: dict[date, DayRecord], language: str = "en", days: CivilDays = OF_DAYS, last: date = SUNDAY) -> str:
    made = render(records, last, days, language)
    assert isinstance(made, Post)
    return made.text


def walked(*steps: int | None, before: Sequence[int | None] = ()) -> dict[date, DayRecord]:
    return {**days_of_steps([*before, *steps], SUNDAY)}


# What it says


def test_a_week_has_its_total_its_average_the_change_its_best_day_and_its_sleep() -> None:
    records = walked(*STEPS, before=[8000] * 7)
    records[SUNDAY] = record(SUNDAY, steps=13_000, asleep=425)
    assert week(records) == (
        "Week 2026-02-02 to 2026-02-08 from Fitbit\n\n"
        "Steps in all: 70,000\n"
        "Average a day: 10,000 (+25% on the week before)\n"
        "Best day: 8 Feb (Sun), 13,000 steps\n"
        "Average sleep: 7 h 05 min"
    )


def test_in_japanese_with_days_without_data_and_one_that_is_not_synced() -> None:
    records = walked(None, 8000, None, 10_000, 11_000, 12_000, 3000)
    records[SUNDAY] = record(SUNDAY, steps=3000, complete=False)
    assert week(records, "ja") == (
        "1週間(2026-02-02〜2026-02-08)の記録 from Fitbit\n\n"
        "合計歩数: 44,000歩\n"
        "1日平均: 10,250歩\n"
        "最も歩いた日: 2月7日(土) 12,000歩\n"
        "データのない日: 2日\n\n"
        "（同期前のため途中の値）"
    )


@pytest.mark.parametrize(
    ("before", "change"),
    [
        ([10_000] * 7, "±0%"),
        ([20_000] * 7, "-50%"),
        ([10_000] * 4, "±0%"),
        ([10_000] * 3, None),
        ([0] * 7, None),
        ([1] * 7, None),
    ],
)
def test_weeks_are_compared_by_their_averages_where_both_have_enough_days(
    before: Sequence[int], change: str | None
) -> None:
    text = week(walked(*STEPS, before=[*before, *[None] * (7 - len(before))]))
    assert (f"({change} on the week before)" in text) if change else "week before" not in text


def test_fewer_than_four_days_with_data_make_no_post() -> None:
    made = render(walked(None, None, None, None, 1, 2, 3), SUNDAY, OF_DAYS, "en")
    assert made == Skipped(WEEK, "only 3 days from 2026-02-02 to 2026-02-08 have data")
    assert isinstance(render(walked(None, None, None, 4, 1, 2, 3), SUNDAY, OF_DAYS, "en"), Post)


def test_a_day_that_the_zone_left_out_is_no_day_without_data() -> None:
    sunday = date(2012, 1, 1)
    records = {**days_of_steps(STEPS, sunday)}
    del records[date(2011, 12, 30)]
    assert "without data" not in week(records, days=CivilDays(ZoneInfo("Pacific/Apia")), last=sunday)
    assert "without data: 1" in week(records, last=sunday)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_longest_week_is_not_too_long(language: str) -> None:
    steps = [999_999] * 5
    records = walked(*steps, None, None, before=[100_000] * 7)
    records = {day: record(day, steps=999_999, asleep=1_499, complete=day != SUNDAY - 6 * ONE_DAY) for day in records}
    assert weighted_length(week(records, language)) <= LIMIT


# When it is due


def asked(day: date = SUNDAY, *, scheduled: bool = True, caught_up: bool = False, dry_run: bool = False) -> Request:
    return Request(day, dry_run=dry_run, force=False, scheduled=scheduled, caught_up=caught_up)


def wanted(weekly: str = "sunday", *destinations: str) -> Wanted:
    return Wanted(destinations or ["x"], "classic", weekly)


def kinds(of: Rows, day: date = SUNDAY, weekly: str = "sunday", *, asked: bool = False) -> tuple[str, ...]:
    return plan_of(of, day, wanted(weekly), since=day, asked=asked)["x"]


def test_it_is_due_from_the_first_whole_week_on() -> None:
    monday = SUNDAY - 6 * ONE_DAY
    changed, _ = begins_to_be_due(rows(), wanted(), monday)
    assert changed == [Due("x", WEEK, SUNDAY)]
    known = rows(due_=[*due(), *changed])
    assert kinds(known) == (*CLASSIC, WEEK)
    late, _ = begins_to_be_due(rows(), wanted(), monday + ONE_DAY)
    known = rows(due_=[*due(), *late])
    assert kinds(known) == CLASSIC
    assert kinds(known, SUNDAY + 7 * ONE_DAY) == (*CLASSIC, WEEK)
    assert kinds(known, SUNDAY + 8 * ONE_DAY) == CLASSIC


def test_switched_off_it_is_due_no_longer() -> None:
    known = rows(due_=[*due(), *due(kinds=[WEEK])])
    changed, _ = begins_to_be_due(known, wanted("off"), SUNDAY)
    assert changed == due(kinds=[WEEK], until=SUNDAY)
    assert kinds(known, weekly="off") == CLASSIC


def test_who_asks_for_the_last_day_of_a_week_gets_it_before_it_is_due() -> None:
    assert kinds(rows(), asked=True) == (*CLASSIC, WEEK)
    assert kinds(rows()) == CLASSIC


def test_every_destination_has_it_of_its_own() -> None:
    plan_ = plan_of(rows(), SUNDAY, wanted("sunday", "x", "line"), since=SUNDAY, asked=True)
    assert plan_ == {"x": (*CLASSIC, WEEK), "line": ("day", WEEK)}


# When it is made


def settled(*, but: Sequence[date] = ()) -> Rows:
    days = [SUNDAY - back * ONE_DAY for back in range(7)]
    return rows(
        [plan(day=day) for day in days if day not in but],
        [each for day in days if day not in but for each in both(Status.POSTED, day=day)],
    )


def waits(of: Rows, request: Request, *, nights: int = 0, catch_up_days: int = 3) -> Waiting:
    starts = TOKYO.scheduled_start(SUNDAY + nights * ONE_DAY)
    return waiting(request, of, calendar=TOKYO, catch_up_days=catch_up_days, started_at=starts)


def test_it_waits_for_every_day_that_is_not_settled_and_for_its_last_one_to_be_complete() -> None:
    assert waits(settled(), asked()).reason(complete=True) == ""
    assert waits(settled(), asked()).reason(complete=False) == "it waits for the tracker to sync"
    missing = waits(settled(but=[SUNDAY - 2 * ONE_DAY, SUNDAY - 6 * ONE_DAY]), asked())
    assert missing.reason(complete=True) == "it waits for 2026-02-02, 2026-02-06"


def test_it_waits_for_no_day_that_was_never_due() -> None:
    first = SUNDAY - ONE_DAY
    known = rows([plan(day=first)], both(Status.POSTED, day=first), due(first))
    assert waits(known, asked()).reason(complete=True) == ""


@pytest.mark.parametrize(
    ("request_", "nights", "catch_up_days", "made"),
    [
        (asked(), 0, 3, False),
        (asked(scheduled=False, caught_up=True), 2, 3, False),
        (asked(scheduled=False, caught_up=True), 3, 3, True),
        (asked(), 0, 0, True),
        (asked(scheduled=False), 0, 3, True),
        (asked(dry_run=True), 0, 3, True),
    ],
)
def test_it_is_made_at_the_latest_by_its_last_night_and_at_once_for_a_person(
    request_: Request, nights: int, catch_up_days: int, made: bool
) -> None:
    found = waits(settled(but=[SUNDAY - ONE_DAY]), request_, nights=nights, catch_up_days=catch_up_days)
    _, failure = make(walked(*STEPS), SUNDAY, found, complete=False, days=OF_DAYS, language="en")
    assert failure == ("" if made else WEEK_WAITS)


@pytest.mark.parametrize(
    ("nights", "but", "failure"), [(0, [SUNDAY - ONE_DAY], WEEK_WAITS), (3, [SUNDAY - ONE_DAY], ""), (0, [], "")]
)
def test_that_there_are_too_few_days_is_certain_once_no_later_night_can_find_more(
    nights: int, but: Sequence[date], failure: str
) -> None:
    found = waits(settled(but=but), asked(scheduled=False), nights=nights)
    made = make(walked(1, 2, 3), SUNDAY, found, complete=True, days=OF_DAYS, language="en")
    assert made == (Skipped(WEEK, "only 3 days from 2026-02-02 to 2026-02-08 have data"), failure)


def test_without_the_history_nothing_is_said() -> None:
    _, failure = make(None, SUNDAY, waits(settled(), asked()), complete=True, days=OF_DAYS, language="en")
    assert failure == "AwsUnavailable"


# What becomes of its day


def judged(*entries: object, now: datetime) -> tuple[DayStatus, str]:
    known = rows([plan(day=SUNDAY, kinds=(*CLASSIC, WEEK))], entries, [*due(), *due(kinds=[WEEK])])  # type: ignore[arg-type]
    (day,) = judge(known, SUNDAY, SUNDAY, calendar=TOKYO, now=now)
    return day.status, day.failure


NOW = TOKYO.scheduled_start(SUNDAY) + HOUR
WAITS = entry(WEEK, Status.NOT_POSTED, day=SUNDAY, failure=WEEK_WAITS, failed_in="E1")


def test_a_day_of_which_only_the_week_waits_is_not_missing_and_is_caught_up() -> None:
    assert judged(*both(Status.POSTED, day=SUNDAY), WAITS, now=NOW) == (DayStatus.WEEK_WAITS, WEEK_WAITS)
    assert judged(*both(Status.POSTED, day=SUNDAY), WAITS, now=NOW + 15 * ONE_DAY) == (DayStatus.OPEN, WEEK_WAITS)
    assert judged(*both(Status.POSTED, day=SUNDAY), now=NOW)[0] is DayStatus.OPEN
    assert judged(*both(Status.POSTED, day=SUNDAY), entry(WEEK, Status.POSTED, day=SUNDAY), now=NOW) == (
        DayStatus.SETTLED,
        "",
    )


def test_another_failure_of_the_day_counts_before_the_waiting_week() -> None:
    activity, sleep = both(Status.POSTED, day=SUNDAY)
    refused = entry("sleep", Status.NOT_POSTED, day=SUNDAY, failure="XKeysRefused", failed_in="E1")
    unsynced = entry("sleep", Status.NOT_POSTED, day=SUNDAY, failure="Unsynced", failed_in="E1")
    lost = entry("sleep", Status.UNKNOWN, day=SUNDAY, failure="PostOutcomeUnknown", failed_in="E0")
    for other, failure in ((refused, "XKeysRefused"), (unsynced, "Unsynced"), (lost, "")):
        assert judged(activity, other, WAITS, now=NOW) == (DayStatus.OPEN, failure)
    assert sleep.is_settled
