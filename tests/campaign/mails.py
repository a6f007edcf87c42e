"""What must hold of the mails, worked out from what happened and not from what Notify remembers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from fitbit_daily.domain.cures import cure
from fitbit_daily.domain.ledger import Entry
from fitbit_daily.domain.notice_kinds import ActionNeeded, GivenUp, Notice, NotSynced, TriedAgain, WorksAgain
from tests.campaign.days import Days, due_since
from tests.campaign.notices import Sent
from tests.campaign.seen import Ran

# From Notify's reading to its mail, and from an end to the mail about it with the retries that Lambda makes.
A_MOMENT, AT_ONCE = timedelta(minutes=2), timedelta(minutes=15)
# Until the next daily look has been made.
A_DAY = timedelta(hours=26)
A_WEEK = timedelta(days=6)


def mails_are_right(days: Days) -> Iterator[str]:
    yield from nothing_settled_is_named(days)
    yield from nothing_while_paused(days)
    yield from told_within_a_day(days)
    yield from at_once_where_a_person_is_needed(days)
    yield from given_up_is_told(days)
    if not any(where.startswith("notify.") for _, where, _ in days.world.effects.when):
        # What breaks off in the middle may be told again.
        yield from nothing_twice(days)
        yield from works_again_once(days)


def named(notice: Notice) -> tuple[date, ...]:
    """The days that a mail tells to be open."""
    match notice:
        case TriedAgain(day, _):
            return (day.date,)
        case ActionNeeded() | GivenUp():
            return tuple(day.date for day in notice.days)
        case NotSynced():
            return notice.unposted
        case WorksAgain():
            return notice.missing
        case _:
            return ()


def settled_at(days: Days, day: date, moment: datetime) -> bool:
    """At every destination, by the ledger's writes up to then."""
    last = rows_at(days, day, moment)
    return all(post in last and last[post].is_settled for post in days.planned(day))


def rows_at(days: Days, day: date, moment: datetime) -> dict[tuple[str, str], Entry]:
    last: dict[tuple[str, str], Entry] = {}
    for write in days.world.seen.writes:
        if write.at <= moment and write.entry.date == str(day):
            last[write.entry.destination, write.entry.kind] = write.entry
    return last


def nothing_settled_is_named(days: Days) -> Iterator[str]:
    for sent in days.world.notices.sent:
        for day in named(sent.notice):
            if settled_at(days, day, sent.at - A_MOMENT):
                yield f"a mail of {sent.at:%m-%d %H:%M} ({sent.mail.subject}) names {day}, which was settled"


def nothing_while_paused(days: Days) -> Iterator[str]:
    for sent in days.world.notices.sent:
        for span in days.world.seen.pauses:
            if span.since + A_MOMENT < sent.at and (span.until is None or sent.at < span.until):
                yield f"a mail of {sent.at:%m-%d %H:%M} ({sent.mail.subject}), while the program was paused"


def _failures(days: Days) -> Iterator[tuple[date, Ran]]:
    """The executions that began by themselves and failed, about days that were owed and remained open."""
    world = days.world
    for ran in world.seen.ran:
        if ran.status == "SUCCEEDED" or not (ran.scheduled or ran.caught_up) or ran.redrives or ran.date is None:
            continue
        day, since = date.fromisoformat(ran.date), due_since(world, ran.ended, surely=True)
        if since and since <= day:
            yield day, ran


def _undisturbed(days: Days, day: date, begins: datetime, ends: datetime) -> bool:
    """Notify could do its work in this time, the day stayed open, and nobody was at it."""
    world = days.world
    struck = any(
        begins <= at <= ends and (where.startswith("notify.") or where == "look") for at, where, _ in world.effects.when
    )
    paused = any(span.since < ends and (span.until is None or span.until > begins) for span in world.seen.pauses)
    at_work = any(
        each.date == str(day) and not each.dry_run and each.began < ends and each.ended > begins + A_MOMENT
        for each in world.seen.ran
    )
    return not (struck or paused or at_work or settled_at(days, day, ends))


