"""The two secrets, as the person who authorises fills them in: what every `./daily authorize …` shares."""

from __future__ import annotations

import json
from collections.abc import Mapping

from botocore.exceptions import ClientError
from rich.console import Console

from cli.aws import Deployed, Target, find_deployed
from cli.errors import CliError, one_sentence
from cli.show import say
from fitbit_daily.adapters.secrets import BYTE_ORDER_MARK, SOURCE_KEYS, X_KEYS
from fitbit_daily.adapters.sources import SOURCES

_KEYS = {"SourceSecretArn": SOURCE_KEYS, "XSecretArn": X_KEYS}


class Secret:
    """One of the stack's two secrets, by the name of its output: SourceSecretArn or XSecretArn."""

    def __init__(self, target: Target, output: str) -> None:
        self._target = target
        self.arn = target.named(output)

    def check(self) -> None:
        """That it is there, before anybody's time is spent."""
        with one_sentence():
            try:
                self._target.client("secretsmanager").describe_secret(SecretId=self.arn)
            except ClientError as error:
                if error.response["Error"].get("Code") != "ResourceNotFoundException":
                    raise
                raise CliError(
                    "The secret that is to be filled in is not there. If a local stack was restarted meanwhile, type: "
                    "source .local/env; if your terminal still has the addresses of an earlier one, open a new "
                    "terminal; else: make deploy"
                ) from None

    def read(self) -> dict[str, str]:
        """The values that are there; none where it was never filled in."""
        with one_sentence():
            try:
                answer = self._target.client("secretsmanager").get_secret_value(SecretId=self.arn)
            except ClientError as error:
                if error.response["Error"].get("Code") != "ResourceNotFoundException":
                    raise
                return {}
        try:
            values = json.loads(answer["SecretString"].removeprefix(BYTE_ORDER_MARK))
        except (KeyError, ValueError):
            return {}
        values = values if isinstance(values, dict) else {}
        return {key: value.strip() for key, value in values.items() if isinstance(value, str) and value.strip()}

    def write(self, values: Mapping[str, str]) -> None:
        with one_sentence():
            self._target.client("secretsmanager").put_secret_value(
                SecretId=self.arn, SecretString=json.dumps(dict(values))
            )


def opened(what: str) -> tuple[Deployed, Secret]:
    """What is deployed, and the secret to fill in; raises CliError before any of the person's time is spent."""
    deployed = find_deployed()
    source = deployed.settings.get("SOURCE", "")
    if what in SOURCES and source != what:
        change = (
            f"End the local stack, then type: SOURCE={what} python -m local up"
            if deployed.target.is_local
            else f"Type: ./daily settings source={what}; make deploy"
        )
        raise CliError(f"What is deployed reads {source}, not {what}. {change}")
    deployed.take_addresses()
    secret = Secret(deployed.target, "XSecretArn" if what == "x" else "SourceSecretArn")
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
