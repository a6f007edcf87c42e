"""./daily history: the days as they are kept, in a table, as CSV and as JSON."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from fitbit_daily.adapters.history_table import HistoryTable
from fitbit_daily.domain.numbers import MOST
from tests.adapters.fixtures import refusing
from tests.cli.deployed_stack import DeployedStack, stack
from tests.cli.step_functions import refusal
from tests.domain.history_days import record
from tests.domain.original_day import ACTIVITY

__all__ = ["stack"]

YESTERDAY = date(2026, 11, 21)
DAY = timedelta(days=1)
FULL = replace(record(YESTERDAY, asleep=746), activity=replace(ACTIVITY, distance_km=Decimal("1.21286")))
HEADER = ["day", "steps", "dist.", "burnt", "basal", "seated", "light", "active", "hard", "asleep"]


def keep(*days: int, **changed: Any) -> None:
    """Days of the history, by how long before yesterday they were; each with 1000 steps for each of these days."""
    for back in days:
        day = YESTERDAY - back * DAY
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


def test_so_many_days_as_are_wanted_end_with_yesterday_or_the_last_one(stack: DeployedStack) -> None:
    keep(*range(28))
    told = json.loads(stack.daily("history", "--days", "2", "--json"))
    assert [day["date"] for day in told["days"]] == ["2026-11-20", "2026-11-21"]
    told = json.loads(stack.daily("history", "--days", "7", "--to", "11-19", "--json"))
    assert (told["from"], told["to"]) == ("2026-11-13", "2026-11-19")


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


def test_both_ends_can_be_chosen_and_yesterday_is_the_last(stack: DeployedStack) -> None:
    keep(*range(40))

    def days(*words: str) -> list[str]:
        return [row[0] for row in rows(stack.daily("history", *words)) if row[0].startswith("20")]

    assert days("--from", "2026-11-18", "--to", "2026-11-19") == ["2026-11-18", "2026-11-19"]
    assert days("--to", "2026-11-10")[0] == "2026-10-14" and len(days("--to", "2026-11-10")) == 28
    assert days("--from", "2026-11-20", "--to", "9999-12-31") == ["2026-11-20", "2026-11-21"]
    assert len(days("--from", "2026-10-01")) == 40


def test_gaps_are_named_with_the_command_that_fills_them(stack: DeployedStack) -> None:
    keep(0, 1, 3, 6)
    told = stack.daily("history", "--from", "2026-11-15")
    assert "Nothing is kept of 2026-11-16, 2026-11-17, 2026-11-19." in told
    assert told.endswith("type: ./daily backfill --from 2026-11-16 --to 2026-11-19\n")


def test_of_many_gaps_the_first_are_named(stack: DeployedStack) -> None:
    keep(*range(0, 28, 2))
    assert "2026-11-02 and 9 gaps more." in stack.daily("history")


def test_where_nothing_is_kept_it_says_what_to_type(stack: DeployedStack) -> None:
    assert stack.daily("history") == (
        "\nNothing is kept of 2026-10-25 to 2026-11-21.\n"
        "To read what the source still has of it, type: ./daily backfill --from 2026-10-25 --to 2026-11-21\n"
    )


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


def test_what_is_kept_of_nothing_is_an_empty_export(stack: DeployedStack) -> None:
    assert stack.daily("history", "--csv").splitlines() == [
        ",".join(["date", *MOST, "complete", "source", "fetched_at"])
    ]
    assert json.loads(stack.daily("history", "--json"))["days"] == []


# What can go wrong


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--csv", "--json"), "one of --csv and --json"),
        (("--from", "2026-11-20", "--to", "2026-11-19"), "2026-11-20, is after the last one, 2026-11-19"),
        (("--from", "2026-11-22"), "2026-11-22, is after the last one, 2026-11-21"),
        (("--from", "2026-11-20", "--days", "7"), "one of --from and --days"),
        (("--to", "2000-01-01"), "there was no Fitbit then"),
        (("--to", "0001-01-01"), "there was no Fitbit then"),
        (("--from", "today"), "no day of the calendar"),
    ],
)
def test_wrong_usage_is_one_sentence(stack: DeployedStack, words: tuple[str, ...], says: str) -> None:
    assert says in stack.refused("history", *words, exit_code=2)


def test_days_before_the_first_fitbit_are_left_out(stack: DeployedStack) -> None:
    assert json.loads(stack.daily("history", "--from", "0001-01-01", "--json"))["from"] == "2009-01-01"


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
