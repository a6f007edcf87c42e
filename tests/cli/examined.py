"""What `./daily doctor` tells, row by row, and a deployed stack of which nothing is wrong."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest

from cli.__main__ import VERBS
from tests.canaries import escaped
from tests.cli.deployed_stack import DeployedStack

NAMES = [
    "Stack",
    "Settings",
    "Source secret",
    "Authorisation",
    "Scopes",
    "Source API",
    "Tracker",
    "X secret",
    "X keys",
    "Schedule",
    "Undelivered starts",
    "E-mail",
    "Last success",
    "Failures",
    "Missing days",
]


def rows(stack: DeployedStack, *words: str, exit_code: int) -> dict[str, dict[str, Any]]:
    """By name, as --json has them. Every command that a row names exists, and no secret is in any."""
    printed = stack.daily("doctor", "--json", *words, exit_code=exit_code)
    told = json.loads(printed)
    assert told["good"] is (exit_code == 0)
    assert escaped([printed], stack.all_secrets()) == []
    for row in told["checks"]:
        assert row["state"] != "bad" or row["remedy"], row
        for command in re.findall(r"\./daily ([a-z]+)", f"{row['says']} {row['remedy']}"):
            assert command in VERBS
    return {row["name"]: row for row in told["checks"]}


def bad(stack: DeployedStack, name: str, *words: str) -> str:
    """The one bad row, its remedy included."""
    found = rows(stack, *words, exit_code=1)
    assert [each for each, row in found.items() if row["state"] == "bad"] == [name]
    return f"{found[name]['says']} → {found[name]['remedy']}"


@pytest.fixture
def well(stack: DeployedStack) -> DeployedStack:
    """Nothing is wrong: three days of posts, the last of them a minute ago."""
    for day in range(19, 21):
        stack.ran(f"2026-11-{day:02}")
    stack.ran("2026-11-21", ago=timedelta(minutes=1))
    return stack
