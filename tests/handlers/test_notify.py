"""Notify: an event from EventBridge goes in, mails come out of the topic."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from botocore.stub import ANY, Stubber

import notify
from fitbit_daily.adapters.aws import client
from fitbit_daily.adapters.told_table import ToldTable
from fitbit_daily.errors import AwsUnavailable, StepError, UnexpectedError
from fitbit_daily.log import logger
from tests.adapters.fixtures import Clock, refusing
from tests.cli.step_functions import MACHINE, History

EXECUTION = MACHINE.replace(":stateMachine:", ":execution:")
ALARMS = {"SILENCE_ALARM": "fitbit-daily-silence", "UNDELIVERED_ALARM": "u", "THROTTLED_ALARM": "t"}
CANARIES = ("CANARY", "1781", "551")
FAILS_IN = "Fetch sleep"
LOST = "Google no longer accepts the stored authorisation (invalid_grant). Type: ./daily authorize google_health"


@dataclass
class Inbox:
    """The owner's, behind the topic; `asked` answers for Step Functions."""

    clock: Clock
    queue: str
    log: io.StringIO
    asked: Stubber
    _executions: int = 0
    known: list[dict[str, Any]] = field(default_factory=list)

    def mails(self) -> list[dict[str, str]]:
        """Those that came since the last look."""
        told = client("sqs").receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages", [])
        for message in told:
            client("sqs").delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(message["Body"]) for message in told]

    def subjects(self) -> list[str]:
        return [mail["Subject"].removeprefix("fitbit-daily: ") for mail in self.mails()]

    def night(self) -> None:
        """A day later."""
        self.clock.turn(days=1)

    def succeed(self, **facts: Any) -> dict[str, Any]:
        return self.end("SUCCEEDED", lambda history, state: history.enter("Tweet", **state, **facts))

    def fail(self, error: str = "AuthorizationLost", words: str = LOST) -> dict[str, Any]:
        return self.end(
            "FAILED", lambda history, state: history.enter("Fetch sleep", **state).fail(error, words), error
        )

    def end(self, status: str, go_on: Callable[[History, dict[str, Any]], History], error: str = "") -> dict[str, Any]:
        """The schedule's execution about yesterday ends; its event is heard, and returned."""
        self._executions += 1
        started = self.clock()
        day = (started + timedelta(hours=9) - timedelta(days=1)).date().isoformat()
        history = go_on(History(started), {"date": day, "complete": True, "activity": {"steps": 1781}, "t": "CANARY"})
        for event in history.events:
            event["previousEventId"] = event["id"] - 1
        self.known = history.events[::-1]
        detail = {
            "executionArn": f"{EXECUTION}:uuid-{self._executions}",
            "stateMachineArn": MACHINE,
            "name": f"uuid-{self._executions}",
            "status": status,
            "startDate": int(started.timestamp() * 1000),
            "stopDate": int(started.timestamp() * 1000) + 90_000,
            "input": json.dumps({"scheduled_time": started.isoformat().replace("+00:00", "Z")}),
            "inputDetails": {"included": True},
            "output": json.dumps({"date": day, "complete": True, "posts": [{"text": "CANARY 551"}], "skipped": []}),
            "outputDetails": {"included": True},
            "redriveCount": 0,
        }
        if error:
            words = history.events[-1]["executionFailedEventDetails"]["cause"]
            detail |= {"output": None, "outputDetails": None, "error": error, "cause": words}
        event = {
            "version": "0",
            "source": "aws.states",
            "detail-type": "Step Functions Execution Status Change",
            "resources": [f"{EXECUTION}:uuid-{self._executions}"],
            "detail": detail,
        }
        self.hear(event)
        return event

    def alarm(self, name: str) -> dict[str, Any]:
        """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html"""
        at = f"{self.clock():%Y-%m-%dT%H:%M:%S}.985+0000"
        event = {
            "version": "0",
            "source": "aws.cloudwatch",
            "detail-type": "CloudWatch Alarm State Change",
            "resources": [f"arn:aws:cloudwatch:eu-central-1:123456789012:alarm:{name}"],
            "detail": {"alarmName": name, "state": {"value": "ALARM", "timestamp": at, "reason": "Threshold Crossed"}},
        }
        notify.handler(event, None)
        return event

    def hear(self, event: dict[str, Any]) -> None:
        self.asked.add_response(
            "get_execution_history",
            {"events": self.known},
            {
                "executionArn": event["detail"]["executionArn"],
                "reverseOrder": True,
                "maxResults": ANY,
                "includeExecutionData": True,
            },
        )
        notify.handler(json.loads(json.dumps(event)), None)

    def logged(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.getvalue().splitlines()]


@pytest.fixture
def inbox(aws: None, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Inbox]:
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
    with Stubber(client("stepfunctions")) as asked:
        yield Inbox(clock, queue, log, asked)


