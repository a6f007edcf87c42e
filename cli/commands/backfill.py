"""./daily backfill: the history of days long gone, chunk by chunk, the newest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from time import sleep
from typing import NoReturn

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn

from cli.arguments import Date
from cli.aws import Deployed, find_deployed
from cli.errors import CliError, one_sentence
from cli.past_days import PastDays, Patience
from cli.prose import tell
from cli.show import duration, say
from fitbit_daily.adapters.history_table import HistoryTable
from fitbit_daily.adapters.sources import source
from fitbit_daily.clock import utc_now
from fitbit_daily.domain.backfill import Chunk, chunks_of, past_days
from fitbit_daily.domain.cures import cure
from fitbit_daily.domain.history import DayRecord
from fitbit_daily.domain.ranges import days_of, listed
from fitbit_daily.errors import AccessTokenExpired, AwsUnavailable, InvalidInput, SourceRateLimited, StepError


@click.command()
@click.option("--from", "first", type=Date(), required=True, help="The first day.")
@click.option("--to", "last", type=Date(), help="The last day; without it, yesterday in the configured time zone.")
@click.option("--again", is_flag=True, help="Read every day, also those that the history has in full.")
def backfill(first: str, last: str | None, again: bool) -> None:
    """Fill the history with days of the past.

    Nothing is posted, and nothing that the history has is lost. Safe to repeat and to interrupt: what is there in full
    is not read again. A year of Google Health takes fewer than 100 of its calls.
    """
    deployed = find_deployed()
    asked = _past_days(first, last, deployed)
    days = deployed.calendar.days(*asked)
    deployed.take_addresses()
    history = HistoryTable(deployed.target.named("HistoryTable"))
    kept: Mapping[date, DayRecord] = {}
    if not again:
        with one_sentence():
            kept = history.read(*asked)
    wanted = [day for day in days if day not in kept or not kept[day].complete]
    name = deployed.settings["SOURCE"]
    console = Console(highlight=False)
    lacking = _Lacking()
    lacking.learn(kept.values())
    with _bar(console, len(wanted)) as (progress, task):
        filling = _Filling(PastDays(deployed, name, history), asked, again, progress, task)
        with filling.told_if_cut_short():
            for chunk in chunks_of(wanted, source(name).days_at_once):
                lacking.learn(filling.fill(chunk, sum(chunk[0] <= day <= chunk[1] for day in wanted)))
    if not wanted:
        say(console, f"All of it was there: nothing was read. To read it again, type: {_typed(asked)} --again")
    _report(console, asked, len(days), lacking)


@dataclass
class _Lacking:
    """What the history lacks: days without any number, and days of which the tracker has not synced the rest."""

    numbers: set[date] = field(default_factory=set)
    rest: set[date] = field(default_factory=set)

    def learn(self, kept: Iterable[DayRecord]) -> None:
        for record in kept:
            for lacking, lacks in ((self.numbers, not record.numbers()), (self.rest, not record.complete)):
                (lacking.add if lacks else lacking.discard)(record.date)


@dataclass
class _Filling:
    """The chunks, one after the other; whatever cuts them short, what is done is said, and what to type to go on."""

    days: PastDays
    asked: Chunk
    again: bool
    progress: Progress
    task: TaskID
    done: list[Chunk] = field(default_factory=list)
    at_hand: Chunk | None = None

    @contextmanager
    def told_if_cut_short(self) -> Iterator[None]:
        try:
            with one_sentence():
                yield
        except KeyboardInterrupt:
            tell(f"\nInterrupted. {self._so_far()} {self._how_to_go_on()}", err=True)
            raise click.exceptions.Exit(130) from None
        except CliError as error:
            raise CliError(error.what, f"{error.remedy or self._how_to_go_on()}\n{self._so_far()}") from error

    def fill(self, chunk: Chunk, days: int) -> Sequence[DayRecord]:
        """What is kept of one chunk, in which so many days are wanted; CliError where no patience helps."""
        self.at_hand = chunk
        refused, patience = False, Patience(self.days.source_name)
        while True:
            self.progress.update(self.task, description=f"{chunk[0]} to {chunk[1]}")
            try:
                kept = self.days.keep(chunk, refused=refused)
            except StepError as error:
                seconds = patience.after(error, utc_now())
                if seconds is None:
                    self._give_up(error)
                refused = refused or isinstance(error, AccessTokenExpired)
                limited = isinstance(error, SourceRateLimited)
                why = "The source wants fewer calls" if limited else type(error).__name__
            else:
                self.done.append(chunk)
                self.progress.update(self.task, advance=days)
                return kept
            if seconds:
                self._wait(seconds, why)

    def _wait(self, seconds: int, why: str) -> None:
        """Where it can be seen: second by second in a terminal, else in one line."""
        if self.progress.disable:
            tell(f"{why}: going on in {duration(seconds)}.", err=True)
            sleep(seconds)
            return
        for left in range(seconds, 0, -1):
            self.progress.update(self.task, description=f"{why}: going on in {left // 60}:{left % 60:02}")
            sleep(1)

    def _give_up(self, error: StepError) -> NoReturn:
        """With this command in place of the one that would run a day; what AWS itself says is told as it is."""
        if isinstance(error, AwsUnavailable):
            raise error
        known = cure(type(error).__name__, language="en", source=self.days.source_name, facts=error.facts)
        # Nothing tries it again by itself here.
        raise CliError(error.what, replace(known, needs_person=True).in_one_line(self._rest())) from error

    def _so_far(self) -> str:
        done = listed(day for chunk in self.done for day in days_of(*chunk))
        return f"In the history now: {done}." if done else "Nothing was read."

    def _how_to_go_on(self) -> str:
        return f"To go on, type: {self._rest()}"

    def _rest(self) -> str:
        """What is left: from the first of all days to the end of the chunk at hand."""
        left = (self.asked[0], self.at_hand[1]) if self.at_hand else self.asked
        return _typed(left) + (" --again" if self.again else "")


@contextmanager
def _bar(console: Console, days: int) -> Iterator[tuple[Progress, TaskID]]:
    """In a terminal; nothing at all where the output is piped."""
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, TextColumn("days"), console=console, disable=not console.is_terminal, transient=True
    ) as bar:
        yield bar, bar.add_task("", total=days)


def _past_days(first: str, last: str | None, deployed: Deployed) -> Chunk:
    now, calendar = utc_now(), deployed.calendar
    try:
        return past_days(first, last or calendar.yesterday(now).isoformat(), calendar=calendar, now=now)
    except InvalidInput as error:
        raise click.UsageError(error.what) from None


def _report(console: Console, asked: Chunk, days: int, lacking: _Lacking) -> None:
    """What there is now, and what is still missing."""
    found = days - len(lacking.numbers)
    say(console, f"From {asked[0]} to {asked[1]}: {days} {_days(days)}, {found} of them with numbers.")
    if lacking.numbers:
        say(console, f"The source has nothing of: {listed(lacking.numbers)}.")
    if lacking.rest:
        say(console, f"Not synced in full yet: {listed(lacking.rest)}. Once they are, type the same again.")
    say(console, f"To look at them, type: ./daily history --from {asked[0]} --to {asked[1]}")


def _days(number: int) -> str:
    return "day" if number == 1 else "days"


def _typed(days: Chunk) -> str:
    return f"./daily backfill --from {days[0]} --to {days[1]}"
