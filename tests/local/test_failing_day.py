"""The demo of a failing day: its fault is one that there is, and its execution is one that the schedule starts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click
import pytest

from cli.moments import Ended, Entered, Moment, Stumbled
from fitbit_daily.adapters.sources import SOURCES
from local.failing_day import EASY, chosen_fault, known_faults, without_repetitions
from local.stack import Choices, scheduled_time


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("easy", EASY)
def test_each_easy_name_is_a_fault_of_each_source(source: str, easy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAULT", easy)
    assert chosen_fault(source) in known_faults(source)


def test_a_faults_full_name_is_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAULT", "rollup-503")
    assert chosen_fault("google_health") == "rollup-503"
    monkeypatch.delenv("FAULT")
    assert chosen_fault("google_health") is None


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("rolup-503", "Try rollup-503"),
        (
            "moon",
            "Try authorization-revoked, source-down, x-down, x-keys-revoked, no-credits; .* python -m local fault",
        ),
        ("health-hang", "FAULT=health-drop"),
    ],
)
def test_a_fault_that_cannot_be_shown_is_refused_with_others(
    name: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAULT", name)
    with pytest.raises(click.UsageError, match=says):
        chosen_fault("google_health")


def test_simulators_of_others_are_not_made_to_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAULT", "x-down")
    monkeypatch.setenv("X_API_URL", "http://127.0.0.1:1")
    with pytest.raises(click.UsageError, match="unset X_API_URL"):
        chosen_fault("google_health")


def test_the_schedule_starts_a_day_on_the_day_after_at_the_time_of_day() -> None:
    choices = Choices(context=["time_zone=Europe/Berlin", "time_of_day=06:30"])
    now = datetime(2026, 3, 29, 4, 29, tzinfo=UTC)
    assert scheduled_time(choices, "2026-03-28", now) == datetime(2026, 3, 29, 4, 30, tzinfo=UTC)
    assert scheduled_time(choices, None, now) == datetime(2026, 3, 28, 5, 30, tzinfo=UTC)
    assert scheduled_time(choices, None, now + timedelta(minutes=1)) == datetime(2026, 3, 29, 4, 30, tzinfo=UTC)


def test_failures_that_are_alike_are_shown_once() -> None:
    stumbles: list[Moment] = [Stumbled("Tweet", "XUnavailable", f"{number}.") for number in range(30)]
    other = Stumbled("Tweet", "PostOutcomeUnknown", "lost.")
    moments = [Entered("Tweet"), *stumbles, other, Ended(None, "PostOutcomeUnknown")]
    shown = list(without_repetitions(moments))
    assert shown == [Entered("Tweet"), *stumbles[:2], other, moments[-1]]


@pytest.mark.parametrize(
    ("context", "told"),
    [([], "you@example.com"), (["email=me@example.org"], "me@example.org"), (["email="], "")],
)
def test_mails_go_to_an_example_unless_told_otherwise(context: list[str], told: str) -> None:
    words = Choices(context=context).words()
    assert [word for word in words if word.startswith("email=")] == [f"email={told}"]


def test_the_address_of_cdk_json_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local.stack._context", lambda: {"email": "owner@example.org"})
    assert not any("email" in word for word in Choices().words())
