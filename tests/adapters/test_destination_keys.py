"""The keys of Bluesky and of LINE: what is stored, and what is said where it is not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from fitbit_daily.adapters.destination_keys import KEYS, read_keys
from fitbit_daily.errors import AwsUnavailable, DestinationSecretNotFilledIn
from tests.adapters.fixtures import parameter, refusing

FULL = {destination: dict.fromkeys(keys, "CANARY") for destination, keys in KEYS.items()}


@pytest.mark.parametrize("destination", KEYS)
def test_what_a_person_stored_is_read_without_the_blanks_around_it(destination: str, aws: None) -> None:
    stored = {key: f" {value}\n" for key, value in FULL[destination].items()}
    parameter("/keys", stored | {"service": "https://pds.example.org"})
    assert read_keys("/keys", destination) == FULL[destination] | {"service": "https://pds.example.org"}


@pytest.mark.parametrize("destination", KEYS)
@pytest.mark.parametrize("stored", [None, "no JSON", [], "missing", "empty", "a number"])
def test_what_is_not_there_is_named_with_the_command_that_stores_it(destination: str, stored: Any, aws: None) -> None:
    last = KEYS[destination][-1]
    of_one: dict[str, dict[str, Any]] = {"missing": {last: ...}, "empty": {last: "  "}, "a number": {last: 5}}
    if isinstance(stored, str) and stored in of_one:
        changed: dict[str, Any] = {**FULL[destination], **of_one[stored]}
        stored = {key: value for key, value in changed.items() if value is not ...}
    if stored is not None:
        parameter("/keys", stored)
    with pytest.raises(DestinationSecretNotFilledIn) as raised:
        read_keys("/keys", destination)
    raised.value.destination = destination
    assert f"./daily authorize {destination}" in str(raised.value) and "CANARY" not in str(raised.value)
    if isinstance(stored, dict):
        assert last in raised.value.what


def test_a_failure_of_aws_is_no_missing_key(aws: None) -> None:
    parameter("/keys", json.dumps(FULL["line"]))
    with refusing("ssm.GetParameter", "InternalServerError", 500), pytest.raises(AwsUnavailable):
        read_keys("/keys", "line")
    with refusing("ssm.GetParameter", "AccessDeniedException"), pytest.raises(ClientError):
        read_keys("/keys", "line")
