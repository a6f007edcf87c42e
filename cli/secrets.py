"""The secrets, as the person who authorises fills them in: what every `./daily authorize …` shares."""

from __future__ import annotations

import json
from collections.abc import Mapping

from botocore.exceptions import ClientError
from rich.console import Console

from cli.aws import Deployed, Target, find_deployed
from cli.errors import CliError, one_sentence
from cli.show import say
from fitbit_daily.adapters.destination_keys import KEYS, parameter_of
from fitbit_daily.adapters.secrets import BYTE_ORDER_MARK, SOURCE_KEYS, X_KEYS
from fitbit_daily.adapters.sources import SOURCES
from stacks import STACK


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
        return _texts_in(answer.get("SecretString", ""))

    def write(self, values: Mapping[str, str]) -> None:
        with one_sentence():
            self._target.client("secretsmanager").put_secret_value(
                SecretId=self.arn, SecretString=json.dumps(dict(values))
            )


class Parameter:
    """The keys of Bluesky or of LINE, in a SecureString that whoever writes it first makes."""

    def __init__(self, target: Target, destination: str) -> None:
        self._target = target
        self.name = parameter_of(STACK, destination)

    def read(self) -> dict[str, str]:
        with one_sentence():
            try:
                answer = self._target.client("ssm").get_parameter(Name=self.name, WithDecryption=True)
            except ClientError as error:
                if error.response["Error"].get("Code") != "ParameterNotFound":
                    raise
                return {}
        return _texts_in(answer["Parameter"]["Value"])

    def write(self, values: Mapping[str, str]) -> None:
        with one_sentence():
            self._target.client("ssm").put_parameter(
                Name=self.name, Value=json.dumps(dict(values)), Type="SecureString", Overwrite=True
            )


def _texts_in(text: str) -> dict[str, str]:
    try:
        values = json.loads(text.removeprefix(BYTE_ORDER_MARK))
    except ValueError:
        return {}
    values = values if isinstance(values, dict) else {}
    return {key: value.strip() for key, value in values.items() if isinstance(value, str) and value.strip()}


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


def opened_for(destination: str) -> tuple[Deployed, Parameter]:
    """What is deployed, and where the keys of Bluesky or LINE belong; it need not post there yet."""
    deployed = find_deployed()
    deployed.take_addresses()
    return deployed, Parameter(deployed.target, destination)


_KEYS = {"x": X_KEYS, **KEYS}


def _stored(target: Target, what: str) -> dict[str, str]:
    if what in KEYS:
        return Parameter(target, what).read()
    return Secret(target, "XSecretArn" if what == "x" else "SourceSecretArn").read()


def say_next(console: Console, deployed: Deployed) -> None:
    """What is not authorised yet; then a look at whether all is well."""
    source = deployed.settings["SOURCE"]
    for command in (source, *deployed.destinations):
        stored = _stored(deployed.target, command)
        if any(key not in stored for key in _KEYS.get(command, SOURCE_KEYS)):
            say(console, f"\nNext: ./daily authorize {command}")
            return
    say(console, "\nNext: ./daily doctor")


def say_next_at(console: Console, deployed: Deployed, destination: str) -> None:
    """Where the program does not post there yet: how it comes to do so."""
    if destination in deployed.destinations:
        say_next(console, deployed)
        return
    wanted = ",".join([*deployed.destinations, destination])
    change = f"./daily settings destinations={wanted}; make deploy"
    if deployed.target.is_local:
        change = f"end the local stack, and type: DESTINATIONS={wanted} python -m local up"
    say(console, f"\nNothing is posted there yet. Next: {change}")
