"""POST /token, for a code and for a refresh token, and what became of the tokens that it gave out.

https://developers.google.com/identity/protocols/oauth2
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Request, Response

from local.simulators.base import json_answer

from .codes import CodeRefused, Codes, Consent

EXPIRES_IN = 3599
SCOPE = "https://www.googleapis.com/auth/googlehealth."
RECOMMENDED_SCOPES = tuple(
    SCOPE + name for name in ("activity_and_fitness.readonly", "sleep.readonly", "settings.readonly")
)
_FIELDS = {
    "refresh_token": frozenset({"client_id", "client_secret", "refresh_token", "grant_type"}),
    "authorization_code": frozenset(
        {"client_id", "client_secret", "code", "code_verifier", "grant_type", "redirect_uri"}
    ),
}
# What an app in publishing status "Testing" gets, in seconds: a week, as the answer tells it.
TESTING_EXPIRES_IN = 604_799


@dataclass(frozen=True)
class Credentials:
    """Shaped like Google's, and of no use anywhere."""

    client_id: str = "123456789-canarycanarycanarycanarycanary00.apps.googleusercontent.com"
    client_secret: str = "GOCSPX-CANARY-client-secret-000"
    refresh_token: str = "1//0CANARY-refresh-token-CANARY-refresh-token-CANARY-refresh-token-0"


@dataclass(frozen=True)
class AccessToken:
    expires_at: datetime
    scopes: frozenset[str]


def refusal(status: int, error: str, description: str) -> Response:
    return json_answer(status, {"error": error, "error_description": description}, {"Cache-Control": "no-store"})


def invalid_grant() -> Response:
    return refusal(400, "invalid_grant", "Token has been expired or revoked.")


def invalid_client() -> Response:
    return refusal(401, "invalid_client", "The OAuth client was not found.")


def rate_limited() -> Response:
    return refusal(429, "rate_limit_exceeded", "Rate Limit Exceeded")


def internal_failure() -> Response:
    return json_answer(500, {"error": "internal_failure"})


class Tokens:
    """The refresh tokens that are alive, and the access tokens by their text.

    `testing`  whether the app is in publishing status "Testing": a refresh token given then dies after a week,
               even if the app is published meanwhile
    """

    def __init__(self, *, credentials: Credentials, scopes: Iterable[str], now: Callable[[], datetime]) -> None:
        self.credentials = credentials
        self.scopes = tuple(scopes)
        self.now = now
        self.testing = False
        self.codes = Codes(now)
        self.refresh_tokens = {credentials.refresh_token}
        # Of those that came from the consent page: what was ticked there, and when they die.
        self._consented: dict[str, tuple[tuple[str, ...], datetime | None]] = {}
        self._access_tokens: dict[str, AccessToken] = {}
        self._lock = threading.Lock()

    def valid(self, text: str) -> AccessToken | None:
        token = self._access_tokens.get(text)
        return token if token is not None and self.now() < token.expires_at else None

    def expire_all(self) -> None:
        self._access_tokens.clear()

    def rotate(self) -> str:
        """A new refresh token takes the place of all others."""
        with self._lock:
            token = "1//0CANARY-rotated-" + secrets.token_urlsafe(48)
            self.refresh_tokens = {token}
            return token

    def answer(self, request: Request, scopes: Iterable[str] | None = None) -> Response:
        """To a request for a token; `scopes` are given instead of those that were granted."""
        refused = self._refused(request)
        if refused is not None:
            return refused
        form = request.form.to_dict()
        only = None if scopes is None else tuple(scopes)
        if form["grant_type"] == "refresh_token":
            granted, _ = self._consented.get(form["refresh_token"], (self.scopes, None))
            # No refresh_token in the answer: Google keeps the old one alive.
            return json_answer(200, self._access(only or granted), {"Cache-Control": "no-store"})
        try:
            consent = self.codes.redeem(form)
        except CodeRefused as refused_code:
            return refusal(400, refused_code.error, refused_code.description)
        granted = only or consent.scopes
        return json_answer(200, self._access(granted) | self._lasting(consent, granted), {"Cache-Control": "no-store"})

    def _access(self, scopes: tuple[str, ...]) -> dict[str, object]:
        text = "ya29.a0CANARY-access-token-" + secrets.token_urlsafe(96)
        with self._lock:
            self._access_tokens[text] = AccessToken(self.now() + timedelta(seconds=EXPIRES_IN), frozenset(scopes))
        return {"access_token": text, "expires_in": EXPIRES_IN, "scope": " ".join(scopes), "token_type": "Bearer"}

    def _lasting(self, consent: Consent, scopes: tuple[str, ...]) -> dict[str, object]:
        """The refresh token: for access_type=offline alone, and a second time only with prompt=consent."""
        with self._lock:
            if not consent.asked.offline or (self.refresh_tokens and not consent.asked.prompts_consent):
                return {}
            token = "1//0CANARY-consented-" + secrets.token_urlsafe(48)
            dies_at = self.now() + timedelta(seconds=TESTING_EXPIRES_IN) if self.testing else None
            self._consented[token] = scopes, dies_at
            self.refresh_tokens = {*self.refresh_tokens, token}
        return {"refresh_token": token} | ({"refresh_token_expires_in": TESTING_EXPIRES_IN} if self.testing else {})

    def _refused(self, request: Request) -> Response | None:
        if request.mimetype != "application/x-www-form-urlencoded" or request.query_string:
            return refusal(400, "invalid_request", "The request must be form-encoded, in its body.")
        if "Authorization" in request.headers:
            return refusal(400, "invalid_request", "The client belongs into the form.")
        form = {name: request.form.getlist(name) for name in request.form}
        grant_type = request.form.get("grant_type", "")
        if grant_type and grant_type not in _FIELDS:
            return refusal(400, "unsupported_grant_type", f"Invalid grant_type: {grant_type}")
        fields = _FIELDS.get(grant_type, _FIELDS["refresh_token"])
        if unknown := sorted(form.keys() - fields):
            return refusal(400, "invalid_request", f"Parameter not allowed for this message type: {unknown[0]}")
        for name in sorted(fields):
            if not any(form.get(name, [])):
                if name == "code_verifier":
                    return refusal(400, "invalid_grant", "Missing code verifier.")
                return refusal(400, "invalid_request", f"Missing required parameter: {name}")
            if len(form[name]) > 1:
                return refusal(400, "invalid_request", f"Parameter given more than once: {name}")
        return self._refused_values({name: values[0] for name, values in form.items()})

    def _refused_values(self, form: dict[str, str]) -> Response | None:
        if form["client_id"] != self.credentials.client_id:
            return invalid_client()
        if form["client_secret"] != self.credentials.client_secret:
            return refusal(401, "invalid_client", "Unauthorized")
        if form["grant_type"] == "authorization_code":
            return None
        _, dies_at = self._consented.get(form["refresh_token"], (self.scopes, None))
        alive = form["refresh_token"] in self.refresh_tokens and (dies_at is None or self.now() < dies_at)
        return None if alive else invalid_grant()
