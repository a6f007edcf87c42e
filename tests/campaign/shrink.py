"""A failing plan, with as little in its schedule as still fails."""

from __future__ import annotations

from collections.abc import Callable

from tests.campaign.plan import Plan


def shrink(plan: Plan, fails: Callable[[Plan], bool]) -> Plan:
    """Leaves out one item after the other for as long as the rest fails; every run is reproducible, so this ends."""
    schedule = list(plan.schedule)
    number = 0
    while number < len(schedule):
        without = [*schedule[:number], *schedule[number + 1 :]]
        if fails(plan.with_schedule(without)):
            schedule = without
        else:
            number += 1
    return plan.with_schedule(schedule)
