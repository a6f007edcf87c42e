"""What every `./daily authorize …` begins and ends with."""

from __future__ import annotations

from rich.console import Console

from cli.consent import say
from cli.deployed import Deployed
from cli.errors import CliError
from cli.secrets import Secret
from cli.target import find_target
from fitbit_daily.adapters.secrets import SOURCE_KEYS, X_KEYS
from fitbit_daily.adapters.sources import SOURCES

_KEYS = {"SourceSecretArn": SOURCE_KEYS, "XSecretArn": X_KEYS}


def opened(what: str) -> tuple[Deployed, Secret]:
    """What is deployed, and the secret to fill in; raises CliError before any of the person's time is spent."""
    target = find_target()
    target.say()
    deployed = Deployed(target)
    source = deployed.settings.get("SOURCE", "")
    if what in SOURCES and source != what:
        change = (
            f"End the local stack, then type: SOURCE={what} python -m local up"
            if target.is_local
            else f'Set "source" to "{what}" in cdk.json, then type: make deploy'
        )
        raise CliError(f"What is deployed takes its numbers from {source}, not from {what}. {change}")
    deployed.take_addresses()
    secret = Secret(target, "XSecretArn" if what == "x" else "SourceSecretArn")
    secret.check()
    return deployed, secret


def say_next(console: Console, deployed: Deployed) -> None:
    """The other secret, while it lacks something; then a look at what would be posted."""
    for output, command in (("SourceSecretArn", deployed.settings["SOURCE"]), ("XSecretArn", "x")):
        stored = Secret(deployed.target, output).read()
        if any(key not in stored for key in _KEYS[output]):
            say(console, f"\nNext: ./daily authorize {command}")
            return
    say(console, "\nNext: ./daily doctor")
