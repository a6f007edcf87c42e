"""A person at the simulator's consent page, and the program that redeems what comes of it."""

from __future__ import annotations

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

from werkzeug.test import TestResponse

from local.simulators.google.oauth import RECOMMENDED_SCOPES
from tests.simulators.google_client import CANARIES, Google

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


def page(google: Google, drop: str = "", **changes: Any) -> TestResponse:
    asked = {name: value for name, value in (ASKED | changes).items() if name != drop}
    return google.client.get(AUTH, query_string=asked)


def decide(
    google: Google, decision: str = "continue", ticked: Any = RECOMMENDED_SCOPES, drop: str = "", **changes: Any
) -> TestResponse:
    asked = {name: value for name, value in (ASKED | changes).items() if name != drop}
    return google.client.post(AUTH, query_string=asked, data={"decision": decision, "scope": list(ticked)})


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
    return google.client.post("/token", data={name: value for name, value in form.items() if name != drop})


def consented(google: Google, **changes: Any) -> dict[str, Any]:
    return redeem(google, back(decide(google, **changes))["code"]).get_json()


def refusal(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["error"]
