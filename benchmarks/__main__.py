"""make bench: what a day costs in remote time, cold starts and money, printed and written to benchmarks/RESULTS.md."""

from __future__ import annotations

import os
import platform
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

from rich.console import Console
from rich.markdown import Markdown

from benchmarks import cold_start, money, remote_time
from benchmarks.deployed import Deployed

RESULTS = Path(__file__).with_name("RESULTS.md")
PACKAGES = ("aws-cdk-lib", "boto3", "moto", "requests", "tweepy", "urllib3")


def main() -> int:
    """The exit status: 0 if every target was reached, else 1."""
    # Where there is no terminal, nothing has to fit into one.
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
    began = perf_counter()

    def say(line: str) -> None:
        console.print(f"  {line}", style="dim")

    with Deployed(say) as deployed:
        say("Days at a distance")
        pairs = remote_time.measure(deployed)
        say("Cold starts")
        cold = cold_start.measure(deployed)
        say("Days that wait, and days that fail")
        days = money.measure(deployed)
        sections = [
            remote_time.section(pairs),
            cold_start.section(cold, deployed),
            *money.sections(deployed, days, pairs[0][0].last, cold),
        ]
    seconds = perf_counter() - began
    text = "\n".join([_heading(seconds), *(section.markdown() for section in sections)])
    RESULTS.write_text(text, encoding="utf-8")
    console.print(Markdown(text))
    missed = [target for section in sections for target in section.targets if not target.reached]
    console.print(
        f"\nWritten to {RESULTS.relative_to(Path.cwd())} after {seconds:.0f} s; targets missed: {len(missed)}."
    )
    for target in missed:
        console.print(target.line(), style="bold red")
    return 1 if missed else 0


def _heading(seconds: float) -> str:
    packages = ", ".join(f"{package} {version(package)}" for package in PACKAGES)
    return f"""# What a day costs

Measured on {datetime.now(UTC):%Y-%m-%d} within {seconds / 60:.1f} minutes. `make bench` measures it all anew, on any
machine, and writes this file. What counts are the ratios of what was measured side by side.

- {_machine()}, at a load of {os.getloadavg()[1]:.1f}
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
