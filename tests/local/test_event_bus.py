"""An event reaches the functions of the rules that match it, as often as Lambda tries, and then its queue."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from typing import Any

import pytest

from local.clock import Clock
from local.event_bus import Event, EventBus, alarm_change, status_change
from tests.local.seams import REGION, Recorder, client, deploy, lambda_function

NOW = datetime(2026, 2, 11, 15, 10, 0, 987654, UTC)
ALARM = f"arn:aws:cloudwatch:{REGION}:123456789012:alarm:silence"


def an_alarm(state: str = "ALARM") -> Event:
    return alarm_change(ALARM, state=state, before="OK", reason="", now=NOW)


def rule(function: str, **pattern: Any) -> str:
    """A rule that sends what matches to a function, and to a queue that is no function; its name."""
    given = {"source": ["aws.cloudwatch"], **pattern}
    name = str(client("events").put_rule(Name="r", EventPattern=json.dumps(given))["RuleArn"]).rpartition("/")[2]
    queue = f"arn:aws:sqs:{REGION}:123456789012:elsewhere"
    client("events").put_targets(Rule=name, Targets=[{"Id": "f", "Arn": function}, {"Id": "q", "Arn": queue}])
    return name


def test_an_event_reaches_the_function_of_a_rule_that_matches_while_it_is_enabled(
    bus: EventBus, processes: Recorder
) -> None:
    processes.failing = 0
    name = rule(lambda_function(), detail={"state": {"value": ["ALARM"]}})
    event = an_alarm()
    bus.send(event)
    bus.send(an_alarm("OK"))
    assert bus.wait_until_quiet(10)
    client("events").disable_rule(Name=name)
    bus.send(event)
    assert bus.wait_until_quiet(10)
    assert [asked for _, asked in processes.asked] == [event]


def a_function_with_a_queue() -> tuple[str, str]:
    """The function's ARN, and the URL of its dead-letter queue."""
    queue = client("sqs").create_queue(QueueName="dead")["QueueUrl"]
    return lambda_function(DeadLetterConfig={"TargetArn": f"arn:aws:sqs:{REGION}:123456789012:dead"}), queue


@pytest.mark.parametrize(("failing", "attempts", "kept"), [(0, 1, 0), (2, 3, 0), (3, 3, 1)])
def test_a_function_that_fails_is_tried_twice_again_and_then_its_event_is_kept(
    bus: EventBus, processes: Recorder, clock: Clock, failing: int, attempts: int, kept: int
) -> None:
    processes.failing = failing
    function, queue = a_function_with_a_queue()
    rule(function)
    event = an_alarm()
    bus.send(event)
    assert bus.wait_until_quiet(10)
    assert [asked for _, asked in processes.asked] == [event] * attempts
    assert clock.skipped == pytest.approx({1: 0, 3: 180}[attempts], abs=1)
    messages = client("sqs").receive_message(QueueUrl=queue, MessageAttributeNames=["All"]).get("Messages", [])
    assert [json.loads(message["Body"]) for message in messages] == [event] * kept
    assert [each["MessageAttributes"]["ErrorMessage"]["StringValue"] for each in messages] == ["said so"] * kept


def test_a_function_may_be_tried_less_often_and_what_has_no_queue_is_lost(bus: EventBus, processes: Recorder) -> None:
    function = lambda_function()
    properties = {"FunctionName": function, "Qualifier": "$LATEST", "MaximumRetryAttempts": 0}
    deploy("c", {"C": {"Type": "AWS::Lambda::EventInvokeConfig", "Properties": properties}}, "made")
    rule(function)
    bus.send(an_alarm())
    assert bus.wait_until_quiet(10)
    assert len(processes.asked) == 1


def test_a_status_change_is_as_aws_documents_it() -> None:
    """https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html"""
    arn = "arn:aws:states:us-east-1:012345678912:execution:state-machine-name:execution-name"
    told = {
        "executionArn": arn,
        "stateMachineArn": "arn:aws:states:us-east-1:012345678912:stateMachine:state-machine",
        "name": "execution-name",
        "status": "FAILED",
        "startDate": datetime.fromtimestamp(1551225146.847, UTC),
        "stopDate": datetime.fromtimestamp(1551225151.881, UTC),
        "input": "{}",
        "inputDetails": {"included": True},
    }
    event = dict(status_change({**told, "ResponseMetadata": {}}, datetime(2019, 2, 26, 19, 42, 21, tzinfo=UTC)))
    detail = event.pop("detail")
    assert event.pop("id") and event == {
        "version": "0",
        "detail-type": "Step Functions Execution Status Change",
        "source": "aws.states",
        "account": "012345678912",
        "time": "2019-02-26T19:42:21Z",
        "region": "us-east-1",
        "resources": [arn],
    }
    documented = {**told, "startDate": 1551225146847, "stopDate": 1551225151881, "output": None, "outputDetails": None}
    assert documented.items() <= detail.items()
    assert "ResponseMetadata" not in detail


def test_an_alarms_change_is_as_aws_documents_it() -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html"""
    event = alarm_change(ALARM, state="ALARM", before="OK", reason="Threshold Crossed", now=NOW)
    assert (event["source"], event["detail-type"]) == ("aws.cloudwatch", "CloudWatch Alarm State Change")
    assert (event["account"], event["region"], event["resources"]) == ("123456789012", REGION, [ALARM])
    assert event["time"] == "2026-02-11T15:10:00Z"
    timestamp = "2026-02-11T15:10:00.987+0000"
    assert event["detail"]["alarmName"] == "silence"
    assert event["detail"]["previousState"] == {"value": "OK", "timestamp": timestamp}
    assert event["detail"]["state"] == {"value": "ALARM", "reason": "Threshold Crossed", "timestamp": timestamp}


def test_a_bus_that_is_closed_takes_no_event_and_tries_none_again(
    bus: EventBus, processes: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    function, queue = a_function_with_a_queue()
    rule(function)
    under_way, closing = threading.Event(), threading.Event()
    answer = processes.invoke

    def fail_while_it_closes(*asked: Any) -> tuple[str, bool, str]:
        under_way.set()
        closing.wait(10)
        return answer(*asked)

    monkeypatch.setattr(processes, "invoke", fail_while_it_closes)
    bus.send(an_alarm())
    assert under_way.wait(10)
    bus.close()
    bus.send(an_alarm())
    closing.set()
    assert bus.wait_until_quiet(10)
    assert len(processes.asked) == 1
    assert "Messages" not in client("sqs").receive_message(QueueUrl=queue)