def told_within_a_day(days: Days) -> Iterator[str]:
    """Every open day that has failed is told before the next day's look is over."""
    for day, ran in _failures(days):
        until = ran.ended + A_DAY
        if until > days.world.scheduler.now() or not _undisturbed(days, day, ran.ended, until):
            continue
        if _needs_a_person(days, day, ran) and _asked(days, ran, until):
            continue
        if not any(day in named(each.notice) and each.at <= until for each in days.world.notices.sent):
            yield f"{day} has failed at {ran.ended:%m-%d %H:%M} ({ran.error or ran.status}), and nobody was told"


def at_once_where_a_person_is_needed(days: Days) -> Iterator[str]:
    for day, ran in _failures(days):
        until = ran.ended + AT_ONCE
        struck = any(where == "event" and ran.ended <= at <= until for at, where, _ in days.world.effects.when)
        if struck or not _needs_a_person(days, day, ran) or not _undisturbed(days, day, ran.ended, until):
            continue
        if not _asked(days, ran, until):
            yield f"{day} needs a person since {ran.ended:%m-%d %H:%M} ({ran.error}), who was not told at once"


def _needs_a_person(days: Days, day: date, ran: Ran) -> bool:
    """By what it ended with, or by what it met at any destination: of several troubles the execution's error is one."""
    open_rows = [entry for entry in rows_at(days, day, ran.ended).values() if not entry.is_settled]
    met = [entry.failure for entry in open_rows if entry.failed_in == ran.name]
    return any(cure(error, language="en").needs_person for error in (ran.error, *met) if error)


def _asked(days: Days, ran: Ran, until: datetime) -> bool:
    """A person was asked, now or within the week before: what lasts is told weekly, not with each of its days."""
    since = ran.ended - A_WEEK - A_DAY
    return any(since <= each.at <= until and _asks(each) for each in days.world.notices.sent)


def _asks(sent: Sent) -> bool:
    return isinstance(sent.notice, ActionNeeded | GivenUp)


def given_up_is_told(days: Days) -> Iterator[str]:
    """In the end, each open day that no night tries again was told with a command, and that once."""
    world, plan = days.world, days.world.plan
    given_up: Counter[date] = Counter()
    asked: set[date] = set()
    for sent in world.notices.sent:
        if isinstance(sent.notice, GivenUp):
            given_up.update(named(sent.notice))
        asked |= set(named(sent.notice)) if not isinstance(sent.notice, TriedAgain) else set()
    disturbed = any(where.startswith("notify.") for _, where, _ in world.effects.when)
    for day, times in given_up.items():
        if times > 1 and not disturbed:
            yield f"{day} was told to be given up {times} times"
    since = due_since(world, world.scheduler.now(), surely=True)
    for night, day in enumerate(days.all):
        last_night = night + plan.catch_up_days
        over = last_night < len(days.all) - 1 and since is not None and since <= day
        if over and not days.done(day) and not days.paused(day) and day not in asked:
            yield f"{day} is tried by no night any more, and nobody was told what to type"


def nothing_twice(days: Days) -> Iterator[str]:
    last: dict[object, Sent] = {}
    for sent in days.world.notices.sent:
        before = last.get(sent.mail)
        if before and sent.at - before.at < A_WEEK:
            yield f"the same mail ({sent.mail.subject}) came at {before.at:%m-%d %H:%M} and {sent.at:%m-%d %H:%M}"
        last[sent.mail] = sent


def works_again_once(days: Days) -> Iterator[str]:
    """After a trouble that was told, and only then; in the end all is well, and that is told."""
    trouble = False
    for sent in days.world.notices.sent:
        if isinstance(sent.notice, WorksAgain):
            if not trouble:
                yield f"it works again at {sent.at:%m-%d %H:%M}, though nothing was told before"
            trouble = False
        elif isinstance(sent.notice, TriedAgain | ActionNeeded | NotSynced | GivenUp):
            trouble = True
