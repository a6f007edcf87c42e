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


def test_every_read_is_consistent_and_every_write_conditional(memory: MemoryTable) -> None:
    asked: list[dict[str, Any]] = []
    events = client("dynamodb").meta.events

    def note(params: dict[str, Any], **_: Any) -> None:
        asked.append(params)

    events.register("before-parameter-build.dynamodb", note)
    try:
        memory.write(Memory())
        memory.write(memory.read())
    finally:
        events.unregister("before-parameter-build.dynamodb", note)
    first, read, second = asked
    assert read["ConsistentRead"] is True
    assert first["ConditionExpression"] and second["ConditionExpression"]


def test_a_failure_of_the_service_is_no_other_version(memory: MemoryTable) -> None:
    with refusing("dynamodb.PutItem", "ProvisionedThroughputExceededException"), pytest.raises(AwsUnavailable):
        memory.write(Memory())
    with refusing("dynamodb.GetItem", "InternalServerError", 500), pytest.raises(AwsUnavailable):
        memory.read()
    with refusing("dynamodb.PutItem", "AccessDeniedException"), pytest.raises(ClientError):
        memory.write(Memory())


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


def test_a_failure_of_the_service_is_one_that_passes_and_a_refusal_is_not(aws: None) -> None:
    topic = SnsTopic(client("sns").create_topic(Name="owner")["TopicArn"])
    with refusing("sns.Publish", "InternalError", 500), pytest.raises(AwsUnavailable):
        topic.publish(MAIL)
    with refusing("sns.Publish", "AccessDenied", 403), pytest.raises(ClientError):
        topic.publish(MAIL)
