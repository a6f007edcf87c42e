"""Every mail, in each language. Of health data, a mail has nothing but the day's date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from textwrap import shorten
from typing import assert_never

from fitbit_daily.domain.catalogue import NOT_STARTED, SERVICES, UNSYNCED, Cure, cure
from fitbit_daily.domain.console import console_link, execution_arn
from fitbit_daily.domain.days import Day
from fitbit_daily.domain.mail_words import WORDS, Words
from fitbit_daily.domain.notices import (
    AlertChanged,
    AuthorizationEnds,
    BatteryLow,
    CatchUpFailed,
    GivenUp,
    HistoryNotKept,
    NeedsPerson,
    Notice,
    NotSynced,
    Silent,
    Throttled,
    TriedAgain,
    WorksAgain,
)
from fitbit_daily.domain.ranges import joined
from fitbit_daily.errors import told

# Where Google keeps the publishing status of an app.
AUDIENCE = "https://console.cloud.google.com/auth/audience"
# In characters: of a rule in the settings; of an error's own words, which may quote a server.
MOST_RULE, MOST_WORDS = 200, 600


@dataclass(frozen=True)
class Mail:
    """A mail in plain words. The subject is ASCII and short: SNS takes nothing else."""

    subject: str
    body: str


@dataclass(frozen=True)
class Writer:
    """Writes mails to an owner: in their language, about their source, with links to their state machine (its ARN)."""

    language: str
    source: str
    machine: str

    def write(self, notice: Notice) -> Mail:
        subject, paragraphs = self._written(notice)
        return Mail(f"fitbit-daily: {subject}", "\n\n".join(filter(None, paragraphs)) + "\n")

    def _written(self, notice: Notice) -> tuple[str, list[str]]:
        """The subject, and the paragraphs, of which those that are empty are left out."""
        say = WORDS[self.language]
        match notice:
            case TriedAgain(day, until):
                return f"{day.date} is not posted yet", self._tried_again(day, until, say)
            case NeedsPerson():
                return self._needs_person(notice, say)
            case GivenUp():
                return self._given_up(notice, say)
            case NotSynced():
                return "the tracker does not sync", _not_synced(notice, say)
            case WorksAgain():
                return "it works again", _works_again(notice, say)
            case Silent():
                look = _typed("./daily doctor", "./daily status", "./daily run --missing")
                return "nothing has been posted for too long", [say.silent, say.look_and_post, look]
            case Throttled():
                return "AWS is throttling", [say.throttled, say.look, _typed("./daily doctor", "./daily status")]
            case AuthorizationEnds(at):
                return f"the authorisation ends on {at:%Y-%m-%d}", self._authorization_ends(at, say)
            case BatteryLow():
                return "the tracker's battery is nearly empty", [say.battery_low]
            case HistoryNotKept(day):
                keep, look = f"./daily backfill --from {day} --to {day}", f"./daily status {day}"
                first = say.history.format(day=day)
                return f"{day} is not in the history", [first, _typed(keep), say.look, _typed(look)]
            case CatchUpFailed(day):
                look = _typed("./daily run --missing", f"./daily status {day}")
                return "earlier days could not be caught up", [say.catch_up.format(day=day), say.look_and_post, look]
            case AlertChanged():
                return _of_alert(notice, say)
            case _:
                assert_never(notice)

    def _tried_again(self, day: Day, until: datetime, say: Words) -> list[str]:
        found = self._cure(day)
        first = say.not_started if day.failure == NOT_STARTED else say.not_posted_yet
        again = say.tried_again.format(until=f"{until:%Y-%m-%d %H:%M} ({until.tzinfo})")
        return [
            first.format(day=day.date),
            "" if day.failure == NOT_STARTED else found.what,
            again,
            _run([day.date]),
            *self._more(day, found, say),
        ]

    def _needs_person(self, notice: NeedsPerson, say: Words) -> tuple[str, list[str]]:
        newest, days = notice.days[-1], [day.date for day in notice.days]
        found = self._cure(newest)
        first = (say.needs_you_still if notice.since else say.needs_you).format(
            days=_listed(days, say), since=notice.since
        )
        then = ([say.then_post, _run(days)] if found.commands or found.advice else [say.post, _run(days)]) * found.runs
        paragraphs = [first, found.what, found.advice, _typed(*found.commands), *then, *self._more(newest, found, say)]
        subject = f"still failing since {notice.since}" if notice.since else f"{newest.date} has failed"
        return subject, [*paragraphs, say.once_a_week]

    def _given_up(self, notice: GivenUp, say: Words) -> tuple[str, list[str]]:
        days = [day.date for day in notice.days]
        newest = notice.days[-1]
        alike = len({day.failure for day in notice.days}) == 1
        found = self._cure(newest) if alike else None
        why = [found.what, found.advice, _typed(*found.commands)] if found else []
        if newest.failure == UNSYNCED and alike:
            why = [say.given_up_unsynced]
        run = _run(days, notice.back)
        then = say.then_post if found and found.commands else say.post
        more = self._more(newest, found, say) if found and len(days) == 1 else []
        paragraphs = [say.given_up.format(days=_listed(days, say)), *why, then, run, *more]
        return f"{_listed(days, WORDS['en'])} {'is' if len(days) == 1 else 'are'} not tried again", paragraphs

    def _cure(self, day: Day) -> Cure:
        post = next((entry for entry in day.entries if not entry.is_settled), None)
        which = {"kind": post.kind, "destination": post.destination} if post else {}
        facts = which | told(day.cause).facts
        return cure(day.failure, language=self.language, source=self.source, date=day.date.isoformat(), facts=facts)

    def _more(self, day: Day, found: Cure, say: Words) -> list[str]:
        words = shorten(told(day.cause).what, MOST_WORDS, placeholder=" …") if found.own_words and day.cause else ""
        link = console_link(execution_arn(self.machine, day.execution)) if day.execution else ""
        return [say.detail.format(detail=words) if words else "", say.link.format(link=link) if link else ""]

    def _authorization_ends(self, at: datetime, say: Words) -> list[str]:
        when = f"{at:%Y-%m-%d %H:%M} ({at.tzinfo})"
        return [
            say.authorization_ends.format(service=SERVICES[self.source], at=when),
            say.testing.format(page=AUDIENCE) if self.source == "google_health" else "",
            say.authorize,
            _typed(f"./daily authorize {self.source}"),
        ]


def _not_synced(notice: NotSynced, say: Words) -> list[str]:
    if notice.unposted:
        return [say.not_synced.format(since=notice.since, days=_listed(notice.unposted, say)), say.sync, say.by_itself]
    return [
        say.incomplete.format(days=_listed(notice.incomplete, say)),
        say.sync,
        say.post_full_numbers,
        _typed(*(f"./daily run --date {day} --force" for day in notice.incomplete)),
    ]


def _works_again(notice: WorksAgain, say: Words) -> list[str]:
    first, days = say.works_again.format(day=notice.day), notice.missing
    if not days:
        return [first, say.nothing_missing]
    return [first, say.missing.format(days=_listed(days, say)), say.post, _run(days, notice.back)]


def _of_alert(notice: AlertChanged, say: Words) -> tuple[str, list[str]]:
    crossed, day = notice.crossed, notice.day
    text = (say.alert_crossed if crossed else say.alert_back).format(day=day, rule=shorten(notice.rule, MOST_RULE))
    subject = f"one of your rules is {'crossed' if crossed else 'no longer crossed'}"
    return subject, [text, say.see_numbers, _typed("./daily history")]


def _run(days: Sequence[date], back: int = 0) -> str:
    """The command that posts these days."""
    if len(days) == 1:
        return _typed(f"./daily run --date {days[0]}")
    return _typed(f"./daily run --missing --days {back}" if back else "./daily run --missing")


def _listed(days: Sequence[date], say: Words) -> str:
    """As ranges: five days in a row are one."""
    ranges = (f"{first}" if first == last else f"{first}{say.to}{last}" for first, last in joined(days))
    return ", ".join(ranges)


def _typed(*commands: str) -> str:
    """Each on a line of its own."""
    return "\n".join(f"    {command}" for command in commands)
