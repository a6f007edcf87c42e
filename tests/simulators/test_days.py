"""The wearer's days, and how they arrive."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.simulators.days import SPECIAL_DAYS, Day, bounds, whole_day
from local.simulators.wearer import Wearer

TOKYO, BERLIN = ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/Berlin")
NUMBERS = ("steps", "distance_mm", "total_kcal", "active_kcal", "sedentary_seconds", "light_minutes")
YESTERDAY, TODAY = date(2026, 11, 21), date(2026, 11, 22)


def wearer_at(year: int, month: int, day: int, hour: int, minute: int = 0) -> Wearer:
    now = datetime(year, month, day, hour, minute, tzinfo=TOKYO).astimezone(UTC)
    return Wearer(TOKYO, lambda: now)


def test_the_articles_day_has_the_articles_numbers() -> None:
    day = wearer_at(2026, 11, 22, 12).day(date(2021, 5, 23))
    assert (day.steps, day.distance_mm, day.total_kcal, day.active_kcal) == (1781, 1_212_860, 1988, 428)
    assert (day.sedentary_seconds, day.light_minutes, day.moderate_minutes, day.vigorous_minutes) == (33060, 90, 4, 7)
    assert [sleep.nap for sleep in day.sleeps] == [False, True]
    assert sum(sleep.minutes_asleep for sleep in day.sleeps) == 746
    assert sum(sleep.minutes_in_bed for sleep in day.sleeps) + 551 + 90 + 4 + 7 == 24 * 60


def test_a_day_is_the_same_in_every_process() -> None:
    # Measured once: nothing of a process is in it, such as the hashes of its strings.
    day = whole_day(date(2026, 7, 1), TOKYO)
    assert (day.steps, day.distance_mm, len(day.sleeps)) == (12091, 8468031, 1)


@settings(max_examples=50)
@given(st.dates(date(2015, 1, 1), date(2030, 1, 1)), st.sampled_from([TOKYO, BERLIN, ZoneInfo("America/Santiago")]))
def test_a_whole_day_is_plausible_and_its_sleeps_ended_on_it(day: date, zone: ZoneInfo) -> None:
    whole: Any = whole_day(day, zone)
    begin, end = bounds(day, zone)
    for sleep in whole.sleeps:
        assert sleep.end.date() == day
        assert begin <= sleep.end < end
        assert 0 < sleep.minutes_asleep <= sleep.minutes_in_bed
    if whole.worn and day not in SPECIAL_DAYS:
        active = whole.light_minutes + whole.moderate_minutes + whole.vigorous_minutes
        in_bed = sum(sleep.minutes_in_bed for sleep in whole.sleeps)
        assert active + in_bed + whole.sedentary_seconds / 60 == (end - begin).total_seconds() / 60
        assert whole.sedentary_seconds > 0 and whole.total_kcal > whole.active_kcal > 0


def test_a_day_without_the_watch_has_no_numbers_and_one_without_steps_has_zeros() -> None:
    wearer = wearer_at(2026, 11, 22, 12)
    assert wearer.day(date(2026, 2, 3)) == Day(date(2026, 2, 3))
    still = wearer.day(date(2026, 2, 4))
    assert still.worn and (still.steps, still.distance_mm) == (0, 0)


def test_the_future_is_empty_today_is_partial_once_it_has_synced_and_a_sleep_arrives_when_it_is_over() -> None:
    wearer, whole = wearer_at(2026, 11, 22, 15), whole_day(TODAY, TOKYO)
    today = wearer.day(TODAY)
    assert wearer.day(date(2026, 11, 23)) == Day(date(2026, 11, 23))
    for name in NUMBERS:
        assert 0 < getattr(today, name) < getattr(whole, name), name
    assert wearer.day(YESTERDAY) == whole_day(YESTERDAY, TOKYO)
    assert [len(wearer_at(2021, 5, 23, hour).day(date(2021, 5, 23)).sleeps) for hour in (9, 12)] == [0, 1]
    assert [wearer_at(2026, 11, 22, 0, minute).day(TODAY).steps for minute in (4, 6)] == [None, 0]


def looks(wearer: Wearer) -> tuple[Callable[[], None], Callable[[], None]]:
    return wearer.looked_at_devices, lambda: wearer.looked_at_steps(TODAY)


@pytest.mark.parametrize("order", [(0,), (1,), (0, 1), (1, 0)])
def test_so_many_rounds_of_looking_see_half_of_yesterday_and_the_next_one_all_of_it(order: tuple[int, ...]) -> None:
    wearer, whole = wearer_at(2026, 11, 22, 0, 10), whole_day(YESTERDAY, TOKYO)
    wearer.stay_unsynced(2)
    assert wearer.devices()[0].last_sync == datetime(2026, 11, 21, 12, tzinfo=TOKYO)
    assert 0 < (wearer.day(YESTERDAY).steps or 0) < (whole.steps or 0) and not wearer.day(TODAY).worn
    seen = []
    for _ in range(4):
        for look in order:
            looks(wearer)[look]()
        wearer.looked_at_steps(YESTERDAY)  # reading the day's own numbers is no look
        seen.append(wearer.day(YESTERDAY) == whole)
    assert seen == [False, False, True, True]


def test_a_sleep_in_processing_settles_after_so_many_looks() -> None:
    wearer, special = wearer_at(2026, 11, 22, 12), date(2026, 2, 5)
    seen = []
    for _ in range(3):
        sleep = wearer.day(special).sleeps[0]
        seen.append((sleep.processed, sleep.minutes_asleep == sleep.minutes_in_bed))
        wearer.looked_at_sleep(special, special)
    assert seen == [(False, True), (False, True), (True, False)]
    wearer.keep_processing(1)
    assert not wearer.day(YESTERDAY).sleeps[0].processed
    wearer.looked_at_sleep(YESTERDAY, YESTERDAY)
    assert wearer.day(YESTERDAY).sleeps[0].processed
