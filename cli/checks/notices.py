"""Whether the owner is told: the address and its confirmation, and what could not be told."""

from __future__ import annotations

from collections.abc import Iterator

from cli.aws import Deployed
from cli.checks.finding import Finding, bad, good, note
from cli.errors import CliError
from cli.settings import settings_of_the_clone
from cli.topic import CONFIRM, Topic
from fitbit_daily.clock import utc_now

NAMES = ("E-mail", "Unsent mails")

_CONFIRM = f'{CONFIRM}, with the link of "Confirm subscription" in AWS\'s mail: copied, not opened'


def notices(deployed: Deployed) -> Iterator[Finding]:
    topic = deployed.topic
    if deployed.target.is_local:
        yield note("E-mail", "the local stack sends no mails: it shows them where it was started")
    else:
        yield _address(topic)
    if topic is not None:
        yield from _unsent(deployed)


def _address(topic: Topic | None) -> Finding:
    name, deployed = "E-mail", topic.address if topic else ""
    try:
        wanted = settings_of_the_clone(utc_now()).email
    except CliError:
        # Said by the settings' row.
        wanted = deployed
    if wanted != deployed:
        says = f"goes to {deployed or 'nobody'}, but your settings say {wanted or 'nobody'}"
        return bad(name, says, "make deploy")
    if topic is None:
        return note(
            name, "no e-mail is set: nobody is told of failures", "./daily settings email=ADDRESS; then: make deploy"
        )
    return _subscription(name, topic)


def _subscription(name: str, topic: Topic) -> Finding:
    listed = topic.subscriptions()
    found = next((each for each in listed if each.is_of(topic.address)), None)
    if found is None:
        says = f"{topic.address} is not subscribed any more: somebody unsubscribed it, or nobody confirmed it in time"
        return bad(name, says, f"{topic.to_subscribe(topic.address)}; then: {_CONFIRM}")
    if found.arn is None:
        return bad(name, f"{topic.address} is not confirmed: nothing is sent to it", _CONFIRM)
    says = ", ".join([found.address, *(each.address for each in listed if each.arn and each is not found)])
    if not topic.is_guarded(found.arn):
        says += (
            '; whoever opens a mail\'s "unsubscribe" link ends it, as mail scanners do: '
            "see docs/notices.md#when-no-mail-comes"
        )
    return good(name, says)


def _unsent(deployed: Deployed) -> Iterator[Finding]:
    queue = deployed.resource("AWS::SQS::Queue", "Notices/Untold")
    if queue is None:
        return
    name, count = "Unsent mails", deployed.messages_in(queue)
    if not count:
        yield good(name, "none in the last 14 days")
        return
    log = deployed.resource("AWS::Logs::LogGroup", "Notices/Notify/Logs")
    steps = ["./daily status"]
    steps += [f"why: aws logs tail {log} --since 14d"] if log else []
    steps += [f"then, to forget them: aws sqs purge-queue --queue-url {queue}"]
    events = "1 event" if count == 1 else f"{count} events"
    yield bad(name, f"of {events} in the last 14 days you could not be told", "; ".join(steps))
