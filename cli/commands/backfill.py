"""./daily backfill: the history of days long gone, chunk by chunk, the newest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from time import sleep
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn
from rich.text import Text

from cli.arguments import Day
from cli.deployed import Deployed
from cli.errors import CliError, one_sentence
from cli.invoking import Failure, invoke
from cli.show import duration, print_line
from cli.target import find_target
from fitbit_daily.adapters.history_table import HistoryTable
from fitbit_daily.adapters.sources import source
from fitbit_daily.clock import utc_now
from fitbit_daily.domain.backfill import Order, read_order
from fitbit_daily.domain.catalogue import cure
from fitbit_daily.domain.history import DayRecord
from fitbit_daily.domain.ranges import days_of, joined
from fitbit_daily.errors import InvalidInput

Chunk = tuple[date, date]


@click.command()
@click.option("--from", "first", type=Day(), required=True, help="The first day.")
@click.option("--to", "last", type=Day(), help="The last day; without it, yesterday in the configured time zone.")
@click.option("--again", is_flag=True, help="Read every day, also those that the history has in full.")
def backfill(first: str, last: str | None, again: bool) -> None:
    """Fill the history with days of the past.

    Nothing is posted, and nothing that the history has is lost. Safe to repeat and to interrupt: what is there in full
    is not read again. A year of Google Health takes fewer than 100 of its calls.
    """
    target = find_target()
    target.say()
    deployed = Deployed(target)
    order = _order(first, last, deployed)
    days = order.days(deployed.calendar)
    kept: Mapping[date, DayRecord] = {}
    if not again:
        with one_sentence():
            kept = HistoryTable(target.named("HistoryTable")).read(order.first, order.last)
    wanted = [day for day in days if day not in kept or not kept[day].complete]
    name = deployed.settings["SOURCE"]
    console = Console(highlight=False)
    lacking = _Lacking(
        numbers={day for day in days if day in kept and not kept[day].numbers()},
        rest={day for day in days if day in kept and not kept[day].complete},
    )
    with _bar(console, len(wanted)) as (progress, task):
        filling = _Filling(deployed, name, order, again, progress, task)
        with filling.told_if_cut_short():
            for chunk in chunks_of(wanted, source(name).days_at_once):
                lacking.learn(chunk, filling.fill(chunk, sum(chunk[0] <= day <= chunk[1] for day in wanted)))
    if not wanted:
        _say(console, f"All of it was there: nothing was read. To read it again, type: {_typed(order)} --again")
    _report(console, order, len(days), lacking)


def chunks_of(wanted: Sequence[date], longest: int) -> list[Chunk]:
    """Ranges of at most so many days that cover all these, which are in their order; the newest first."""
    left, chunks = list(wanted), []
    while left:
        last = left[-1]
        first = next(day for day in left if day > last - timedelta(days=longest))
        chunks.append((first, last))
        left = [day for day in left if day < first]
    return chunks


@dataclass
class _Lacking:
    """What the history lacks: days without any number, and days of which the tracker has not synced the rest."""

    numbers: set[date]
    rest: set[date]

    def learn(self, chunk: Chunk, answer: Mapping[str, Any]) -> None:
        """From Backfill's answer about a chunk."""
        read = set(days_of(*chunk))
        self.numbers = (self.numbers - read) | set(map(date.fromisoformat, answer["without_data"]))
        self.rest = (self.rest - read) | set(map(date.fromisoformat, answer["incomplete"]))


