"""Mails to the owner: ./daily confirm reads the link of AWS's, ./daily mail sends one, doctor says what is wrong."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest

from cli.commands.confirm import read_link
from cli.errors import DEBUG
from fitbit_daily.adapters.aws import client
from stacks.settings_file import write_own
from tests.cli.deployed_stack import DeployedStack, resource, stack
from tests.cli.examined import NAMES, bad, rows, well
from tests.cli.step_functions import Canned, refusal

__all__ = ["stack", "well"]

TOPIC = "arn:aws:sns:eu-central-1:123456789012:fitbit-daily-NoticesTopic898AF2CD-4f5Xy2"
OWNER = "me+mails@example.org"
TOKEN = "2336412f37fb687f5d51e6e2425c464de257e9a829aa2d84c5a7249b36788ba56c86"
LOG = "fitbit-daily-NoticesNotifyLogs8290C542"
LINK = f"https://sns.eu-central-1.amazonaws.com/confirmation.html?TopicArn={TOPIC}&Token={TOKEN}&Endpoint={OWNER}"
SUBSCRIBE = f"aws sns subscribe --topic-arn {TOPIC} --protocol email --notification-endpoint {OWNER}"
ANEW = f"For a new mail, type: {SUBSCRIBE}; then: ./daily confirm"


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


@pytest.fixture
def sns(stack: DeployedStack) -> SNS:
    return deploy_with_email(stack)[0]


def without_token(printed: str) -> str:
    assert TOKEN not in printed and TOKEN[:12] not in printed
    return printed


def test_the_link_confirms_the_address_and_guards_it(stack: DeployedStack, sns: SNS) -> None:
    assert stack.type("confirm", LINK).exit_code == 2 and sns.confirmed == {}, "the shell would keep it"
    printed = without_token(stack.daily("confirm", answers=LINK))
    assert printed == (
        f"The notices go to {OWNER}. Only a login to your AWS account can end that, and no link in them.\n"
    )
    assert list(sns.confirmed) == [OWNER] and sns.guarded == {*sns.confirmed.values()}
    assert stack.daily("confirm", answers=LINK) == printed, "twice"


def test_at_a_terminal_the_link_is_asked_for_and_not_shown(
    stack: DeployedStack, sns: SNS, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.commands.confirm.sys", SimpleNamespace(stdin=SimpleNamespace(isatty=lambda: True)))
    done = stack.type("confirm", answers=f"{LINK}\n")
    assert "The link (not shown)" in done.stderr and "The notices go to" in without_token(done.output)
    assert list(sns.confirmed) == [OWNER]


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


@pytest.mark.parametrize("code", ["InvalidParameter", "NotFound"])
def test_a_link_that_has_expired_is_told_with_what_makes_a_new_mail(
    stack: DeployedStack, sns: SNS, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    sns.answers["confirm_subscription"] = refusal(code, "Invalid parameter: Token")
    sentence = "AWS does not accept the link: it is older than two days, or there is a newer mail. "
    assert stack.refused("confirm", answers=LINK) == sentence + ANEW
    sns.answers["confirm_subscription"] = refusal("AuthorizationError", "User: me is not authorized to do it.")
    assert stack.refused("confirm", answers=LINK).startswith("Your AWS login may not do this: User: me")
    monkeypatch.setenv(DEBUG, "1")
    without_token(stack.type("confirm", answers=LINK).output)


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


def test_without_a_deployed_address_there_is_nothing_to_confirm_and_nothing_to_send(
    stack: DeployedStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "./daily settings email=ADDRESS" in stack.refused("mail", "--test")
    assert stack.refused("confirm", answers=LINK) == (
        "No e-mail address is deployed: there is nothing to confirm. Type: ./daily settings email=ADDRESS; make deploy"
    )
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
    assert "open a new terminal" in stack.refused("confirm")


def test_what_is_not_the_link_is_told_with_where_it_is(stack: DeployedStack, sns: SNS) -> None:
    for link, says in [
        (LINK.partition("&")[0], "has lost its end"),
        (f"https://sns.eu-central-1.amazonaws.com/unsubscribe.html?SubscriptionArn={TOPIC}:1", "ends the notices"),
        ("https://sns.eu-central-1.amazonaws.com/SimpleNotificationService.pem", "not the link of"),
        (LINK.replace("123456789012", "12"), "not the link of"),
        ("https://example.com/confirmation.html?TopicArn=1&Token=2", "not a link of AWS's mail"),
        ("https://sns.eu-central-1.amazonaws.com.example.com/confirmation.html", "not a link of AWS's mail"),
        ("https://[/", "That is not a link."),
    ]:
        sentence = without_token(stack.refused("confirm", answers=link))
        assert says in sentence and sentence.endswith("./daily confirm") and sns.confirmed == {}


def test_the_link_is_found_in_what_a_mail_program_makes_of_it() -> None:
    for wrapped in [
        f" <{LINK}> ",
        LINK.replace(TOPIC, quote(TOPIC, safe="")),
        f"https://eur01.safelinks.protection.outlook.com/?url={quote(LINK, safe='')}&data=05%7C02&reserved=0",
        f"https://mail.example.org/go?once={quote('https://www.google.com/url?q=' + quote(LINK, safe=''), safe='')}",
    ]:
        link = read_link(wrapped)
        assert (link.topic, link.region, link.token, link.address) == (TOPIC, "eu-central-1", TOKEN, OWNER)
        assert TOKEN not in repr(link)


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
    assert "./daily mail --test" in stack.refused("mail", exit_code=2), "no other mail is sent by hand"
    assert stack.refused("mail", "--test").endswith("is not confirmed: nothing is sent to it. Type: ./daily confirm")
    sns.open_the_link()
    sns.unsubscribe(OWNER)
    assert "not subscribed any more. Type: aws sns subscribe" in stack.refused("mail", "--test")


@pytest.fixture
def unconfirmed(well: DeployedStack, own_settings: Path) -> SNS:
    """Nothing is wrong but that the address is not confirmed yet."""
    write_own({"email": OWNER})
    found, _ = deploy_with_email(well)
    return found


def confirmed_by_login(well: DeployedStack, sns: SNS) -> None:
    (token,) = sns.pending
    well.services["sns"].confirm_subscription(TopicArn=TOPIC, Token=token, AuthenticateOnUnsubscribe="true")


def test_an_address_is_bad_until_its_owner_confirms_it(well: DeployedStack, unconfirmed: SNS) -> None:
    told = bad(well, "E-mail")
    assert told.startswith(f"{OWNER} is not confirmed: nothing is sent to it → ./daily confirm, with the link of")
    confirmed_by_login(well, unconfirmed)
    found = rows(well, exit_code=0)
    assert (found["E-mail"]["says"], found["Unsent mails"]["says"]) == (OWNER, "none in the last 14 days")
    assert list(found) == [*NAMES[:12], "Unsent mails", *NAMES[12:]]


def test_an_address_whose_link_was_opened_is_good_with_a_hint_that_scanners_can_end_it(
    well: DeployedStack, unconfirmed: SNS
) -> None:
    unconfirmed.open_the_link()
    row = rows(well, exit_code=0)["E-mail"]
    assert row["state"] == "good" and row["remedy"] is None
    assert row["says"].startswith(f'{OWNER}; whoever opens a mail\'s "unsubscribe" link ends it')


def test_an_address_is_bad_while_nobody_confirms_it_or_once_it_is_unsubscribed_until_a_new_mail(
    well: DeployedStack, unconfirmed: SNS
) -> None:
    unconfirmed.pending.clear()
    unconfirmed.confirmed["old@example.org"] = f"{TOPIC}:0ld"
    assert SUBSCRIBE in bad(well, "E-mail"), "nobody has confirmed it in time"
    unconfirmed.deleted.append(OWNER)
    told = bad(well, "E-mail")
    assert "is not subscribed any more" in told and f"→ {SUBSCRIBE}; then: ./daily confirm" in told
    unconfirmed.pending[TOKEN] = OWNER
    assert "is not confirmed" in bad(well, "E-mail"), "after a new mail, the old unsubscription does not count"
    confirmed_by_login(well, unconfirmed)
    unconfirmed.pending["t"] = "not-yet@example.org"
    assert rows(well, exit_code=0)["E-mail"]["says"] == f"{OWNER}, old@example.org"


def test_an_address_other_than_that_of_the_settings_is_bad(well: DeployedStack, own_settings: Path) -> None:
    write_own({"email": OWNER})
    assert bad(well, "E-mail") == f"goes to nobody, but your settings say {OWNER} → make deploy"
    confirmed_by_login(well, deploy_with_email(well)[0])
    for wanted, named in (("new@example.org", "new@example.org"), ("", "nobody")):
        write_own({"email": wanted})
        assert bad(well, "E-mail") == f"goes to {OWNER}, but your settings say {named} → make deploy"
    own_settings.write_text("{")
    bad(well, "Settings")


def test_what_could_not_be_told_is_bad_and_is_no_undelivered_start(well: DeployedStack, own_settings: Path) -> None:
    write_own({"email": OWNER})
    sns, untold = deploy_with_email(well)
    confirmed_by_login(well, sns)
    client("sqs").send_message(QueueUrl=untold, MessageBody="an event")
    assert bad(well, "Unsent mails") == (
        "of 1 event in the last 14 days you could not be told → "
        f"./daily status; why: aws logs tail {LOG} --since 14d; "
        f"then, to forget them: aws sqs purge-queue --queue-url {untold}"
    )


def test_an_sns_that_refuses_is_a_bad_row_and_breaks_no_other(well: DeployedStack, unconfirmed: SNS) -> None:
    confirmed_by_login(well, unconfirmed)
    unconfirmed.answers["get_subscription_attributes"] = refusal(
        "AuthorizationError", "User: me is not authorized to do it."
    )
    assert bad(well, "E-mail").startswith("Your AWS login may not do this")


def test_the_local_stack_shows_its_mails_and_has_nothing_to_confirm(
    well: DeployedStack, unconfirmed: SNS, own_settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
    write_own({"email": ""})
    found = rows(well, exit_code=0)
    assert found["E-mail"] == {
        "name": "E-mail",
        "state": "note",
        "says": "the local stack sends no mails: it shows them where it was started",
        "remedy": None,
    }
    assert found["Unsent mails"]["state"] == "good"
