"""The topic that the notices go to: which addresses are subscribed to it, what subscribes one, and a mail to them."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fitbit_daily.domain.mails import Mail

CONFIRM = "./daily confirm"


@dataclass(frozen=True)
class Subscription:
    """`arn` is None until the address is confirmed: before that, nothing is sent to it."""

    address: str
    arn: str | None

    def is_of(self, address: str) -> bool:
        return self.address.casefold() == address.casefold()


@dataclass(frozen=True)
class Topic:
    """`client` is that of SNS, `address` the one that was deployed."""

    client: Any
    arn: str
    address: str

    def subscriptions(self) -> list[Subscription]:
        """Those that are confirmed first. Where there is no ARN, SNS says why: "PendingConfirmation", "Deleted"."""
        pages = self.client.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=self.arn)
        listed = [(each["Endpoint"], each["SubscriptionArn"]) for page in pages for each in page["Subscriptions"]]
        found = [Subscription(address, arn) for address, arn in listed if arn.startswith("arn:")]
        return found + [Subscription(address, None) for address, arn in listed if arn == "PendingConfirmation"]

    def find(self, address: str) -> Subscription | None:
        return next((each for each in self.subscriptions() if each.is_of(address)), None)

    def is_guarded(self, arn: str) -> bool:
        """Whether only who is logged in to AWS can end it, because such a one has confirmed it."""
        told = self.client.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
        return bool(told.get("ConfirmationWasAuthenticated") == "true")

    def confirm(self, token: str) -> str:
        """The ARN of the subscription, which from now on only its owner can end, and no reader of a mail.

        https://docs.aws.amazon.com/sns/latest/api/API_ConfirmSubscription.html
        """
        told = self.client.confirm_subscription(TopicArn=self.arn, Token=token, AuthenticateOnUnsubscribe="true")
        return str(told["SubscriptionArn"])

    def send(self, mail: Mail) -> None:
        self.client.publish(TopicArn=self.arn, Subject=mail.subject, Message=mail.body)

    def to_subscribe(self, address: str) -> str:
        """What lets AWS send its mail with the link, for the first time or again."""
        return (
            f"aws sns subscribe --topic-arn {self.arn} --protocol email --notification-endpoint {shlex.quote(address)}"
        )
