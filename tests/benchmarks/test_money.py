"""What is counted in a history, in an archive, in a bill."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from benchmarks import prices
from benchmarks.cold_start import Contender, Point
from benchmarks.deployed import Invocation
from benchmarks.money import Item, gb_seconds
from benchmarks.prices import Price
from benchmarks.size import parts, zipped
from benchmarks.table import Table, Target
from benchmarks.transitions import entered, largest_state, retries, transitions
from local.lambda_process import Function


def history(*types: str) -> list[dict[str, Any]]:
    return [{"type": kind} for kind in ("ExecutionStarted", *types, "ExecutionSucceeded")]


TASK = ("TaskStateEntered", "LambdaFunctionScheduled", "LambdaFunctionSucceeded", "TaskStateExited")
TRIED_TWICE = (TASK[0], TASK[1], "LambdaFunctionFailed", *TASK[1:])


def test_each_state_is_a_transition_and_each_retry_and_the_start() -> None:
    events = history(*TASK, *TRIED_TWICE, "ChoiceStateEntered", "WaitStateEntered", "WaitStateExited")
    assert (entered(events), entered(events, "Wait"), retries(events)) == (4, 1, 1)
    assert transitions(events) == 6


def test_the_state_is_measured_in_bytes_wherever_it_is_largest() -> None:
    events: list[dict[str, Any]] = [
        {"type": "TaskStateEntered", "stateEnteredEventDetails": {"name": "Tweet", "input": "{}"}},
        {"type": "TaskStateExited", "stateExitedEventDetails": {"name": "Tweet", "output": '"運動"'}},
    ]
    assert largest_state(events) == 8
    assert largest_state(history()) == 0


def test_an_archives_parts_are_its_packages_the_largest_first(tmp_path: Path) -> None:
    (tmp_path / "python" / "small").mkdir(parents=True)
    (tmp_path / "python" / "small" / "__init__.py").write_text("1234")
    (tmp_path / "python" / "large.py").write_text("12345678")
    archive = zipped(tmp_path)
    assert list(parts(archive).items()) == [("large.py", 8), ("small", 4)]
    assert zipfile.ZipFile(io.BytesIO(archive)).testzip() is None


PRICE = Price(0.05, 10_000, "calls", "Tokyo", "https://example.com", free=1_000)


@pytest.mark.parametrize(("units", "to_pay"), [(0, 0.0), (1_000, 0.0), (11_000, 0.05)])
def test_only_what_is_beyond_the_free_units_is_paid(units: int, to_pay: float) -> None:
    assert PRICE.of(units, beyond_what_is_free=True) == pytest.approx(to_pay)
    assert PRICE.of(units, beyond_what_is_free=False) == pytest.approx(units * 0.05 / 10_000)


def test_a_line_of_the_bill_tells_price_number_and_amount() -> None:
    row = Item("calls", PRICE, normal=500, waiting=21_000).row()
    assert row == ["calls", "$0.05 per 10,000 calls", "1,000", "500", "$0.00", "21,000", "$0.10"]


def test_a_run_is_billed_for_a_cold_start_on_its_share_of_a_cpu_and_for_its_work() -> None:
    function = Function("a", "tweet.handler", 60, 512, {}, b"", [], "arn", "region")
    run = Invocation(function, {}, 0.0, 0.0, False)
    cold = Contender("Tweet", "", [], reached=[{"end": Point(cpu=0.4, wall=9.0)}, {"end": Point(cpu=0.512, wall=9.0)}])
    assert gb_seconds(run, {"tweet": 0.3}, {"tweet": cold}) == pytest.approx((0.4 * 1769 / 512 + 0.3) / 2)


def test_every_price_has_its_page() -> None:
    named = {name: value for name, value in vars(prices).items() if isinstance(value, Price)}
    assert len(named) >= 12
    for name, price in named.items():
        assert price.source.startswith("https://") and price.region and price.dollars > 0, name


def test_a_table_in_markdown_tells_which_targets_are_missed() -> None:
    table = Table(
        "1. One",
        ("way", "time"),
        [["a|b", "1 s"]],
        [Target("fast", "It is.", True), Target("small", "No.", False)],
        "\nSo.\n",
    )
    assert table.markdown() == (
        "## 1. One\n\n| way | time |\n| --- | ---: |\n| a\\|b | 1 s |\n\n"
        "- Reached: fast. It is.\n- MISSED: small. No.\n\nSo.\n"
    )
