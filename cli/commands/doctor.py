"""./daily doctor: is everything as it should be, and what to type where it is not."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from queue import SimpleQueue

import click
from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from cli.aws import Deployed, find_deployed
from cli.checks import days, deployment, destinations, notices, schedule, source, x
from cli.checks.finding import Check, Finding, findings_of
from cli.prose import laid_out

STACK = Check(("Stack",), deployment.stack)

_MARKS = {"good": ("✓", "green"), "bad": ("✗", "red"), "note": ("–", "dim")}


def checks(ask_x: bool) -> list[Check]:
    """All but the stack itself, on which they depend; in the order in which they are shown."""
    return [
        Check(("Settings",), deployment.settings),
        Check(source.NAMES, source.source),
        Check(x.NAMES, x.x_with_a_call if ask_x else x.x),
        Check(("Bluesky",), destinations.bluesky),
        Check(("LINE",), destinations.line),
        Check(schedule.NAMES, schedule.schedule),
        Check(notices.NAMES, notices.notices),
        Check(days.NAMES, days.days, first=(days.PAUSED,)),
    ]


@click.command()
@click.option("--x", "ask_x", is_flag=True, help=f"Try X's keys, too, by a call for which X takes {x.PRICE}.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def doctor(ask_x: bool, as_json: bool) -> None:
    """See whether all is well; if not, what to type.

    Looks at everything that a daily post needs: deployment, secrets, authorisation, schedule, the last two weeks.

    Nothing is changed and nothing is posted, and nothing that X charges for is asked without --x. The exit code is 0
    where all is good, else 1.
    """
    deployed = find_deployed()
    asked = [STACK, *checks(ask_x)]
    names = [name for check in asked for name in (*check.first, *check.names)]
    if as_json:
        findings = in_order(examine(deployed, asked), names)
        told = [finding.as_json() for finding in findings]
        click.echo(json.dumps({"good": _all_good(findings), "checks": told}, ensure_ascii=False))
    else:
        console = Console(highlight=False)
        findings = (_show_live if console.is_terminal else _show_plain)(console, examine(deployed, asked), names)
        _conclude(console, findings)
    sys.exit(0 if _all_good(findings) else 1)


def examine(deployed: Deployed, asked: Sequence[Check]) -> Iterator[Finding]:
    """The findings as they come: the first check's, and then, only if it is good, those of all others side by side."""
    first, *others = asked
    found = list(findings_of(first, deployed))
    yield from found
    if not _all_good(found):
        return
    # Where the settings cannot be read, the checks that need them say so.
    with suppress(Exception):
        deployed.take_addresses()
    queue: SimpleQueue[Finding | None] = SimpleQueue()

    def look(check: Check) -> None:
        for finding in findings_of(check, deployed):
            queue.put(finding)
        queue.put(None)

    with ThreadPoolExecutor(len(others)) as pool:
        for check in others:
            pool.submit(look, check)
        at_work = len(others)
        while at_work:
            finding = queue.get()
            if finding is None:
                at_work -= 1
            else:
                yield finding


def in_order(findings: Iterator[Finding], names: Sequence[str]) -> list[Finding]:
    found = {finding.name: finding for finding in findings}
    return [found[name] for name in names if name in found]


def _show_live(console: Console, findings: Iterator[Finding], names: Sequence[str]) -> list[Finding]:
    """A row for each name from the start; at the end those that have something to say, in lines that can be copied."""
    found: dict[str, Finding] = {}
    with Live(_table(found, names), console=console, refresh_per_second=10, transient=True) as live:
        for finding in findings:
            found[finding.name] = finding
            live.update(_table(found, names))
    shown = [found[name] for name in names if name in found]
    for finding in shown:
        console.print(_row(finding, names, console.width), soft_wrap=True)
    return shown


def _table(found: dict[str, Finding], names: Sequence[str]) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1))
    for name in names:
        if name in found:
            mark, colour = _MARKS[found[name].state]
            table.add_row(Text(mark, style=colour), Text(name))
        else:
            table.add_row(Spinner("dots"), Text(name))
    return table


def _row(finding: Finding, names: Sequence[str], columns: int) -> Text:
    """Mark, name and what there is to say, wrapped beside them; each command of the remedy on a line of its own."""
    longest = max(map(len, names))
    indent = longest + 5
    mark, colour = _MARKS[finding.state]
    row = Text.assemble((mark, colour), f"  {finding.name:<{longest}}  ")
    says = laid_out(finding.says, columns - indent).replace("\n", "\n" + " " * indent)
    row.append(says, style="dim" if finding.state == "note" else "")
    if finding.remedy:
        remedy = laid_out(finding.remedy, columns - indent - 2).replace("\n", "\n" + " " * (indent + 2))
        row.append(f"\n{' ' * indent}→ {remedy}", style="bold" if finding.state == "bad" else "")
    return row


def _show_plain(console: Console, findings: Iterator[Finding], names: Sequence[str]) -> list[Finding]:
    """A line each, in their order, each as soon as those before it are known."""
    found: dict[str, Finding] = {}
    shown: list[Finding] = []
    waiting = list(names)

    def show(finding: Finding) -> None:
        shown.append(finding)
        remedy = f"  → {finding.remedy}" if finding.remedy else ""
        console.print(Text(f"{finding.state:<4}  {finding.name:<18}  {finding.says}{remedy}"), soft_wrap=True)

    for finding in findings:
        found[finding.name] = finding
        while waiting and waiting[0] in found:
            show(found[waiting.pop(0)])
    for name in waiting:
        if name in found:
            show(found[name])
    return shown


def _conclude(console: Console, findings: Sequence[Finding]) -> None:
    wrong = sum(finding.state == "bad" for finding in findings)
    console.print()
    if not wrong:
        console.print("All is good.")
    else:
        rest = " Nothing else was looked at." if len(findings) == 1 else ""
        console.print(f"{wrong} {'thing is' if wrong == 1 else 'things are'} wrong; begin at the top.{rest}")


def _all_good(findings: Sequence[Finding]) -> bool:
    return not any(finding.state == "bad" for finding in findings)
