"""./daily status: the last days at a glance, by the ledger, and what is open."""

from __future__ import annotations

import json
from datetime import date, timedelta

from rich.console import Console

from cli.calendar import show_calendar
from cli.days import Days
from fitbit_daily.domain.days import Day, DayStatus, Rows
from fitbit_daily.domain.ledger import Status
from tests.cli.deployed_stack import DeployedStack, stack

__all__ = ["stack"]


def of_every_kind(stack: DeployedStack) -> None:
    stack.posted_all_but("2026-11-16", "2026-11-18", "2026-11-20", "2026-11-21", count=7)
    for kind in ("activity", "sleep"):
        stack.write("2026-11-16", kind, Status.NOTHING)
        stack.write("2026-11-20", kind, incomplete=kind == "sleep")
    stack.failed("2026-11-18")
    stack.waits("2026-11-21")


def test_each_day_says_what_became_of_it_and_an_open_one_what_cures_it(stack: DeployedStack) -> None:
    of_every_kind(stack)
    lines = stack.daily("status", "--days", "8").splitlines()
    assert [line.split(maxsplit=2)[2] for line in lines[:8]] == [
        "not due",
        "posted",
        "nothing to post",
        "posted",
        "missing",
        "posted",
        "incomplete",
        "waiting",
    ]
    told = "\n".join(lines[8:])
    assert "Wed 2026-11-18: XOutOfCredits" in told and "./daily run --date 2026-11-18" in told
    assert "The credits at X are used up" in told and told.count("✗") == 1


def test_as_json_each_day_is_an_object(stack: DeployedStack) -> None:
    of_every_kind(stack)
    days = json.loads(stack.daily("status", "--json"))["days"]
    assert len(days) == 28 and days[-4] == {
        "date": "2026-11-18",
        "status": "missing",
        "failure": "XOutOfCredits",
        "tried_again_until": None,
    }


def test_a_failed_preview_is_nobodys_open_failure(stack: DeployedStack) -> None:
    stack.posted_all_but()
    stack.failed_dry("2026-11-20", ago=timedelta(hours=1))
    assert "✗" not in stack.daily("status")


def test_in_a_terminal_it_is_weeks_whose_signs_are_explained() -> None:
    days = [
        Day(date(2026, 11, 18), DayStatus.OPEN),
        Day(date(2026, 11, 19), DayStatus.WAITING),
        Day(date(2026, 11, 23), DayStatus.NOT_DUE),
    ]
    console = Console(force_terminal=True, width=80, color_system=None, record=True)
    show_calendar(console, Days(days, Rows({}, {}, {}, ())))
    assert console.export_text().splitlines() == [
        "            Mon Tue Wed Thu Fri Sat Sun",
        "2026-11-16           ✗   …              ",
        "2026-11-23   ·                          ",
        "",
        "✗ missing   … waiting   · not due",
    ]
