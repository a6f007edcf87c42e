"""The Fitbit Web API source: one refresh token after the other."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest

from fitbit_daily.adapters.fitbit_web import API, SCOPES, FitbitWeb
from fitbit_daily.adapters.sources import SOURCES, source
from fitbit_daily.domain.authorization import Credentials, Grant
from fitbit_daily.errors import AuthorizationLost, ScopeNotGranted, SourceUnavailable
from tests.wsgi import connected

CREDENTIALS = Credentials("22CANARY", "s3cret:canary", "c643canary", "1")


def test_the_source_of_that_name_is_this_one_and_rotates_its_refresh_token() -> None:
    assert "fitbit" in SOURCES
    assert isinstance(source("fitbit"), FitbitWeb)
    assert FitbitWeb.rotates


class TokenEndpoint:
    """Hands out a new refresh token each time and takes only the last one."""

    def __init__(self, **changes: Any) -> None:
        self.changes = changes
        self.valid = CREDENTIALS.refresh_token
        self.turn = 0

    def __call__(self, environ: dict[str, Any], start: Any) -> list[bytes]:
        asked = parse_qs(environ["wsgi.input"].read().decode())
        if asked != {"grant_type": ["refresh_token"], "refresh_token": [self.valid]}:
            start("400 Bad Request", [])
            message = f"Refresh token invalid: {asked.get('refresh_token')}. Visit https://dev.fitbit.com/docs/oauth2"
            error = {"errors": [{"errorType": "invalid_grant", "message": message}], "success": False}
            return [json.dumps(error).encode()]
        self.turn += 1
        self.valid = f"rotated{self.turn}"
        granted = {
            "access_token": f"eyJ.{self.turn}",
            "expires_in": 28800,
            "refresh_token": self.valid,
            "scope": "sleep settings activity",
            "token_type": "Bearer",
            "user_id": "26FWFL",
        }
        start("200 OK", [])
        return [json.dumps({name: v for name, v in (granted | self.changes).items() if v is not None}).encode()]


def refreshed(with_token: str = CREDENTIALS.refresh_token) -> Grant:
    return FitbitWeb().refresh(Credentials(CREDENTIALS.client_id, CREDENTIALS.client_secret, with_token, "1"))


def test_each_refresh_gives_the_next_refresh_token_and_the_old_one_is_lost() -> None:
    with connected({API: TokenEndpoint()}):
        first = refreshed()
        assert first == Grant("eyJ.1", timedelta(hours=8), "rotated1")
        assert refreshed("rotated1") == Grant("eyJ.2", timedelta(hours=8), "rotated2")
        with pytest.raises(AuthorizationLost):
            refreshed()


def test_the_client_says_who_it_is_with_http_basic_and_nowhere_else() -> None:
    with connected({API: TokenEndpoint()}) as wire:
        refreshed()
    (exchange,) = wire.exchanges
    assert (exchange.method, exchange.target) == ("POST", "/oauth2/token")
    assert exchange.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert exchange.headers["Authorization"] == "Basic " + base64.b64encode(b"22CANARY:s3cret:canary").decode()
    assert b"canary" not in exchange.body.replace(b"c643canary", b"").lower()


def test_a_secret_beyond_latin_1_is_sent_as_utf_8() -> None:
    with connected({API: TokenEndpoint()}) as wire:
        FitbitWeb().refresh(Credentials("22CANARY", "秘密", "c643canary", "1"))
    basic = wire.exchanges[0].headers["Authorization"].removeprefix("Basic ")
    assert base64.b64decode(basic).decode() == "22CANARY:秘密"


@pytest.mark.parametrize(
    ("scope", "named"),
    [
        ("activity sleep", "settings"),
        ("settings", "activity, sleep"),
        ("activity_tracker sleep settings heartrate", "activity"),
        ("", "activity, settings, sleep"),
    ],
)
def test_a_scope_that_was_not_granted_is_named(scope: str, named: str) -> None:
    with connected({API: TokenEndpoint(scope=scope)}):
        withheld = refreshed().withheld
    assert isinstance(withheld, ScopeNotGranted)
    assert f"Fitbit was not allowed to give {named}." == withheld.what


@pytest.mark.parametrize("scope", [None, " ".join(SCOPES), "heartrate profile sleep activity settings"])
def test_more_scopes_than_needed_or_none_told_are_enough(scope: str | None) -> None:
    with connected({API: TokenEndpoint(scope=scope)}):
        assert refreshed().access_token == "eyJ.1"


def test_without_a_new_refresh_token_the_old_one_is_kept() -> None:
    with connected({API: TokenEndpoint(refresh_token=None)}):
        assert refreshed().refresh_token is None


@pytest.mark.parametrize("changes", [{"access_token": None}, {"access_token": ""}, {"expires_in": None}])
def test_an_answer_without_a_usable_access_token_is_none(changes: dict[str, Any]) -> None:
    with connected({API: TokenEndpoint(**changes)}), pytest.raises(SourceUnavailable):
        refreshed()
