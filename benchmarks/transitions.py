"""Table 4: the workflow's state transitions, and the state that it carries, from real histories."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from benchmarks.deployed import Deployed, Execution
from benchmarks.table import Table, Target

# https://aws.amazon.com/step-functions/pricing/
FREE_A_MONTH = 4_000
# https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
LONGEST_STATE = 256 * 1024
LONGEST_MONTH = 31
NORMAL_DAYS_MOST = 12

NORMAL, EIGHT_WAITS, UNTIL_MORNING, GIVEN_UP = "normal", "waits eight times", "until steps prove it", "given up at noon"

# Each day: what it is, its faults and scenarios, and for how many times.
DAYS: Mapping[str, tuple[str, tuple[str, ...], int | None]] = {
    NORMAL: ("a normal day: synced at once", ("tells-last-sync",), None),
    EIGHT_WAITS: ("a day that waits eight times", ("tells-last-sync", "not-synced"), 8),
    UNTIL_MORNING: ("a day whose sync Google does not tell: until the next day's first steps", (), None),
    GIVEN_UP: ("a day that waits until it gives up", ("tells-last-sync", "not-synced"), None),
    "refused": ("a failing day: Google refuses the authorisation", ("token-invalid-grant",), None),
    "down": ("a failing day: Google is down longer than all retries", ("tells-last-sync", "health-503"), None),
    "credits": ("a failing day: X wants money", ("tells-last-sync", "post-402"), None),
}

NOTES = f"""
Histories of real executions of the deployed state machine. AWS counts "a state transition each time a step of your
workflow is executed", retries included, and {FREE_A_MONTH:,} a month are free for good
(https://aws.amazon.com/step-functions/pricing/, stored copy, read on 2026-11-22). Counted here: each state entered,
each retry, and one for the start, in case AWS counts it. The state is the largest that any step got or gave, in UTF-8,
against {LONGEST_STATE:,} bytes.
"""


def measure(deployed: Deployed, on_day: Callable[[], None] = lambda: None) -> dict[str, Execution]:
    measured = {}
    deployed.authorise("google_health")
    for name, (_, faults, times) in DAYS.items():
        deployed.wait_for_night()
        with deployed.faults(*faults, times=times):
            measured[name] = deployed.execute()
        on_day()
    return measured


def table(measured: Mapping[str, Execution]) -> Table:
    month = {name: LONGEST_MONTH * transitions(day.events) for name, day in measured.items()}
    normal = transitions(measured[NORMAL].events)
    most = max(month.values())
    return Table(
        title="4. Workflow",
        columns=("day", "ends as", "waits", "retries", "transitions", "31 such days", "state, bytes", "of the limit"),
        rows=[
            [
                DAYS[name][0],
                day.status,
                str(entered(day.events, "Wait")),
                str(retries(day.events)),
                str(transitions(day.events)),
                f"{month[name]:,}",
                f"{largest_state(day.events):,}",
                f"{largest_state(day.events) / LONGEST_STATE:.1%}",
            ]
            for name, day in measured.items()
        ],
        targets=[
            Target(f"at most {NORMAL_DAYS_MOST} transitions on a normal day", f"{normal}.", normal <= NORMAL_DAYS_MOST),
            Target(
                f"a year of days, waits included, within {FREE_A_MONTH:,} free transitions a month",
                f"At most {most:,}, if every day of a month were the worst of these.",
                most <= FREE_A_MONTH,
            ),
        ],
        notes=NOTES,
    )


def entered(events: Sequence[Mapping[str, Any]], kind: str = "") -> int:
    """States entered, all or of a type, such as "Wait"."""
    return sum(event["type"].startswith(kind) and event["type"].endswith("StateEntered") for event in events)


def retries(events: Sequence[Mapping[str, Any]]) -> int:
    """Functions scheduled beyond once for each task."""
    return sum(str(event["type"]) == "LambdaFunctionScheduled" for event in events) - entered(events, "Task")


def transitions(events: Sequence[Mapping[str, Any]]) -> int:
    return 1 + entered(events) + retries(events)


def largest_state(events: Sequence[Mapping[str, Any]]) -> int:
    """In bytes of UTF-8."""
    details = (value for event in events for value in event.values() if isinstance(value, Mapping))
    texts = (each[name] for each in details for name in ("input", "output") if isinstance(each.get(name), str))
    return max((len(text.encode()) for text in texts), default=0)
