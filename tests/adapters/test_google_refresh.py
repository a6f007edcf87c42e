"""Google's token endpoint: a new access token, and what comes along with it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fitbit_daily.adapters import google_health
from fitbit_daily.adapters.google_health import GoogleHealth
from fitbit_daily.errors import AuthorizationLost, SourceUnavailable
from local.simulators.google import GoogleSimulator
from local.simulators.google.oauth import RECOMMENDED_SCOPES
from tests.adapters.fixtures import OAUTH, canned, credentials_of
from tests.wsgi import Wire, connected


def test_a_refresh_gives_an_access_token_for_an_hour_and_keeps_the_refresh_token(
    google: GoogleSimulator, wire: Wire
) -> None:
    grant = GoogleHealth().refresh(credentials_of(google))
    assert grant.lifetime == timedelta(seconds=3599) and grant.refresh_token is None
    assert google.tokens.valid(grant.access_token)
    sent = wire.exchanges[-1]
    assert (sent.target, sent.status) == ("/token", 200), "the credentials are in the body, not in the address"


def test_a_refresh_token_that_comes_along_is_handed_on_and_the_old_one_is_dead(
    google: GoogleSimulator, wire: Wire
) -> None:
    google.faults.switch_on("token-rotates", times=1)
    assert GoogleHealth().refresh(credentials_of(google)).refresh_token in google.tokens.refresh_tokens
    with pytest.raises(AuthorizationLost):
        GoogleHealth().refresh(credentials_of(google))


def test_a_token_answer_without_scope_or_with_an_empty_refresh_token_is_taken_for_what_was_asked(
    google: GoogleSimulator,
) -> None:
    """RFC 6749, 5.1: the scope is optional where it is what was asked for."""
    with connected({OAUTH: canned({"access_token": "ya29", "expires_in": 3599, "refresh_token": ""})}):
        grant = GoogleHealth().refresh(credentials_of(google))
    assert (grant.access_token, grant.refresh_token, grant.withheld) == ("ya29", None, None)


@pytest.mark.parametrize(
    "answer",
    [
        [],
        {"access_token": "ya29"},
        {"access_token": "ya29", "expires_in": "soon"},
        {"access_token": None, "expires_in": 3599},
        {"access_token": "", "expires_in": 3599},
    ],
)
def test_a_token_answer_without_a_usable_token_is_no_answer(answer: Any, google: GoogleSimulator) -> None:
    with connected({OAUTH: canned(answer)}), pytest.raises(SourceUnavailable):
        GoogleHealth().refresh(credentials_of(google))


def test_the_scopes_that_are_needed_are_those_that_the_reference_recommends() -> None:
    assert set(google_health.SCOPES) == set(RECOMMENDED_SCOPES)
