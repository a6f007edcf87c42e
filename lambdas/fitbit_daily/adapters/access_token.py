"""The access token, a SecureString parameter: the fetching steps see nothing else of the authorisation."""

from __future__ import annotations

import json
from datetime import datetime

from botocore.exceptions import ClientError

from fitbit_daily.adapters.aws import client, error_code, failures
from fitbit_daily.domain.authorization import AccessToken


class AccessTokenParameter:
    def __init__(self, name: str) -> None:
        self._name = name

    def read(self) -> AccessToken | None:
        """None where there is none yet, or it is unreadable."""
        try:
            with failures("reading the access token"):
                answer = client("ssm").get_parameter(Name=self._name, WithDecryption=True)
        except ClientError as error:
            if error_code(error) != "ParameterNotFound":
                raise
            return None
        try:
            stored = json.loads(answer["Parameter"]["Value"])
            return AccessToken(
                value=stored["access_token"],
                obtained_at=datetime.fromisoformat(stored["obtained_at"]),
                expires_at=datetime.fromisoformat(stored["expires_at"]),
                credentials_version=stored["credentials_version"],
                source=stored.get("source", ""),
            )
        except (KeyError, TypeError, ValueError):
            return None

    def write(self, token: AccessToken) -> None:
        value = {
            "access_token": token.value,
            "obtained_at": token.obtained_at.isoformat(),
            "expires_at": token.expires_at.isoformat(),
            "credentials_version": token.credentials_version,
            "source": token.source,
        }
        with failures("storing the access token"):
            client("ssm").put_parameter(Name=self._name, Value=json.dumps(value), Type="SecureString", Overwrite=True)
