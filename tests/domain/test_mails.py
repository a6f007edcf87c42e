"""Every mail, word for word in both languages: every_mail.ja.txt and every_mail.en.txt have their texts."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest

from fitbit_daily.domain.events import SILENCE
from fitbit_daily.domain.mails import Writer
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
from fitbit_daily.domain.posts import LANGUAGES
from fitbit_daily.domain.told import Mail
from fitbit_daily.errors import all_errors
from tests.domain.happenings import ARN, REVOKED, TOKYO, Owner, in_february, mails
from tests.domain.test_catalogue import can_be_typed

SECOND = in_february(2)
UNKNOWN = 'X answered 503: the post may exist.\nLook at your timeline on X.\n{"kind": "sleep"}'
NOTICES: dict[str, Notice] = {
    "failed": Failed(SECOND, "Refresh token", "AuthorizationLost", REVOKED, f"{ARN}uuid-2"),
    "failed, a week later": Failed(
        in_february(9),
        "Refresh token",
        "AuthorizationLost",
        REVOKED,
        f"{ARN}uuid-9",
        since=SECOND,
        days=tuple(in_february(day) for day in range(2, 10)),
        look_back=9,
    ),
    "failed, a week later, all but one day posted by hand": Failed(
        in_february(9), "Tweet", "XOutOfCredits", "", f"{ARN}uuid-9", SECOND, (in_february(9),), 2
    ),
    "outcome unknown": Failed(SECOND, "Tweet", "PostOutcomeUnknown", UNKNOWN, f"{ARN}uuid-2"),
    "another version": Failed(SECOND, "Fetch sleep", "StateFromAnotherVersion", "", f"{ARN}uuid-2"),
    "timed out": Failed(SECOND, "Wait for sync", "TIMED_OUT", "", f"{ARN}uuid-2"),
    "without a name": Failed(SECOND, "", "not a\nname", "CANARY", f"{ARN}uuid-2"),
    "works again": WorksAgain(SECOND, (), 0),
    "works again, one day missing": WorksAgain(in_february(3), (SECOND,), 3),
    "works again, ten days missing": WorksAgain(in_february(12), tuple(in_february(day) for day in range(2, 12)), 12),
    "silent": Silent(),
    "start lost": StartLost(SECOND, (SECOND,), 2),
    "start lost, a week later": StartLost(in_february(9), (SECOND, in_february(5), in_february(9)), 9),
    "throttled": Throttled(),
    "authorization ends": AuthorizationEnds(datetime(2026, 2, 8, 12, 30, tzinfo=TOKYO.zone)),
    "not synced": NotSynced((SECOND, in_february(3))),
    "battery low": BatteryLow(),
    "history not kept": HistoryNotKept(SECOND),
    "alert crossed": AlertChanged(SECOND, "steps below 6000 for 3 days", True),
    "alert back": AlertChanged(in_february(3), "steps below 6000 for 3 days", False),
}


def texts(language: str) -> dict[str, Mail]:
    """By name: a line with the name, the subject, the body."""
    file = Path(__file__).parent / f"every_mail.{language}.txt"
    pieces = re.split(r"^=== (.*)\n", file.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    written = zip(pieces[::2], pieces[1::2], strict=True)
    return {name: Mail(*text.removesuffix("\n").split("\n\n", 1)) for name, text in written}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mail_is_as_it_is_written_down(language: str) -> None:
    writer = Writer(language, "google_health")
    written = {name: writer.write(notice) for name, notice in NOTICES.items()}
    assert written == texts(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_authorisation_revoked_for_ten_days_and_restored_gives_three_mails(language: str) -> None:
    owner = Owner().next_day()
    owner.succeed()
    for _ in range(10):
        owner.next_day()
        owner.fail()
        owner.alarm(SILENCE)
    owner.next_day()
    owner.succeed()
    told, known = mails(owner.notices, language), texts(language)
    expected = [known[name] for name in ("failed", "failed, a week later", "works again, ten days missing")]
    # Every other event here is an alarm.
    assert told == [expected[0], renamed(expected[1], "uuid-9", "uuid-16"), expected[2]]


def renamed(mail: Mail, before: str, after: str) -> Mail:
    assert before in mail.body
    return Mail(mail.subject, mail.body.replace(before, after))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_subject_is_one_that_sns_takes(language: str) -> None:
    """https://docs.aws.amazon.com/sns/latest/api/API_Publish.html"""
    for mail in texts(language).values():
        assert re.fullmatch(r"[A-Za-z0-9][ -~]{0,98}", mail.subject), mail.subject
    assert texts("ja").keys() == texts("en").keys()
    assert [mail.subject for mail in texts("ja").values()] == [mail.subject for mail in texts("en").values()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_stands_on_a_line_of_its_own_and_can_be_typed(language: str) -> None:
    seen = 0
    for mail in texts(language).values():
        for line in mail.body.splitlines():
            assert "./daily" not in line or line.startswith("    ./daily")
            if line.startswith("    "):
                seen += 1
                assert can_be_typed(line.strip()), line
    assert seen > 25


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("source", ["google_health", "fitbit"])
def test_every_error_can_be_told_of_and_ends_with_a_command_that_posts_the_day(language: str, source: str) -> None:
    for error in all_errors():
        for step in ("Fetch sleep", "Tweet"):
            body = Writer(language, source).write(Failed(SECOND, step, error.__name__, REVOKED, ARN)).body
            assert "    ./daily run --date 2026-02-02\n" in body
            assert "{" not in body and "None" not in body and "\n\n\n" not in body


def test_with_the_fitbit_web_api_nothing_is_said_of_a_google_app() -> None:
    ends = NOTICES["authorization ends"]
    body = Writer("en", "fitbit").write(ends).body
    assert "Google" not in body and "    ./daily authorize fitbit\n" in body


def test_a_tracker_that_has_not_synced_for_weeks_does_not_fill_the_mail_with_commands() -> None:
    days = tuple(in_february(day) for day in range(1, 29))
    body = Writer("en", "google_health").write(NotSynced(days)).body
    assert "for 28 days in a row" in body and body.count("--force") == 7 and "2026-02-28 --force" in body


def test_a_rule_without_end_is_cut() -> None:
    body = (
        Writer("en", "google_health").write(AlertChanged(SECOND, "steps below " + "1" * 99 + " or x" * 999, True)).body
    )
    assert len(body) < 500
