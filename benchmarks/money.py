"""Table 5: what a month costs, from what was counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks import prices
from benchmarks.cold_start import Contender
from benchmarks.deployed import Deployed, Execution, Invocation
from benchmarks.prices import READ_ON, Price
from benchmarks.table import Table
from benchmarks.transitions import EIGHT_WAITS, NORMAL, transitions
from fitbit_daily import metric_names

DAYS_A_MONTH = 30
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html: at 1,769 MB, a function has one vCPU.
MB_OF_A_WHOLE_CPU = 1_769
# In bytes: Lambda's own lines about an invocation, and the state machine's about an event of its history. Rounded up.
LINES_OF_AN_INVOCATION, LINE_OF_AN_EVENT = 1_000, 500
# Of DynamoDB: a row of the ledger may be over 1 KB, and the averages read some weeks. Rounded up.
UNITS_OF_A_WRITE, UNITS_OF_A_READ = 2, 4
READS = ("GetItem", "Query")


@dataclass(frozen=True)
class Item:
    """One line of the bill: what is used in a month of normal days, and in a month of days that wait."""

    name: str
    price: Price
    normal: float
    waiting: float

    def order(self) -> tuple[float, float]:
        """What is paid; and if nothing is, what would be."""
        return (
            self.price.of(self.waiting, beyond_what_is_free=True),
            self.price.of(self.waiting, beyond_what_is_free=False),
        )

    def row(self) -> list[str]:
        cells = [self.name, self.price.told(), f"{self.price.free:,.0f}" if self.price.free else ""]
        for units in (self.normal, self.waiting):
            cells += [_number(units), _dollars(self.price.of(units, beyond_what_is_free=True))]
        return cells


def table(deployed: Deployed, days: Mapping[str, Execution], warm: Execution, cold: Mapping[str, Contender]) -> Table:
    """`warm` is a day with every remote call answered after a while; `cold` tells how each function starts."""
    seconds = {run.module: run.seconds for run in warm.invocations}
    bill = sorted([*_by_the_month(deployed), *_by_the_day(days, seconds, cold)], key=Item.order, reverse=True)
    return Table(
        title="5. Money",
        columns=(
            "US dollars a month",
            "unit price",
            "free a month",
            "normal days",
            "to pay",
            "days that wait eight times",
            "to pay",
        ),
        rows=[*(item.row() for item in bill), *_totals(bill)],
        notes=_notes(bill),
    )


def _by_the_month(deployed: Deployed) -> list[Item]:
    """What is paid for being there."""
    alarms = sum(_metrics_of(alarm) for alarm in deployed.resources("AWS::CloudWatch::Alarm"))
    metrics = len(metric_names.OF_THE_WORKFLOW) + len(metric_names.OF_THE_DAYS)
    there = (
        ("secrets", prices.SECRET, len(deployed.resources("AWS::SecretsManager::Secret"))),
        ("alarms (by metric)", prices.ALARMS, alarms),
        ("custom metrics", prices.METRICS, metrics),
        ("dashboards", prices.DASHBOARDS, len(deployed.resources("AWS::CloudWatch::Dashboard"))),
    )
    return [Item(name, price, number, number) for name, price, number in there]


def _metrics_of(alarm: Mapping[str, Sequence[Mapping[str, object]]]) -> int:
    return sum("MetricStat" in metric for metric in alarm.get("Metrics", ())) or 1


def _by_the_day(
    days: Mapping[str, Execution], seconds: Mapping[str, float], cold: Mapping[str, Contender]
) -> list[Item]:
    used = [_used(days[name], seconds, cold) for name in (NORMAL, EIGHT_WAITS)]
    return [Item(name, price, *(DAYS_A_MONTH * each[name, price] for each in used)) for name, price in used[0]]


def _used(
    day: Execution, seconds: Mapping[str, float], cold: Mapping[str, Contender]
) -> dict[tuple[str, Price], float]:
    """What one day uses."""
    secret_calls, parameter_calls = (_calls(day, service) for service in ("secretsmanager", "ssm"))
    reads = sum(_calls(day, f"dynamodb.{operation}") for operation in READS)
    log = len(day.printed.encode()) + LINES_OF_AN_INVOCATION * len(day.invocations) + LINE_OF_AN_EVENT * len(day.events)
    return {
        ("posts", prices.X_POST): len(day.output["posts"]),
        ("calls of Secrets Manager", prices.SECRET_CALLS): secret_calls,
        ("calls of KMS, for secrets and the token", prices.KEY_REQUESTS): secret_calls + parameter_calls,
        ("invocations", prices.INVOCATIONS): len(day.invocations),
        ("their duration", prices.DURATION): sum(gb_seconds(run, seconds, cold) for run in day.invocations),
        ("state transitions", prices.TRANSITIONS): transitions(day.events),
        ("DynamoDB: writes", prices.TABLE_WRITES): UNITS_OF_A_WRITE * (_calls(day, "dynamodb") - reads),
        ("DynamoDB: reads", prices.TABLE_READS): UNITS_OF_A_READ * reads,
        ("logs", prices.LOGS): log / 1e9,
        ("traces", prices.TRACES): 1,
        ("starts by the schedule", prices.STARTS): 1,
    }


def gb_seconds(run: Invocation, seconds: Mapping[str, float], cold: Mapping[str, Contender]) -> float:
    """As if every run were a cold start, with so much of a CPU as its memory gives it, and then the warm run."""
    starting = cold[run.module].end.cpu * MB_OF_A_WHOLE_CPU / run.function.memory_mb
    return (starting + seconds[run.module]) * run.function.memory_mb / 1024


def _calls(day: Execution, beginning: str) -> int:
    return sum(number for name, number in day.aws.items() if name.startswith(beginning))


def _totals(bill: Sequence[Item]) -> list[list[str]]:
    rows = []
    for name, beyond in (("in all", True), ("in all, if nothing were free", False)):
        totals = [
            sum(item.price.of(units, beyond_what_is_free=beyond) for item, units in zip(bill, month, strict=True))
            for month in ([item.normal for item in bill], [item.waiting for item in bill])
        ]
        rows.append([name, "", "", "", _dollars(totals[0]), "", _dollars(totals[1])])
    return rows


def _notes(bill: Sequence[Item]) -> str:
    sources = dict.fromkeys((item.price.source, item.price.region) for item in bill)
    read = "\n".join(f"- {source} ({region})" for source, region in sources)
    return f"""
A month has {DAYS_A_MONTH} days. What a day uses is counted in the executions of table 4, what is there by the month in
the template. The duration takes every run for a cold start to its end (table 2), on as much of a CPU as its memory
gives it, and adds the warm run with every remote call answered after 100 ms (table 1). What is free is free for good,
but once for the account, whatever else is in it. Not in the table, for they come to less than a cent: the stored
archives, rows and log lines, mails, and reading posts back.

The posts dominate, then the secrets. One post a day instead of two would halve the former. Both sets of credentials in
one secret would halve the latter, and in the parameter store they would cost nothing: at the price of what keeps a
rotated token from being lost, and X's keys from the steps that need none.

Unit prices, read on {READ_ON} in stored copies of these pages:

{read}
"""


def _number(units: float) -> str:
    return f"{units:,.0f}" if units >= 10 or units == int(units) else f"{units:.3g}"


def _dollars(amount: float) -> str:
    return f"${amount:.2f}" if amount == 0 or amount >= 0.005 else f"${amount:.4f}"
