"""Every mail, in each language. A mail holds no health data but the day's date."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from textwrap import shorten
from typing import assert_never

from fitbit_daily.domain.cures import NOT_STARTED, SERVICES, UNSYNCED, Cure, cure
from fitbit_daily.domain.days import Day
from fitbit_daily.domain.mail_words import WORDS, MailWords
from fitbit_daily.domain.notice_kinds import (
    ActionNeeded,
    AlertChanged,
    AuthorizationEnds,
    BatteryLow,
    CatchUpFailed,
    GivenUp,
    HistoryNotKept,
    Notice,
    NotSynced,
    Silent,
    Throttled,
    TriedAgain,
    WorksAgain,
)
from fitbit_daily.domain.ranges import listed
from fitbit_daily.errors import Message

# Where Google keeps the publishing status of an app.
AUDIENCE = "https://console.cloud.google.com/auth/audience"
# In characters: a rule from the settings; an error's own words, which may quote a server; the days in a subject.
MOST_RULE, MOST_WORDS, MOST_DAYS = 200, 600, 40


@dataclass(frozen=True)
class Mail:
    """A mail in plain text. The subject is ASCII and short: SNS takes nothing else."""

    subject: str
    body: str


@dataclass(frozen=True)
class Place:
    """Where the program runs; `link_to` shows an execution, by its name."""

    account: str
    region: str
    link_to: Callable[[str], str]


@dataclass(frozen=True)
class Writer:
    """Writes mails to an owner, in their language, about their source."""

    language: str
    source: str
    place: Place

    def write(self, notice: Notice) -> Mail:
        return self._mail(*self._written(notice))

    def test(self) -> Mail:
        """Tells nothing but that it arrived."""
        return self._mail("a test", [WORDS[self.language].test])

    def _mail(self, subject: str, paragraphs: Sequence[str]) -> Mail:
        sender = WORDS[self.language].sender.format(account=self.place.account, region=self.place.region)
        return Mail(f"fitbit-daily: {subject}", "\n\n".join(filter(None, [*paragraphs, sender])) + "\n")

    def _written(self, notice: Notice) -> tuple[str, list[str]]:
        """The subject, and the paragraphs; empty ones are left out."""
        say = WORDS[self.language]
        match notice:
            case TriedAgain(day, until):
                return f"{day.date} is not posted yet", self._tried_again(day, until, say)
            case ActionNeeded():
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
            case _:
                return self._of_soon(notice, say)

    def _of_soon(
        self,
        notice: Throttled | AuthorizationEnds | BatteryLow | HistoryNotKept | CatchUpFailed | AlertChanged,
        say: MailWords,
    ) -> tuple[str, list[str]]:
        """Nothing has failed yet."""
        match notice:
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

    def _tried_again(self, day: Day, until: datetime, say: MailWords) -> list[str]:
        found = self._cure(day)
        lost = day.failure == NOT_STARTED
        # A person is asked only once the program can no longer find it out itself.
        advice = [] if found.either else [found.advice, _typed(*found.commands)]
        return [
            (say.not_started if lost else say.not_posted_yet).format(day=day.date),
            "" if lost else found.what,
            *advice,
            say.tried_again.format(until=f"{until:%Y-%m-%d %H:%M} ({until.tzinfo})"),
            _run([day.date]),
            *self._more(day, found, say),
        ]

    def _needs_person(self, notice: ActionNeeded, say: MailWords) -> tuple[str, list[str]]:
        newest, days = notice.days[-1], [day.date for day in notice.days]
        found = self._cure(newest)
        first = (say.needs_you_still if notice.since else say.needs_you).format(
            days=_listed(days, say), since=notice.since
        )
        then = say.post
        if found.commands or found.advice:
            then = say.then_by_itself if notice.by_itself else say.then_post
        paragraphs = [
            first,
            found.what,
            found.advice,
            _typed(*found.commands),
            *[then, _run(days)] * found.runs,
            *self._more(newest, found, say),
            say.once_a_week,
        ]
        subject = f"{_in_subject(days)} {'needs' if len(days) == 1 else 'need'} you"
        return f"still failing since {notice.since}" if notice.since else subject, paragraphs

    def _given_up(self, notice: GivenUp, say: MailWords) -> tuple[str, list[str]]:
        newest, days = notice.days[-1], [day.date for day in notice.days]
        alike = len({day.failure for day in notice.days}) == 1
        found = self._cure(newest)
        why = [found.what, found.advice, _typed(*found.commands)] if alike else []
        then = say.then_post if alike and found.commands else say.post
        paragraphs = [
            say.given_up.format(days=_listed(days, say)),
            *([say.given_up_unsynced] if alike and newest.failure == UNSYNCED else why),
            then,
            _run(days, notice.back),
            *(self._more(newest, found, say) if len(days) == 1 else []),
        ]
        return f"{_in_subject(days)} {'is' if len(days) == 1 else 'are'} not tried again", paragraphs

    def _cure(self, day: Day) -> Cure:
        unsettled = [entry for entry in day.entries if not entry.is_settled]
        post = next((entry for entry in unsettled if entry.failure == day.failure), unsettled[0] if unsettled else None)
        which = {"kind": post.kind, "destination": post.destination} if post else {}
        facts = {**which, **Message.parse(day.cause).facts}
        return cure(day.failure, language=self.language, source=self.source, date=day.date.isoformat(), facts=facts)

    def _more(self, day: Day, found: Cure, say: MailWords) -> list[str]:
        what = Message.parse(day.cause).what if found.own_words else ""
        link = self.place.link_to(day.execution) if day.execution else ""
        return [
            say.detail.format(detail=shorten(what, MOST_WORDS, placeholder=" …")) if what else "",
            say.link.format(link=link) if link else "",
        ]

    def _authorization_ends(self, at: datetime, say: MailWords) -> list[str]:
        when = f"{at:%Y-%m-%d %H:%M} ({at.tzinfo})"
        return [
            say.authorization_ends.format(service=SERVICES[self.source], at=when),
            say.testing.format(page=AUDIENCE) if self.source == "google_health" else "",
            say.authorize,
            _typed(f"./daily authorize {self.source}"),
        ]


def _not_synced(notice: NotSynced, say: MailWords) -> list[str]:
    if notice.unposted:
        first = say.not_synced.format(since=notice.since, days=_listed(notice.unposted, say))
        return [first, say.sync, say.sync_then_by_itself if notice.by_itself else say.sync_then_told]
    return [
        say.incomplete.format(days=_listed(notice.incomplete, say)),
        say.sync,
        say.post_full_numbers,
        _typed(*(f"./daily run --date {day} --force" for day in notice.incomplete)),
    ]


def _works_again(notice: WorksAgain, say: MailWords) -> list[str]:
    first, days = say.works_again.format(day=notice.day), notice.missing
    if not days:
        return [first, say.nothing_missing if notice.none_open else ""]
    by_itself = say.tried_by_themselves.format(days=_listed(notice.tried, say)) if notice.tried else ""
    return [first, say.missing.format(days=_listed(days, say)), by_itself, say.post, _run(days, notice.back)]


def _of_alert(notice: AlertChanged, say: MailWords) -> tuple[str, list[str]]:
    crossed, day = notice.crossed, notice.day
    text = (say.alert_crossed if crossed else say.alert_back).format(day=day, rule=shorten(notice.rule, MOST_RULE))
    subject = f"one of your rules is {'crossed' if crossed else 'no longer crossed'}"
    return subject, [text, say.see_numbers, _typed("./daily history")]


def _run(days: Sequence[date], back: int = 0) -> str:
    """The command that posts these days."""
    if len(days) == 1:
        return _typed(f"./daily run --date {days[0]}")
    return _typed(f"./daily run --missing --days {back}" if back else "./daily run --missing")


def _listed(days: Sequence[date], say: MailWords) -> str:
    return listed(days, to=say.to, comma=say.comma)


def _in_subject(days: Sequence[date]) -> str:
    """In English: SNS takes no long subject, and ASCII only."""
    named = _listed(days, WORDS["en"])
    return named if len(named) <= MOST_DAYS else f"{len(days)} days"


def _typed(*commands: str) -> str:
    """Each on a line of its own."""
    return "\n".join(f"    {command}" for command in commands)
