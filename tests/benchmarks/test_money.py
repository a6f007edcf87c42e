"""What is counted in a history and in a bill."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.cold_start import Contender, Point
from benchmarks.deployed import Invocation
from benchmarks.money import Item, Price, entered, gb_seconds, retries, transitions
from local.lambda_process import Function

TASK = ("TaskStateEntered", "LambdaFunctionScheduled", "LambdaFunctionSucceeded", "TaskStateExited")
TRIED_TWICE = (TASK[0], TASK[1], "LambdaFunctionFailed", *TASK[1:])
PRICE = Price(0.05, 10_000, "calls", "Tokyo", "https://example.com", free=1_000)


def test_each_state_is_a_transition_and_each_retry_and_the_start() -> None:
    types = ("ExecutionStarted", *TASK, *TRIED_TWICE, "ChoiceStateEntered", "WaitStateEntered", "ExecutionSucceeded")
    events: list[dict[str, Any]] = [{"type": kind} for kind in types]
    assert (entered(events), entered(events, "Wait"), retries(events)) == (4, 1, 1)
    assert transitions(events) == 6


@pytest.mark.parametrize(("units", "to_pay"), [(0, 0.0), (1_000, 0.0), (11_000, 0.05)])
def test_only_what_is_beyond_the_free_units_is_paid(units: int, to_pay: float) -> None:
    assert PRICE.of(units) == pytest.approx(to_pay)
    assert PRICE.of(units, beyond_what_is_free=False) == pytest.approx(units * 0.05 / 10_000)


def test_a_line_of_the_bill_tells_price_number_and_amount() -> None:
    row = Item("calls", PRICE, normal=500, waiting=21_000).row()
    assert row == ["calls", "$0.05 per 10,000 calls", "1,000", "500", "$0.00", "21,000", "$0.10"]


def test_a_run_is_billed_for_a_cold_start_on_its_share_of_a_cpu_and_for_its_work() -> None:
    run = Invocation(Function("a", "tweet.handler", 60, 512, {}, b"", [], "arn", "region"), {}, 0.0)
    cold = Contender("Tweet", "", [], reached=[{"end": Point(cpu=0.4, wall=9.0)}, {"end": Point(cpu=0.512, wall=9.0)}])
    assert gb_seconds(run, {"tweet": 0.3}, {"tweet": cold}) == pytest.approx((0.4 * 1769 / 512 + 0.3) / 2)
