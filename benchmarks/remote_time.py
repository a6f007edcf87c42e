"""Table 1: one day, remote time. Every remote call is answered 100 ms after it came."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta

from benchmarks.delayed import Call, connections, rounds, served
from benchmarks.deployed import Deployed, Execution
from benchmarks.table import Table, Target

DELAY = 0.1
REPETITIONS = 10
FETCHING = ("fetch_activity", "fetch_sleep")

NOTES = f"""
Every remote call is answered {DELAY * 1000:.0f} ms after it came, by the strict simulators over HTTP on this machine;
calls, round trips (the longest chain of calls that waited for one another) and connections are counted there.
Connecting takes no time here; to the real ones it takes two or three round trips more, once for each connection.

This project's day runs through its real handlers, warm, in the order of the deployed state machine. Fetching is Fetch
activity and Fetch sleep, with their reading of the access token: AWS (moto over HTTP) is no remote call, and its share
is shown. The original's way asks the same simulators for nine values and the sleep, one after the other, over one
connection, and reads nothing of AWS. The least of {REPETITIONS} days each, a day of one after a day of the other.
"""


@dataclass
class Measured:
    """Some days of one way: the remote calls of each, and its times in seconds of wall clock.

    aws: what of the fetching's time AWS's stand-in took, which is no remote time
    """

    name: str
    calls: Sequence[Call] = ()
    fetching_calls: Sequence[Call] = ()
    day: list[float] = field(default_factory=list)
    fetching: list[float] = field(default_factory=list)
    aws: list[float] = field(default_factory=list)
    last: Execution = field(default_factory=Execution)

    def row(self) -> list[str]:
        return [
            self.name,
            str(len(self.calls)),
            str(rounds(self.calls)),
            str(connections(self.calls)),
            f"{min(self.day):.2f} s",
            str(len(self.fetching_calls)),
            str(rounds(self.fetching_calls)),
            f"{min(self.fetching):.3f} s",
            f"{min(self.aws):.3f} s" if self.aws else "",
        ]


@dataclass(frozen=True)
class Pair:
    """This project's day and the original's, on the same simulator.

    told       whether the source tells when the tracker last synced; if not, the following day's steps prove it
    original   the function of original/day.py that is the original's way
    """

    name: str
    source: str
    told: bool
    original: str

    def measure(self, deployed: Deployed, on_day: Callable[[], None]) -> tuple[Measured, Measured]:
        ours, original = Measured(f"this project, {self.name}"), Measured(f"the original's way, {self.name}")
        stack = deployed.stack
        simulator = stack.fitbit if self.source == "fitbit" else stack.google
        with served({"source": simulator, "x": stack.x}, DELAY) as (addresses, watched):
            for _ in range(REPETITIONS):
                deployed.wait_until_noon()
                deployed.authorise(self.source)
                for each in watched:
                    each.calls.clear()
                with deployed.faults(*(["tells-last-sync"] if self.told else [])):
                    execution = deployed.execute(self._environment(addresses))
                _note(ours, execution, [call for each in watched for call in each.calls])
                for each in watched:
                    each.calls.clear()
                self._measure_original(deployed, addresses, original)
                calls = [call for each in watched for call in each.calls]
                original.calls, original.fetching_calls = calls, [call for call in calls if _is_fetching(call)]
                on_day()
        return ours, original

    def _measure_original(self, deployed: Deployed, addresses: dict[str, str], original: Measured) -> None:
        yesterday = deployed.stack.clock.now().astimezone(deployed.zone).date() - timedelta(days=1)
        event = {
            "address": addresses["source"],
            "x_address": addresses["x"],
            "credentials": asdict(deployed.credentials(self.source)),
            "x_credentials": asdict(deployed.stack.x.credentials),
            "date": yesterday.isoformat(),
        }
        told = deployed.ask(f"benchmarks.original.day.{self.original}", event, {})
        if told["failed"]:
            raise RuntimeError(f"the original's day failed: {told['answer']}")
        original.day.append(told["answer"]["day"])
        original.fetching.append(told["answer"]["fetching"])

    def _environment(self, addresses: dict[str, str]) -> dict[str, str]:
        names = ("FITBIT_API_URL",) if self.source == "fitbit" else ("GOOGLE_HEALTH_URL", "GOOGLE_OAUTH_URL")
        return {"SOURCE": self.source, "X_API_URL": addresses["x"], **dict.fromkeys(names, addresses["source"])}


PAIRS = (
    Pair("Google Health, tells the last sync", "google_health", True, "google_day"),
    Pair("Google Health, does not tell it", "google_health", False, "google_day"),
    Pair("Fitbit Web API", "fitbit", True, "fitbit_day"),
)
DAYS = REPETITIONS * len(PAIRS)


def measure(deployed: Deployed, on_day: Callable[[], None] = lambda: None) -> list[tuple[Measured, Measured]]:
    return [pair.measure(deployed, on_day) for pair in PAIRS]


def table(measured: Sequence[tuple[Measured, Measured]]) -> Table:
    return Table(
        title="1. One day, remote time",
        columns=(
            "way",
            "calls",
            "round trips",
            "connections",
            "day",
            "fetching: calls",
            "round trips",
            "time",
            "of it AWS",
        ),
        rows=[way.row() for pair in measured for way in pair],
        targets=[target for pair, ways in zip(PAIRS, measured, strict=True) for target in _targets(pair, *ways)],
        notes=NOTES,
    )


def _note(way: Measured, execution: Execution, calls: list[Call]) -> None:
    if execution.status != "SUCCEEDED":
        raise RuntimeError(f"the day failed: {execution.printed[-2000:]}")
    way.last, way.calls = execution, calls
    way.fetching_calls = [call for call in calls if _is_fetching(call)]
    fetching = [run for run in execution.invocations if run.module in FETCHING]
    way.day.append(sum(run.seconds for run in execution.invocations))
    way.fetching.append(sum(run.seconds for run in fetching))
    way.aws.append(sum(run.aws_seconds for run in fetching))


def _is_fetching(call: Call) -> bool:
    return "/user" in call.what


def _targets(pair: Pair, ours: Measured, original: Measured) -> list[Target]:
    trips, times = rounds(ours.fetching_calls), min(original.fetching) / min(ours.fetching)
    remote = min(original.fetching) / min(
        all_of_it - aws for all_of_it, aws in zip(ours.fetching, ours.aws, strict=True)
    )
    found = f"{remote:.2f} times; {times:.2f} with what moto takes for AWS, which the original's way asks nothing."
    return [
        Target(f"{pair.name}: fetching within 4 round trips", f"It takes {trips}.", trips <= 4),
        Target(f"{pair.name}: fetching at least 3 times as fast as the original's way", found, remote >= 3),
        Target(f"{pair.name}: at most 12 calls a day", f"{len(ours.calls)}.", len(ours.calls) <= 12),
    ]
