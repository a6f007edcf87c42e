"""The topic to which the owner's address is subscribed."""

from __future__ import annotations

from fitbit_daily.adapters.aws import client, failures
from fitbit_daily.domain.mails import Mail


class SnsTopic:
    def __init__(self, arn: str) -> None:
        self._arn = arn

    def publish(self, mail: Mail) -> None:
        with failures("sending a mail"):
            client("sns").publish(TopicArn=self._arn, Subject=mail.subject, Message=mail.body)
