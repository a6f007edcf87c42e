"""The keys of Bluesky and of LINE: JSON objects in SecureString parameters. A person stores them."""

from __future__ import annotations

import json
from collections.abc import Mapping

from botocore.exceptions import ClientError

from fitbit_daily.adapters.aws import client, error_code, failures
from fitbit_daily.domain.cures import SERVICES
from fitbit_daily.errors import DestinationSecretNotFilledIn

KEYS = {"bluesky": ("handle", "app_password"), "line": ("channel_access_token", "user_id")}


def parameter_of(stack: str, destination: str) -> str:
    return f"/{stack}/{destination}"


def read_keys(parameter: str, destination: str) -> Mapping[str, str]:
    """Raises DestinationSecretNotFilledIn, naming the keys that are missing."""
    at = SERVICES[destination]
    try:
        with failures(f"reading the keys of {at}"):
            answer = client("ssm").get_parameter(Name=parameter, WithDecryption=True)
    except ClientError as error:
        if error_code(error) != "ParameterNotFound":
            raise
        raise DestinationSecretNotFilledIn(f"The keys of {at} were never stored.", destination=destination) from None
    try:
        values = json.loads(answer["Parameter"]["Value"])
    except ValueError:
        values = None
    if not isinstance(values, dict):
        raise DestinationSecretNotFilledIn(f"The keys of {at} are no JSON object.", destination=destination)
    missing = [key for key in KEYS[destination] if not (isinstance(values.get(key), str) and values[key].strip())]
    if missing:
        lacks = f"The keys of {at} lack {', '.join(missing)}."
        raise DestinationSecretNotFilledIn(lacks, destination=destination)
    return {key: value.strip() for key, value in values.items() if isinstance(value, str)}
