"""./daily mail --test: what arrives is what was promised, and what would not arrive is said."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cli.deployed_stack import DeployedStack, stack
from tests.cli.mailing import OWNER, SNS, TOPIC, deploy_with_email

__all__ = ["stack"]


@pytest.fixture
def sns(stack: DeployedStack) -> SNS:
    return deploy_with_email(stack)[0]


def test_a_test_mail_goes_through_the_topic_to_the_address_that_is_named(stack: DeployedStack, sns: SNS) -> None:
    sent: list[dict[str, Any]] = []

    def publish(**mail: Any) -> dict[str, Any]:
        sent.append(mail)
        return {}

    sns.answers["publish"] = publish
    sns.open_the_link()
    assert OWNER in stack.daily("mail", "--test")
    (mail,) = sent
    assert (mail["TopicArn"], mail["Subject"]) == (TOPIC, "fitbit-daily: a test")
    assert "123456789012" in mail["Message"] and "eu-central-1" in mail["Message"]


def test_to_an_address_that_gets_none_nothing_is_sent(stack: DeployedStack, sns: SNS) -> None:
    assert stack.refused("mail", "--test").endswith("is not confirmed: nothing is sent to it. Type: ./daily confirm")
    sns.open_the_link()
    sns.unsubscribe(OWNER)
    assert "not subscribed any more. Type: aws sns subscribe" in stack.refused("mail", "--test")


def test_without_an_address_it_says_how_to_set_one(stack: DeployedStack) -> None:
    assert "./daily settings email=ADDRESS" in stack.refused("mail", "--test")


def test_no_other_mail_is_sent_by_hand(stack: DeployedStack, sns: SNS) -> None:
    assert "./daily mail --test" in stack.refused("mail", exit_code=2)
