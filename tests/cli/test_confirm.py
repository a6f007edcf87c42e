"""./daily confirm: the link of AWS's mail is read, not opened, and confirms so that no reader of a mail can undo it."""

from __future__ import annotations

from types import SimpleNamespace
from urllib.parse import quote

import pytest
from botocore.stub import Stubber

from cli.commands.confirm import read_link
from cli.errors import DEBUG
from fitbit_daily.adapters.aws import client
from tests.cli.deployed_stack import DeployedStack, stack
from tests.cli.mailing import OWNER, SNS, TOKEN, TOPIC, deploy_with_email
from tests.cli.step_functions import refusal

__all__ = ["stack"]

LINK = f"https://sns.eu-central-1.amazonaws.com/confirmation.html?TopicArn={TOPIC}&Token={TOKEN}&Endpoint={OWNER}"
SUBSCRIBE = f"aws sns subscribe --topic-arn {TOPIC} --protocol email --notification-endpoint {OWNER}"
ANEW = f"For a new mail, type: {SUBSCRIBE}; then: ./daily confirm"


@pytest.fixture
def sns(stack: DeployedStack) -> SNS:
    found, _ = deploy_with_email(stack)
    return found


def without_token(printed: str) -> str:
    assert TOKEN not in printed and TOKEN[:12] not in printed
    return printed


def test_the_link_confirms_the_address_and_guards_it(stack: DeployedStack, sns: SNS) -> None:
    printed = without_token(stack.daily("confirm", answers=LINK))
    assert printed == (
        f"The notices go to {OWNER}. Only a login to your AWS account can end that, and no link in them.\n"
    )
    assert list(sns.confirmed) == [OWNER] and sns.guarded == {*sns.confirmed.values()}


