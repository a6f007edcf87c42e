"""./daily mail --test: a mail on the way that the notices take."""

from __future__ import annotations

import click

from cli.aws import Deployed, find_deployed
from cli.errors import CliError
from cli.prose import tell
from cli.topic import CONFIRM, Topic
from fitbit_daily.adapters.executions import place_of
from fitbit_daily.domain.mails import Writer


@click.command()
@click.option("--test", is_flag=True, help="Send a test mail: no other is sent by hand.")
def mail(test: bool) -> None:
    """Send yourself a test mail."""
    if not test:
        raise click.UsageError("Only a test mail is sent by hand. Type: ./daily mail --test")
    deployed = find_deployed()
    topic = deployed.topic
    if topic is None:
        raise CliError("No e-mail address is deployed.", "Type: ./daily settings email=ADDRESS; make deploy")
    if not deployed.target.is_local:
        _check_confirmed(topic)
    topic.send(_writer(deployed).test())
    if deployed.target.is_local:
        tell(f"A test mail to {topic.address} is shown where the local stack was started.")
    else:
        tell(f"A test mail was sent to {topic.address}. If it is not there in a minute, look in the spam folder.")


def _check_confirmed(topic: Topic) -> None:
    """SNS takes a mail for an address that it sends nothing to."""
    found = topic.find(topic.address)
    if found is None:
        raise CliError(f"{topic.address} is not subscribed any more.", f"Type: {topic.to_subscribe(topic.address)}")
    if found.arn is None:
        raise CliError(f"{topic.address} is not confirmed: nothing is sent to it.", f"Type: {CONFIRM}")


def _writer(deployed: Deployed) -> Writer:
    settings = deployed.settings
    return Writer(settings["LANGUAGE"], settings["SOURCE"], place_of(deployed.target.state_machine))
