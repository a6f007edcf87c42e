"""make faults [RUNS=n] [SEED=s] [DEFECT=name|all]: the campaign and its report, or what it finds of a defect."""

from __future__ import annotations

import logging
import multiprocessing
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial

import click
from moto import mock_aws
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from local import moto_speed
from tests.campaign.corners import add_corner
from tests.campaign.defects import DEFECTS
from tests.campaign.defects_of_nights import lines_day_is_its_first_text, notify_looks_at_x_alone
from tests.campaign.faults import known_faults
from tests.campaign.machine import deployed_machine
from tests.campaign.plan import Plan, draw, posting_elsewhere
from tests.campaign.run import Machine, Outcome, perform
from tests.campaign.shrink import shrink

# Every way through the ledger; a campaign that misses one has not looked there.
EXPECTED_TRANSITIONS = (
    "nothing -> attempting",
    "attempting -> posted",
    "attempting -> not posted",
    "attempting -> unknown",
    "attempting -> attempting again",
    "unknown -> posted",
    "unknown -> attempting again",
    "not posted -> attempting",
    "posted -> attempting by force",
)


# The defects that only a run with other destinations can show.
ELSEWHERE = (notify_looks_at_x_alone, lines_day_is_its_first_text)


def plan_of(seed: int) -> Plan:
    # The source is the first thing that a seed decides: its faults are drawn from its own.
    source = draw(seed, known_faults("google_health")).source
    return add_corner(draw(seed, known_faults(source)))


def plan_for(defect: str, seed: int) -> Plan:
    """Every other run posts to other destinations, too; most defects were sown where X is alone."""
    plan = plan_of(seed)
    if seed % 2 and (not defect or DEFECTS[defect] in ELSEWHERE):
        return posting_elsewhere(plan, known_faults(plan.source))
    return plan


def run_seed(machine: Machine, defect: str, seed: int) -> Outcome:
    return run_plan(machine, defect, plan_for(defect, seed))


def run_plan(machine: Machine, defect: str, plan: Plan) -> Outcome:
    logging.getLogger("moto").setLevel(logging.CRITICAL)
    with mock_aws(), DEFECTS[defect]() if defect else nullcontext():
        return perform(plan, machine)


@dataclass
class Report:
    runs: int = 0
    failing: list[Outcome] = field(default_factory=list)
    counts: dict[str, Counter[str]] = field(
        default_factory=lambda: {
            name: Counter() for name in ("faults", "transitions", "moves", "endings", "deeds", "nights")
        }
    )

    def add(self, outcome: Outcome) -> None:
        self.runs += 1
        for name, counter in self.counts.items():
            counter.update(getattr(outcome, name))
        if outcome.violations:
            self.failing.append(outcome)

    @property
    def unvisited(self) -> list[str]:
        return [way for way in EXPECTED_TRANSITIONS if not self.counts["transitions"][way]]


def campaign(machine: Machine, seeds: range, defect: str = "", processes: int = 2) -> Iterator[Outcome]:
    """The outcomes of the seeds, in no order, run side by side."""
    with multiprocessing.get_context("fork").Pool(processes, maxtasksperchild=200) as pool:
        yield from pool.imap_unordered(partial(run_seed, machine, defect), seeds, chunksize=4)


@click.command()
@click.option("--runs", envvar="RUNS", type=click.IntRange(min=1), default=200, show_default=True)
@click.option("--seed", envvar="SEED", type=int, default=1, show_default=True, help="The first run's.")
@click.option("--defect", envvar="DEFECT", default="", help="One of the deliberate defects, or all.")
def main(runs: int, seed: int, defect: str) -> None:
    """Runs the campaign and prints what it met and what it found; exit code 1 if anything."""
    console = Console(highlight=False)
    os.environ.update(AWS_ACCESS_KEY_ID="local", AWS_SECRET_ACCESS_KEY="local")
    moto_speed.answer_quickly()
    moto_speed.watch_botocore_alone()
    machine = deployed_machine()
    seeds = range(seed, seed + runs)
    if defect:
        sys.exit(_find_defects(console, machine, seeds, list(DEFECTS) if defect == "all" else [defect]))
    began, report = time.monotonic(), Report()
    with Progress(console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("runs", total=runs)
        for outcome in campaign(machine, seeds):
            report.add(outcome)
            progress.advance(task)
    _print(console, report, time.monotonic() - began)
    for outcome in report.failing[:3]:
        _explain(console, machine, outcome)
    sys.exit(1 if report.failing or report.unvisited else 0)


def _find_defects(console: Console, machine: Machine, seeds: range, names: list[str]) -> int:
    """How many of the runs find each defect, and the first that does."""
    missed = 0
    for name in names:
        found = sorted(outcome.plan.seed for outcome in campaign(machine, seeds, name) if outcome.violations)
        missed += not found
        first = f"first by seed {found[0]}" if found else "NOT FOUND"
        console.print(f"{name:<52} found in {len(found):>4} of {len(seeds)} runs, {first}")
    return 1 if missed else 0


def _print(console: Console, report: Report, seconds: float) -> None:
    console.print(f"{report.runs} runs in {seconds:.0f} s; {len(report.failing)} with a violation.")
    for name, counter in report.counts.items():
        table = Table("", "times", title=name, title_justify="left", box=None, show_header=False)
        for what, times in _by_place(counter).items() if name == "faults" else _most_first(counter):
            table.add_row(what, str(times))
        console.print(table)
    if report.unvisited:
        console.print(f"Never visited: {', '.join(report.unvisited)}")


def _most_first(counter: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counter.items(), key=lambda item: (-item[1], item[0]))


def _by_place(faults: Counter[str]) -> dict[str, str]:
    """Where effects were struck, with all that struck them, on one line each."""
    places: dict[str, list[str]] = {}
    for what, times in _most_first(faults):
        place, _, fault = what.partition(" ")
        places.setdefault(place, []).append(f"{fault.removeprefix(place + '-')} {times}")
    return {place: ", ".join(places[place]) for place in sorted(places)}


def _explain(console: Console, machine: Machine, outcome: Outcome) -> None:
    """The seed, and a shorter schedule that still fails."""
    console.print(f"\nSeed {outcome.plan.seed} fails (SEED={outcome.plan.seed} RUNS=1):")
    shorter = shrink(outcome.plan, lambda plan: bool(run_plan(machine, "", plan).violations))
    for violation in run_plan(machine, "", shorter).violations:
        console.print(f"  {violation}")
    console.print(f"  {shorter}")


if __name__ == "__main__":
    main()
