"""./daily backfill: a year in fewer than 100 calls, the same however often, interrupted or not."""

from __future__ import annotations

import io
import re
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from moto.dynamodb.models import dynamodb_backends
from rich.console import Console
from rich.progress import Progress

import cli.commands.backfill
from cli.past_days import PastDays
from fitbit_daily.adapters.fitbit_web import FitbitWeb
from fitbit_daily.adapters.google_health import GoogleHealth
from fitbit_daily.adapters.history_table import HistoryTable, _record
from fitbit_daily.domain.history import DayRecord
from fitbit_daily.domain.numbers import Activity
from fitbit_daily.domain.ranges import days_of
from fitbit_daily.errors import AccessTokenExpired, SourceRateLimited, SourceUnavailable
from local.simulators.days import Day, whole_day
from local.simulators.fitbit import FitbitSimulator
from local.simulators.wearer import Wearer
from tests.adapters.fixtures import BERLIN, HEALTH, refusing
from tests.adapters.test_google_health import expected_activity
from tests.cli.deployed_stack import DeployedStack, stack

__all__ = ["stack"]

# Both changes of Berlin's clocks are in it, and the special days of February.
FIRST, LAST = date(2025, 11, 22), date(2026, 11, 21)

WEEK_OFF = tuple(days_of(date(2026, 7, 6), date(2026, 7, 12)))
FORGOTTEN = (date(2025, 12, 31), date(2026, 5, 2), date(2026, 5, 3), date(2026, 9, 9))
NOT_WORN = (*FORGOTTEN[:1], date(2026, 2, 3), *FORGOTTEN[1:3], *WEEK_OFF, *FORGOTTEN[3:])


class Wanderer(Wearer):
    """In Berlin, with an older tracker in a drawer. `corrected`: what the source has found out since, by day."""

    def __init__(self, now: Any) -> None:
        super().__init__(BERLIN, now)
        self.old_tracker_first = True
        self.corrected: dict[date, int] = {}
        # That a sleep is worked out later is told elsewhere.
        self._processing_of.clear()

    def day(self, day: date, until: datetime | None = None) -> Day:
        return self._as_lived(super().day(day, until))

    def truth(self, day: date) -> Day:
        return self._as_lived(whole_day(day, BERLIN))

    def _as_lived(self, day: Day) -> Day:
        if day.date in FORGOTTEN + WEEK_OFF:
            return Day(day.date)
        steps = self.corrected.get(day.date)
        return day if steps is None else replace(day, steps=steps)

    def lived(self, first: date, last: date) -> dict[date, tuple[dict[str, Any], int | None]]:
        """Of every day the activity, as a state would have it, and the minutes asleep."""
        return {day: self._numbers(self.truth(day)) for day in days_of(first, last)}

    def _numbers(self, day: Day) -> tuple[dict[str, Any], int | None]:
        activity = replace(expected_activity(day.date, BERLIN), steps=day.steps) if day.worn else Activity()
        asleep = sum(sleep.minutes_asleep for sleep in day.sleeps)
        return activity.to_state(), asleep if day.sleeps else None


def as_kept(records: Mapping[date, DayRecord]) -> dict[date, tuple[dict[str, Any], int | None]]:
    return {day: (record.activity.to_state(), record.minutes_asleep) for day, record in records.items()}


def noon(day: date) -> datetime:
    """Of the day after, by which everything has been synced."""
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), BERLIN) + timedelta(hours=12)


FEBRUARY = ("--from", "2026-02-01", "--to", "2026-02-04")


@dataclass
class Filled:
    """`before` and `after` may strike each reading of a range; a reading is the two days, and `refused`."""

    stack: DeployedStack
    wearer: Wanderer
    readings: list[tuple[str, str, bool]] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    before: Callable[[int], None] = lambda number: None
    after: Callable[[int], None] = lambda number: None

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.stack.clock.turn(seconds=seconds)

    def history(self) -> dict[date, DayRecord]:
        """All of it. Not by a query: of a year, moto takes seconds to write the answer."""
        (backend,) = (each for each in dynamodb_backends["123456789012"].values() if "history" in each.tables)
        items = [item.to_json()["Attributes"] for item in backend.tables["history"].all_items()]
        return {record.date: record for record in map(_record, items)}

    def calls(self) -> list[str]:
        """To Google, since this was last asked."""
        calls = list(self.stack.google.calls)
        self.stack.google.calls.clear()
        return calls


