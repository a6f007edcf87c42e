"""Alert rules: how they are written, and when they hold."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from fitbit_daily.domain.alerts import (
    DAYS_NEEDED,
    METRICS,
    MOST_DAYS,
    MOST_RULES,
    Rule,
    RuleError,
    evaluate,
    parse,
    parse_all,
)
from fitbit_daily.domain.numbers import MOST
from tests.domain.history_days import TODAY, days_of_steps, record

DAY = timedelta(days=1)
LOW, OK, GONE = 5000, 8000, None


def fires(rule: str, *steps: int | None) -> bool | None:
    """On the last of these days, all of them complete."""
    return parse(rule).fires(days_of_steps(steps), TODAY)


# How a rule is written


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("steps below 6000 for 3 days", Rule("", "steps", None, True, Decimal(6000), 3)),
        ("steps above 30000", Rule("", "steps", None, False, Decimal(30000), 1)),
        ("7-day average of hours asleep below 6", Rule("", "minutes_asleep", 7, True, Decimal(360), 1)),
        ("hours_asleep below 7.25 for 28 days", Rule("", "minutes_asleep", None, True, Decimal(435), 28)),
        (
            "28-day average of distance km above 9.125 for 2 days",
            Rule("", "distance_km", 28, False, Decimal("9.125"), 2),
        ),
    ],
)
def test_a_rule_is_an_english_sentence(text: str, rule: Rule) -> None:
    read = parse(f"  {text.replace(' ', '  ')} ")
    assert read.text == text
    assert (read.name, read.average, read.below, read.threshold, read.days) == (
        rule.name,
        rule.average,
        rule.below,
        rule.threshold,
        rule.days,
    )


def test_a_rule_can_be_about_every_number_and_about_hours_asleep() -> None:
    assert {name for name, _ in METRICS.values()} == set(MOST)
    assert all(parse(f"{metric} above 1").name == name for metric, (name, _) in METRICS.items())


@pytest.mark.parametrize(
    "text",
    [
        "steps under 6000",
        "steps below -5",
        "steps below 6,000",
        "steps below ６０００",
        "steps below 6000 for 3 days and above 1",
        "step below 6000",
        "3-day average of steps below 6000",
        "steps below 0",
        "steps above 999999",
        "steps below 1000000",
        "hours asleep above 25",
        "steps below 6000 for 0 days",
        "steps below 6000 for 29 days",
    ],
)
def test_what_is_no_rule_or_can_never_be_crossed_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(RuleError) as refused:
        parse(text)
    assert repr(text) in str(refused.value) and "\n" not in str(refused.value)


def test_the_outermost_thresholds_are_taken() -> None:
    for text in ("steps below 1", "steps above 0", "hours asleep below 25", "hours asleep above 24.999"):
        parse(text)


def test_several_rules_are_one_text_with_semicolons() -> None:
    rules = parse_all(["steps below 6000 for 3 days", " hours asleep below 6", ""])
    assert [rule.text for rule in rules] == ["steps below 6000 for 3 days", "hours asleep below 6"]
    assert parse_all([]) == parse_all(["", " "]) == []


def test_a_rule_that_is_there_twice_and_one_too_many_are_refused() -> None:
    with pytest.raises(RuleError, match="each rule once"):
        parse_all(["steps below 5", "steps  below 5"])
    enough = [f"steps below {number}" for number in range(1, MOST_RULES + 1)]
    assert len(parse_all(enough)) == MOST_RULES
    with pytest.raises(RuleError, match="10 rules at most"):
        parse_all([*enough, "steps below 99"])


# When it holds


@pytest.mark.parametrize(
    ("steps", "firing"),
    [
        ([LOW, LOW, LOW], True),
        ([LOW, LOW, LOW, OK], False),
        ([OK, LOW, LOW], False),
        ([LOW, LOW], None),
        ([LOW, GONE, LOW, LOW], None),
        ([GONE, GONE, OK], False),
        ([GONE, GONE, LOW], None),
        ([5999, 5999, 0], True),
    ],
)
def test_so_many_days_in_a_row_must_be_known_to_be_out_of_bounds(steps: list[int | None], firing: bool | None) -> None:
    assert fires("steps below 6000 for 3 days", *steps) is firing


def test_above_is_the_other_side_and_the_threshold_itself_is_within_bounds() -> None:
    assert [fires("steps above 6000", steps) for steps in (5999, 6000, 6001)] == [False, False, True]
    assert [fires("steps below 6000", steps) for steps in (5999, 6000, 6001)] == [True, False, False]


def test_where_the_day_itself_is_not_known_the_newest_known_one_of_the_three_before_it_counts() -> None:
    rule = "steps below 6000 for 2 days"
    assert fires(rule, LOW, LOW, GONE) is True
    assert fires(rule, LOW, LOW, GONE, GONE, GONE) is True
    assert fires(rule, LOW, LOW, GONE, GONE, GONE, GONE) is None
    assert fires(rule, LOW, OK, GONE) is False
    assert parse(rule).fires({}, TODAY) is None


def test_incomplete_days_are_as_good_as_unknown() -> None:
    records = {**days_of_steps([LOW, LOW, LOW])}
    rule = parse("steps below 6000 for 3 days")
    records[TODAY] = record(steps=10, complete=False)
    assert rule.fires(records, TODAY) is None, "two days are known to be low"
    records[TODAY - 3 * DAY] = record(TODAY - 3 * DAY, steps=LOW)
    assert rule.fires(records, TODAY) is True, "three are, before the day that is not known yet"
    records[TODAY] = record(steps=OK, complete=False)
    assert rule.fires(records, TODAY) is True
    records[TODAY] = record(steps=OK)
    assert rule.fires(records, TODAY) is False


def test_an_average_is_compared_as_it_is_shown_but_unrounded() -> None:
    records = {TODAY - n * DAY: record(TODAY - n * DAY, asleep=360 - (n == 3)) for n in range(7)}
    assert parse("7-day average of hours asleep below 6").fires(records, TODAY) is True
    records[TODAY] = record(asleep=361)
    assert parse("7-day average of hours asleep below 6").fires(records, TODAY) is False
    assert parse("28-day average of hours asleep below 7").fires(records, TODAY) is None, "too few days"


def test_no_rule_needs_more_days_than_are_read() -> None:
    rule = f"28-day average of steps below 6000 for {MOST_DAYS} days"
    steps = [LOW] * (DAYS_NEEDED - 3) + [GONE] * 3
    assert fires(rule, *steps) is True
    assert fires(rule, OK * 100, *steps[1:]) is True, "the first day is not looked at"


def test_the_state_says_of_each_rule_whether_it_holds() -> None:
    rules = parse_all(["steps below 6000", "hours asleep below 6"])
    assert evaluate(rules, days_of_steps([LOW]), TODAY) == [
        {"rule": "steps below 6000", "firing": True},
        {"rule": "hours asleep below 6", "firing": None},
    ]
