"""A mail becomes a message of the topic."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from fitbit_daily.adapters.aws import client
from fitbit_daily.adapters.topic import SnsTopic
from fitbit_daily.domain.mails import Mail
from fitbit_daily.errors import AwsUnavailable
from tests.adapters.fixtures import refusing

MAIL = Mail("fitbit-daily: it works again", "復旧しました。\n\n    ./daily run\n")


def test_a_mail_arrives_with_its_subject_and_its_text(aws: None) -> None:
    topic = client("sns").create_topic(Name="owner")["TopicArn"]
    queue = client("sqs").create_queue(QueueName="inbox")["QueueUrl"]
    arn = client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    SnsTopic(topic).publish(MAIL)
    (message,) = client("sqs").receive_message(QueueUrl=queue)["Messages"]
    told = json.loads(message["Body"])
    assert (told["Subject"], told["Message"]) == (MAIL.subject, MAIL.body)


def test_a_failure_of_the_service_is_one_that_passes_and_a_refusal_is_not(aws: None) -> None:
    topic = SnsTopic(client("sns").create_topic(Name="owner")["TopicArn"])
    with refusing("sns.Publish", "InternalError", 500), pytest.raises(AwsUnavailable):
        topic.publish(MAIL)
    with refusing("sns.Publish", "AccessDenied", 403), pytest.raises(ClientError):
        topic.publish(MAIL)
