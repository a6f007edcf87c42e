"""./daily history: the numbers of the days as they are kept, to look at or to take elsewhere."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from cli.arguments import Date
from cli.aws import Deployed, find_deployed
from cli.errors import one_sentence
from cli.numbers_table import lines_of
from cli.prose import in_lines, tell_at_length
from fitbit_daily.adapters.history_table import HistoryTable
from fitbit_daily.clock import utc_now
from fitbit_daily.domain.day import EARLIEST
from fitbit_daily.domain.history import ENOUGH, DayRecord, averages
from fitbit_daily.domain.numbers import MOST
from fitbit_daily.domain.ranges import days_of, joined, listed

DAYS = 28


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
@click.option("--days", "count", type=click.IntRange(1), help="How many days up to the last one, instead of --from.")
@click.option("--csv", "as_csv", is_flag=True, help="Print the days as CSV; what is missing is empty.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object; what is missing is null.")
@click.option("--open", "in_browser", is_flag=True, help="Show the whole history, with pictures, in your browser.")
@click.option("--html", "file", type=click.Path(dir_okay=False, path_type=Path), help="Write that page to a file.")
def history(
    first: str | None,
    last: str | None,
    count: int | None,
    as_csv: bool,
    as_json: bool,
    in_browser: bool,
    file: Path | None,
) -> None:
    """Show the numbers of the days, or export them.

    Sitting, and light, active and hard exercise, are in minutes, sleep is in hours. The averages are those of the
    complete days up to the last one. --csv and --json have every number that is kept, sleep in minutes.
    """
    as_page = in_browser or file is not None
    if as_csv + as_json + as_page > 1:
        raise click.UsageError("Give one of --csv and --json, or --open and --html.")
    if first and count:
        raise click.UsageError("Give one of --from and --days.")
    if as_page and (first or count):
        raise click.UsageError("The page is of the whole history: leave out --from and --days.")
    deployed = find_deployed()
    if as_page:
        _page(deployed, last, file, in_browser=in_browser)
        return
    kept = _read(deployed, *_range(deployed, first, last, count or DAYS))
    if as_csv:
        click.echo(_csv(kept), nl=False)
    elif as_json:
        click.echo(json.dumps(_json(kept)))
    else:
        tell_at_length("\n".join(_table(kept)))


def _range(deployed: Deployed, first: str | None, last: str | None, count: int = DAYS) -> tuple[date, date]:
    """Only days that there can be something of: since the first Fitbit, and over."""
    yesterday = deployed.calendar.yesterday(utc_now())
    until = min(date.fromisoformat(last), yesterday) if last else yesterday
    if until < EARLIEST:
        raise click.UsageError(f"The last day, {until}, is before {EARLIEST}: there was no Fitbit then.")
    since = date.fromisoformat(first) if first else until - timedelta(days=min(count - 1, (until - EARLIEST).days))
    if since > until:
        raise click.UsageError(f"The first day, {since}, is after the last one, {until}.")
    return max(EARLIEST, since), until


def _read(deployed: Deployed, first: date, last: date) -> Kept:
    table = HistoryTable(deployed.target.named("HistoryTable"))
    with one_sentence():
        return Kept(first, last, table.read(min(first, last - timedelta(days=max(ENOUGH) - 1)), last))


def _page(deployed: Deployed, last: str | None, file: Path | None, *, in_browser: bool) -> None:
    # What draws takes a while to import, and a table needs none of it.
    from cli.page_file import make_page

    since, until = _range(deployed, str(EARLIEST), last)
    with one_sentence():
        records = HistoryTable(deployed.target.named("HistoryTable")).read(since, until)
    make_page(records, until, deployed.settings["LANGUAGE"], file=file, in_browser=in_browser)


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


def _table(kept: Kept) -> Iterator[str]:
    """Its lines, and what is to be said below it."""
    if kept.days:
        header, units, *rows = lines_of(kept.days, kept.averages)
        yield from (click.style(header, dim=True), click.style(units, dim=True), *rows)
    if not all(record.complete for record in kept.days):
        yield in_lines("\n* The tracker had not told everything when this day was last read.")
    gaps = kept.gaps
    if gaps:
        named = listed(day for gap in gaps[:5] for day in days_of(*gap))
        more = f" and {len(gaps) - 5} gaps more" if len(gaps) > 5 else ""
        command = f"./daily backfill --from {gaps[0][0]} --to {gaps[-1][1]}"
        yield in_lines(f"\nNothing is kept of {named}{more}.")
        yield in_lines(f"To read what the source still has of it, type: {command}")
