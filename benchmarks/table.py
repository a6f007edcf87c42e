"""A table of results: for the terminal, and for RESULTS.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich import table as rich_table
from rich.console import Console
from rich.text import Text


@dataclass(frozen=True)
class Target:
    """What was to be reached, and what came out."""

    wanted: str
    found: str
    reached: bool

    def line(self) -> str:
        return f"{'Reached' if self.reached else 'MISSED'}: {self.wanted}. {self.found}"


@dataclass(frozen=True)
class Table:
    """`rows` hold finished texts, the first column's names left, figures right; `notes` are Markdown."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    targets: Sequence[Target] = ()
    notes: str = ""

    def markdown(self) -> str:
        lines = [f"## {self.title}", "", _row(self.columns), _row(["---", *["---:"] * (len(self.columns) - 1)])]
        lines += [_row(row) for row in self.rows]
        if self.targets:
            lines += ["", *(f"- {target.line()}" for target in self.targets)]
        return "\n".join([*lines, "", self.notes.strip()]).rstrip() + "\n"

    def show(self, console: Console) -> None:
        shown = rich_table.Table(title=self.title, title_justify="left")
        for number, column in enumerate(self.columns):
            shown.add_column(column, justify="right" if number else "left")
        for row in self.rows:
            # What is in square brackets is no markup.
            shown.add_row(*(Text(cell) for cell in row))
        console.print(shown)
        for target in self.targets:
            console.print(Text(target.line(), style="green" if target.reached else "bold red"))
        console.print()


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
