"""The access token's parameter."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from fitbit_daily.adapters.access_token import AccessTokenParameter
from fitbit_daily.adapters.aws import client
from fitbit_daily.domain.authorization import AccessToken
from fitbit_daily.errors import AwsUnavailable
from tests.adapters.fixtures import TOKYO, refusing

NAME = "/FitbitDaily/access-token"
AT = datetime(2026, 11, 21, 15, 10, 0, 123456, tzinfo=UTC)
TOKEN = AccessToken("ya29.CANARY", AT, AT + timedelta(seconds=3599), "version 1")
STORED = {
    "access_token": TOKEN.value,
    "obtained_at": AT.isoformat(),
    "expires_at": TOKEN.expires_at.isoformat(),
    "credentials_version": "version 1",
}

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def parameter() -> AccessTokenParameter:
    return AccessTokenParameter(NAME)


def test_what_is_written_is_read_and_the_last_one_counts(parameter: AccessTokenParameter) -> None:
    assert parameter.read() is None, "before the first run there is none"
    parameter.write(TOKEN)
    assert parameter.read() == TOKEN
    later = AccessToken("ya29.other", AT.astimezone(TOKYO), AT + timedelta(hours=1), "version 2")
    parameter.write(later)
    assert parameter.read() == later


def test_it_is_stored_encrypted_and_the_longest_token_that_google_gives_fits(parameter: AccessTokenParameter) -> None:
    """2048 bytes: https://developers.google.com/identity/protocols/oauth2#size; a standard parameter holds 4 KB."""
    parameter.write(AccessToken("x" * 2048, AT, AT, "0" * 64))
    stored = client("ssm").get_parameter(Name=NAME)["Parameter"]
    assert stored["Type"] == "SecureString"
    assert not stored["Value"].startswith("{"), "without WithDecryption nobody reads it"
    plain = client("ssm").get_parameter(Name=NAME, WithDecryption=True)["Parameter"]["Value"]
    assert len(plain.encode()) <= 4096


@pytest.mark.parametrize(
    "value",
    [
        "no JSON",
        "[]",
        *(json.dumps({name: value for name, value in STORED.items() if name != left_out}) for left_out in STORED),
        json.dumps(STORED | {"expires_at": "soon"}),
        json.dumps(STORED | {"obtained_at": None}),
    ],
)
def test_what_cannot_be_read_counts_as_none(value: str, parameter: AccessTokenParameter) -> None:
    client("ssm").put_parameter(Name=NAME, Value=value, Type="SecureString")
    assert parameter.read() is None
    parameter.write(TOKEN)
    assert parameter.read() == TOKEN


def test_a_failure_of_the_service_is_not_mistaken_for_none(parameter: AccessTokenParameter) -> None:
    with refusing("ssm.GetParameter", "InternalServerError", 500), pytest.raises(AwsUnavailable):
        parameter.read()
    with refusing("ssm.PutParameter", "TooManyUpdates"), pytest.raises(AwsUnavailable) as raised:
        parameter.write(TOKEN)
    assert "CANARY" not in str(raised.value)