@pytest.fixture
def filled(stack: DeployedStack, monkeypatch: pytest.MonkeyPatch) -> Filled:
    stack.clock.moment = noon(LAST)
    wearer = Wanderer(stack.clock)
    stack.google.wearer = wearer
    stack.environment["TIME_ZONE"] = "Europe/Berlin"
    filled, keep = Filled(stack, wearer), PastDays.keep

    def struck(days: PastDays, chunk: tuple[date, date], *, refused: bool) -> list[DayRecord]:
        filled.readings.append((str(chunk[0]), str(chunk[1]), refused))
        number = len(filled.readings)
        filled.before(number)
        kept = keep(days, chunk, refused=refused)
        filled.after(number)
        return kept

    monkeypatch.setattr(PastDays, "keep", struck)
    monkeypatch.setattr(cli.commands.backfill, "sleep", filled.sleep)
    return filled


def failing(times: int, error: Exception) -> Callable[[int], None]:
    """Until so many readings have ended like that."""

    def strike(number: int) -> None:
        if number <= times:
            raise error

    return strike


YEAR = ("--from", FIRST.isoformat(), "--to", LAST.isoformat())
MISSING = "2025-12-31, 2026-02-03, 2026-05-02, 2026-05-03, 2026-07-06 to 2026-07-12, 2026-09-09"


def test_a_year_takes_fewer_than_100_calls_and_each_day_is_as_it_was(filled: Filled) -> None:
    done = filled.stack.type("backfill", *YEAR)
    assert len(filled.calls()) < 100
    kept = filled.history()
    assert as_kept(kept) == filled.wearer.lived(FIRST, LAST)
    assert all(record.complete for record in kept.values())
    assert done.stderr == "Talking to AWS account 123456789012, region eu-central-1.\n", "piped, it is quiet"
    assert done.stdout.splitlines() == [
        "From 2025-11-22 to 2026-11-21: 365 days, 353 of them with numbers.",
        f"The source has nothing of: {MISSING}.",
        "To look at them, type: ./daily history --from 2025-11-22 --to 2026-11-21",
    ]
    assert {day for day, record in kept.items() if not record.numbers()} == set(NOT_WORN)
    assert filled.stack.x.calls == [], "nothing is ever posted"
    filled.readings.clear()
    told = filled.stack.daily("backfill", *YEAR)
    assert "nothing was read" in told and MISSING in told, "once more, and it is all there"
    assert filled.readings == []


