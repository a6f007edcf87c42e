"""make bench: all tables in one go, printed and written to benchmarks/RESULTS.md."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks import cold_start, money, remote_time, size, transitions
from benchmarks.deployed import Deployed
from benchmarks.table import Table

RESULTS = Path(__file__).with_name("RESULTS.md")
PACKAGES = ("aws-cdk-lib", "boto3", "moto", "requests", "tweepy", "urllib3")


def main() -> int:
    """The exit status says whether every target was reached."""
    # Where there is no terminal, nothing has to fit into one.
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
    began = perf_counter()
    tables = _measure(console)
    for table in tables:
        table.show(console)
    seconds = perf_counter() - began
    RESULTS.write_text("\n".join([_heading(seconds), *(table.markdown() for table in tables)]), encoding="utf-8")
    missed = [target for table in tables for target in table.targets if not target.reached]
    console.print(f"Written to {RESULTS.relative_to(Path.cwd())} after {seconds:.0f} s; targets missed: {len(missed)}.")
    return 0


def _measure(console: Console) -> list[Table]:
    with _progress(console) as progress, Deployed(lambda line: console.print(f"  {line}", style="dim")) as deployed:
        days = transitions.measure(deployed, progress("Days of the workflow", len(transitions.DAYS)))
        pairs = remote_time.measure(deployed, progress("Days at a distance", remote_time.DAYS))
        cold = cold_start.measure(deployed, progress("Cold starts of all", cold_start.REPETITIONS))
        return [
            remote_time.table(pairs),
            cold_start.table(cold),
            size.table(deployed),
            transitions.table(days),
            money.table(deployed, days, pairs[0][0].last, cold),
        ]


@contextmanager
def _progress(console: Console) -> Iterator[Callable[[str, int], Callable[[], None]]]:
    """Gives a bar for a name and a number of steps; the bar is told of each step."""
    columns = (TextColumn("{task.description:<22}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as bars:

        def bar(name: str, steps: int) -> Callable[[], None]:
            task = bars.add_task(name, total=steps)
            return lambda: bars.advance(task)

        yield bar


def _heading(seconds: float) -> str:
    packages = ", ".join(f"{package} {version(package)}" for package in PACKAGES)
    return f"""# What a day costs

Measured on {datetime.now(UTC):%Y-%m-%d} within {seconds / 60:.1f} minutes. `make bench` measures it all anew, on any
machine, and writes this file. What counts are the ratios of what was measured side by side.

- {_machine()}
- Python {platform.python_version()}, {packages}
"""


def _machine() -> str:
    info, named = Path("/proc/cpuinfo"), platform.processor() or platform.machine()
    if info.exists():
        lines = (line.partition(":") for line in info.read_text(encoding="utf-8").splitlines())
        named = next((value.strip() for name, _, value in lines if name.strip() == "model name"), named)
    return f"{os.cpu_count()} CPUs ({named}), {platform.system()} on {platform.machine()}"


if __name__ == "__main__":
    sys.exit(main())
