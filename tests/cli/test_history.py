"""./daily history: the days as they are kept, in a table, as CSV and as JSON."""

from __future__ import annotations

import csv
import io
import json
import stat
import webbrowser
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import cli.page_file
from fitbit_daily.adapters.history_table import HistoryTable
from fitbit_daily.domain.numbers import MOST
from tests.adapters.fixtures import refusing
from tests.cli.deployed_stack import DeployedStack, stack
from tests.cli.step_functions import refusal
from tests.domain.history_days import record
from tests.domain.original_day import ACTIVITY
from tests.tables import put_directly

__all__ = ["stack"]

YESTERDAY = date(2026, 11, 21)
DAY = timedelta(days=1)
FULL = replace(record(YESTERDAY, asleep=746), activity=replace(ACTIVITY, distance_km=Decimal("1.21286")))
HEADER = ["day", "steps", "dist.", "burnt", "basal", "seated", "light", "active", "hard", "asleep"]


def keep(*days: int, **changed: Any) -> None:
    """Days of the history, by how long before yesterday they were; each with 1000 steps for each of these days."""
    for back in days:
        day = YESTERDAY - back * DAY
        with put_directly():
            HistoryTable("history").write(record(day, steps=1000 * back, **changed))


def rows(told: str) -> list[list[str]]:
    return [line.split() for line in told.splitlines() if line]


# The table


def test_the_last_28_days_are_a_table_with_their_averages_below(stack: DeployedStack) -> None:
    keep(*range(1, 30))
    HistoryTable("history").write(FULL)
    header, units, *days, week, month = rows(stack.daily("history"))
    assert header == HEADER and units == ["km", "kcal", "kcal", "min", "min", "min", "min", "h"]
    assert [day[0] for day in days] == [str(YESTERDAY - back * DAY) for back in reversed(range(28))]
    assert days[-1][1:] == ["Sat", "1781", "1.2", "1988", "1560", "551", "90", "4", "7", "12.4"]
    assert days[0][1:] == ["Sun", "27000", *["-"] * 8]
    assert week == ["7-day", "avg", str(round((21_000 + 1781) / 7)), *["-"] * 8]
    assert month == ["28-day", "avg", str(round((378_000 + 1781) / 28)), *["-"] * 8]


def test_the_columns_are_aligned_to_the_right_and_fit_80_columns(stack: DeployedStack) -> None:
    HistoryTable("history").write(
        record(YESTERDAY, asleep=1500, **{n: m for n, m in MOST.items() if n != "minutes_asleep"})
    )
    HistoryTable("history").write(record(YESTERDAY - DAY, steps=5))
    header, units, first, second, *_ = stack.daily("history", "--from", "2026-11-20").splitlines()
    assert len({header.index("steps") + 5, first.index(" 5") + 2, second.index("999999") + 6}) == 1
    assert max(map(len, (header, units, first, second))) <= 80


def test_both_ends_or_how_many_days_can_be_chosen_and_yesterday_is_the_last(stack: DeployedStack) -> None:
    keep(*range(30))
    for words, first, last, count in [
        (("--days", "2"), "2026-11-20", "2026-11-21", 2),
        (("--days", "7", "--to", "11-19"), "2026-11-13", "2026-11-19", 7),
        (("--from", "2026-11-18", "--to", "2026-11-19"), "2026-11-18", "2026-11-19", 2),
        (("--to", "2026-11-10"), "2026-10-14", "2026-11-10", 19),
        (("--from", "2026-11-20", "--to", "9999-12-31"), "2026-11-20", "2026-11-21", 2),
        (("--from", "0001-01-01"), "2009-01-01", "2026-11-21", 30),
    ]:
        told = json.loads(stack.daily("history", *words, "--json"))
        assert (told["from"], told["to"], len(told["days"])) == (first, last, count)
        assert told["days"][-1]["date"] == last


def test_an_incomplete_day_has_a_star_that_is_explained_and_does_not_count_in_the_averages(
    stack: DeployedStack,
) -> None:
    keep(1, 2, 3, 4)
    keep(0, complete=False)
    told = stack.daily("history", "--from", "2026-11-17")
    assert "2026-11-21 Sat*" in told and "* The tracker had not told everything" in told
    assert ["7-day", "avg", "2500"] in [row[:3] for row in rows(told)]
    keep(0)
    assert "*" not in stack.daily("history", "--from", "2026-11-17")


def test_the_averages_reach_back_before_the_days_that_are_shown(stack: DeployedStack) -> None:
    keep(*range(28))
    told = rows(stack.daily("history", "--from", "2026-11-21", "--to", "2026-11-21"))
    assert [row[:3] for row in told[-2:]] == [["7-day", "avg", "3000"], ["28-day", "avg", "13500"]]
    assert len(told) == 5


def test_gaps_are_named_with_the_command_that_fills_them(stack: DeployedStack) -> None:
    keep(0, 1, 3, 6)
    told = stack.daily("history", "--from", "2026-11-15")
    assert "Nothing is kept of 2026-11-16, 2026-11-17, 2026-11-19." in told
    assert told.endswith("type: ./daily backfill --from 2026-11-16 --to 2026-11-19\n")


def test_of_many_gaps_the_first_are_named(stack: DeployedStack) -> None:
    keep(*range(0, 14, 2))
    assert "2026-11-16 and 2 gaps more." in stack.daily("history", "--days", "14")


def test_where_nothing_is_kept_it_says_what_to_type_and_an_export_is_empty(stack: DeployedStack) -> None:
    assert stack.daily("history") == (
        "\nNothing is kept of 2026-10-25 to 2026-11-21.\n"
        "To read what the source still has of it, type: ./daily backfill --from 2026-10-25 --to 2026-11-21\n"
    )
    header = ",".join(["date", *MOST, "complete", "source", "fetched_at"])
    assert stack.daily("history", "--csv").splitlines() == [header]
    assert json.loads(stack.daily("history", "--json"))["days"] == []