@dataclass
class _Filling:
    """The chunks, one after the other; whatever cuts them short, what is done is said, and what to type to go on."""

    deployed: Deployed
    source: str
    order: Order
    again: bool
    progress: Progress
    task: TaskID
    done: list[Chunk] = field(default_factory=list)
    at_hand: Chunk | None = None

    @contextmanager
    def told_if_cut_short(self) -> Iterator[None]:
        try:
            yield
        except KeyboardInterrupt:
            click.echo(f"\nInterrupted. {self._so_far()} {self._how_to_go_on()}", err=True)
            raise click.exceptions.Exit(130) from None
        except CliError as error:
            raise CliError(error.what, f"{error.remedy or self._how_to_go_on()}\n{self._so_far()}") from error

    def fill(self, chunk: Chunk, days: int) -> Mapping[str, Any]:
        """Backfill's answer about one chunk, in which so many days are wanted; CliError where no patience helps."""
        self.at_hand = chunk
        target = self.deployed.target
        function = target.named("BackfillFunction")
        payload: dict[str, object] = {"first": chunk[0].isoformat(), "last": chunk[1].isoformat()}
        failures: Counter[bool] = Counter()
        while True:
            self.progress.update(self.task, description=f"{chunk[0]} to {chunk[1]}")
            answer = invoke(target, function, payload)
            if not isinstance(answer, Failure):
                self.done.append(chunk)
                self.progress.update(self.task, advance=days)
                return answer
            failures[answer.is_rate_limit] += 1
            seconds = answer.wait(times=failures[answer.is_rate_limit], source=self.source, now=utc_now())
            if seconds is None:
                raise self._given_up(answer)
            if answer.is_old_token:
                payload["refused"] = True
            if seconds:
                self._wait(seconds, "The source wants fewer calls" if answer.is_rate_limit else answer.error)

    def _wait(self, seconds: int, why: str) -> None:
        """Where it can be seen: second by second in a terminal, else in one line."""
        if self.progress.disable:
            click.echo(f"{why}: going on in {duration(seconds)}.", err=True)
            sleep(seconds)
            return
        for left in range(seconds, 0, -1):
            self.progress.update(self.task, description=f"{why}: going on in {left // 60}:{left % 60:02}")
            sleep(1)

    def _given_up(self, failure: Failure) -> CliError:
        """With this command in place of the one that would run a day."""
        known = cure(failure.error, language="en", source=self.source, facts=failure.told.facts)
        # Nothing tries it again by itself here.
        remedy = replace(known, needs_person=True).in_one_line(self._rest())
        return CliError(failure.told.what or f"The function ended with {failure.error}.", remedy)

    def _so_far(self) -> str:
        return f"In the history now: {_listed(self.done)}." if self.done else "Nothing was read."

    def _how_to_go_on(self) -> str:
        return f"To go on, type: {self._rest()}"

    def _rest(self) -> str:
        """What is left: from the first of all days to the end of the chunk at hand."""
        left = Order(self.order.first, self.at_hand[1]) if self.at_hand else self.order
        return _typed(left) + (" --again" if self.again else "")


@contextmanager
def _bar(console: Console, days: int) -> Iterator[tuple[Progress, TaskID]]:
    """In a terminal; nothing at all where the output is piped."""
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, TextColumn("days"), console=console, disable=not console.is_terminal, transient=True
    ) as bar:
        yield bar, bar.add_task("", total=days)


def _order(first: str, last: str | None, deployed: Deployed) -> Order:
    now, calendar = utc_now(), deployed.calendar
    given = {"first": first, "last": last or calendar.yesterday(now).isoformat()}
    try:
        return read_order(given, calendar=calendar, now=now)
    except InvalidInput as error:
        raise click.UsageError(error.what) from None


def _report(console: Console, order: Order, days: int, lacking: _Lacking) -> None:
    """What there is now, and what is still missing."""
    found = days - len(lacking.numbers)
    _say(console, f"From {order.first} to {order.last}: {days} {_days(days)}, {found} of them with numbers.")
    if lacking.numbers:
        _say(console, f"The source has nothing of: {_listed(joined(lacking.numbers))}.")
    if lacking.rest:
        _say(console, f"Not synced in full yet: {_listed(joined(lacking.rest))}. Once they are, type the same again.")
    _say(console, f"To look at them, type: ./daily history --from {order.first} --to {order.last}")


def _days(number: int) -> str:
    return "day" if number == 1 else "days"


def _say(console: Console, line: str) -> None:
    print_line(console, Text(line))


def _typed(order: Order) -> str:
    return f"./daily backfill --from {order.first} --to {order.last}"


def _listed(ranges: Iterable[Chunk]) -> str:
    return ", ".join(f"{first}" if first == last else f"{first} to {last}" for first, last in ranges)
