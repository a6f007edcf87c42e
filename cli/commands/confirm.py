"""./daily confirm: the owner's address takes the notices, and no mail scanner can end that."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

import click
from botocore.exceptions import ClientError

from cli.asking import hidden
from cli.aws import Deployed, find_target
from cli.errors import CliError
from cli.prose import tell
from cli.topic import CONFIRM, Topic

# https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html#enforce-authentication-on-unsubscribe
_HOST = re.compile(r"sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?")
_PAGE, _THE_OTHER_PAGE = "/confirmation.html", "/unsubscribe.html"
_ARN = re.compile(r"arn:[a-z-]+:sns:(?P<region>[a-z0-9-]+):\d{12}:[\w.-]+", re.ASCII)

# https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
_VALID_FOR = "two days"

# What AWS answers to a token that it does not know (any more); and to one that was used without a login, or to a login
# that may not confirm.
_REFUSALS = ("InvalidParameter", "InvalidParameterException", "NotFound", "NotFoundException")
_NOT_ALLOWED = ("AuthorizationError", "AuthorizationErrorException")


@dataclass(frozen=True)
class Link:
    """What the link of AWS's mail says. `address` is empty where it does not say."""

    topic: str
    region: str
    token: str = field(repr=False)
    address: str


@click.command()
def confirm() -> None:
    """Confirm the e-mail address that the notices go to.

    Asked for is the link of "Confirm subscription" in the mail "AWS Notification - Subscription Confirmation": copy it,
    do not open it. It is not shown; what is piped in is read instead.

    Opening it would do, too, but then whoever opens the "unsubscribe" link of a notice ends them, as mail scanners do.
    """
    target = find_target()
    target.say()
    if target.is_local:
        raise CliError(
            "The local stack sends no mails, it shows them: there is nothing to confirm. "
            "For AWS instead, open a new terminal."
        )
    given = read_link(_link())
    topic = Deployed(target).topic
    if topic is None:
        raise CliError(
            "No e-mail address is deployed: there is nothing to confirm.",
            "Type: ./daily settings email=ADDRESS; make deploy",
        )
    _same_topic(given, topic)
    _say(topic, *_confirmed(given, topic))


def _link() -> str:
    """Not from the command line: shells keep what is typed there, and whoever has the link can end the notices."""
    return hidden("The link") if sys.stdin.isatty() else sys.stdin.read()


def read_link(text: str) -> Link:
    """The link itself, or one that a mail program has wrapped it in. Nothing is opened."""
    try:
        link = urlsplit(text.strip(" \t\r\n<>\"'"))
    except ValueError:
        raise _not_the_link("That is not a link.") from None
    values = dict(parse_qsl(link.query))
    if not _HOST.fullmatch(link.hostname or ""):
        inner = next((value for value in values.values() if _PAGE[1:] in value), None)
        if inner is None:
            raise _not_the_link("That is not a link of AWS's mail.")
        return read_link(inner)
    if link.path == _THE_OTHER_PAGE:
        raise _not_the_link("That is the link that ends the notices, not the one that confirms them.")
    topic = _ARN.fullmatch(values.get("TopicArn", ""))
    if link.path != _PAGE or topic is None:
        raise _not_the_link('That is not the link of "Confirm subscription".')
    if not values.get("Token"):
        raise _not_the_link("The link has lost its end.")
    # A "+" in an address is not meant as the space that it is in a query.
    address = values.get("Endpoint", "").replace(" ", "+")
    return Link(topic[0], topic["region"], values["Token"], address)


def _not_the_link(what: str) -> CliError:
    return CliError(f'{what} Copy that of "Confirm subscription" in AWS\'s mail: {CONFIRM}')


def _same_topic(given: Link, topic: Topic) -> None:
    if given.topic == topic.arn:
        return
    here = topic.arn.split(":")[3]
    if given.region != here:
        raise CliError(
            f"The link is for the region {given.region}, and this stack is in {here}. "
            f"If yours is there, type: export AWS_REGION={given.region}; then type this again"
        )
    raise CliError(
        "The link is for another topic than this stack's: its mail is of an earlier deployment, "
        f"or not of this program. {_anew(topic, topic.address)}"
    )


def _confirmed(given: Link, topic: Topic) -> tuple[str, str]:
    """The address, and its subscription's ARN."""
    try:
        arn = topic.confirm(given.token)
    except ClientError as error:
        code = error.response["Error"].get("Code", "")
        if code not in (*_REFUSALS, *_NOT_ALLOWED):
            raise
        address = given.address or topic.address
        found = topic.find(address)
        if found is not None and found.arn is not None:
            return found.address, found.arn
        if code in _NOT_ALLOWED:
            raise
        raise CliError(
            f"AWS does not accept the link: it is older than {_VALID_FOR}, or there is a newer mail. "
            f"{_anew(topic, address)}"
        ) from None
    address = next((each.address for each in topic.subscriptions() if each.arn == arn), given.address or topic.address)
    return address, arn


def _say(topic: Topic, address: str, arn: str) -> None:
    if topic.is_guarded(arn):
        tell(f"The notices go to {address}. Only a login to your AWS account can end that, and no link in them.")
        return
    tell(
        f"The notices go to {address}: the link was opened before, by somebody or by a mail scanner. "
        'So whoever opens the "unsubscribe" link of a notice ends them.'
    )
    tell(f"To prevent that, type: aws sns unsubscribe --subscription-arn {arn}")
    tell(f"then: {topic.to_subscribe(address)}")
    tell(f"then, for the link of the new mail: {CONFIRM}")


def _anew(topic: Topic, address: str) -> str:
    return f"For a new mail, type: {topic.to_subscribe(address)}; then: {CONFIRM}"
