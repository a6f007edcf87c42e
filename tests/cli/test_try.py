"""./daily try: the article's posts from the person's own authorisation, and nothing is left behind anywhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import botocore.session
import pytest

from fitbit_daily.adapters.google_health import GoogleHealth
from fitbit_daily.domain.numbers import Activity
from tests.cli.authorizing import Terminal, terminal

__all__ = ["terminal"]

EXPECTED = Path(__file__).parent.parent / "domain" / "expected"
AGAIN = "./daily try"


def test_yesterdays_numbers_make_the_articles_two_posts_with_their_weighted_lengths(terminal: Terminal) -> None:
    result = terminal.type("try", answers=terminal.client)
    assert result.exit_code == 0
    for kind, length in (("activity", 203), ("sleep", 60)):
        text = (EXPECTED / f"2021-05-23.{kind}.ja.txt").read_text()
        assert f"--- {kind}: would be posted, {length}/280\n{text}\n" in result.stdout
    assert "Google lets you in." in result.stdout
    assert result.stdout.endswith("Nothing was stored. Next: step 2 of docs/setup.md, X.\n")
    assert result.stderr.startswith("Talking to the simulator of Google on this machine. Nothing is stored.\n")
    assert "The daily run waits for that" not in result.stdout
    assert terminal.shown_secrets() == []


def test_yesterday_is_yesterday_in_the_time_zone_of_the_settings_and_another_day_can_be_chosen(
    terminal: Terminal,
) -> None:
    """At half past midnight in Tokyo it is still the day before in London."""
    terminal.clock.moment = terminal.clock.moment.replace(day=23, hour=15, minute=30)
    assert "本日(2021-05-23)の" in terminal.type("try", answers=terminal.client).stdout
    terminal.clock.moment -= timedelta(hours=1)
    assert "本日(2021-05-22)の" in terminal.type("try", answers=terminal.client).stdout
    assert "本日(2021-05-21)の" in terminal.type("try", "--date", "2021-05-21", answers=terminal.client).stdout


def test_nothing_is_stored_neither_on_disk_nor_at_aws_nor_as_a_lasting_grant_at_google(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("AWS was asked for")

    monkeypatch.setattr(botocore.session.Session, "create_client", refuse)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    grants = set(terminal.google.tokens.refresh_tokens)
    assert terminal.type("try", answers=terminal.client).exit_code == 0
    assert list(tmp_path.iterdir()) == []
    assert terminal.google.tokens.refresh_tokens == grants
    assert "access_type=online" in terminal.browser.pages[0].url
    monkeypatch.undo()


def test_a_day_that_cannot_be_is_wrong_usage_before_anything_is_asked(terminal: Terminal) -> None:
    for day in ["2021-05-24", "2021-02-30", "2008-12-31"]:
        result = terminal.type("try", "--date", day)
        assert result.exit_code == 2 and day in result.stderr
        assert terminal.google.calls == []


def test_a_day_without_numbers_is_said_with_what_to_try_next(terminal: Terminal) -> None:
    terminal.clock.moment = terminal.clock.moment.replace(year=2026, month=2, day=4)
    result = terminal.type("try", answers=terminal.client)
    assert result.exit_code == 0
    assert "no numbers for 2026-02-03" in result.stdout and "./daily try --date YYYY-MM-DD" in result.stdout


def test_a_day_of_which_google_says_two_things_is_incomplete(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = GoogleHealth.activities

    def doubtful(*asked: Any) -> dict[date, Activity]:
        return {day: replace(activity, steps=None, doubtful=True) for day, activity in read(*asked).items()}

    monkeypatch.setattr(GoogleHealth, "activities", doubtful)
    result = terminal.type("try", answers=terminal.client)
    assert result.exit_code == 0 and "The daily run waits for that" in result.stdout


def test_an_incomplete_day_says_that_the_daily_run_would_wait(terminal: Terminal) -> None:
    terminal.google.faults.switch_on("not-synced")
    result = terminal.type("try", answers=terminal.client)
    assert result.exit_code == 0
    assert "has not synced past the end of 2021-05-23" in result.stdout and "（同期前のため途中の値）" in result.stdout


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("health-403-disabled", "Google accepts no new projects at the moment"),
        ("health-400-not-linked", "https://fitbit.google.com/auth/signup"),
        ("health-403-scope", "tick every box"),
        ("rollup-500", "Google Health answered 500."),
        ("sleep-hang", "did not answer in time"),
        ("token-invalid-client", "does not know this client"),
    ],
)
def test_whatever_keeps_a_person_out_is_said_with_what_to_type_again(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, fault: str, says: str
) -> None:
    monkeypatch.setattr("fitbit_daily.adapters.http.TIMEOUT", (1, 0.2))
    terminal.google.faults.switch_on(fault)
    result = terminal.type("try", answers=terminal.client)
    assert result.exit_code == 1 and says in result.stderr and AGAIN in result.stderr
    assert "authorize" not in result.stderr and "./daily run" not in result.stderr
    assert "would be posted" not in result.stdout and terminal.shown_secrets() == []


def test_a_box_left_unticked_is_named(terminal: Terminal) -> None:
    terminal.browser.untick = "sleep"
    result = terminal.type("try", answers=terminal.client)
    assert result.exit_code == 1
    assert "'See your Google Health sleep data'" in result.stderr and "Type: ./daily try" in result.stderr


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("GOOGLE_ACCOUNTS_URL", "https://accounts.google.com.evil.example"),
        ("GOOGLE_OAUTH_URL", "http://127.0.0.1@evil.example/"),
        ("GOOGLE_HEALTH_URL", "ftp://127.0.0.1"),
    ],
)
def test_no_address_but_googles_and_this_machines_is_taken(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, name: str, address: str
) -> None:
    monkeypatch.setenv(name, address)
    result = terminal.type("try", answers=terminal.client)
    assert result.exit_code == 1 and f"{name} is" in result.stderr
    assert terminal.google.calls == [] and terminal.browser.opened == []


def test_a_broken_setting_is_one_sentence(terminal: Terminal, own_settings: Path) -> None:
    for text, says in [
        ('\ufeff{"time_zone": "Mars/Base"}', "Setting 'time_zone' is 'Mars/Base'"),
        ("{", "settings.json cannot be read"),
    ]:
        own_settings.write_text(text, encoding="utf-8")
        result = terminal.type("try")
        assert result.exit_code == 1 and says in result.stderr and terminal.google.calls == []
