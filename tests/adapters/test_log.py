"""The log: one JSON object on a line."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from typing import Any

import pytest

from fitbit_daily.log import Log
from stacks.code import LAMBDAS


@pytest.fixture
def written(log: Log, monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """Powertools has one handler for all that are of one name."""
    monkeypatch.setattr(log, "stream", io.StringIO())
    return log.stream


@pytest.fixture
def log() -> Log:
    return Log()


def lines(written: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


@pytest.mark.parametrize("level", ["info", "warning", "error"])
def test_a_line_says_how_grave_what_when_and_by_whom(level: str, log: Log, written: io.StringIO) -> None:
    getattr(log, level)("It happened.\nTwice.", step="tweet")
    [line] = lines(written)
    assert line["timestamp"].endswith("+0000")
    said = {"level": level.upper(), "message": "It happened.\nTwice.", "service": "fitbit-daily", "step": "tweet"}
    assert said.items() <= line.items()


def test_keys_are_said_on_every_line_until_they_are_forgotten_and_a_lines_own_go_first(
    log: Log, written: io.StringIO
) -> None:
    log.append_keys(execution="daily 1", date=None)
    log.info("begun")
    log.info("done", date="2026-11-21")
    log.forget_keys()
    log.info("later")
    assert [(line.get("execution"), line.get("date")) for line in lines(written)] == [
        ("daily 1", None),
        ("daily 1", "2026-11-21"),
        (None, None),
    ]
    assert "date" not in lines(written)[0]


def test_powertools_is_not_imported_before_there_is_something_to_say() -> None:
    program = "import sys, fitbit_daily.step; assert 'aws_lambda_powertools' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True, env={"PYTHONPATH": str(LAMBDAS)})
