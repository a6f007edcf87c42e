"""The two secrets in Secrets Manager: the source's credentials and X's keys, JSON objects both.

A secret that CDK made and nobody filled in holds a random string; one that CloudFormation made plainly holds nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from botocore.exceptions import ClientError

from fitbit_daily.adapters.aws import client, error_code, failures
from fitbit_daily.domain.authorization import Credentials
from fitbit_daily.errors import (
    CredentialsOfAnotherSource,
    CredentialsReplaced,
    SourceSecretNotFilledIn,
    StepError,
    XSecretNotFilledIn,
)

SOURCE_KEYS = ("client_id", "client_secret", "refresh_token")
X_KEYS = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
# In the source's secret: when its refresh token expires, if known, in ISO 8601 with its zone.
EXPIRES_AT = "authorization_expires_at"
# In the source's secret: the source that it is for. A tag would need rights of its own, and could not change together
# with the credentials.
LABEL = "source"

# Some editors and shells of Windows write it before a JSON object that is then pasted or put as it is.
BYTE_ORDER_MARK = "\ufeff"

# A stage of our own holds a new refresh token until it is made the current one.
_PENDING = "FITBIT_DAILY_PENDING"


def read_secret(arn: str, keys: tuple[str, ...], of: str) -> tuple[Mapping[str, str], str]:
    """The secret's values and its version; `of` is a source's name, or "x".

    Raises SourceSecretNotFilledIn or XSecretNotFilledIn, naming the keys that are missing, and
    CredentialsOfAnotherSource where the secret is known to be that of another source.
    """
    name = "X" if of == "x" else "source"

    def not_filled_in(what: str) -> StepError:
        return XSecretNotFilledIn(what) if of == "x" else SourceSecretNotFilledIn(what, source=of)

    try:
        with failures(f"reading the {name} secret"):
            answer = client("secretsmanager").get_secret_value(SecretId=arn)
    except ClientError as error:
        if error_code(error) != "ResourceNotFoundException":
            raise
        raise not_filled_in(f"The {name} secret was never filled in.") from error
    try:
        values = json.loads(answer["SecretString"].removeprefix(BYTE_ORDER_MARK))
    except (KeyError, ValueError):
        values = None
    if not isinstance(values, dict):
        raise not_filled_in(f"The {name} secret was never filled in.") from None
    missing = [key for key in keys if not (isinstance(values.get(key), str) and values[key].strip())]
    if missing:
        raise not_filled_in(f"The {name} secret lacks {', '.join(missing)}.")
    belongs_to = of if of == "x" else str(values.get(LABEL) or "").strip() or _looks_like(values["client_id"]) or of
    if belongs_to != of:
        raise CredentialsOfAnotherSource("The stored credentials are another source's, and were not sent.", source=of)
    return {key: value.strip() if isinstance(value, str) else value for key, value in values.items()}, answer[
        "VersionId"
    ]


@dataclass(frozen=True)
class _Pending:
    refresh_token: str = field(repr=False)
    version: str
    made_at: datetime


class SourceSecret:
    """The source's credentials, replaced only over the very version that was read."""

    def __init__(self, arn: str, source: str = "google_health") -> None:
        self._arn = arn
        self._source = source

    def read(self) -> Credentials:
        """The current credentials. A rotation that was cut off is finished first: the old token no longer works."""
        values, version = read_secret(self._arn, SOURCE_KEYS, self._source)
        current = Credentials(
            values["client_id"],
            values["client_secret"],
            values["refresh_token"],
            version,
            _moment(values),
            source=self._source,
        )
        pending = self._read_pending(current)
        if pending is None:
            return current
        if pending.refresh_token == current.refresh_token:
            return replace(current, tried_at=pending.made_at)
        return self._promote(current, pending.refresh_token, pending.version)

    def check_writable(self, credentials: Credentials) -> None:
        """Writes what is there already into a stage that nobody reads."""
        self._put_pending(credentials, credentials.refresh_token)

    def give_up(self, credentials: Credentials) -> None:
        self._put_pending(replace(credentials, version=""), credentials.refresh_token)

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
                LABEL: self._source,
                "replaces": credentials.version,
            }
            if credentials.expires_at:
                values[EXPIRES_AT] = credentials.expires_at.isoformat()
            answer = client("secretsmanager").put_secret_value(
                SecretId=self._arn, SecretString=json.dumps(values), VersionStages=[_PENDING]
            )
        return str(answer["VersionId"])

    def _read_pending(self, current: Credentials) -> _Pending | None:
        """The version that is to replace the current one, or proves that this is possible; None if there is none."""
        try:
            with failures("reading the source secret"):
                answer = client("secretsmanager").get_secret_value(SecretId=self._arn, VersionStage=_PENDING)
        except ClientError as error:
            if error_code(error) != "ResourceNotFoundException":
                raise
            return None
        pending = json.loads(answer["SecretString"])
        if pending.get("replaces") != current.version:
            return None
        return _Pending(pending["refresh_token"], answer["VersionId"], answer["CreatedDate"])


def _looks_like(client_id: str) -> str:
    """The source whose client ids look like this, if it is clear: for secrets without a label."""
    if client_id.strip().endswith(".apps.googleusercontent.com"):
        return "google_health"
    return "fitbit" if re.fullmatch(r"2[0-9A-Z]{5}", client_id.strip()) else ""


def _moment(values: Mapping[str, str]) -> datetime | None:
    """None for an unreadable value, such as a time without its zone: only the warning is lost."""
    try:
        moment = datetime.fromisoformat(values[EXPIRES_AT])
    except (KeyError, TypeError, ValueError):
        return None
    return moment if moment.tzinfo else None