def test_a_failure_its_repetition_and_its_end_are_told(inbox: Inbox) -> None:
    inbox.succeed()
    inbox.night()
    inbox.fail()
    (mail,) = inbox.mails()
    assert mail["Subject"] == "fitbit-daily: 2026-11-22 has failed"
    assert "(Fetch sleep: AuthorizationLost)" in mail["Message"]
    assert "\n    ./daily authorize google_health\n" in mail["Message"]
    assert f"#/v2/executions/details/{EXECUTION}:uuid-2\n" in mail["Message"]
    for _ in range(8):
        inbox.night()
        inbox.fail()
    assert inbox.subjects() == ["still failing since 2026-11-22"]
    inbox.night()
    inbox.succeed()
    (mail,) = inbox.mails()
    assert mail["Subject"] == "fitbit-daily: it works again"
    assert "\n    ./daily run --missing --days 11\n" in mail["Message"]


def test_the_facts_of_a_success_are_told(inbox: Inbox) -> None:
    inbox.succeed(
        battery_low=True,
        authorization_expires_at="2026-11-23T15:10:00+00:00",
        history_failed={"Error": "AwsUnavailable", "Cause": "CANARY"},
        alerts=[{"rule": "steps below 6000", "firing": True}],
    )
    assert inbox.subjects() == [
        "the tracker's battery is nearly empty",
        "2026-11-21 is not in the history",
        "the authorisation ends on 2026-11-24",
        "one of your rules is crossed",
    ]


def test_a_mail_is_in_the_configured_language(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "ja")
    inbox.fail()
    (mail,) = inbox.mails()
    assert mail["Message"].startswith("2026-11-21 分の処理が失敗しました（Fetch sleep: AuthorizationLost）。\n")


def test_each_alarm_is_known_by_its_name(inbox: Inbox) -> None:
    inbox.alarm("fitbit-daily-silence")
    assert inbox.subjects() == [], "nothing has succeeded yet"
    inbox.succeed()
    inbox.clock.turn(minutes=5)
    for name, subject in (
        ("fitbit-daily-silence", "nothing has been posted for too long"),
        ("u", "2026-11-21 was not started"),
        ("t", "AWS is throttling"),
    ):
        inbox.alarm(name)
        assert inbox.subjects() == [subject]


def test_an_event_that_is_delivered_twice_is_told_once(inbox: Inbox) -> None:
    inbox.succeed()
    inbox.night()
    for event in (inbox.fail(), inbox.fail("XOutOfCredits")):
        inbox.hear(event)
    alarm = inbox.alarm("u")
    notify.handler(alarm, None)
    assert inbox.subjects() == ["2026-11-22 has failed", "2026-11-22 has failed", "2026-11-22 was not started"]


def test_a_mail_that_could_not_be_sent_fails_and_is_sent_when_the_event_comes_again(inbox: Inbox) -> None:
    with refusing("sns.Publish", "InternalError", 500), pytest.raises(AwsUnavailable):
        inbox.fail()
    assert inbox.subjects() == []
    (mails,) = ToldTable("told").read().heard.values()
    assert len(mails) == 1, "it waits there"
    inbox._executions = 0
    inbox.fail()
    assert inbox.subjects() == ["2026-11-21 has failed"]
    assert list(ToldTable("told").read().heard.values()) == [()]


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
    inbox.alarm("u")
    told = [{name: line.get(name) for name in ("message", "event", "date", "mails")} for line in inbox.logged()]
    assert told == [
        {"message": "done", "event": "SUCCEEDED", "date": "2026-11-21", "mails": 0},
        {"message": "done", "event": "start lost", "date": None, "mails": 1},
    ]


def test_nothing_of_a_state_an_output_or_a_foreign_cause_gets_into_mails_logs_errors_or_the_memory(
    inbox: Inbox, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.INFO)
    inbox.succeed(battery_low=True, history_failed={"Cause": "CANARY"})
    inbox.night()
    for error in ("KeyError", "Sandbox.Timedout", "States.Runtime", "CANARY\n1781"):
        inbox.fail(error, "CANARY 1781")
    raised = []
    with refusing("sns.Publish", "InternalError", 500), pytest.raises(StepError) as failed:
        inbox.fail("Lambda.Unknown", "CANARY 1781")
    raised.append(str(failed.value))
    inbox.night()
    inbox.succeed()
    mails = inbox.mails()
    assert len(mails) == 2 + 4 + 1
    stored = json.dumps(client("dynamodb").scan(TableName="told")["Items"])
    lines = [{name: value for name, value in line.items() if name != "timestamp"} for line in inbox.logged()]
    texts = [*(mail["Subject"] + mail["Message"] for mail in mails), json.dumps(lines), stored, caplog.text, *raised]
    everything = "\n".join([*texts, *capfd.readouterr()])
    assert len(everything) > 5000
    assert [canary for canary in CANARIES if canary in everything] == []
