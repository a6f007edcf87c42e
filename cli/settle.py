"""./daily settle: what became of a post that the program could not find out, said by the person who looked."""

from __future__ import annotations

from datetime import datetime

import click

from cli.arguments import Day, PostId
from cli.deployed import Deployed
from cli.errors import CliError, one_sentence
from cli.show import duration
from cli.target import find_target
from fitbit_daily.adapters.ledger_table import LedgerTable
from fitbit_daily.clock import utc_now
from fitbit_daily.domain.ledger import Entry, Status, settled_by_hand
from fitbit_daily.domain.posts import KINDS, kinds_with
from fitbit_daily.errors import PostInProgress


@click.command()
@click.argument("day", metavar="DATE", type=Day())
@click.argument("kind", type=click.Choice(KINDS))
@click.option("--posted", "post_id", type=PostId(), help="It is on X: its id, or its address on x.com.")
@click.option("--not-posted", is_flag=True, help="It is not on X: the next run may send it.")
def settle(day: str, kind: str, post_id: str | None, not_posted: bool) -> None:
    """Say whether a post is on X, where that is unknown.

    KIND is activity or sleep, or day in the compact style; DATE is the day that the post is about.

    Look at your timeline on X first. Nothing is posted: only the program's own ledger is written.
    """
    if (post_id is not None) == not_posted:
        raise click.UsageError("Give exactly one of --posted ID and --not-posted.")
    target = find_target()
    target.say()
    ledger = Deployed(target).ledger
    with one_sentence():
        entry = ledger.read(day, kind)
    entry = _settleable(entry, day, kind, utc_now())
    if not_posted and entry.status is Status.NOT_POSTED:
        click.echo(f"The {kind} of {day} is known not to be posted: nothing to settle.")
    else:
        _write(ledger, settled_by_hand(entry, post_id))
        said = f"posted, with the id {post_id}" if post_id else "not posted"
        click.echo(f"The ledger now says that the {kind} of {day} is {said}.")
    with one_sentence():
        others = [ledger.read(day, other) for other in kinds_with(kind) if other != kind]
    if post_id and all(other and other.status is Status.POSTED for other in others):
        there = f"Both posts of {day} are" if others else f"The post of {day} is"
        click.echo(f"{there} there: nothing is left to do.")
    else:
        click.echo(f"Next, to post what is missing of that day, type: ./daily run --date {day}")


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
    if entry.status is Status.ATTEMPTING and now < entry.lease_until:
        left = duration((entry.lease_until - now).total_seconds())
        raise CliError(
            f"An attempt to post the {kind} of {day} is under way until {entry.lease_until.astimezone():%H:%M:%S} "
            f"(for {left}): look again after that. See: ./daily status {day}"
        )
    return entry
