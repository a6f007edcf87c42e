"""Notify: an event or nothing goes in, the ledger and Step Functions are asked, mails come out of the topic."""

from __future__ import annotations

import io
import json
import logging
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

import notify
from fitbit_daily.adapters.aws import client
from fitbit_daily.adapters.ledger_table import LedgerTable
from fitbit_daily.adapters.notices import MemoryTable
from fitbit_daily.domain.ledger import Due, Entry, Status
from fitbit_daily.errors import AuthorizationLost, AwsUnavailable, UnexpectedError
from fitbit_daily.log import logger
from tests.adapters.fixtures import Clock, refusing
from tests.cli.step_functions import MACHINE, refusal

EXECUTION = MACHINE.replace(":stateMachine:", ":execution:")
ALARMS = {"SILENCE_ALARM": "fitbit-daily-silence", "UNDELIVERED_ALARM": "u", "THROTTLED_ALARM": "t"}
KINDS = ("activity", "sleep")
LOST = str(AuthorizationLost("Google answered invalid_grant."))
CANARIES = ("CANARY", "1781", "551")


@dataclass
class Inbox:
    """The owner's, behind the topic; `executions` are those that Step Functions knows."""

    clock: Clock
    queue: str
    log: io.StringIO
    ledger: LedgerTable
    executions: dict[str, dict[str, Any]] = field(default_factory=dict)
    last_state: dict[str, Any] = field(default_factory=dict)

    @property
    def day(self) -> date:
        """Yesterday in Tokyo."""
        return (self.clock() + timedelta(hours=9)).date() - timedelta(days=1)

    def mails(self) -> list[dict[str, str]]:
        """Those that came since the last look."""
        told = client("sqs").receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages", [])
        for message in told:
            client("sqs").delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(message["Body"]) for message in told]

    def subjects(self) -> list[str]:
        return [mail["Subject"].removeprefix("fitbit-daily: ") for mail in self.mails()]

    def succeed(self, **facts: Any) -> dict[str, Any]:
        """The schedule's execution about yesterday posts all, and its event is heard."""
        name = self.start()
        for kind in KINDS:
            self.ledger.write(Entry("x", self.day.isoformat(), kind, 1, 1, Status.POSTED, "CANARY 551", name))
            self.ledger.begin_due(Due("x", kind, self.day))
        self.ledger.done("x", self.day, name, self.clock())
        self.last_state = {"date": self.day.isoformat(), "complete": True, "activity": {"steps": 1781}, **facts}
        return self.end(name, "SUCCEEDED", output=json.dumps({"date": self.day.isoformat(), "posts": ["CANARY 551"]}))

    def fail(self, error: str = "AuthorizationLost", words: str = LOST) -> dict[str, Any]:
        cause = json.dumps({"errorMessage": words, "stackTrace": ["CANARY"]})
        return self.end(self.start(), "FAILED", error=error, cause=cause)

    def start(self) -> str:
        name = f"scheduled-{self.day}"
        self.ledger.take_on("x", self.day, KINDS, name, self.clock() + timedelta(hours=20))
        self.executions[name] = {"status": "RUNNING"}
        return name

    def end(self, name: str, status: str, **more: Any) -> dict[str, Any]:
        self.executions[name] = {"status": status, **more}
        detail = {
            "executionArn": f"{EXECUTION}:{name}",
            "stateMachineArn": MACHINE,
            "name": name,
            "status": status,
            "startDate": int(self.clock().timestamp() * 1000),
            "input": json.dumps({"scheduled_time": self.clock().isoformat()}),
            "redriveCount": 0,
            **more,
        }
        event = {"detail-type": "Step Functions Execution Status Change", "source": "aws.states", "detail": detail}
        notify.handler(event, None)
        return event

    def alarm(self, name: str) -> None:
        """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html"""
        state = {"value": "ALARM", "timestamp": f"{self.clock():%Y-%m-%dT%H:%M:%S}.985+0000", "reason": "CANARY"}
        detail = {"alarmName": name, "state": state}
        notify.handler({"detail-type": "CloudWatch Alarm State Change", "detail": detail}, None)

    def look(self) -> None:
        """What EventBridge Scheduler hands over once a day."""
        notify.handler({}, None)

    def logged(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.getvalue().splitlines()]

    # Step Functions

    def describe_execution(self, executionArn: str) -> dict[str, Any]:
        name = executionArn.removeprefix(f"{EXECUTION}:")
        if name not in self.executions:
            raise refusal("ExecutionDoesNotExist")
        return self.executions[name]

    def get_execution_history(self, **asked: Any) -> dict[str, Any]:
        entered = {"name": "Tweet", "input": json.dumps(self.last_state)}
        return {"events": [{"id": 1, "type": "TaskStateEntered", "stateEnteredEventDetails": entered}]}


