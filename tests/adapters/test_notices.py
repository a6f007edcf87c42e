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
from tests.adapters.fixtures import refusing
from tests.domain.test_memory import FULL


@pytest.fixture
def table(aws: None) -> MemoryTable:
    client("dynamodb").create_table(
        TableName="told",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    return MemoryTable("told")


def test_at_the_very_beginning_nothing_is_remembered(table: MemoryTable) -> None:
    assert table.read() == Memory()


def test_what_is_written_is_read_as_the_next_version(table: MemoryTable) -> None:
    table.write(replace(FULL, version=0))
    assert table.read() == replace(FULL, version=1)
    table.write(replace(FULL, version=1, alerts={}))
    assert table.read() == replace(FULL, version=2, alerts={})


def test_only_the_version_that_was_read_is_replaced(table: MemoryTable) -> None:
    with pytest.raises(MemoryChanged):
        table.write(replace(FULL, version=1))
    assert table.read() == Memory()
    table.write(Memory())
    table.write(Memory(version=1))
    for other in (0, 1, 3):
        with pytest.raises(MemoryChanged):
            table.write(replace(FULL, version=other))
    assert table.read() == Memory(version=2)


def test_every_read_is_consistent_and_every_write_conditional(table: MemoryTable) -> None:
    asked: list[dict[str, Any]] = []
    events = client("dynamodb").meta.events

    def note(params: dict[str, Any], **_: Any) -> None:
        asked.append(params)

    events.register("before-parameter-build.dynamodb", note)
    try:
        table.write(Memory())
        table.write(table.read())
    finally:
        events.unregister("before-parameter-build.dynamodb", note)
    first, read, second = asked
    assert read["ConsistentRead"] is True
    assert first["ConditionExpression"] and second["ConditionExpression"]


def test_a_failure_of_the_service_is_no_other_version(table: MemoryTable) -> None:
    with refusing("dynamodb.PutItem", "ProvisionedThroughputExceededException"), pytest.raises(AwsUnavailable):
        table.write(Memory())
    with refusing("dynamodb.GetItem", "InternalServerError", 500), pytest.raises(AwsUnavailable):
        table.read()
    with refusing("dynamodb.PutItem", "AccessDeniedException"), pytest.raises(ClientError):
        table.write(Memory())


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
