"""The token endpoint of the Fitbit simulator: single-use refresh tokens, the replay window, what is refused."""

from typing import Any

import pytest

from tests.simulators.fitbit_client import CREDENTIALS, DEVICES, Fitbit, basic, refused

USED = CREDENTIALS.refresh_token


@pytest.fixture
def fitbit() -> Fitbit:
    return Fitbit()


def test_a_refresh_gives_a_new_pair_for_eight_hours(fitbit: Fitbit) -> None:
    answer = fitbit.token()
    got = answer.get_json()
    assert set(got) == {"access_token", "expires_in", "refresh_token", "scope", "token_type", "user_id"}
    assert (got["expires_in"], got["token_type"]) == (28800, "Bearer")
    assert got["scope"].split() == ["activity", "profile", "settings", "sleep"]
    assert got["refresh_token"] != USED and answer.headers["Cache-Control"] == "no-store"


# Rotation and replay


def test_a_used_refresh_token_gives_the_same_pair_again_for_two_minutes_and_is_dead_after_them(fitbit: Fitbit) -> None:
    first = fitbit.token().get_json()
    fitbit.later(seconds=119)
    assert fitbit.token().get_json() == first
    fitbit.later(seconds=1)
    dead = fitbit.token()
    assert refused(dead) == (400, "invalid_grant") and USED in dead.text, "Fitbit's refusal repeats it"


def test_the_window_ends_when_either_of_the_new_pair_is_used() -> None:
    for use in (lambda fitbit: fitbit.get(DEVICES), lambda fitbit: fitbit.refresh()):
        fitbit = Fitbit().refresh()
        use(fitbit)
        assert refused(fitbit.token(refresh_token=USED)) == (400, "invalid_grant")


def test_an_access_token_of_an_earlier_pair_does_not_end_the_window(fitbit: Fitbit) -> None:
    fitbit.refresh()
    second = fitbit.token().get_json()
    assert fitbit.get(DEVICES).status_code == 200
    assert fitbit.token().get_json() == second


# What is refused


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"grant_type": "password"}, 400, "invalid_request"),
        ({"drop": "refresh_token"}, 400, "invalid_request"),
        ({"refresh_token": [USED, USED]}, 400, "invalid_request"),
        ({"client_id": CREDENTIALS.client_id}, 400, "invalid_request"),
        ({"expires_in": "3600"}, 400, "invalid_request"),
        ({"authorization": None}, 401, "invalid_client"),
        ({"authorization": "Basic ???"}, 401, "invalid_client"),
        ({"authorization": basic().replace("Basic", "Bearer")}, 401, "invalid_client"),
        ({"authorization": basic(client_id="OTHER0")}, 401, "invalid_client"),
        ({"authorization": basic(client_secret="other")}, 401, "invalid_client"),
    ],
)
def test_a_wrong_refresh_is_refused_and_spends_nothing(fitbit: Fitbit, change: Any, status: int, error: str) -> None:
    assert refused(fitbit.token(**change)) == (status, error)
    assert fitbit.simulator.tokens.refresh_token == USED


def test_a_refresh_must_be_a_form_in_the_body(fitbit: Fitbit) -> None:
    form, headers = {"grant_type": "refresh_token", "refresh_token": USED}, {"Authorization": basic()}
    for sent in ({"json": form}, {"query_string": form}):
        assert refused(fitbit.client.post("/oauth2/token", headers=headers, **sent))[0] == 400
