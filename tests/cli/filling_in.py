"""The function Backfill of a deployed stack, in this process; its wearer has the year of tests/handlers/a_year.py."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from unittest.mock import patch

import pytest
from moto.dynamodb.models import dynamodb_backends

import backfill
import cli.commands.backfill
import cli.invoking
from fitbit_daily.adapters.history_table import _record
from fitbit_daily.domain.history import DayRecord
from fitbit_daily.errors import StepError
from fitbit_daily.log import logger
from tests.cli.deployed_stack import DeployedStack, stack
from tests.cli.step_functions import Canned
from tests.handlers.a_year import LAST, Wanderer, noon

__all__ = ["stack"]

FEBRUARY = ("--from", "2026-02-01", "--to", "2026-02-04")


@dataclass
class Filled:
    """A deployed stack with its function Backfill; `before` and `after` may strike each of its invocations."""

    stack: DeployedStack
    wearer: Wanderer
    invocations: list[dict[str, Any]] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    before: Callable[[int], None] = lambda number: None
    after: Callable[[int], None] = lambda number: None

    def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:
        """As Lambda answers."""
        assert FunctionName == "backfill"
        event = json.loads(Payload)
        self.invocations.append(event)
        number = len(self.invocations)
        try:
            with patch.dict(os.environ, self.stack.environment):
                self.before(number)
                answer = backfill.handler(event, None)
                self.after(number)
        except StepError as error:
            said = {"errorMessage": str(error), "errorType": type(error).__name__, "stackTrace": []}
            return {"FunctionError": "Unhandled", "Payload": io.BytesIO(json.dumps(said).encode())}
        return {"Payload": io.BytesIO(json.dumps(answer).encode())}

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.stack.clock.turn(seconds=seconds)

    def history(self) -> dict[date, DayRecord]:
        """All of it. Not by a query: of a year, moto takes seconds to write the answer."""
        (backend,) = (each for each in dynamodb_backends["123456789012"].values() if "history" in each.tables)
        items = [item.to_json()["Attributes"] for item in backend.tables["history"].all_items()]
        return {record.date: record for record in map(_record, items)}

    def calls(self) -> int:
        """To Google, since this was last asked."""
        number = len(self.stack.google.calls)
        self.stack.google.calls.clear()
        return number


@pytest.fixture
def filled(stack: DeployedStack, monkeypatch: pytest.MonkeyPatch) -> Filled:
    stack.clock.moment = noon(LAST)
    wearer = Wanderer(stack.clock)
    stack.google.wearer = wearer
    stack.environment |= {
        "TIME_ZONE": "Europe/Berlin",
        "SOURCE_SECRET_ARN": stack.secrets["source"],
        "HISTORY_TABLE": "history",
    }
    filled = Filled(stack, wearer)
    monkeypatch.setattr(logger, "stream", io.StringIO())
    monkeypatch.setattr(cli.invoking, "client", lambda target: Canned(invoke=filled.invoke))
    monkeypatch.setattr(cli.commands.backfill, "sleep", filled.sleep)
    return filled


def failing(times: int, error: Exception) -> Callable[[int], None]:
    """Until so many invocations have ended like that."""

    def strike(number: int) -> None:
        if number <= times:
            raise error

    return strike
