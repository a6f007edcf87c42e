"""The consent page of the Google simulator, and its codes: strict as Google documents them, or stricter."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import googleapiclient
import pytest
from werkzeug.test import TestResponse

from local.simulators.google import consent
from local.simulators.google.oauth import RECOMMENDED_SCOPES
from tests.simulators.google_client import CANARIES, DEVICES, SLEEP, Google, ended

AUTH = "/o/oauth2/v2/auth"
VERIFIER = "CANARY-verifier-0123456789-abcdefghijklmnopq"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
REDIRECT = "http://127.0.0.1:45678"
ASKED = {
    "client_id": CANARIES["client_id"],
    "redirect_uri": REDIRECT,
    "response_type": "code",
    "scope": " ".join(RECOMMENDED_SCOPES),
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
    "state": "a b&c",
    "access_type": "offline",
    "prompt": "consent",
}
ACTIVITY, SETTINGS, SLEEPS = (
    next(scope for scope in RECOMMENDED_SCOPES if name in scope) for name in ("activity", "settings", "sleep")
)


def without(drop: str, sent: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in sent.items() if name != drop}


def page(google: Google, drop: str = "", **changes: Any) -> TestResponse:
    return google.client.get(AUTH, query_string=without(drop, ASKED | changes))


def decide(
    google: Google, decision: str = "continue", ticked: Any = RECOMMENDED_SCOPES, drop: str = "", **changes: Any
) -> TestResponse:
    answer = {"decision": decision, "scope": list(ticked)}
    return google.client.post(AUTH, query_string=without(drop, ASKED | changes), data=answer)


def back(answer: TestResponse) -> dict[str, str]:
    """What the browser brings to the redirect address."""
    assert answer.status_code == 302
    address = urlsplit(answer.headers["Location"])
    assert f"{address.scheme}://{address.netloc}" == REDIRECT
    return {name: value for name, (value,) in parse_qs(address.query, strict_parsing=True).items()}


def redeem(google: Google, code: str, drop: str = "", **changes: Any) -> TestResponse:
    form = {
        "client_id": CANARIES["client_id"],
        "client_secret": CANARIES["client_secret"],
        "code": code,
        "code_verifier": VERIFIER,
        "grant_type": "authorization_code",
        "redirect_uri": REDIRECT,
        **changes,
    }
    return google.client.post("/token", data=without(drop, form))


def consented(google: Google, **changes: Any) -> dict[str, Any]:
    return redeem(google, back(decide(google, **changes))["code"]).get_json()


def refusal(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["error"]


@pytest.fixture
def google() -> Google:
    return Google()


# The page


def test_the_page_has_a_box_for_each_scope_in_the_words_of_googles_discovery_document_and_is_not_googles(
    google: Google,
) -> None:
    got = page(google)
    assert got.status_code == 200 and got.content_type.startswith("text/html")
    assert re.findall(r'name="scope" value="([^"]+)" checked', got.text) == list(RECOMMENDED_SCOPES)
    assert "A simulator on this machine, not Google." in got.text
    file = Path(googleapiclient.__file__).parent / "discovery_cache/documents/health.v4.json"
    scopes = json.loads(file.read_text())["auth"]["oauth2"]["scopes"]
    assert {name: scopes[name]["description"] for name in consent.SCOPES} == consent.SCOPES


def test_a_faulty_request_is_told_on_a_page_and_sent_nowhere(google: Google) -> None:
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"client_id": "other"}, "401: invalid_client"),
        ({"redirect_uri": "http://127.0.0.1:1/callback"}, "400: redirect_uri_mismatch"),
        ({"redirect_uri": "http://127.0.0.1:1@evil.example"}, "400: redirect_uri_mismatch"),
        ({"redirect_uri": "urn:ietf:wg:oauth:2.0:oob"}, "400: redirect_uri_mismatch"),
        ({"scope": "openid"}, "400: invalid_scope"),
        ({"response_type": "token"}, "400: invalid_request"),
        ({"code_challenge_method": "plain"}, "400: invalid_request"),
        ({"code_challenge": VERIFIER + "="}, "400: invalid_request"),
        ({"prompt": "force"}, "400: invalid_request"),
        ({"approval_prompt": "force"}, "400: invalid_request"),
        ({"state": ["a", "b"]}, "400: invalid_request"),
        *(
            ({"drop": name}, "400: invalid_request")
            for name in ("client_id", "code_challenge", "code_challenge_method")
        ),
    ]
    for changes, error in wrong:
        for got in (page(google, **changes), decide(google, **changes)):
            assert got.status_code == int(error[:3]) and "Location" not in got.headers, changes
            assert f"Error {error}" in got.text, changes


def test_a_desktop_app_may_listen_on_any_port_of_its_machine_and_a_web_application_where_it_said() -> None:
    for address in ("http://localhost:1", "http://[::1]:1", "http://127.0.0.1:65535/"):
        assert page(Google(), redirect_uri=address).status_code == 200
    web = Google(redirect_uris=["https://www.google.com"])
    assert page(web, redirect_uri="https://www.google.com").status_code == 200
    for address in ("https://www.google.com/", REDIRECT):
        assert "redirect_uri_mismatch" in page(web, redirect_uri=address).text


# The decision


def test_the_browser_brings_the_state_and_a_code_or_an_error(google: Google) -> None:
    brought = back(decide(google))
    assert brought["state"] == "a b&c" and brought["scope"].split() == list(RECOMMENDED_SCOPES)
    assert brought["code"].startswith("4/") and "error" not in brought
    assert back(decide(google, "cancel")) == {"error": "access_denied", "state": "a b&c"}


# The code


def test_a_code_gives_tokens_of_the_boxes_that_were_ticked_and_the_older_refresh_token_lives_on(google: Google) -> None:
    got = consented(google, ticked=(ACTIVITY, SETTINGS))
    assert set(got) == {"access_token", "expires_in", "refresh_token", "scope", "token_type"}
    refreshed = google.token(refresh_token=got["refresh_token"]).get_json()
    for granted in (got, refreshed):
        assert granted["scope"].split() == [ACTIVITY, SETTINGS]
        google.headers = {"Authorization": f"Bearer {granted['access_token']}"}
        assert google.get(SLEEP, filter=ended()).status_code == 403
        assert google.get(DEVICES).status_code == 200
    assert google.token().status_code == 200


def test_a_code_works_once_even_if_that_failed_and_does_not_live_long(google: Google) -> None:
    codes = [back(decide(google))["code"] for _ in range(3)]
    google.moment += timedelta(minutes=9, seconds=59)
    assert [redeem(google, codes[0]).status_code for _ in range(2)] == [200, 400]
    redeem(google, codes[1], code_verifier="x" * 43)
    assert refusal(redeem(google, codes[1])) == (400, "invalid_grant")
    google.moment += timedelta(seconds=1)
    assert refusal(redeem(google, codes[2])) == (400, "invalid_grant")


def test_a_faulty_exchange_is_refused(google: Google) -> None:
    wrong: list[tuple[dict[str, Any], tuple[int, str]]] = [
        ({"code_verifier": VERIFIER[:-1] + "x"}, (400, "invalid_grant")),
        ({"drop": "code_verifier"}, (400, "invalid_grant")),
        ({"redirect_uri": REDIRECT + "/"}, (400, "redirect_uri_mismatch")),
        ({"client_id": "other"}, (401, "invalid_client")),
        ({"client_secret": "other"}, (401, "invalid_client")),
        ({"code": "nonsense"}, (400, "invalid_grant")),
        ({"drop": "code"}, (400, "invalid_request")),
        ({"scope": SLEEPS}, (400, "invalid_request")),
        ({"grant_type": "refresh_token"}, (400, "invalid_request")),
    ]
    for changes, answer in wrong:
        code = back(decide(google))["code"]
        assert refusal(redeem(google, **({"code": code} | changes))) == answer, changes


# The refresh token


def test_a_refresh_token_comes_with_offline_access_and_again_only_if_consent_is_prompted_for(google: Google) -> None:
    without_offline_or_prompt = ({"access_type": "online"}, {"drop": "access_type"}, {"drop": "prompt"})
    for changes in without_offline_or_prompt:
        assert "refresh_token" not in consented(google, **changes)
    assert "refresh_token" in consented(google)


def test_in_testing_the_answer_tells_the_week_and_the_refresh_token_dies_after_it(google: Google) -> None:
    google.switch("testing")
    got = consented(google)
    assert got["refresh_token_expires_in"] == 604_799
    for seconds, status in ((604_798, 200), (1, 400)):
        google.moment += timedelta(seconds=seconds)
        assert google.token(refresh_token=got["refresh_token"]).status_code == status
    assert google.token().status_code == 200, "the one from before lives on"


# Faults


def test_google_can_keep_the_browser_and_the_token_endpoints_faults_strike_the_exchange_too(google: Google) -> None:
    for fault, says in (("not-a-tester", "Error 403: access_denied"), ("admin-policy", "Error 400: admin_policy_enf")):
        google.switch(f"consent-{fault}", 1)
        assert says in page(google).text
    google.switch("token-without-sleep", 1)
    assert SLEEPS not in consented(google)["scope"]
    google.switch("token-invalid-grant", 1)
    assert refusal(redeem(google, back(decide(google))["code"])) == (400, "invalid_grant")
