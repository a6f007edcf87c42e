"""A deployed stack whose history is filled in by ./daily backfill; its wearer has the year of a_year.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import pytest
from moto.dynamodb.models import dynamodb_backends

import cli.commands.backfill
from cli.past_days import PastDays
from fitbit_daily.adapters.history_table import _record
from fitbit_daily.domain.history import DayRecord
from tests.cli.a_year import LAST, Wanderer, noon
from tests.cli.deployed_stack import DeployedStack, stack

__all__ = ["stack"]

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
