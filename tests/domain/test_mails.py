"""Every mail, word for word in both languages: every_mail.ja.txt and every_mail.en.txt have their texts.

python -m tests.domain.test_mails    writes them anew; they are then to be read, as whoever gets them reads them
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest

from fitbit_daily.domain.cures import NOT_STARTED, UNSYNCED
from fitbit_daily.domain.mails import Mail, Writer
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
from fitbit_daily.domain.posts import LANGUAGES
from fitbit_daily.errors import PostRejected, UnexpectedError, XOutOfCredits
from tests.domain.happenings import PLACE, TOKYO, an_open_day, in_february
from tests.domain.test_cures import EVERY, can_be_typed

SECOND, THIRD = in_february(2), in_february(3)
UNTIL = TOKYO.scheduled_start(in_february(5))


REJECTED = str(PostRejected("X answered 403: your account is not permitted to perform this action."))
OUT_OF_CREDITS = str(XOutOfCredits("X wants credits.", reset_date="2026-03-01"))
ANSWER = "X answered 503: the post may exist."
BUG = str(UnexpectedError("Unexpected KeyError in fetch_sleep.py, line 31."))

NOTICES: dict[str, Notice] = {
    "tried again": TriedAgain(an_open_day(2, "SourceUnavailable", "Google Health answered 503."), UNTIL),
    "tried again, not started": TriedAgain(an_open_day(2, NOT_STARTED), UNTIL),
    "tried again, outcome unknown": TriedAgain(an_open_day(2, "PostOutcomeUnknown", ANSWER, "sleep"), UNTIL),
    "tried again, a bug": TriedAgain(an_open_day(2, "UnexpectedError", BUG), UNTIL),
    "needs you, authorisation": ActionNeeded((an_open_day(2, "AuthorizationLost"),), by_itself=True),
    "needs you, authorisation, a week later": ActionNeeded(
        tuple(an_open_day(day, "AuthorizationLost") for day in range(2, 9)), by_itself=False, since=SECOND
    ),
    "needs you, credits": ActionNeeded((an_open_day(2, "XOutOfCredits", OUT_OF_CREDITS),), by_itself=True),
    "needs you, rejected": ActionNeeded((an_open_day(2, "PostRejected", REJECTED),), by_itself=True),
    "needs you, duplicate, not caught up": ActionNeeded((an_open_day(2, "DuplicateOnTimeline"),), by_itself=False),
    "needs you, not known": ActionNeeded((an_open_day(2, "CANARY"), an_open_day(4, "CANARY")), by_itself=True),
    "needs you, input": ActionNeeded((an_open_day(2, "InvalidInput", "The input has 'dat'."),), by_itself=True),
    "given up": GivenUp((an_open_day(2, "PostOutcomeUnknown", ANSWER, "sleep"),), 5),
    "given up, one cause": GivenUp(tuple(an_open_day(day, "SourceUnavailable") for day in (2, 3, 6)), 9),
    "given up, several causes": GivenUp((an_open_day(2, "XUnavailable"), an_open_day(3, "SourceUnavailable")), 9),
    "given up, not synced": GivenUp((an_open_day(2, UNSYNCED),), 5),
    "not synced": NotSynced(SECOND, (SECOND, THIRD)),
    "not synced, nothing is caught up": NotSynced(SECOND, (SECOND,), by_itself=False),
    "posted without a sync": NotSynced(SECOND, incomplete=(SECOND, THIRD)),
    "works again": WorksAgain(SECOND),
    "works again, others were told": WorksAgain(SECOND, none_open=False),
    "works again, one day missing": WorksAgain(THIRD, (SECOND,), (), 3, none_open=False),
    "works again, days missing, one is tried again": WorksAgain(
        in_february(9), tuple(map(in_february, (2, 3, 4, 8))), (in_february(8),), 9, none_open=False
    ),
    "silent": Silent(),
    "throttled": Throttled(),
    "authorisation ends": AuthorizationEnds(datetime(2026, 2, 8, 12, 30, tzinfo=TOKYO.zone)),
    "battery low": BatteryLow(),
    "history not kept": HistoryNotKept(SECOND),
    "catch up failed": CatchUpFailed(SECOND),
    "alert crossed": AlertChanged(SECOND, "steps below 6000 for 3 days", True),
    "alert back": AlertChanged(THIRD, "steps below 6000 for 3 days", False),
}


def file(language: str) -> Path:
    return Path(__file__).parent / f"every_mail.{language}.txt"


def written(language: str) -> str:
    """By name: a line with the name, the subject, the body."""
    writer = Writer(language, "google_health", PLACE)
    mails = {name: writer.write(notice) for name, notice in NOTICES.items()} | {"a test": writer.test()}
    return "".join(f"=== {name}\n{mail.subject}\n\n{mail.body}\n" for name, mail in mails.items())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mail_is_as_it_is_written_down(language: str) -> None:
    assert written(language) == file(language).read_text(encoding="utf-8")


def mails(language: str) -> list[Mail]:
    return [Writer(language, "google_health", PLACE).write(notice) for notice in NOTICES.values()]


def test_every_subject_is_one_that_sns_takes_and_the_same_in_every_language() -> None:
    """https://docs.aws.amazon.com/sns/latest/api/API_Publish.html"""
    english, japanese = ([mail.subject for mail in mails(language)] for language in ("en", "ja"))
    assert english == japanese
    many = tuple(an_open_day(day, "XOutOfCredits") for day in range(2, 28, 2))
    longest = Writer("ja", "fitbit", PLACE).write(GivenUp(many, 30)).subject
    for subject in (*english, longest):
        assert re.fullmatch(r"[A-Za-z0-9][ -~]{0,98}", subject), subject
    assert longest == "fitbit-daily: 13 days are not tried again"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_stands_on_a_line_of_its_own_and_can_be_typed(language: str) -> None:
    typed = [line for mail in mails(language) for line in mail.body.splitlines() if "./daily" in line]
    assert all(re.fullmatch(r"    \./daily .+", line) for line in typed)
    assert [line for line in typed if not can_be_typed(line.strip())] == []
    assert len(typed) > 25


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("source", ["google_health", "fitbit"])
def test_every_failure_can_be_told_in_every_way(language: str, source: str) -> None:
    writer = Writer(language, source, PLACE)
    for name in (*EVERY, "CANARY"):
        day = an_open_day(2, name)
        for notice in (TriedAgain(day, UNTIL), ActionNeeded((day,), by_itself=True), GivenUp((day,), 4)):
            body = writer.write(notice).body
            assert "{" not in body and "None" not in body and "\n\n\n" not in body and "CANARY" not in body
            assert "YYYY" not in body and "KIND" not in body


def test_with_the_fitbit_web_api_nothing_is_said_of_a_google_app() -> None:
    body = Writer("en", "fitbit", PLACE).write(NOTICES["authorisation ends"]).body
    assert "Google" not in body and "    ./daily authorize fitbit\n" in body


def test_a_rule_and_an_errors_own_words_without_end_are_cut() -> None:
    writer = Writer("en", "google_health", PLACE)
    assert len(writer.write(AlertChanged(SECOND, "steps below " + "1 or x" * 999, True)).body) < 500
    body = writer.write(TriedAgain(an_open_day(2, "SourceUnavailable", "Google says " + "so " * 999), UNTIL)).body
    assert len(body) < 1500 and "so …" in body


if __name__ == "__main__":
    for each in LANGUAGES:
        file(each).write_text(written(each), encoding="utf-8")
