"""Tables: rich's in a terminal, aligned plain text with a line for each row when piped."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text


def show_table(console: Console, headers: Sequence[str], rows: Sequence[Sequence[Text | str]]) -> None:
    texts = [[cell if isinstance(cell, Text) else Text(cell) for cell in row] for row in rows]
    if console.is_terminal:
        _show_rich(console, headers, texts)
        return
    plain = [list(headers), *([cell.plain for cell in row] for row in texts)]
    widths = [max(cell_len(row[column]) for row in plain) for column in range(len(headers))]
    for row in plain:
        cells = (cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True))
        console.print(Text("  ".join(cells).rstrip()), soft_wrap=True)


def _show_rich(console: Console, headers: Sequence[str], rows: Sequence[Sequence[Text]]) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for number, header in enumerate(headers):
        # The last column has the prose, and may be broken into lines.
        table.add_column(header, no_wrap=number < len(headers) - 1, overflow="fold")
    for row in rows:
        table.add_row(*row)
    console.print(table)