@pytest.fixture
def inbox(aws: None, clock: Clock, ledger_table: str, monkeypatch: pytest.MonkeyPatch) -> Inbox:
    client("dynamodb").create_table(
        TableName="told",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    topic = client("sns").create_topic(Name="owner")["TopicArn"]
    queue = client("sqs").create_queue(QueueName="inbox")["QueueUrl"]
    arn = client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    environment = {
        "TOPIC_ARN": topic,
        "TOLD_TABLE": "told",
        "LEDGER_TABLE": ledger_table,
        "STATE_MACHINE_ARN": MACHINE,
        "CATCH_UP_DAYS": "3",
        "DESTINATIONS": "x",
        "LANGUAGE": "en",
        "SOURCE": "google_health",
        "TIME_ZONE": "Asia/Tokyo",
        "TIME_OF_DAY": "00:10",
        "GIVE_UP_AT": "12:00",
        **ALARMS,
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    log = io.StringIO()
    monkeypatch.setattr(logger, "stream", log)
    inbox = Inbox(clock, queue, log, LedgerTable(ledger_table))
    for call in ("describe_execution", "get_execution_history"):
        monkeypatch.setattr(client("stepfunctions"), call, getattr(inbox, call))
    clock.moment = datetime(2026, 11, 21, 15, 11, tzinfo=UTC)
    return inbox


def test_a_failure_and_its_end_are_told(inbox: Inbox) -> None:
    inbox.succeed()
    inbox.clock.turn(days=1)
    inbox.fail()
    (mail,) = inbox.mails()
    assert mail["Subject"] == "fitbit-daily: 2026-11-22 needs you"
    assert "\n    ./daily authorize google_health\n" in mail["Message"]
    assert "The error message: Google answered invalid_grant.\n" in mail["Message"]
    assert f"#/v2/executions/details/{EXECUTION}:scheduled-2026-11-22\n" in mail["Message"]
    inbox.clock.turn(days=1)
    inbox.succeed()
    (mail,) = inbox.mails()
    assert mail["Subject"] == "fitbit-daily: it works again"
    assert "\n    ./daily run --date 2026-11-22\n" in mail["Message"]


def test_an_execution_that_runs_is_at_work_whatever_the_ledger_says_of_its_end(inbox: Inbox) -> None:
    inbox.succeed()
    inbox.clock.turn(days=1)
    name = inbox.start()
    inbox.look()
    inbox.executions[name] = {"status": "FAILED", "error": "SourceUnavailable"}
    inbox.look()
    assert inbox.subjects() == ["2026-11-22 is not posted yet"]


def test_the_facts_of_a_success_are_told(inbox: Inbox) -> None:
    inbox.succeed(
        battery_low=True,
        authorization_expires_at="2026-11-23T15:10:00+00:00",
        history_failed={"Error": "AwsUnavailable", "Cause": "CANARY"},
        alerts=[{"rule": "steps below 6000", "firing": True}],
    )
    assert inbox.subjects() == [
        "the authorisation ends on 2026-11-24",
        "the tracker's battery is nearly empty",
        "2026-11-21 is not in the history",
        "one of your rules is crossed",
    ]


def test_a_mail_is_in_the_configured_language(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "ja")
    inbox.fail()
    (mail,) = inbox.mails()
    assert mail["Message"].startswith("2026-11-21 の分を投稿できませんでした。")


def test_each_alarm_is_known_by_its_name(inbox: Inbox) -> None:
    inbox.alarm("fitbit-daily-silence")
    assert inbox.subjects() == [], "nothing has succeeded yet"
    inbox.succeed()
    heard = [
        ("fitbit-daily-silence", ["nothing has been posted for too long"]),
        ("u", []),
        ("t", ["AWS is throttling"]),
    ]
    for name, subjects in heard:
        inbox.alarm(name)
        assert inbox.subjects() == subjects


def test_nothing_is_told_while_it_is_paused(inbox: Inbox) -> None:
    inbox.succeed()
    inbox.ledger.pause(inbox.clock())
    inbox.clock.turn(days=1)
    inbox.fail()
    inbox.look()
    inbox.alarm("fitbit-daily-silence")
    assert inbox.subjects() == []


def test_a_destination_that_is_no_longer_in_the_settings_is_nobodys_trouble(inbox: Inbox) -> None:
    inbox.succeed()
    inbox.ledger.take_on("bluesky", inbox.day, KINDS, "an earlier one", inbox.clock())
    for kind in KINDS:
        inbox.ledger.begin_due(Due("bluesky", kind, inbox.day))
    inbox.clock.turn(hours=1)
    inbox.look()
    assert inbox.subjects() == []


def test_a_mail_that_could_not_be_sent_fails_and_is_sent_when_the_event_comes_again(inbox: Inbox) -> None:
    inbox.succeed()
    inbox.clock.turn(days=1)
    with refusing("sns.Publish", "InternalError", 500), pytest.raises(AwsUnavailable):
        inbox.fail()
    assert inbox.subjects() == [] and MemoryTable("told").read().failed == frozenset()
    for _ in range(2):
        inbox.end("scheduled-2026-11-22", "FAILED", error="AuthorizationLost", cause="{}")
    assert inbox.subjects() == ["2026-11-22 needs you"]


def test_what_the_rules_do_not_let_through_is_an_error_that_tells_nothing_of_it(inbox: Inbox) -> None:
    events: list[dict[str, Any]] = [
        {"detail-type": "CloudWatch Alarm State Change", "detail": {"alarmName": "CANARY", "state": {"timestamp": ""}}},
        {"detail-type": "Step Functions Execution Status Change", "detail": {"status": "CANARY"}},
        {"detail": "CANARY"},
    ]
    for event in events:
        with pytest.raises(UnexpectedError) as raised:
            notify.handler(event, None)
        assert "CANARY" not in str(raised.value)
    assert len(inbox.logged()) == 3 and "CANARY" not in inbox.log.getvalue()


def test_the_log_has_the_kind_of_event_its_day_and_the_number_of_mails(inbox: Inbox) -> None:
    inbox.succeed()
    inbox.alarm("t")
    inbox.look()
    told = [{name: line.get(name) for name in ("message", "event", "date", "mails")} for line in inbox.logged()]
    assert told == [
        {"message": "done", "event": "SUCCEEDED", "date": "2026-11-21", "mails": 0},
        {"message": "done", "event": "throttling", "date": None, "mails": 1},
        {"message": "done", "event": "daily look", "date": None, "mails": 0},
    ]


def test_nothing_of_a_state_an_output_or_a_foreign_cause_gets_into_mails_logs_or_the_memory(
    inbox: Inbox, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.INFO)
    inbox.succeed(battery_low=True, history_failed={"Cause": "CANARY"})
    for error in ("KeyError", "Sandbox.Timedout", "States.Runtime", "CANARY\n1781"):
        inbox.clock.turn(days=1)
        inbox.fail(error, "CANARY 1781")
    inbox.clock.turn(days=1)
    inbox.succeed()
    mails = inbox.mails()
    # The first and the last have the same cure, and are one trouble.
    assert len(mails) == 2 + 3 + 1
    stored = json.dumps(client("dynamodb").scan(TableName="told")["Items"])
    lines = [{name: value for name, value in line.items() if name != "timestamp"} for line in inbox.logged()]
    texts = [*(mail["Subject"] + mail["Message"] for mail in mails), json.dumps(lines), stored, caplog.text]
    everything = "\n".join([*texts, *capfd.readouterr()])
    assert len(everything) > 3000
    assert [canary for canary in CANARIES if canary in everything] == []
