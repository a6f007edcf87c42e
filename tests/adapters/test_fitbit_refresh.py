"""The Fitbit Web API source: one refresh token after the other."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest

from fitbit_daily.adapters.fitbit_web import API, FitbitWeb
from fitbit_daily.adapters.sources import SOURCES, source
from fitbit_daily.domain.authorization import Credentials, Grant
from fitbit_daily.errors import AuthorizationLost, ScopeNotGranted, SourceUnavailable
from tests.wsgi import connected

CREDENTIALS = Credentials("22CANARY", "s3cret:canary", "c643canary", "1")


def test_the_source_of_that_name_is_this_one_and_rotates_its_refresh_token() -> None:
    assert "fitbit" in SOURCES and isinstance(source("fitbit"), FitbitWeb)
    assert FitbitWeb.rotates


class TokenEndpoint:
    """Hands out a new refresh token each time and takes only the last one."""

    def __init__(self, **changes: Any) -> None:
        self.changes, self.valid, self.turn = changes, CREDENTIALS.refresh_token, 0

    def __call__(self, environ: dict[str, Any], start: Any) -> list[bytes]:
        asked = parse_qs(environ["wsgi.input"].read().decode())
        if asked != {"grant_type": ["refresh_token"], "refresh_token": [self.valid]}:
            start("400 Bad Request", [])
            return [b'{"errors": [{"errorType": "invalid_grant", "message": "Refresh token invalid"}]}']
        self.turn += 1
        self.valid = f"rotated{self.turn}"
        granted = {"access_token": f"eyJ.{self.turn}", "expires_in": 28800, "refresh_token": self.valid}
        granted |= {"scope": "sleep settings activity"} | self.changes
        start("200 OK", [])
        return [json.dumps({name: value for name, value in granted.items() if value is not None}).encode()]


def refreshed(with_token: str = CREDENTIALS.refresh_token) -> Grant:
    return FitbitWeb().refresh(replace(CREDENTIALS, refresh_token=with_token))


def test_each_refresh_gives_the_next_refresh_token_and_the_old_one_is_lost() -> None:
    with connected({API: TokenEndpoint()}):
        assert refreshed() == Grant("eyJ.1", timedelta(hours=8), "rotated1")
        assert refreshed("rotated1") == Grant("eyJ.2", timedelta(hours=8), "rotated2")
        with pytest.raises(AuthorizationLost):
            refreshed()
    with connected({API: TokenEndpoint(refresh_token=None)}):
        assert refreshed().refresh_token is None, "the old one is kept"


@pytest.mark.parametrize("secret", ["s3cret:canary", "秘密"])
def test_the_client_says_who_it_is_with_http_basic_and_nowhere_else(secret: str) -> None:
    with connected({API: TokenEndpoint()}) as wire:
        FitbitWeb().refresh(replace(CREDENTIALS, client_secret=secret))
    (exchange,) = wire.exchanges
    assert (exchange.method, exchange.target) == ("POST", "/oauth2/token")
    assert exchange.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert exchange.headers["Authorization"] == "Basic " + base64.b64encode(f"22CANARY:{secret}".encode()).decode()


@pytest.mark.parametrize(
    ("scope", "named"),
    [
        ("activity_tracker sleep settings", "activity"),
        ("settings", "activity, sleep"),
        ("", "activity, settings, sleep"),
    ],
)
def test_a_scope_that_was_not_granted_is_named(scope: str, named: str) -> None:
    with connected({API: TokenEndpoint(scope=scope)}):
        withheld = refreshed().withheld
    assert isinstance(withheld, ScopeNotGranted)
    assert f"Fitbit was not allowed to give {named}." == withheld.what


@pytest.mark.parametrize("scope", [None, "heartrate profile sleep activity settings"])
def test_more_scopes_than_needed_or_none_told_are_enough(scope: str | None) -> None:
    with connected({API: TokenEndpoint(scope=scope)}):
        assert refreshed().withheld is None


@pytest.mark.parametrize("changes", [{"access_token": None}, {"access_token": ""}, {"expires_in": None}])
def test_an_answer_without_a_usable_access_token_is_none(changes: dict[str, Any]) -> None:
    with connected({API: TokenEndpoint(**changes)}), pytest.raises(SourceUnavailable):
        refreshed()
