"""Alert rules: sentences such as "steps below 6000 for 3 days", and whether they hold.

A rule is crossed when all of its days are known to be out of bounds, and back when one of them is known not to be.
Missing or incomplete days change nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from fitbit_daily.domain.history import ENOUGH, DayRecord, average, known_number
from fitbit_daily.domain.numbers import MOST

# A rule looks at no more days than these in a row, and there are no more rules than these.
MOST_DAYS = 28
MOST_RULES = 10

# Late syncs are read again for so many days: the newest known day is at most this far back.
LOOKS_BACK = 3

# How many days the longest rule may need.
DAYS_NEEDED = LOOKS_BACK + MOST_DAYS + max(ENOUGH)

# What a rule may be about: the numbers by their names, with spaces; and sleep in hours, which is 60 minutes each.
METRICS = {name.replace("_", " "): (name, 1) for name in MOST} | {"hours asleep": ("minutes_asleep", 60)}

_RULE = re.compile(
    r"(?:(?P<average>\d+)-day average of )?(?P<metric>[a-z]+(?:[ _][a-z]+)*) (?P<side>below|above) "
    r"(?P<threshold>\d{1,6}(?:\.\d{1,3})?)(?: for (?P<days>\d{1,3}) days?)?",
    re.ASCII,
)
GRAMMAR = "'[7-day average of | 28-day average of] METRIC below | above NUMBER [for N days]'"


class RuleError(ValueError):
    """An invalid rule; the text says what is allowed, and quotes the rule."""

    def __init__(self, allowed: str, rule: str) -> None:
        super().__init__(f"{allowed} (which {rule!r} is not)")


@dataclass(frozen=True)
class Rule:
    """`text` is the rule as it stands in the settings: it is what a mail calls it.

    average     over how many days; None for the number of the day itself
    threshold   in the unit of the number `name`
    days        how many days in a row it must hold
    """

    text: str
    name: str
    average: int | None
    below: bool
    threshold: Decimal
    days: int

    def is_out_of_bounds(self, records: Mapping[date, DayRecord], day: date) -> bool | None:
        """On that one day; None where the numbers are unknown."""
        if self.average is None:
            value = known_number(records.get(day), self.name)
        else:
            value = average(records, day, self.average, self.name)
        if value is None:
            return None
        return value < self.threshold if self.below else value > self.threshold

    def fires(self, records: Mapping[date, DayRecord], day: date) -> bool | None:
        """Whether it holds at the newest day whose number is known; None where that is open."""
        backwards = [day - timedelta(days=back) for back in range(LOOKS_BACK + 1)]
        newest = next((each for each in backwards if known_number(records.get(each), self.name) is not None), None)
        if newest is None:
            return None
        verdicts = [self.is_out_of_bounds(records, newest - timedelta(days=back)) for back in range(self.days)]
        if False in verdicts:
            return False
        return None if None in verdicts else True


def parse(text: str) -> Rule:
    """Raises RuleError for an invalid rule."""
    words = " ".join(text.split())
    found = _RULE.fullmatch(words)
    if not found:
        raise RuleError(f"{GRAMMAR}, as 'steps below 6000 for 3 days'", words)
    average = int(found["average"]) if found["average"] else None
    if average not in (None, *ENOUGH):
        raise RuleError(f"an average over {' or '.join(map(str, ENOUGH))} days", words)
    metric = found["metric"].replace("_", " ")
    if metric not in METRICS:
        raise RuleError(f"a rule with one of these as METRIC: {', '.join(METRICS)}", words)
    name, unit = METRICS[metric]
    below, threshold = found["side"] == "below", Decimal(found["threshold"]) * unit
    if threshold > MOST[name] or threshold == (0 if below else MOST[name]):
        raise RuleError(f"a number that can be crossed, between 0 and {MOST[name] // unit} {metric}", words)
    days = int(found["days"] or 1)
    if not 1 <= days <= MOST_DAYS:
        raise RuleError(f"a rule for 1 to {MOST_DAYS} days in a row", words)
    return Rule(text=words, name=name, average=average, below=below, threshold=threshold, days=days)


def parse_all(texts: Iterable[str]) -> list[Rule]:
    """Blank ones are left out. Raises RuleError for the first invalid one, a repeated one, or too many."""
    rules = [parse(text) for text in texts if text.strip()]
    given = "; ".join(rule.text for rule in rules)
    if len(rules) > MOST_RULES:
        raise RuleError(f"a list of {MOST_RULES} rules at most", given)
    if len({rule.text for rule in rules}) < len(rules):
        raise RuleError("a list with each rule once", given)
    return rules


def evaluate(rules: list[Rule], records: Mapping[date, DayRecord], day: date) -> list[dict[str, str | bool | None]]:
    """What the state says of them."""
    return [{"rule": rule.text, "firing": rule.fires(records, day)} for rule in rules]
