"""./daily history: the numbers of the days as they are kept, to look at or to take elsewhere."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from cli.arguments import Date
from cli.aws import Deployed, find_deployed
from cli.errors import one_sentence
from cli.page import page
from cli.page_file import FILE, open_page, write_page
from cli.show import say, show_table
from fitbit_daily.adapters.history_table import HistoryTable
from fitbit_daily.clock import utc_now
from fitbit_daily.domain.day import EARLIEST
from fitbit_daily.domain.history import ENOUGH, DayRecord, averages
from fitbit_daily.domain.numbers import MOST
from fitbit_daily.domain.ranges import days_of, joined, listed

DAYS = 28

# The table's columns: the number, the header, how exact it is. What the posts leave out is in --csv and --json.
_COLUMNS = (
    ("steps", "steps", "1"),
    ("distance_km", "km", "0.1"),
    ("calories_kcal", "kcal", "1"),
    ("bmr_kcal", "basal", "1"),
    ("sedentary_minutes", "sitting", "1"),
    ("light_minutes", "light", "1"),
    ("moderate_minutes", "active", "1"),
    ("vigorous_minutes", "hard", "1"),
    ("minutes_asleep", "asleep", "0.1"),
)


@dataclass(frozen=True)
class Kept:
    """What is kept from one day to another, and of the days before them as far as averages need them."""

    first: date
    last: date
    records: Mapping[date, DayRecord]

    @property
    def days(self) -> list[DayRecord]:
        """Oldest first."""
        return [record for day, record in self.records.items() if self.first <= day <= self.last]

    @property
    def gaps(self) -> list[tuple[date, date]]:
        """The days of which nothing is kept, as ranges."""
        return joined(day for day in days_of(self.first, self.last) if day not in self.records)

    @property
    def averages(self) -> Mapping[str, Mapping[str, Decimal | None]]:
        """Those that end with the last day."""
        return averages(self.records, self.last)


@click.command()
@click.option("--from", "first", type=Date(), help=f"The first day; without it, {DAYS} days are shown.")
@click.option("--to", "last", type=Date(), help="The last day; without it, yesterday in the configured time zone.")
@click.option("--csv", "as_csv", is_flag=True, help="Print the days as CSV; what is missing is empty.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object; what is missing is null.")
@click.option("--open", "in_browser", is_flag=True, help="Show the whole history, with pictures, in your browser.")
@click.option("--html", "file", type=click.Path(dir_okay=False, path_type=Path), help="Write that page to a file.")
def history(
    first: str | None, last: str | None, as_csv: bool, as_json: bool, in_browser: bool, file: Path | None
) -> None:
    """Show the numbers of the days, or export them.

    Minutes of sitting and of light, active and hard exercise; hours asleep. The averages are those of the complete days
    up to the last one. --csv and --json have every number that is kept, sleep in minutes.
    """
    as_page = in_browser or file is not None
    if as_csv + as_json + as_page > 1:
        raise click.UsageError("Give one of --csv and --json, or --open and --html.")
    if as_page and first:
        raise click.UsageError("The page is of the whole history: leave out --from.")
    deployed = find_deployed()
    if as_page:
        _page(deployed, last, file or FILE, in_browser=in_browser)
        return
    kept = _read(deployed, *_range(deployed, first, last))
    if as_csv:
        click.echo(_csv(kept), nl=False)
    elif as_json:
        click.echo(json.dumps(_json(kept)))
    else:
        _show(Console(highlight=False), kept)


def _range(deployed: Deployed, first: str | None, last: str | None) -> tuple[date, date]:
    """Only days that there can be something of: since the first Fitbit, and over."""
    yesterday = deployed.calendar.yesterday(utc_now())
    until = min(date.fromisoformat(last), yesterday) if last else yesterday
    if until < EARLIEST:
        raise click.UsageError(f"The last day, {until}, is before {EARLIEST}: there was no Fitbit then.")
    since = date.fromisoformat(first) if first else until - timedelta(days=DAYS - 1)
    if since > until:
        raise click.UsageError(f"The first day, {since}, is after the last one, {until}.")
    return max(EARLIEST, since), until


def _read(deployed: Deployed, first: date, last: date) -> Kept:
    table = HistoryTable(deployed.target.named("HistoryTable"))
    with one_sentence():
        return Kept(first, last, table.read(min(first, last - timedelta(days=max(ENOUGH) - 1)), last))


def _page(deployed: Deployed, last: str | None, file: Path, *, in_browser: bool) -> None:
    since, until = _range(deployed, str(EARLIEST), last)
    with one_sentence():
        records = HistoryTable(deployed.target.named("HistoryTable")).read(since, until)
    write_page(file, page(records, until, deployed.settings["LANGUAGE"]))
    console = Console(highlight=False)
    if in_browser:
        open_page(console, file)
    else:
        say(console, f"The page is in {file}.")


def _csv(kept: Kept) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, ["date", *MOST, "complete", "source", "fetched_at"], lineterminator="\n")
    writer.writeheader()
    for record in kept.days:
        writer.writerow(
            {name: f"{number:f}" for name, number in record.numbers().items()}
            | _about(record)
            | {"complete": "yes" if record.complete else "no"}
        )
    return text.getvalue()


def _json(kept: Kept) -> dict[str, Any]:
    return {
        "from": kept.first.isoformat(),
        "to": kept.last.isoformat(),
        "days": [_about(record) | {name: _plain(record.number(name)) for name in MOST} for record in kept.days],
        "averages": {
            days: {name: _plain(number) for name, number in of_days.items()} for days, of_days in kept.averages.items()
        },
    }


def _about(record: DayRecord) -> dict[str, Any]:
    return {
        "date": record.date.isoformat(),
        "complete": record.complete,
        "source": record.source,
        "fetched_at": record.fetched_at.isoformat(timespec="seconds"),
    }


def _plain(number: Decimal | None) -> int | float | None:
    if number is None:
        return None
    return int(number) if number == int(number) else float(number)


def _show(console: Console, kept: Kept) -> None:
    if kept.days:
        show_table(console, *_aligned(["day", *(header for _, header, _ in _COLUMNS)], list(_rows(kept))))
    if not all(record.complete for record in kept.days):
        console.print("\n* The tracker had not told everything when this day was last read.")
    _say_what_is_missing(console, kept)


def _rows(kept: Kept) -> Iterator[list[str]]:
    for record in kept.days:
        yield [f"{record.date}{'' if record.complete else '*'}", *_cells(record.numbers())]
    for days, of_days in kept.averages.items():
        yield [f"{days}-day avg", *_cells(of_days)]


def _cells(numbers: Mapping[str, Decimal | None]) -> Iterator[str]:
    for name, _, to in _COLUMNS:
        number = numbers.get(name)
        if number is None:
            yield "-"
        else:
            number = number / 60 if name == "minutes_asleep" else number
            yield f"{number.quantize(Decimal(to), ROUND_HALF_UP):f}"


def _aligned(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[list[str], list[list[str]]]:
    """Numbers are easier to compare at the right of their column."""
    widths = [max(map(len, column)) for column in zip(headers, *rows, strict=True)]

    def line(cells: Sequence[str]) -> list[str]:
        return [cells[0], *(cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True))]

    return line(headers), [line(row) for row in rows]


def _say_what_is_missing(console: Console, kept: Kept) -> None:
    gaps = kept.gaps
    if not gaps:
        return
    named = listed(day for gap in gaps[:5] for day in days_of(*gap))
    more = f" and {len(gaps) - 5} gaps more" if len(gaps) > 5 else ""
    console.print()
    say(console, f"Nothing is kept of {named}{more}.")
    command = f"./daily backfill --from {gaps[0][0]} --to {gaps[-1][1]}"
    say(console, f"To read what the source still has of it, type: {command}")
