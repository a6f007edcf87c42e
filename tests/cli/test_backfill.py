"""./daily backfill: a year in fewer than 100 calls, the same however often, interrupted or not."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from fitbit_daily.adapters.google_health import GoogleHealth
from fitbit_daily.adapters.history_table import HistoryTable
from fitbit_daily.domain.history import DayRecord
from fitbit_daily.domain.numbers import Activity
from fitbit_daily.errors import SourceRateLimited, SourceUnavailable
from tests.cli.a_year import FIRST, LAST, NOT_WORN, as_kept
from tests.cli.filling_in import Filled, filled, stack

__all__ = ["filled", "stack"]

YEAR = ("--from", FIRST.isoformat(), "--to", LAST.isoformat())
MISSING = "2025-12-31, 2026-02-03, 2026-05-02, 2026-05-03, 2026-07-06 to 2026-07-12, 2026-09-09"


def test_a_year_takes_fewer_than_100_calls_and_each_day_is_as_it_was(filled: Filled) -> None:
    told = filled.stack.daily("backfill", *YEAR)
    assert len(filled.calls()) < 100
    kept = filled.history()
    assert as_kept(kept) == filled.wearer.year()
    assert all(record.complete for record in kept.values())
    assert told.splitlines() == [
        "From 2025-11-22 to 2026-11-21: 365 days, 353 of them with numbers.",
        f"The source has nothing of: {MISSING}.",
        "To look at them, type: ./daily history --from 2025-11-22 --to 2026-11-21",
    ]
    assert {day for day, record in kept.items() if not record.numbers()} == set(NOT_WORN)
    assert filled.stack.x.calls == [], "nothing is ever posted"
    filled.readings.clear()
    told = filled.stack.daily("backfill", *YEAR)
    assert "nothing was read" in told and MISSING in told, "once more, and it is all there"
    assert filled.readings == [] and filled.history() == kept


def test_interrupted_twice_and_resumed_the_year_is_the_same_and_corrected_as_the_source_is(filled: Filled) -> None:
    def interrupt(number: int) -> None:
        if number in (1, 3):
            raise KeyboardInterrupt

    filled.before = lambda number: interrupt(number) if number == 1 else None
    filled.after = lambda number: interrupt(number) if number == 3 else None
    done = filled.stack.type("backfill", *YEAR)
    assert done.exit_code == 130 and "Interrupted. Nothing was read." in done.stderr
    done = filled.stack.type(*typed(done.stderr))
    assert done.exit_code == 130 and "In the history now: 2026-05-26 to 2026-11-21." in done.stderr
    command = typed(done.stderr)
    assert command == ["backfill", "--from", "2025-11-22", "--to", "2026-05-25"]
    filled.stack.daily(*command)
    before = filled.history()
    assert as_kept(before) == filled.wearer.year()
    filled.calls()
    filled.wearer.corrected = {date(2026, 1, 1): 12_345, date(2026, 6, 1): 54_321}
    filled.stack.daily("backfill", *YEAR, "--again")
    assert len(filled.calls()) < 100
    after = filled.history()
    assert as_kept(after) == filled.wearer.year()
    assert {day for day in after if after[day] != before[day]} == set(filled.wearer.corrected)


def typed(said: str) -> list[str]:
    """The command that is named last, as words."""
    return re.findall(r"\./daily ((?:[\w-]+ ?)+)", said)[-1].split()


# What is read


def test_only_the_days_that_are_not_there_in_full_are_read_the_newest_first(
    filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(GoogleHealth, "days_at_once", 7)
    filled.stack.daily("backfill", "--from", "2026-04-05", "--to", "2026-04-09")
    told = filled.stack.daily("backfill", "--from", "2026-04-01", "--to", "2026-04-14")
    assert "From 2026-04-01 to 2026-04-14: 14 days" in told
    filled.stack.daily("backfill", "--from", "2026-04-01", "--to", "2026-04-16")
    assert [(first[-2:], last[-2:]) for first, last, _ in filled.readings] == [
        ("05", "09"),
        ("10", "14"),
        ("01", "04"),
        ("15", "16"),
    ]


def test_a_day_that_has_not_synced_is_named_and_read_again_the_next_time(filled: Filled) -> None:
    filled.stack.google.tells_last_sync = True
    filled.wearer.stay_unsynced()
    told = filled.stack.daily("backfill", "--from", "2026-11-18")
    assert "From 2026-11-18 to 2026-11-21: 4 days, 4 of them with numbers." in told, "to yesterday"
    assert "Not synced in full yet: 2026-11-21. Once they are, type the same again." in told
    filled.wearer.sync()
    assert "Not synced" not in filled.stack.daily("backfill", "--from", "2026-11-18")
    assert [first for first, *_ in filled.readings] == ["2026-11-18", "2026-11-21"]


def test_a_day_that_had_no_numbers_when_it_was_first_read_is_no_longer_missing(filled: Filled) -> None:
    day, long_ago = date(2026, 11, 20), filled.stack.clock() - timedelta(hours=30)
    HistoryTable("history").write(DayRecord(day, Activity(), None, "google_health", False, long_ago))
    told = filled.stack.daily("backfill", "--from", "2026-11-20", "--to", "2026-11-20")
    assert "From 2026-11-20 to 2026-11-20: 1 day, 1 of them with numbers." in told
    assert "nothing of" not in told and "Not synced" not in told


def test_the_waits_for_more_calls_do_not_use_up_the_patience_for_a_source_that_is_down(filled: Filled) -> None:
    errors = [SourceRateLimited("Google wants fewer calls.")] * 4 + [SourceUnavailable("Google answered 503.")] * 4

    def strike(number: int) -> None:
        if number <= len(errors):
            raise errors[number - 1]

    filled.before = strike
    filled.stack.daily("backfill", "--from", "2026-11-20", "--to", "2026-11-20")
    assert filled.waits == [60, 120, 240, 480, 5, 20, 60, 180]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--from", "2026-11-22"), "The day 2026-11-22 is not over yet in Europe/Berlin."),
        (("--from", "2026-01-01", "--to", "2026-11-22"), "The day 2026-11-22 is not over yet"),
        (("--from", "2027-01-01", "--to", "2027-01-02"), "The day 2027-01-01 is not over yet"),
        (("--from", "2026-02-02", "--to", "2026-02-01"), "The first day, 2026-02-02, is after the last one"),
        (("--from", "2008-12-31"), "The date 2008-12-31 is before 2009-01-01"),
        (("--from", "2026-02-30"), "no day of the calendar"),
        ((), "Missing option '--from'"),
    ],
)
def test_days_that_cannot_be_are_wrong_usage_at_once(words: tuple[str, ...], says: str, filled: Filled) -> None:
    assert says in filled.stack.refused("backfill", *words, exit_code=2)
    assert filled.readings == [] and filled.calls() == []
