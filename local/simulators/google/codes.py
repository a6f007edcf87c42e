"""What was asked for on the consent page, and the authorisation codes that it gave: once each, and not for long.

https://developers.google.com/identity/protocols/oauth2/native-app
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

# Google does not say how long a code lives; RFC 6749 recommends ten minutes at most.
LIFETIME = timedelta(minutes=10)

_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}", re.ASCII)


@dataclass(frozen=True)
class Asked:
    """One authorisation request, checked."""

    client_id: str
    redirect_uri: str
    scopes: tuple[str, ...]
    state: str | None
    challenge: str
    offline: bool
    prompts_consent: bool


@dataclass(frozen=True)
class Consent:
    """What the person ticked, for what was asked."""

    asked: Asked
    scopes: tuple[str, ...]
    given_at: datetime


class CodeRefused(Exception):
    """OAuth's word for it, and Google's description."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error, self.description = error, description


class Codes:
    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._waiting: dict[str, Consent] = {}
        self._lock = threading.Lock()

    def issue(self, asked: Asked, scopes: tuple[str, ...]) -> str:
        code = "4/0ACANARY-code-" + secrets.token_urlsafe(48)
        with self._lock:
            self._waiting[code] = Consent(asked, scopes, self._now())
        return code

    def redeem(self, form: Mapping[str, str]) -> Consent:
        """Whatever comes of it, the code is used up."""
        with self._lock:
            consent = self._waiting.pop(form["code"], None)
        if consent is None or self._now() >= consent.given_at + LIFETIME:
            known = form["code"].startswith("4/")
            raise CodeRefused("invalid_grant", "Bad Request" if known else "Malformed auth code.")
        if form["client_id"] != consent.asked.client_id:
            raise CodeRefused("unauthorized_client", "Unauthorized")
        if form["redirect_uri"] != consent.asked.redirect_uri:
            raise CodeRefused("redirect_uri_mismatch", "Bad Request")
        if not _fits(form["code_verifier"], consent.asked.challenge):
            raise CodeRefused("invalid_grant", "Invalid code verifier.")
        return consent


def _fits(verifier: str, challenge: str) -> bool:
    """RFC 7636, S256."""
    if not _VERIFIER.fullmatch(verifier):
        return False
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    return hmac.compare_digest(digest.decode(), challenge)
