"""POST /oauth2/token with grant_type=refresh_token: every refresh token is good for one new pair.

https://dev.fitbit.com/build/reference/web-api/authorization/refresh-token/
"""

from __future__ import annotations

import base64
import binascii
import secrets
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Request, Response

from local.simulators.base import json_answer

from .errors import access_token_expired, access_token_invalid, invalid_client, invalid_request, refresh_token_invalid

EXPIRES_IN = 28_800
REPLAY_WINDOW = timedelta(minutes=2)
SCOPES = ("activity", "profile", "settings", "sleep")
USER_ID = "CANARY"


@dataclass(frozen=True)
class Credentials:
    """Shaped like Fitbit's, and of no use anywhere."""

    client_id: str = "CANARY"
    client_secret: str = "CANARY00000000000000000000000000"
    refresh_token: str = "CANARY0000000000000000000000000000000000000000000000000000000000"


@dataclass(frozen=True)
class Pair:
    """The answer to a refresh, and the refresh token that was spent on it."""

    spent: str
    access_token: str
    refresh_token: str
    issued_at: datetime
    answer: dict[str, Any]


class Tokens:
    """The one refresh token that is alive, and the access tokens, of which several may be.

    "If a client makes identical refresh token requests, the Fitbit Web API will return the same response unless the
    newly issued access or refresh token is used in this interval": https://dev.fitbit.com/build/reference/web-api/
    developer-guide/best-practices/. That the interval is two minutes is told by users of it only, such as
    https://github.com/aarondcoleman/Fitbit.NET/issues/54.
    """

    def __init__(
        self,
        *,
        credentials: Credentials,
        scopes: Iterable[str],
        now: Callable[[], datetime],
    ) -> None:
        self.credentials = credentials
        self.scopes = tuple(scopes)
        self.now = now
        self.refresh_token = credentials.refresh_token
        self._last: Pair | None = None
        self._expiries: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def must_accept(self, access_token: str) -> None:
        with self._lock:
            expires_at = self._expiries.get(access_token)
            if expires_at is None:
                raise access_token_invalid(access_token)
            if self._last is not None and access_token == self._last.access_token:
                self._last = None  # used: its pair is not given out again
            if self.now() >= expires_at:
                raise access_token_expired(access_token)

    def expire_all(self) -> None:
        with self._lock:
            self._expiries = dict.fromkeys(self._expiries, self.now())

    def refresh(self, request: Request) -> Response:
        sent = self._checked(request)["refresh_token"]
        with self._lock:
            pair = self._rotated(sent) if sent == self.refresh_token else self._replayed(sent)
        return json_answer(200, pair.answer, {"Cache-Control": "no-store"})

    def _rotated(self, spent: str) -> Pair:
        access_token = "eyJhbGciOiJIUzI1NiJ9.CANARY" + secrets.token_urlsafe(150)
        refresh_token = "CANARY" + secrets.token_hex(29)
        answer = {
            "access_token": access_token,
            "expires_in": EXPIRES_IN,
            "refresh_token": refresh_token,
            "scope": " ".join(self.scopes),
            "token_type": "Bearer",
            "user_id": USER_ID,
        }
        self._expiries[access_token] = self.now() + timedelta(seconds=EXPIRES_IN)
        self.refresh_token = refresh_token
        self._last = Pair(spent, access_token, refresh_token, self.now(), answer)
        return self._last

    def _replayed(self, sent: str) -> Pair:
        last = self._last
        if last is None or sent != last.spent or self.now() >= last.issued_at + REPLAY_WINDOW:
            raise refresh_token_invalid(sent)
        return last

    # The checks of the request

    def _checked(self, request: Request) -> dict[str, str]:
        if request.mimetype != "application/x-www-form-urlencoded" or request.query_string:
            raise invalid_request("The request must be form-encoded, in its body.")
        self._check_basic(request.headers.get("Authorization", ""))
        form = self._form(request)
        if form["grant_type"] != "refresh_token":
            raise invalid_request(f"Invalid grant_type: {form['grant_type']}.")
        if form.get("expires_in", str(EXPIRES_IN)) != str(EXPIRES_IN):
            raise invalid_request("Invalid expires_in: only 28800 is supported.")
        return form

    def _form(self, request: Request) -> dict[str, str]:
        """Fitbit is told to answer 400 to a client_id beside the header: https://github.com/gcappon/fitbitter/issues/40"""
        required = ("grant_type", "refresh_token")
        sent = {name: request.form.getlist(name) for name in request.form}
        if unknown := sorted(sent.keys() - {*required, "expires_in"}):
            raise invalid_request(f"Unknown parameters: {unknown[0]}.")
        if missing := [name for name in required if not any(sent.get(name, []))]:
            raise invalid_request(f"Missing parameters: {', '.join(missing)}.")
        if repeated := sorted(name for name, values in sent.items() if len(values) > 1):
            raise invalid_request(f"Parameter given more than once: {repeated[0]}.")
        return {name: values[0] for name, values in sent.items()}

    def _check_basic(self, header: str) -> None:
        kind, _, encoded = header.partition(" ")
        try:
            client_id, colon, client_secret = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise invalid_client("Invalid authorization header format.") from None
        if kind != "Basic" or not colon:
            raise invalid_client("Invalid authorization header format.")
        if client_id != self.credentials.client_id:
            raise invalid_client()
        if client_secret != self.credentials.client_secret:
            raise invalid_client("Invalid authorization header. Client secret invalid.")
