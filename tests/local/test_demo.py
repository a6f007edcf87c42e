"""The demo of a failing day, from its fault to the mail, with a workflow and a function that only fail and tell."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from click.testing import CliRunner
from rich.console import Console

from cli.moments import Ended, Entered, Moment, Stumbled
from local import demo
from local.clock import Clock
from local.commands import local
from local.demo import scheduled_time, without_repetitions
from local.event_bus import EventBus
from local.lambda_process import Function
from local.mailbox import Mail, Mailbox, show_mail
from local.stack import Choices, LocalStack
from tests.local.seams import REGION, Recorder, lambda_function, machine

FAILS = {"StartAt": "Refresh token", "States": {"Refresh token": {"Type": "Fail", "Error": "AuthorizationLost"}}}
PASSES = {
    "StartAt": "Tweet",
    "States": {"Tweet": {"Type": "Pass", "Result": {"posts": [], "skipped": []}, "End": True}},
}


class Teller(Recorder):
    """The function Notify, as far as this demo goes."""

    topic = ""

    def invoke(self, function: Function, event: Any) -> tuple[str, bool, str]:
        if event["detail"]["status"] == "FAILED":
            given = json.loads(event["detail"]["input"])["scheduled_time"]
            client = boto3.client("sns", region_name=REGION)
            client.publish(TopicArn=self.topic, Subject="A day has failed", Message=f"Scheduled for {given}\n")
        return "null", False, ""


@pytest.fixture
def stack(
    processes: Recorder, clock: Clock, bus: EventBus, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> LocalStack:
    """As much of the local stack as a demo needs; `switched` are the faults that are on."""
    monkeypatch.setattr(processes, "invoke", Teller().invoke)
    sns, events = (boto3.client(service, region_name=REGION) for service in ("sns", "events"))
    monkeypatch.setattr(Teller, "topic", sns.create_topic(Name="t")["TopicArn"])
    sns.subscribe(TopicArn=Teller.topic, Protocol="email", Endpoint="you@example.com")
    events.put_rule(Name="r", EventPattern='{"source": ["aws.states"]}')
    events.put_targets(Rule="r", Targets=[{"Id": "f", "Arn": lambda_function()}])
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_REGION", REGION)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    switched: list[str] = []
    choices = Choices(context=["time_zone=Asia/Tokyo", "time_of_day=00:10"])
    parts = {"choices": choices, "clock": clock, "bus": bus, "mailbox": mailbox}
    stand_in: Any = SimpleNamespace(**parts, switch_on=switched.append, switched=switched)
    return stand_in


def fail(stack: Any, definition: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> tuple[bool, str]:
    """Whether the demo was one, and what it printed."""
    monkeypatch.setenv("STATE_MACHINE_ARN", machine(definition)[1])
    console = Console(highlight=False, width=80, force_terminal=False)
    with console.capture() as printed:
        done = demo.fail(console, stack, "token-invalid-grant", "2026-02-10")
    assert stack.switched == ["token-invalid-grant"]
    return done, printed.get()


def test_a_day_that_fails_is_started_as_scheduled_and_ends_with_the_mail(
    stack: LocalStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    done, printed = fail(stack, FAILS, monkeypatch)
    assert done
    step, mail = printed.index("✗ Refresh token"), printed.index("Mail to you@example.com")
    assert step < mail < printed.index("Subject: A day has failed") < printed.index("2026-02-10T15:10:00Z")


def test_a_failure_without_a_mail_is_no_demo(stack: LocalStack, monkeypatch: pytest.MonkeyPatch) -> None:
    boto3.client("events", region_name=REGION).disable_rule(Name="r")
    done, printed = fail(stack, FAILS, monkeypatch)
    assert not done and "No mail was sent." in printed


def test_a_fault_that_the_workflow_gets_over_ends_without_a_mail(
    stack: LocalStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    done, printed = fail(stack, PASSES, monkeypatch)
    assert done and "No mail was sent: the workflow got over it." in printed and "✗" not in printed


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


def test_the_address_of_the_settings_is_kept(own_settings: Path) -> None:
    own_settings.write_text('{"email": "owner@example.org"}')
    assert not any("email" in word for word in Choices().words())


@pytest.mark.parametrize(("day", "says"), [("2021-02-30", "is no day of the calendar"), ("2999-01-01", "is not over")])
def test_an_impossible_day_is_refused_before_anything_starts(
    monkeypatch: pytest.MonkeyPatch, day: str, says: str
) -> None:
    monkeypatch.setenv("DATE", day)
    monkeypatch.setattr("local.commands.LocalStack", None)
    done = CliRunner().invoke(local, ["demo"])
    assert done.exit_code == 2 and says in done.stderr


def test_a_mail_is_shown_at_words_and_its_commands_whole() -> None:
    console = Console(force_terminal=True, width=40, color_system=None, record=True)
    command = "./daily settle 2026-11-21 activity --not-posted"
    show_mail(
        console,
        Mail(
            "me@example.com",
            "a post",
            f"Nobody knows whether it was posted. Look at X, then type:\n\n    {command}\n",
            datetime.now(UTC),
        ),
    )
    shown = console.export_text().splitlines()
    assert "Nobody knows whether it was posted. Look" in shown and f"    {command}" in shown
