"""./daily settle: what became of a post that the program could not find out, said by the person who looked."""

from __future__ import annotations

from datetime import date, datetime

import click

from cli.arguments import Date, PostId
from cli.aws import Deployed, find_deployed
from cli.days import days_from, still_running
from cli.errors import CliError, one_sentence
from cli.prose import tell
from cli.show import duration
from fitbit_daily.adapters.ledger_table import LedgerTable
from fitbit_daily.clock import utc_now
from fitbit_daily.domain.cures import SERVICES
from fitbit_daily.domain.days import Day as DayOfLedger
from fitbit_daily.domain.days import DayStatus
from fitbit_daily.domain.ledger import (
    DESTINATIONS,
    Entry,
    Plan,
    Status,
    settle_after,
    settled_by_hand,
    too_early_to_settle,
)
from fitbit_daily.domain.posts import KINDS
from fitbit_daily.errors import PostInProgress


@click.command()
@click.argument("day", metavar="DATE", type=Date())
@click.argument("kind", type=click.Choice(KINDS))
@click.option("--destination", type=click.Choice(DESTINATIONS), default=DESTINATIONS[0], show_default=True)
@click.option("--posted", "post_id", type=PostId(), help="It is there: its id or address, or the word 'unknown'.")
@click.option("--not-posted", is_flag=True, help="It is not there: the next run may send it.")
def settle(day: str, kind: str, destination: str, post_id: str | None, not_posted: bool) -> None:
    """Say whether a post is at its destination, where that is unknown.

    KIND is activity or sleep, or day in the compact style; DATE is the day that the post is about.

    Look at your timeline first, on X or Bluesky, or in LINE. Nothing is posted: only the program's own ledger is
    written. Refused as long as the program itself may still find out.
    """
    if (post_id is not None) == not_posted:
        raise click.UsageError("Give exactly one of --posted ID and --not-posted.")
    deployed = find_deployed()
    about = date.fromisoformat(day)
    with one_sentence():
        rows = deployed.ledger.rows(about)
    entry = _settleable(rows.entries.get((destination, about, kind)), day, kind, utc_now())
    _leave_to_an_execution(deployed, entry, rows.plans.get((destination, about)))
    if not_posted and entry.status is Status.NOT_POSTED:
        tell(f"The {kind} of {day} is known not to be posted: nothing to settle.")
    else:
        _write(deployed.ledger, settled_by_hand(entry, posted=not not_posted, post_id=post_id or None))
        said = f"posted, with the id {post_id}" if post_id else "not posted" if not_posted else "posted"
        tell(f"The ledger now says that the {kind} of {day} is {said}.")
    tell(_what_is_next(days_from(deployed, about, about).of(about), entry, not_posted))


def _what_is_next(day: DayOfLedger | None, entry: Entry, not_posted: bool) -> str:
    if entry.generation > 1 and not_posted:
        return f"Next, to post it again, on purpose, type: ./daily run --date {entry.date} --force"
    if day is not None and day.status is DayStatus.SETTLED:
        return f"With that, {entry.date} is settled: nothing is left to do."
    return f"Next, to post what is missing of that day, type: ./daily run --date {entry.date}"


def _write(ledger: LedgerTable, entry: Entry) -> None:
    with one_sentence():
        try:
            ledger.write(entry)
        except PostInProgress as error:
            raise CliError(f"{error.what} Nothing was changed. See: ./daily status {entry.date}") from error


def _settleable(entry: Entry | None, day: str, kind: str, now: datetime) -> Entry:
    if entry is None:
        raise CliError(
            f"The ledger knows no attempt to post the {kind} of {day}: there is nothing to settle. "
            f"To post it, type: ./daily run --date {day}"
        )
    if entry.status is Status.POSTED:
        known = f"with the id {entry.post_id}" if entry.post_id else "though its id is not known"
        raise CliError(
            f"The {kind} of {day} is posted already, {known}: nothing was changed. "
            f"To post it again, on purpose, type: ./daily run --date {day} --force"
        )
    if entry.status in (Status.NOTHING, Status.TOO_OLD):
        raise CliError(f"There is no {kind} to post of {day}: the day has no such number. See: ./daily status {day}")
    if entry.status is Status.ATTEMPTING and entry.lease_until and now < entry.lease_until:
        left = duration((entry.lease_until - now).total_seconds())
        raise CliError(
            f"An attempt to post the {kind} of {day} is under way until {entry.lease_until.astimezone():%H:%M:%S} "
            f"(for {left}): look again after that. See: ./daily status {day}"
        )
    if entry.may_be_there and entry.last_attempt_at and too_early_to_settle(entry, now):
        until = entry.last_attempt_at + settle_after(entry.destination)
        raise CliError(
            f"{SERVICES[entry.destination]} may not show the {kind} of {day} before {until.astimezone():%H:%M:%S}: "
            f"a post that is not there now may still appear. Look again after that. See: ./daily status {day}"
        )
    return entry


def _leave_to_an_execution(deployed: Deployed, entry: Entry, plan: Plan | None) -> None:
    """As long as one is at work on the day, it may find out by itself, or send the post."""
    at_work = plan.under_way if plan else {}
    running = still_running(deployed, {entry.execution, *at_work})
    if not running:
        return
    latest = max((at_work[name] for name in running if name in at_work), default=None)
    until = f", until {latest.astimezone():%H:%M} at the latest" if latest else ""
    raise CliError(
        f"An execution is at work on {entry.date}{until}: it may find out by itself. "
        f"See how it goes: ./daily status {entry.date}"
    )
