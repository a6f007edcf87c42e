"""A deployed stack that mails its owner, and SNS, whose subscriptions wait to be confirmed, as moto's do not."""

from __future__ import annotations

from typing import Any

from fitbit_daily.adapters.aws import client
from tests.cli.deployed_stack import DeployedStack, resource
from tests.cli.step_functions import Canned, refusal

TOPIC = "arn:aws:sns:eu-central-1:123456789012:fitbit-daily-NoticesTopic898AF2CD-4f5Xy2"
OWNER = "me+mails@example.org"
TOKEN = "2336412f37fb687f5d51e6e2425c464de257e9a829aa2d84c5a7249b36788ba56c86"
LOG = "fitbit-daily-NoticesNotifyLogs8290C542"


class SNS(Canned):
    """One topic: https://docs.aws.amazon.com/sns/latest/api/API_ConfirmSubscription.html

    pending     what a token confirms, in the order of the mails
    confirmed   the ARNs, by address
    guarded     those of them that were confirmed by somebody who was logged in
    """

    def __init__(self) -> None:
        super().__init__()
        self.pending: dict[str, str] = {TOKEN: OWNER}
        self.used: dict[str, str] = {}
        self.confirmed: dict[str, str] = {}
        self.deleted: list[str] = []
        self.guarded: set[str] = set()
        for name in ("list_subscriptions_by_topic", "get_subscription_attributes", "confirm_subscription"):
            self.answers[name] = getattr(self, f"_{name}")

    def open_the_link(self) -> None:
        """In a browser, as a person or a mail scanner does."""
        self._confirm(TOKEN)

    def unsubscribe(self, address: str) -> None:
        self.deleted.append(address)
        del self.confirmed[address]

    def _confirm(self, token: str) -> str:
        address = self.used[token] = self.pending.pop(token)
        self.confirmed[address] = f"{TOPIC}:{len(self.confirmed)}bcfbf39"
        return self.confirmed[address]

    def _list_subscriptions_by_topic(self, **asked: str) -> dict[str, Any]:
        assert asked == {"TopicArn": TOPIC}
        found = [(address, "Deleted") for address in self.deleted]
        found += [(address, "PendingConfirmation") for address in self.pending.values()]
        found += list(self.confirmed.items())
        return {"Subscriptions": [{"Endpoint": each, "SubscriptionArn": arn} for each, arn in found]}

    def _get_subscription_attributes(self, **asked: str) -> dict[str, Any]:
        arn = asked["SubscriptionArn"]
        assert asked == {"SubscriptionArn": arn} and arn in self.confirmed.values()
        return {"Attributes": {"ConfirmationWasAuthenticated": "true" if arn in self.guarded else "false"}}

    def _confirm_subscription(self, **asked: str) -> dict[str, Any]:
        token = asked["Token"]
        assert asked == {"TopicArn": TOPIC, "Token": token, "AuthenticateOnUnsubscribe": "true"}
        if token in self.used:
            raise refusal("AuthorizationError", "Subscription already confirmed")
        if token not in self.pending:
            raise refusal("InvalidParameter", "Invalid parameter: Token")
        arn = self._confirm(token)
        self.guarded.add(arn)
        return {"SubscriptionArn": arn}


def deploy_with_email(stack: DeployedStack, address: str = OWNER) -> tuple[SNS, str]:
    """SNS, and the queue for what could not be told. Deployed a moment ago: nothing is confirmed yet."""
    sns, untold = SNS(), str(client("sqs").create_queue(QueueName="untold")["QueueUrl"])
    stack.services["sns"] = sns
    answers = stack.services["cloudformation"].answers
    answers["describe_stacks"]["Stacks"][0]["Outputs"] += [
        {"OutputKey": "NoticesTopicArn", "OutputValue": TOPIC},
        {"OutputKey": "NoticesAddress", "OutputValue": address},
    ]
    answers["list_stack_resources"]["StackResourceSummaries"] += [
        resource("AWS::SQS::Queue", "NoticesUntoldC0C92897", untold),
        resource("AWS::Logs::LogGroup", "NoticesNotifyLogs8290C542", LOG),
        resource("AWS::SNS::Topic", "NoticesTopic898AF2CD", TOPIC),
    ]
    return sns, untold