# For machines


def test_csv_has_every_number_exactly_and_nothing_where_there_is_none(stack: DeployedStack) -> None:
    HistoryTable("history").write(FULL)
    keep(1, complete=False, source="fitbit")
    lines = list(csv.DictReader(io.StringIO(stack.daily("history", "--csv"))))
    assert list(lines[0]) == ["date", *MOST, "complete", "source", "fetched_at"]
    assert lines[1] == {
        "date": "2026-11-21",
        **{name: f"{number:f}" for name, number in FULL.numbers().items()},
        "complete": "yes",
        "source": "google_health",
        "fetched_at": "2026-03-01T15:10:00+00:00",
    }
    assert (lines[0]["steps"], lines[0]["minutes_asleep"], lines[0]["complete"]) == ("1000", "", "no")
    assert lines[0]["source"] == "fitbit"


def test_json_is_one_object_with_every_number_or_null_and_the_averages(stack: DeployedStack) -> None:
    keep(1, 2, 3)
    HistoryTable("history").write(FULL)
    told = json.loads(stack.daily("history", "--json"))
    assert (told["from"], told["to"], len(told["days"])) == ("2026-10-25", "2026-11-21", 4)
    assert told["days"][-1] == {
        "date": "2026-11-21",
        "complete": True,
        "source": "google_health",
        "fetched_at": "2026-03-01T15:10:00+00:00",
        **{name: float(number) for name, number in FULL.numbers().items()},
    }
    assert told["days"][0] == told["days"][-1] | dict.fromkeys(MOST) | {"date": "2026-11-18", "steps": 3000}
    assert isinstance(told["days"][0]["steps"], int)
    assert told["averages"]["7"]["steps"] == 1945.25 and told["averages"]["28"] == dict.fromkeys(MOST)


# What can go wrong


def test_wrong_usage_is_one_sentence(stack: DeployedStack) -> None:
    for words, says in [
        (("--csv", "--json"), "one of --csv and --json"),
        (("--from", "2026-11-20", "--to", "2026-11-19"), "2026-11-20, is after the last one, 2026-11-19"),
        (("--from", "2026-11-20", "--days", "7"), "one of --from and --days"),
        (("--to", "2000-01-01"), "there was no Fitbit then"),
        (("--open", "--csv"), "one of"),
        (("--open", "--from", "2026-11-20"), "leave out --from"),
    ]:
        assert says in stack.refused("history", *words, exit_code=2)


def test_a_table_that_is_not_there_or_not_allowed_is_told_with_what_to_type(
    stack: DeployedStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    with refusing("dynamodb.Query", "AccessDeniedException"):
        assert "Your AWS login may not do this" in stack.refused("history")
    monkeypatch.setenv("HISTORY_TABLE", "an-old-one")
    assert "source .local/env" in stack.refused("history")
    monkeypatch.delenv("HISTORY_TABLE")
    stack.services["cloudformation"].answers["describe_stacks"] = refusal("ValidationError")
    assert "make deploy" in stack.refused("history")


@pytest.fixture
def page(stack: DeployedStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where --open puts it; there are days of two years."""
    for back in (0, 1, 400):
        day = YESTERDAY - timedelta(days=back)
        HistoryTable("history").write(record(day, steps=7_000 + back, asleep=400))
    file = tmp_path / ".local" / "history.html"
    monkeypatch.setattr(cli.page_file, "FILE", file)
    return file


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that the browser was given."""
    addresses: list[str] = []
    monkeypatch.setattr(cli.page_file, "has_browser", lambda: True)

    def open_(address: str) -> bool:
        addresses.append(address)
        return True

    monkeypatch.setattr(webbrowser, "open", open_)
    return addresses


def test_the_whole_history_to_the_day_that_is_given_opens_in_the_browser_in_the_language_of_the_posts(
    stack: DeployedStack, page: Path, opened: list[str]
) -> None:
    told = stack.daily("history", "--open")
    assert opened == [page.as_uri()] and "Your browser shows" in told
    html = page.read_text(encoding="utf-8")
    assert '<html lang="ja">' in html and "<svg" in html
    assert "2026-11-21" in html and "2025-10-17" in html
    stack.daily("history", "--open", "--to", "2026-11-20")
    html = page.read_text(encoding="utf-8")
    assert "2026-11-21" not in html and "2026-11-20" in html


def test_where_the_browser_does_not_open_it_says_where_the_file_is(
    stack: DeployedStack, page: Path, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webbrowser, "open", lambda address: False)
    told = " ".join(stack.daily("history", "--open").split())
    assert told.startswith("There is no browser here. Open this file in one:")
    assert str(page) in told.replace(" ", "") and page.exists()


def test_under_wsl_the_file_has_the_name_that_windows_gives_it(
    stack: DeployedStack, page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "wslpath"
    program.write_text('#!/bin/sh\necho "C:\\\\$1"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(cli.page_file, "has_browser", lambda: False)
    assert "C:\\-w" in stack.daily("history", "--open")


def test_a_file_of_ones_own_is_written_for_its_owner_alone_and_not_opened(
    stack: DeployedStack, page: Path, opened: list[str], tmp_path: Path
) -> None:
    file = tmp_path / "mine.html"
    told = stack.daily("history", "--html", str(file))
    assert opened == [] and not page.exists() and "mine.html" in told
    assert file.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    stack.daily("history", "--html", str(file), "--open")
    assert opened == [file.as_uri()]


def test_a_file_that_cannot_be_written_is_one_sentence(stack: DeployedStack, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert "cannot be written" in stack.refused("history", "--html", str(blocked / "page.html"))
