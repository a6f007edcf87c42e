"""The memory of what was mailed, in DynamoDB; and the topic that a mail goes to."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from fitbit_daily.adapters.aws import client
from fitbit_daily.adapters.notices import MemoryTable, SnsTopic
from fitbit_daily.domain.mailing import MemoryChanged
from fitbit_daily.domain.mails import Mail
from fitbit_daily.domain.memory import Memory
from fitbit_daily.errors import AwsUnavailable
from tests.adapters.fixtures import refusing, table
from tests.domain.test_memory import FULL


@pytest.fixture
def memory(aws: None) -> MemoryTable:
    return MemoryTable(table("told", "id"))


def test_what_is_written_is_read_as_the_next_version(memory: MemoryTable) -> None:
    assert memory.read() == Memory(), "at the very beginning nothing is remembered"
    memory.write(replace(FULL, version=0))
    assert memory.read() == replace(FULL, version=1)
    memory.write(replace(FULL, version=1, alerts={}))
    assert memory.read() == replace(FULL, version=2, alerts={})


def test_only_the_version_that_was_read_is_replaced(memory: MemoryTable) -> None:
    with pytest.raises(MemoryChanged):
        memory.write(replace(FULL, version=1))
    assert memory.read() == Memory()
    memory.write(Memory())
    memory.write(Memory(version=1))
    for other in (0, 1, 3):
        with pytest.raises(MemoryChanged):
            memory.write(replace(FULL, version=other))
    assert memory.read() == Memory(version=2)


def test_every_read_is_consistent(memory: MemoryTable) -> None:
    asked: list[dict[str, Any]] = []
    events, event = client("dynamodb").meta.events, "before-parameter-build.dynamodb.GetItem"
    events.register(event, note := lambda params, **_: asked.append(params))
    memory.read()
    events.unregister(event, note)
    assert [params["ConsistentRead"] for params in asked] == [True]


MAIL = Mail("fitbit-daily: it works again", "復旧しました。\n\n    ./daily run\n")


def test_a_mail_arrives_with_its_subject_and_its_text(aws: None) -> None:
    topic = client("sns").create_topic(Name="owner")["TopicArn"]
    queue = client("sqs").create_queue(QueueName="inbox")["QueueUrl"]
    arn = client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    SnsTopic(topic).publish(MAIL)
    (message,) = client("sqs").receive_message(QueueUrl=queue)["Messages"]
    received = json.loads(message["Body"])
    assert (received["Subject"], received["Message"]) == (MAIL.subject, MAIL.body)


def test_a_failure_of_the_service_is_one_that_passes_and_a_refusal_is_not(memory: MemoryTable) -> None:
    topic = SnsTopic(client("sns").create_topic(Name="owner")["TopicArn"])
    for operation, ask in (
        ("dynamodb.PutItem", lambda: memory.write(Memory())),
        ("dynamodb.GetItem", memory.read),
        ("sns.Publish", lambda: topic.publish(MAIL)),
    ):
        with refusing(operation, "InternalServerError", 500), pytest.raises(AwsUnavailable):
            ask()
        with refusing(operation, "AccessDeniedException"), pytest.raises(ClientError):
            ask()
