"""POST /token with grant_type=refresh_token, and what became of the access tokens that it gave out.

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

EXPIRES_IN = 3599
SCOPE = "https://www.googleapis.com/auth/googlehealth."
RECOMMENDED_SCOPES = tuple(
    SCOPE + name for name in ("activity_and_fitness.readonly", "sleep.readonly", "settings.readonly")
)
_FIELDS = frozenset({"client_id", "client_secret", "refresh_token", "grant_type"})


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


class Tokens:
    """The refresh tokens that are alive, and the access tokens by their text."""

    def __init__(self, *, credentials: Credentials, scopes: Iterable[str], now: Callable[[], datetime]) -> None:
        self.credentials = credentials
        self.scopes = tuple(scopes)
        self.now = now
        self.refresh_tokens = {credentials.refresh_token}
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

    def refresh(self, request: Request, scopes: Iterable[str] | None = None) -> Response:
        return self._refused(request) or self._issued(tuple(scopes or self.scopes))

    def _issued(self, scopes: tuple[str, ...]) -> Response:
        text = "ya29.a0CANARY-access-token-" + secrets.token_urlsafe(96)
        with self._lock:
            self._access_tokens[text] = AccessToken(self.now() + timedelta(seconds=EXPIRES_IN), frozenset(scopes))
        # No refresh_token: Google keeps the old one alive.
        body = {"access_token": text, "expires_in": EXPIRES_IN, "scope": " ".join(scopes), "token_type": "Bearer"}
        return json_answer(200, body, {"Cache-Control": "no-store"})

    def _refused(self, request: Request) -> Response | None:
        if request.mimetype != "application/x-www-form-urlencoded" or request.query_string:
            return refusal(400, "invalid_request", "The request must be form-encoded, in its body.")
        if "Authorization" in request.headers:
            return refusal(400, "invalid_request", "The client belongs into the form.")
        form = {name: request.form.getlist(name) for name in request.form}
        if unknown := sorted(form.keys() - _FIELDS):
            return refusal(400, "invalid_request", f"Parameter not allowed for this message type: {unknown[0]}")
        for name in sorted(_FIELDS):
            if not any(form.get(name, [])):
                return refusal(400, "invalid_request", f"Missing required parameter: {name}")
            if len(form[name]) > 1:
                return refusal(400, "invalid_request", f"Parameter given more than once: {name}")
        return self._refused_values({name: values[0] for name, values in form.items()})

    def _refused_values(self, form: dict[str, str]) -> Response | None:
        if form["grant_type"] != "refresh_token":
            return refusal(400, "unsupported_grant_type", f"Invalid grant_type: {form['grant_type']}")
        if form["client_id"] != self.credentials.client_id:
            return invalid_client()
        if form["client_secret"] != self.credentials.client_secret:
            return refusal(401, "invalid_client", "Unauthorized")
        return None if form["refresh_token"] in self.refresh_tokens else invalid_grant()
