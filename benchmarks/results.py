"""A section of RESULTS.md: a table, what was to be reached, and notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """What was to be reached, and what came out."""

    wanted: str
    found: str
    reached: bool

    def line(self) -> str:
        return f"- {'Reached' if self.reached else 'MISSED'}: {self.wanted}. {self.found}"


@dataclass(frozen=True)
class Section:
    """The first column of the rows holds names, the others figures; `notes` are Markdown."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    targets: Sequence[Target]
    notes: str

    def markdown(self) -> str:
        table = [self.columns, ["---", *["---:"] * (len(self.columns) - 1)], *self.rows]
        lines = [f"| {' | '.join(cells)} |" for cells in table]
        targets = [target.line() for target in self.targets]
        return "\n".join([f"## {self.title}", "", *lines, "", *targets, "", self.notes.strip(), ""])
