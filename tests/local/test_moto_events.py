"""What happens in moto is told: an execution's end and an alarm to the bus, a mail to the mailbox."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.clock import Clock
from local.event_bus import Event, EventBus
from local.mailbox import Mail, Mailbox
from tests.local.seams import REGION, client, deploy, execute, machine, run

PASS = {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}
FAIL = {"StartAt": "A", "States": {"A": {"Type": "Fail", "Error": "Boom", "Cause": "said so"}}}


@pytest.fixture
def sent(bus: EventBus, monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    sent: list[Event] = []
    monkeypatch.setattr(bus, "send", sent.append)
    return sent


def topic() -> str:
    subscription = {"TopicArn": {"Ref": "T"}, "Endpoint": "you@example.com", "Protocol": "email"}
    resources = {
        "T": {"Type": "AWS::SNS::Topic", "Properties": {}},
        "S": {"Type": "AWS::SNS::Subscription", "Properties": subscription},
    }
    return deploy("t", resources, {"Ref": "T"})


@pytest.mark.parametrize(
    ("definition", "status", "output", "error"), [(PASS, "SUCCEEDED", "{}", None), (FAIL, "FAILED", None, "Boom")]
)
def test_an_executions_end_is_told_with_all_that_describe_execution_tells(
    bus: EventBus, sent: list[Event], definition: dict[str, Any], status: str, output: str | None, error: str | None
) -> None:
    told = run(definition)
    assert bus.wait_until_quiet(10)
    (event,) = sent
    detail = event["detail"]
    assert (detail["executionArn"], detail["stateMachineArn"]) == (told["executionArn"], told["stateMachineArn"])
    assert (detail["name"], detail["status"], detail["input"]) == ("e", status, "{}")
    assert (detail["output"], detail["error"]) == (output, error)
    assert detail["redriveCount"] == 0
    assert event["resources"] == [told["executionArn"]]


def test_an_execution_that_is_stopped_is_told_as_aborted(
    bus: EventBus, clock: Clock, sent: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    step_functions, arn = machine({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 60, "Next": "W"}}})
    execution = f"{arn.replace(':stateMachine:', ':execution:')}:e"

    def stop(_: float) -> None:
        step_functions.stop_execution(executionArn=execution)
        raise RuntimeError("as in moto, when a stopped state passes on to the next")

    monkeypatch.setattr(clock, "wait", stop)
    assert execute(step_functions, arn)["status"] == "ABORTED"
    assert bus.wait_until_quiet(10)
    assert [event["detail"]["status"] for event in sent] == ["ABORTED"]


def test_when_an_execution_began_and_ended_is_told_by_the_local_clock(
    bus: EventBus, clock: Clock, sent: list[Event]
) -> None:
    clock.jump_to(clock.now() + timedelta(days=30))
    before = clock.now()
    run({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 7200, "End": True}}})
    assert bus.wait_until_quiet(10)
    detail = sent[0]["detail"]
    assert 0 <= detail["startDate"] - 1000 * before.timestamp() < 60_000
    assert 7_200_000 <= detail["stopDate"] - detail["startDate"] < 7_260_000
    assert sent[0]["time"] >= f"{before + timedelta(hours=2):%Y-%m-%dT%H:%M:%SZ}"


def test_an_alarm_is_told_when_it_changes_and_not_again_while_it_stays(bus: EventBus, sent: list[Event]) -> None:
    for state in ("ALARM", "ALARM", "OK", "ALARM"):
        client("cloudwatch").set_alarm_state(AlarmName="silence", StateValue=state, StateReason="as CloudWatch says")
    states = [(event["detail"]["previousState"]["value"], event["detail"]["state"]["value"]) for event in sent]
    assert states == [("INSUFFICIENT_DATA", "ALARM"), ("ALARM", "OK"), ("OK", "ALARM")]
    assert sent[0]["detail"]["state"]["reason"] == "as CloudWatch says"
    assert sent[0]["resources"] == [f"arn:aws:cloudwatch:{REGION}:123456789012:alarm:silence"]


def test_what_is_published_goes_to_the_address_that_the_template_subscribes(mailbox: Mailbox, clock: Clock) -> None:
    arrived: list[Mail] = []
    mailbox.arrived = arrived.append
    client("sns").publish(TopicArn=topic(), Subject="It works", Message="again\nand again")
    (mail,) = mailbox.mails
    assert (mail.to, mail.subject, mail.body) == ("you@example.com", "It works", "again\nand again")
    assert arrived == [mail] and abs(mail.at - clock.now()) < timedelta(minutes=1)
    assert str(mail) == "To: you@example.com\nSubject: It works\n\nagain\nand again"


@pytest.mark.parametrize("subject", ["失敗", "x" * 100, " begins with a blank", "two\nlines"])
def test_a_subject_that_sns_refuses_is_refused(mailbox: Mailbox, subject: str) -> None:
    with pytest.raises(ClientError, match="Subject"):
        client("sns").publish(TopicArn=topic(), Subject=subject, Message="m")
    assert mailbox.mails == []
