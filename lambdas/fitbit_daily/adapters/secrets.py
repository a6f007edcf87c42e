"""The two secrets in Secrets Manager: the source's credentials and X's keys, JSON objects both.

A secret that CDK made and nobody filled in holds a random string; one that CloudFormation made plainly holds nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from botocore.exceptions import ClientError

from fitbit_daily.adapters.aws import client, error_code, failures
from fitbit_daily.domain.authorization import Credentials
from fitbit_daily.errors import CredentialsReplaced, SecretNotFilledIn, authorize

SOURCE_KEYS = ("client_id", "client_secret", "refresh_token")
X_KEYS = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
# Of the source's secret, where its refresh token is known to die: when, in ISO 8601 with its zone.
EXPIRES_AT = "authorization_expires_at"

# Some editors and shells of Windows write it before a JSON object that is then pasted or put as it is.
BYTE_ORDER_MARK = "\ufeff"

# A stage of our own holds a new refresh token until it is made the current one.
_PENDING = "FITBIT_DAILY_PENDING"


def read_secret(arn: str, keys: tuple[str, ...], of: str) -> tuple[Mapping[str, str], str]:
    """The secret's values and its version; `of` is a source's name, or "x".

    Raises SecretNotFilledIn, naming the keys that are missing.
    """
    name, fill = "X" if of == "x" else "source", authorize(of)
    try:
        with failures(f"reading the {name} secret"):
            answer = client("secretsmanager").get_secret_value(SecretId=arn)
    except ClientError as error:
        if error_code(error) != "ResourceNotFoundException":
            raise
        raise SecretNotFilledIn(f"The {name} secret was never filled in.", fill) from error
    try:
        values = json.loads(answer["SecretString"].removeprefix(BYTE_ORDER_MARK))
    except (KeyError, ValueError):
        values = None
    if not isinstance(values, dict):
        raise SecretNotFilledIn(f"The {name} secret was never filled in.", fill) from None
    missing = [key for key in keys if not (isinstance(values.get(key), str) and values[key].strip())]
    if missing:
        raise SecretNotFilledIn(f"The {name} secret lacks {', '.join(missing)}.", fill)
    return {key: value.strip() if isinstance(value, str) else value for key, value in values.items()}, answer[
        "VersionId"
    ]


class SourceSecret:
    """The source's credentials, replaced only over the very version that was read."""

    def __init__(self, arn: str, source: str = "google_health") -> None:
        self._arn = arn
        self._source = source

    def read(self) -> Credentials:
        """The current credentials. A rotation that was cut off half-way is finished first: the old token is dead."""
        values, version = read_secret(self._arn, SOURCE_KEYS, self._source)
        current = Credentials(
            values["client_id"], values["client_secret"], values["refresh_token"], version, _moment(values)
        )
        refresh_token, pending = self._read_pending(current)
        return current if refresh_token == current.refresh_token else self._promote(current, refresh_token, pending)

    def check_writable(self, credentials: Credentials) -> None:
        """Writes what is there already into a stage that nobody reads."""
        self._put_pending(credentials, credentials.refresh_token)

    def replace(self, credentials: Credentials, refresh_token: str) -> Credentials:
        """Stores the rotated refresh token aside, then moves the label "current" from the version read to it.

        Secrets Manager refuses the move where the label is elsewhere by now: a compare-and-swap.
        """
        return self._promote(credentials, refresh_token, self._put_pending(credentials, refresh_token))

    def _promote(self, credentials: Credentials, refresh_token: str, version: str) -> Credentials:
        try:
            with failures("storing the rotated refresh token"):
                client("secretsmanager").update_secret_version_stage(
                    SecretId=self._arn,
                    VersionStage="AWSCURRENT",
                    RemoveFromVersionId=credentials.version,
                    MoveToVersionId=version,
                )
        except ClientError as error:
            if error_code(error) not in ("InvalidParameterException", "InvalidRequestException"):
                raise
            raise CredentialsReplaced("The authorisation was renewed while the old one was being used.") from error
        return replace(credentials, refresh_token=refresh_token, version=version)

    def _put_pending(self, credentials: Credentials, refresh_token: str) -> str:
        with failures("storing the refresh token"):
            values = {
                "client_id": credentials.client_id,
                "client_secret": credentials.client_secret,
                "refresh_token": refresh_token,
                "replaces": credentials.version,
            }
            if credentials.expires_at:
                values[EXPIRES_AT] = credentials.expires_at.isoformat()
            answer = client("secretsmanager").put_secret_value(
                SecretId=self._arn, SecretString=json.dumps(values), VersionStages=[_PENDING]
            )
        return str(answer["VersionId"])

    def _read_pending(self, current: Credentials) -> tuple[str, str]:
        """The refresh token that is to replace the current one, and its version; or else the current ones."""
        try:
            with failures("reading the source secret"):
                answer = client("secretsmanager").get_secret_value(SecretId=self._arn, VersionStage=_PENDING)
        except ClientError as error:
            if error_code(error) != "ResourceNotFoundException":
                raise
            return current.refresh_token, current.version
        pending = json.loads(answer["SecretString"])
        if pending.get("replaces") != current.version:
            return current.refresh_token, current.version
        return pending["refresh_token"], answer["VersionId"]


def _moment(values: Mapping[str, str]) -> datetime | None:
    """What cannot be read, such as a time without its zone, only costs the warning."""
    try:
        moment = datetime.fromisoformat(values[EXPIRES_AT])
    except (KeyError, TypeError, ValueError):
        return None
    return moment if moment.tzinfo else None
