"""Money: what a month costs, from what is deployed and from what was counted in days of the deployed workflow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.cold_start import Contender
from benchmarks.deployed import Deployed, Execution, Invocation
from benchmarks.results import Section, Target

DAYS_A_MONTH, LONGEST_MONTH = 30, 31
NORMAL_DAYS_MOST = 12
# US dollars.
CENTS_A_MONTH = 0.05
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html: at 1,769 MB, a function has one vCPU.
MB_OF_A_WHOLE_CPU = 1_769
# In bytes: Lambda's own lines about an invocation, and the state machine's about an event of its history. Rounded up.
LINES_OF_AN_INVOCATION, LINE_OF_AN_EVENT = 1_000, 500
# Of DynamoDB: a row of the ledger may be over 1 KB, and the averages read some weeks. Rounded up.
UNITS_OF_A_WRITE, UNITS_OF_A_READ = 2, 4
READS = ("GetItem", "Query")


# Prices


@dataclass(frozen=True)
class Price:
    """US dollars for each `per` units, of which `free` a month cost nothing, for good."""

    dollars: float
    per: float
    unit: str
    region: str
    source: str
    free: float = 0.0

    def of(self, units: float, *, beyond_what_is_free: bool = True) -> float:
        charged = max(0.0, units - self.free) if beyond_what_is_free else units
        return charged * self.dollars / self.per

    def told(self) -> str:
        dollars = f"{self.dollars:.10f}".rstrip("0").rstrip(".")
        return f"${dollars} per {f'{self.per:,.0f} ' if self.per != 1 else ''}{self.unit}"


# Each with the page where it was read, in that page's stored copy, on READ_ON: in Tokyo where the page tells it, else
# in N. Virginia (us-east-1), than which Tokyo is dearer for some.
READ_ON = "2026-11-22"
_VIRGINIA = "us-east-1"
_SECRETS = "https://aws.amazon.com/secrets-manager/pricing/"
_LAMBDA = "https://cloudchipr.com/blog/aws-lambda-pricing"
_TABLES = "https://airbyte.com/data-engineering-resources/dynamodb-pricing"
_CLOUDWATCH = "https://cloudburn.io/blog/amazon-cloudwatch-pricing"
_KMS = "https://www.wring.co/blog/aws-kms-pricing-guide"
_XRAY = "https://awsnegotiations.com/x-ray-pricing-strategy.html"
_SCHEDULER = "https://cloudburn.io/blog/amazon-eventbridge-pricing"

X_POST = Price(0.015, 1, "post", "everywhere", "https://docs.x.com/x-api/getting-started/pricing")
SECRET = Price(0.40, 1, "secret", _VIRGINIA, _SECRETS)
SECRET_CALLS = Price(0.05, 10_000, "calls", _VIRGINIA, _SECRETS)
INVOCATIONS = Price(0.20, 1_000_000, "requests", _VIRGINIA, _LAMBDA, 1_000_000)
DURATION = Price(0.0000133334, 1, "GB-s (Arm)", _VIRGINIA, _LAMBDA, 400_000)
TRANSITIONS = Price(0.025, 1_000, "transitions", "Tokyo", "https://aws.amazon.com/step-functions/pricing/", 4_000)
TABLE_WRITES = Price(0.625, 1_000_000, "write units", _VIRGINIA, _TABLES)
TABLE_READS = Price(0.125, 1_000_000, "read units", _VIRGINIA, _TABLES)
KEY_REQUESTS = Price(0.03, 10_000, "requests", _VIRGINIA, _KMS, 20_000)
ALARMS = Price(0.10, 1, "alarm", _VIRGINIA, _CLOUDWATCH, 10)
METRICS = Price(0.30, 1, "metric", _VIRGINIA, _CLOUDWATCH, 10)
DASHBOARDS = Price(3.00, 1, "dashboard", _VIRGINIA, _CLOUDWATCH, 3)
LOGS = Price(0.50, 1, "GB", _VIRGINIA, _CLOUDWATCH, 5)
TRACES = Price(5.00, 1_000_000, "traces", _VIRGINIA, _XRAY, 100_000)
STARTS = Price(1.00, 1_000_000, "invocations", _VIRGINIA, _SCHEDULER, 14_000_000)


# Days of the workflow

NORMAL, WAITING = "a normal day: synced at once", "a day that waits until it gives up"
# Each with its faults and scenarios, and for how many times.
DAYS: Mapping[str, tuple[tuple[str, ...], int | None]] = {
    NORMAL: (("tells-last-sync",), None),
    "a day that waits eight times": (("tells-last-sync", "not-synced"), 8),
    "a day whose sync Google does not tell: until the next day's first steps": ((), None),
    WAITING: (("tells-last-sync", "not-synced"), None),
    "a failing day: Google refuses the authorisation": (("token-invalid-grant",), None),
    "a failing day: Google is down until it gives up": (("tells-last-sync", "health-503"), None),
    "a failing day: X wants money": (("tells-last-sync", "post-402"), None),
}


def measure(deployed: Deployed) -> dict[str, Execution]:
    measured = {}
    deployed.authorise("google_health")
    for name, (faults, times) in DAYS.items():
        deployed.wait_for_night()
        with deployed.faults(*faults, times=times):
            measured[name] = deployed.execute()
    return measured


def entered(events: Sequence[Mapping[str, Any]], kind: str = "") -> int:
    """States entered, all or of a type, such as "Wait"."""
    return sum(event["type"].startswith(kind) and event["type"].endswith("StateEntered") for event in events)


def retries(events: Sequence[Mapping[str, Any]]) -> int:
    """Functions scheduled beyond once for each task."""
    return sum(str(event["type"]) == "LambdaFunctionScheduled" for event in events) - entered(events, "Task")


def transitions(events: Sequence[Mapping[str, Any]]) -> int:
    """One for the start, in case AWS counts it."""
    return 1 + entered(events) + retries(events)


def _workflow(measured: Mapping[str, Execution]) -> Section:
    counted = {name: transitions(day.events) for name, day in measured.items()}
    month = {name: LONGEST_MONTH * number for name, number in counted.items()}
    worst = max(month.values())
    charged = TRANSITIONS.of(worst)
    return Section(
        title="3. State transitions",
        columns=("day", "ends as", "waits", "retries", "transitions", "31 such days", "to pay for them"),
        rows=[
            [
                name,
                day.status,
                str(entered(day.events, "Wait")),
                str(retries(day.events)),
                str(counted[name]),
                f"{month[name]:,}",
                _dollars(TRANSITIONS.of(month[name])),
            ]
            for name, day in measured.items()
        ],
        targets=[
            Target(
                f"at most {NORMAL_DAYS_MOST} transitions on a normal day",
                f"{counted[NORMAL]}.",
                counted[NORMAL] <= NORMAL_DAYS_MOST,
            ),
            Target(
                f"a month is charged at most {_dollars(CENTS_A_MONTH)} for transitions, even if each day is the worst",
                f"{worst:,} transitions, {max(0, worst - int(TRANSITIONS.free)):,} beyond what is free: "
                f"{_dollars(charged)}.",
                charged <= CENTS_A_MONTH,
            ),
        ],
        notes=f"""