def test_interrupted_twice_and_resumed_it_is_the_same_and_corrected_as_the_source_is(
    filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(number: int) -> None:
        if number in (1, 3):
            raise KeyboardInterrupt

    monkeypatch.setattr(GoogleHealth, "days_at_once", 7)
    first, last = date(2026, 6, 22), date(2026, 7, 19)
    words = ("backfill", "--from", str(first), "--to", str(last))
    filled.before = lambda number: interrupt(number) if number == 1 else None
    filled.after = lambda number: interrupt(number) if number == 3 else None
    done = filled.stack.type(*words)
    assert done.exit_code == 130 and "Interrupted. Nothing was read." in done.stderr
    done = filled.stack.type(*typed(done.stderr))
    assert done.exit_code == 130 and "In the history now: 2026-07-13 to 2026-07-19." in done.stderr
    command = typed(done.stderr)
    assert command == ["backfill", "--from", "2026-06-22", "--to", "2026-07-12"]
    filled.stack.daily(*command)
    before = filled.history()
    assert as_kept(before) == filled.wearer.lived(first, last)
    filled.wearer.corrected = {date(2026, 6, 22): 12_345, date(2026, 7, 13): 54_321}
    filled.stack.daily(*words, "--again")
    after = filled.history()
    assert as_kept(after) == filled.wearer.lived(first, last)
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


def test_days_that_cannot_be_are_wrong_usage_at_once(filled: Filled) -> None:
    for words, says in [
        (("--from", "2026-11-22"), "The day 2026-11-22 is not over yet in Europe/Berlin."),
        (("--from", "2026-02-02", "--to", "2026-02-01"), "The first day, 2026-02-02, is after the last one"),
        (("--from", "2008-12-31"), "The date 2008-12-31 is before 2009-01-01"),
        ((), "Missing option '--from'"),
    ]:
        assert says in filled.stack.refused("backfill", *words, exit_code=2)
        assert filled.readings == [] and filled.calls() == []


def test_a_rate_limit_is_waited_out_in_sight(filled: Filled) -> None:
    filled.before = failing(3, SourceRateLimited("Google wants fewer calls."))
    done = filled.stack.type("backfill", *FEBRUARY)
    assert done.exit_code == 0 and "4 days" in done.stdout
    assert filled.waits == [60, 120, 240]
    assert done.stderr.count("The source wants fewer calls: going on in ") == 3
    assert "The source wants fewer calls: going on in 4 min." in done.stderr


def test_fitbits_rate_limit_is_waited_out_until_the_top_of_the_hour(filled: Filled) -> None:
    filled.stack.environment["SOURCE"] = "fitbit"
    filled.stack.clock.turn(minutes=20)
    filled.before = failing(99, SourceRateLimited("Fitbit wants fewer calls."))

    def until_it_is_enough(seconds: float) -> None:
        filled.waits.append(seconds)
        raise KeyboardInterrupt

    with patch.object(cli.commands.backfill, "sleep", until_it_is_enough):
        assert filled.stack.type("backfill", *FEBRUARY).exit_code == 130
    assert filled.waits == [40 * 60 + 60]


def test_a_source_that_is_down_is_tried_a_few_times(filled: Filled) -> None:
    filled.stack.google.faults.switch_on("health-503")
    done = filled.stack.type("backfill", *FEBRUARY)
    assert done.exit_code == 1 and filled.waits == [5, 20, 60, 180]
    assert "Google Health answered 503." in done.stderr and "Nothing was read." in done.stderr
    assert "./daily backfill --from 2026-02-01 --to 2026-02-04" in done.stderr and "./daily run" not in done.stderr
    filled.stack.google.faults.clear()
    filled.stack.google.faults.switch_on("health-503", times=1)
    filled.stack.daily("backfill", *FEBRUARY)
    assert len(filled.history()) == 4


def test_an_access_token_that_ran_out_is_renewed_without_a_wait(filled: Filled) -> None:
    filled.stack.daily("backfill", *FEBRUARY)
    filled.stack.clock.turn(minutes=30)
    filled.stack.google.tokens.expire_all()
    filled.readings.clear()
    filled.stack.daily("backfill", *FEBRUARY, "--again")
    assert [refused for *_, refused in filled.readings] == [False, True]
    assert filled.waits == []


def test_an_access_token_that_runs_out_again_and_again_ends_it(filled: Filled) -> None:
    filled.before = failing(99, AccessTokenExpired("The access token is no longer accepted."))
    assert "is no longer accepted" in filled.stack.refused("backfill", *FEBRUARY)
    assert len(filled.readings) == 5
    assert [wait for wait in filled.waits if wait] == [20, 60, 180], "the first one costs no wait"


def test_what_only_a_person_can_mend_ends_it_with_its_sentence_and_what_was_done(
    filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(GoogleHealth, "days_at_once", 2)
    filled.after = lambda number: filled.stack.google.faults.switch_on("health-403-scope")
    said = filled.stack.refused("backfill", *FEBRUARY, "--again")
    assert said.startswith("Google was not allowed to give everything that is needed. ")
    assert said.endswith(
        "every box: ./daily authorize google_health; then: ./daily backfill --from 2026-02-01 --to 2026-02-02 --again\n"
        "In the history now: 2026-02-03, 2026-02-04."
    )
    assert filled.waits == []


def test_a_failure_of_aws_is_waited_for_and_a_login_that_has_expired_is_not(filled: Filled) -> None:
    with refusing("dynamodb.PutItem", "InternalServerError", 500):
        said = filled.stack.refused("backfill", *FEBRUARY)
    assert filled.waits == [5, 20, 60, 180]
    assert "InternalServerError" in said and "To go on, type: ./daily backfill --from 2026-02-01 --to" in said
    filled.waits.clear()
    with refusing("dynamodb.PutItem", "ExpiredTokenException"):
        said = filled.stack.refused("backfill", *FEBRUARY)
    assert filled.waits == [] and "Your AWS session has expired. Log in first." in said
    with refusing("dynamodb.PutItem", "AccessDeniedException"):
        assert "Your AWS login may not do this" in filled.stack.refused("backfill", *FEBRUARY)


def test_in_a_terminal_there_is_a_bar_and_a_wait_is_counted_down(
    filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = io.StringIO()
    terminal = Console(file=shown, force_terminal=True, width=120, color_system=None)
    monkeypatch.setattr(cli.commands.backfill, "Console", lambda **_: terminal)
    # Whatever is set is drawn.
    update = Progress.update
    monkeypatch.setattr(Progress, "update", lambda bar, task, **given: update(bar, task, **given, refresh=True))
    filled.before = failing(1, SourceRateLimited("Google wants fewer calls."))
    done = filled.stack.type("backfill", *FEBRUARY)
    assert done.exit_code == 0 and filled.waits == [1] * 60 and "going on" not in done.stderr
    drawn = shown.getvalue()
    for left in ("1:00", "0:59", "0:01"):
        assert f"The source wants fewer calls: going on in {left} " in drawn
    assert "2026-02-01 to 2026-02-04 " in drawn and "0/4 days" in drawn and "4/4 days" in drawn


AGAIN = ("backfill", *FEBRUARY, "--again")


def test_a_second_time_nothing_is_written_and_a_number_that_has_gone_missing_stays(
    filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    written, write = [], HistoryTable.write

    def noted(table: HistoryTable, record: DayRecord) -> None:
        written.append(record.date.day)
        write(table, record)

    monkeypatch.setattr(HistoryTable, "write", noted)
    filled.stack.daily(*AGAIN)
    before, true = filled.history(), filled.wearer.day
    filled.stack.clock.turn(hours=2)
    filled.stack.daily(*AGAIN)
    assert written == [1, 2, 3, 4] and filled.history() == before
    filled.wearer.day = lambda day, *more: replace(true(day, *more), steps=None, distance_mm=None)  # type: ignore[method-assign]
    filled.stack.daily(*AGAIN)
    assert filled.history()[date(2026, 2, 2)] == before[date(2026, 2, 2)]


def test_what_is_asked_for_is_an_access_token_if_there_is_no_good_one_and_the_trackers_of_late_days(
    filled: Filled,
) -> None:
    filled.stack.daily(*AGAIN)
    calls = filled.calls()
    assert calls[0] == "POST /token" and not any("pairedDevices" in call for call in calls)
    filled.stack.daily(*AGAIN)
    assert "POST /token" not in filled.calls()
    filled.stack.daily("backfill", "--from", "2026-11-20")
    # Beside it, whether there are steps of a later day.
    assert "GET /v4/users/me/pairedDevices" in filled.calls()[:2]


def with_fitbit(filled: Filled) -> FitbitSimulator:
    fitbit = FitbitSimulator(wearer=filled.wearer, now=filled.stack.clock)
    filled.stack.wire.applications["https://api.fitbit.com"] = fitbit
    filled.stack.environment["SOURCE"] = "fitbit"
    filled.stack.fill("source", vars(fitbit.tokens.credentials))
    return fitbit


def test_with_fitbit_the_rotated_refresh_token_is_stored(filled: Filled) -> None:
    with_fitbit(filled)
    for _ in range(2):
        assert "nothing of: 2026-02-03." in filled.stack.daily(*AGAIN)
        filled.stack.clock.turn(hours=9)
    assert {record.source for record in filled.history().values()} == {"fitbit"}


def test_ctrl_c_between_a_rotation_and_its_storing_waits_for_that(
    filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_fitbit(filled)
    refresh = FitbitWeb.refresh

    def interrupted(*given: Any) -> Any:
        granted = refresh(*given)
        signal.raise_signal(signal.SIGINT)
        return granted

    monkeypatch.setattr(FitbitWeb, "refresh", interrupted)
    done = filled.stack.type(*AGAIN)
    assert done.exit_code == 130 and "Interrupted. Nothing was read." in done.stderr
    monkeypatch.setattr(FitbitWeb, "refresh", refresh)
    filled.stack.clock.turn(hours=9)
    assert "3 of them with numbers" in filled.stack.daily(*AGAIN)


def test_an_answer_that_makes_no_sense_is_an_error_without_its_words_that_says_how_to_go_on(filled: Filled) -> None:
    filled.stack.daily(*AGAIN)

    def nonsense(environ: dict[str, Any], start: Any) -> Any:
        start("200 OK", [("Content-Type", "application/json")])
        return [b'{"rollupDataPoints": [{"civilStartTime": "CANARY"}]}']

    filled.stack.wire.applications[HEALTH] = nonsense
    said = filled.stack.refused(*AGAIN)
    assert "Unexpected" in said and "CANARY" not in said and f"./daily {' '.join(AGAIN)}" in said
