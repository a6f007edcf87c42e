"""The secrets in Secrets Manager as the person who authorises reads and writes them."""

from __future__ import annotations

import json
from collections.abc import Mapping

from botocore.exceptions import ClientError

from cli.errors import CliError, one_sentence
from cli.target import Target
from fitbit_daily.adapters.secrets import BYTE_ORDER_MARK


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
                    "The secret that is to be filled in is not there. If your environment is an old one, type: "
                    "source .local/env (local stack), or: unset SOURCE_SECRET_ARN X_SECRET_ARN (AWS); else: make deploy"
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