Histories of real executions of the deployed state machine. AWS counts "a state transition each time a step of your
workflow is executed", retries included, and {TRANSITIONS.free:,.0f} a month are free for good
({TRANSITIONS.source}, stored copy, read on {READ_ON}). Counted here: each state entered,
each retry, and one for the start, in case AWS counts it.
""",
    )


# The bill


@dataclass(frozen=True)
class Item:
    """One line of the bill: what is used in a month of normal days, and in a month of days that wait."""

    name: str
    price: Price
    normal: float
    waiting: float

    def order(self) -> tuple[float, float]:
        """What is paid; and if nothing is, what would be."""
        return self.price.of(self.waiting), self.price.of(self.waiting, beyond_what_is_free=False)

    def row(self) -> list[str]:
        cells = [self.name, self.price.told(), f"{self.price.free:,.0f}" if self.price.free else ""]
        for units in (self.normal, self.waiting):
            cells += [_number(units), _dollars(self.price.of(units))]
        return cells


def sections(
    deployed: Deployed, days: Mapping[str, Execution], warm: Execution, cold: Mapping[str, Contender]
) -> list[Section]:
    """`warm` is a day with every remote call answered after a while; `cold` tells how each function starts."""
    seconds = {run.module: run.seconds for run in warm.invocations}
    bill = sorted([*_by_the_month(deployed), *_by_the_day(days, seconds, cold)], key=Item.order, reverse=True)
    months = ("normal days", "to pay", "days that wait until they give up", "to pay")
    money = Section(
        title="4. Money",
        columns=("US dollars a month", "unit price", "free a month", *months),
        rows=[*(item.row() for item in bill), *_totals(bill)],
        targets=[],
        notes=_notes(bill),
    )
    return [_workflow(days), money]


def _by_the_month(deployed: Deployed) -> list[Item]:
    """What is paid for being there."""
    alarms = sum(_metrics_of(alarm) for alarm in deployed.resources("AWS::CloudWatch::Alarm"))
    there = (
        ("secrets", SECRET, len(deployed.resources("AWS::SecretsManager::Secret"))),
        ("alarms (by metric)", ALARMS, alarms),
        ("custom metrics", METRICS, 1),
        ("dashboards", DASHBOARDS, len(deployed.resources("AWS::CloudWatch::Dashboard"))),
    )
    return [Item(name, price, number, number) for name, price, number in there]


def _metrics_of(alarm: Mapping[str, Sequence[Mapping[str, object]]]) -> int:
    return sum("MetricStat" in metric for metric in alarm.get("Metrics", ())) or 1


def _by_the_day(
    days: Mapping[str, Execution], seconds: Mapping[str, float], cold: Mapping[str, Contender]
) -> list[Item]:
    used = [_used(days[name], seconds, cold) for name in (NORMAL, WAITING)]
    return [Item(name, price, *(DAYS_A_MONTH * each[name, price] for each in used)) for name, price in used[0]]


def _used(
    day: Execution, seconds: Mapping[str, float], cold: Mapping[str, Contender]
) -> dict[tuple[str, Price], float]:
    """What one day uses."""
    secret_calls, parameter_calls = (_calls(day, service) for service in ("secretsmanager", "ssm"))
    reads = sum(_calls(day, f"dynamodb:{operation}") for operation in READS)
    log = len(day.printed.encode()) + LINES_OF_AN_INVOCATION * len(day.invocations) + LINE_OF_AN_EVENT * len(day.events)
    return {
        ("posts", X_POST): len(day.output["posts"]),
        ("calls of Secrets Manager", SECRET_CALLS): secret_calls,
        ("calls of KMS, for secrets and the token", KEY_REQUESTS): secret_calls + parameter_calls,
        ("invocations", INVOCATIONS): len(day.invocations),
        ("their duration", DURATION): sum(gb_seconds(run, seconds, cold) for run in day.invocations),
        ("state transitions", TRANSITIONS): transitions(day.events),
        ("DynamoDB: writes", TABLE_WRITES): UNITS_OF_A_WRITE * (_calls(day, "dynamodb:") - reads),
        ("DynamoDB: reads", TABLE_READS): UNITS_OF_A_READ * reads,
        ("logs", LOGS): log / 1e9,
        ("traces", TRACES): 1,
        ("starts by the schedule", STARTS): 1,
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
A month has {DAYS_A_MONTH} days. What a day uses is counted in the executions of table 3, what is there by the month in
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