def test_at_a_terminal_the_link_is_asked_for_and_not_shown(
    stack: DeployedStack, sns: SNS, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.commands.confirm.sys", SimpleNamespace(stdin=SimpleNamespace(isatty=lambda: True)))
    done = stack.type("confirm", answers=f"{LINK}\n")
    assert "The link (not shown)" in done.stderr and "The notices go to" in without_token(done.output)
    assert list(sns.confirmed) == [OWNER]


def test_a_link_on_the_command_line_where_the_shell_would_keep_it_is_not_taken(stack: DeployedStack, sns: SNS) -> None:
    assert stack.type("confirm", LINK).exit_code == 2 and sns.confirmed == {}


def test_a_link_that_was_opened_before_is_told_with_what_guards_the_address(stack: DeployedStack, sns: SNS) -> None:
    sns.open_the_link()
    printed = without_token(stack.daily("confirm", answers=LINK))
    arn = sns.confirmed[OWNER]
    first, *steps = printed.splitlines()
    assert first == (
        f"The notices go to {OWNER}: the link was opened before, by somebody or by a mail scanner. "
        'So whoever opens the "unsubscribe" link of a notice ends them.'
    )
    assert steps == [
        f"To prevent that, type: aws sns unsubscribe --subscription-arn {arn}",
        f"then: {SUBSCRIBE}",
        "then, for the link of the new mail: ./daily confirm",
    ]


def test_typed_twice_it_says_the_same(stack: DeployedStack, sns: SNS) -> None:
    assert stack.daily("confirm", answers=LINK) == stack.daily("confirm", answers=LINK)


@pytest.mark.parametrize("code", ["InvalidParameter", "NotFound"])
def test_a_link_that_has_expired_is_told_with_what_makes_a_new_mail(
    stack: DeployedStack, sns: SNS, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    sns.answers["confirm_subscription"] = refusal(code, "Invalid parameter: Token")
    sentence = "AWS does not accept the link: it is older than two days, or there is a newer mail. "
    assert stack.refused("confirm", answers=LINK) == sentence + ANEW
    monkeypatch.setenv(DEBUG, "1")
    without_token(stack.type("confirm", answers=LINK).output)


def test_a_login_that_may_not_confirm_is_told_so(stack: DeployedStack, sns: SNS) -> None:
    sns.answers["confirm_subscription"] = refusal("AuthorizationError", "User: me is not authorized to do it.")
    assert stack.refused("confirm", answers=LINK).startswith("Your AWS login may not do this: User: me")


def test_a_link_of_another_topic_is_not_tried(stack: DeployedStack, sns: SNS) -> None:
    del sns.answers["confirm_subscription"]
    sentence = without_token(stack.refused("confirm", answers=LINK.replace("4f5Xy2", "0ld")))
    assert sentence == (
        "The link is for another topic than this stack's: its mail is of an earlier deployment, "
        f"or not of this program. {ANEW}"
    )
    sentence = stack.refused("confirm", answers=LINK.replace("eu-central-1", "eu-west-1"))
    assert "for the region eu-west-1, and this stack is in eu-central-1" in sentence
    assert "export AWS_REGION=eu-west-1" in sentence


def test_without_a_deployed_address_there_is_nothing_to_confirm(stack: DeployedStack) -> None:
    assert stack.refused("confirm", answers=LINK) == (
        "No e-mail address is deployed: there is nothing to confirm. Type: ./daily settings email=ADDRESS; make deploy"
    )


def test_the_local_stack_has_nothing_to_confirm(stack: DeployedStack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
    assert "open a new terminal" in stack.refused("confirm")


@pytest.mark.parametrize(
    ("link", "says"),
    [
        (LINK.partition("&")[0], "has lost its end"),
        (LINK.replace(TOKEN, ""), "has lost its end"),
        (f"https://sns.eu-central-1.amazonaws.com/unsubscribe.html?SubscriptionArn={TOPIC}:1", "ends the notices"),
        ("https://sns.eu-central-1.amazonaws.com/SimpleNotificationService.pem", "not the link of"),
        (LINK.replace("123456789012", "12"), "not the link of"),
        ("https://example.com/confirmation.html?TopicArn=1&Token=2", "not a link of AWS's mail"),
        ("https://sns.eu-central-1.amazonaws.com.example.com/confirmation.html", "not a link of AWS's mail"),
        ("https://[/", "That is not a link."),
        (TOKEN, "not a link of AWS's mail"),
        ("", "not a link of AWS's mail"),
    ],
)
def test_what_is_not_the_link_is_told_with_where_it_is(stack: DeployedStack, sns: SNS, link: str, says: str) -> None:
    sentence = without_token(stack.refused("confirm", answers=link))
    assert says in sentence and sentence.endswith("./daily confirm") and sns.confirmed == {}


@pytest.mark.parametrize(
    "wrapped",
    [
        f" <{LINK}> ",
        LINK.replace(OWNER, quote(OWNER)),
        LINK.replace(TOPIC, quote(TOPIC, safe="")),
        f"https://eur01.safelinks.protection.outlook.com/?url={quote(LINK, safe='')}&data=05%7C02&reserved=0",
        f"https://mail.example.org/go?once={quote('https://www.google.com/url?q=' + quote(LINK, safe=''), safe='')}",
    ],
)
def test_the_link_is_found_in_what_a_mail_program_makes_of_it(wrapped: str) -> None:
    link = read_link(wrapped)
    assert (link.topic, link.region, link.token, link.address) == (TOPIC, "eu-central-1", TOKEN, OWNER)
    assert TOKEN not in repr(link)


def test_the_calls_and_the_answers_are_those_of_sns(stack: DeployedStack) -> None:
    """Against AWS's own description of its service."""
    deploy_with_email(stack)
    stack.services["sns"] = client("sns")
    arn = f"{TOPIC}:2bcfbf39-05c3-41de-beaa-fcfcc21c8f55"
    subscription = {"SubscriptionArn": arn, "Owner": "1", "Protocol": "email", "Endpoint": OWNER, "TopicArn": TOPIC}
    confirmed = {"TopicArn": TOPIC, "Token": TOKEN, "AuthenticateOnUnsubscribe": "true"}
    with Stubber(client("sns")) as stubber:
        stubber.add_response("confirm_subscription", {"SubscriptionArn": arn}, confirmed)
        stubber.add_response("list_subscriptions_by_topic", {"Subscriptions": [subscription]}, {"TopicArn": TOPIC})
        attributes = {"Attributes": {"ConfirmationWasAuthenticated": "true"}}
        stubber.add_response("get_subscription_attributes", attributes, {"SubscriptionArn": arn})
        assert OWNER in stack.daily("confirm", answers=LINK)
        stubber.assert_no_pending_responses()
