"""Every mail, in each language. Of health data, a mail has nothing but the day's date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from textwrap import shorten
from typing import assert_never

from fitbit_daily.domain.catalogue import SERVICES, cure
from fitbit_daily.domain.console import console_link
from fitbit_daily.domain.mail_words import WORDS, Words
from fitbit_daily.domain.notices import (
    AlertChanged,
    AuthorizationEnds,
    BatteryLow,
    Failed,
    HistoryNotKept,
    Notice,
    NotSynced,
    Silent,
    StartLost,
    Throttled,
    WorksAgain,
)
from fitbit_daily.domain.told import Mail
from fitbit_daily.errors import told

# Where Google keeps the publishing status of an app.
AUDIENCE = "https://console.cloud.google.com/auth/audience"
# In characters, of a rule in cdk.json.
MOST_RULE = 200
# In characters, of an error's own words, which may quote a server.
MOST_WORDS = 600


@dataclass(frozen=True)
class Writer:
    """Writes mails to an owner: in their language, about their source."""

    language: str
    source: str

    def write(self, notice: Notice) -> Mail:
        subject, paragraphs = self._written(notice)
        return Mail(f"fitbit-daily: {subject}", "\n\n".join(filter(None, paragraphs)) + "\n")

    def _written(self, notice: Notice) -> tuple[str, list[str]]:
        """The subject, and the paragraphs, of which those that are empty are left out."""
        say = WORDS[self.language]
        match notice:
            case Failed():
                return self._failed(notice, say)
            case WorksAgain():
                return "it works again", _works_again(notice, say)
            case Silent() | StartLost() | Throttled():
                return _of_alarm(notice, say)
            case AuthorizationEnds(at):
                return f"the authorisation ends on {at:%Y-%m-%d}", self._authorization_ends(at, say)
            case NotSynced(days):
                return "the tracker does not sync", _not_synced(days, say)
            case BatteryLow():
                return "the tracker's battery is nearly empty", [say.battery_low]
            case HistoryNotKept(day):
                keep, look = f"./daily backfill --from {day} --to {day}", f"./daily status {day}"
                first = say.history.format(day=day)
                return f"{day} is not in the history", [first, _typed(keep), say.look, _typed(look)]
            case AlertChanged():
                return _of_alert(notice, say)
            case _:
                assert_never(notice)

    def _failed(self, notice: Failed, say: Words) -> tuple[str, list[str]]:
        said = told(notice.sentence)
        remedy = cure(
            notice.error,
            language=self.language,
            source=self.source,
            date=notice.day.isoformat(),
            facts=said.facts,
        )
        detail = shorten(said.what, MOST_WORDS, placeholder=" …") if remedy.own_words else ""
        before, where = notice.since, ": ".join(filter(None, (notice.step, _name(notice.error)))) or "?"
        first = (say.failed_again if before else say.failed).format(day=notice.day, where=where, since=before)
        if len(notice.days) > 1:
            label = say.then_post_missing if remedy.advice else say.post_missing
            then = [say.missing.format(days=_listed(notice.days)), label, _run(notice.days, notice.look_back)]
        else:
            then = [say.then_post if remedy.advice else say.post, _run([notice.day])]
            then += [say.redrive, _typed(f"./daily redrive {notice.day}")] if remedy.redrive else []
        last = [
            say.detail.format(detail=detail) if detail else "",
            say.link.format(link=console_link(notice.execution)),
            say.once_a_week,
        ]
        subject = f"still failing since {before}" if before else f"{notice.day} has failed"
        return subject, [first, remedy.what, remedy.advice, _typed(*remedy.commands), *then, *last]

    def _authorization_ends(self, at: datetime, say: Words) -> list[str]:
        when = f"{at:%Y-%m-%d %H:%M} ({at.tzinfo})"
        return [
            say.authorization_ends.format(service=SERVICES[self.source], at=when),
            say.testing.format(page=AUDIENCE) if self.source == "google_health" else "",
            say.authorize,
            _typed(f"./daily authorize {self.source}"),
        ]


def _works_again(notice: WorksAgain, say: Words) -> list[str]:
    first, days = say.works_again.format(day=notice.day), notice.missing
    if not days:
        return [first, say.nothing_missing]
    return [first, say.missing.format(days=_listed(days)), *_post(days, notice.look_back, say)]


def _of_alarm(notice: Silent | StartLost | Throttled, say: Words) -> tuple[str, list[str]]:
    match notice:
        case Silent():
            look = _typed("./daily doctor", "./daily status", "./daily run --missing")
            return "nothing has been posted for too long", [say.silent, say.look_and_post, look]
        case StartLost(day):
            days = notice.days or (day,)
            missing = "" if days == (day,) else say.missing.format(days=_listed(days))
            first = say.start_lost.format(day=day)
            return f"{day} was not started", [first, missing, *_post(days, notice.look_back, say)]
        case Throttled():
            return "AWS is throttling", [say.throttled, say.look, _typed("./daily doctor", "./daily status")]


def _not_synced(days: Sequence[date], say: Words) -> list[str]:
    return [
        say.not_synced.format(count=len(days), days=_listed(days)),
        say.sync,
        say.post_full_numbers,
        # Those before were in the mail of a week ago.
        _typed(*(f"./daily run --date {day} --force" for day in days[-7:])),
    ]


def _of_alert(notice: AlertChanged, say: Words) -> tuple[str, list[str]]:
    crossed, day = notice.crossed, notice.day
    text = (say.alert_crossed if crossed else say.alert_back).format(day=day, rule=shorten(notice.rule, MOST_RULE))
    subject = f"one of your rules is {'crossed' if crossed else 'no longer crossed'}"
    return subject, [text, say.see_numbers, _typed(f"./daily preview --date {day}")]


def _post(days: Sequence[date], look_back: int, say: Words) -> list[str]:
    return [say.post if len(days) == 1 else say.post_missing, _run(days, look_back)]


def _run(days: Sequence[date], look_back: int = 0) -> str:
    """The command that posts these days."""
    one = len(days) == 1
    return _typed(f"./daily run --date {days[0]}" if one else f"./daily run --missing --days {look_back}")


def _listed(days: Sequence[date]) -> str:
    return ", ".join(day.isoformat() for day in days)


def _typed(*commands: str) -> str:
    """Each on a line of its own."""
    return "\n".join(f"    {command}" for command in commands)


def _name(error: str) -> str:
    """An error's name, if it is one: of words and dots, as Lambda and Step Functions have them."""
    return error if re.fullmatch(r"[\w.]{1,80}", error, re.ASCII) else ""
