"""Logins with an app password, and the tokens that they give: JWTs, which are for nobody but this server to read.

github.com/bluesky-social/atproto, packages/pds/src/account-manager/helpers/auth.ts and auth-verifier.ts
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

ACCESS_LIVES, REFRESH_LIVES = timedelta(minutes=120), timedelta(days=90)


class Expired(Exception):
    pass


class Unreadable(Exception):
    """Not a token of this server."""


class AnotherScope(Exception):
    """A refresh token, say."""


@dataclass(frozen=True)
class Credentials:
    handle: str = "fitbit-daily.bsky.social"
    app_password: str = "cana-ryca-nary-blue"
    did: str = "did:plc:ewvi7nxzyoun6zhxrhs64oiz"

    def are(self, identifier: str, password: str) -> bool:
        """By handle, with or without its @, or by DID."""
        known = (self.handle, self.did)
        return identifier.lower().removeprefix("@") in known and password == self.app_password


class Sessions:
    def __init__(self, did: str, now: Callable[[], datetime]) -> None:
        self._did = did
        self._now = now
        self._key = b"of the simulator"

    def access(self) -> str:
        return self._token("at+jwt", "com.atproto.appPass", ACCESS_LIVES)

    def refresh(self) -> str:
        return self._token("refresh+jwt", "com.atproto.refresh", REFRESH_LIVES)

    def check(self, token: str) -> None:
        """Raises Expired, Unreadable or AnotherScope."""
        signed, _, signature = token.rpartition(".")
        if not signed or not hmac.compare_digest(signature, self._signature(signed)):
            raise Unreadable
        header, claims = (json.loads(_decoded(part)) for part in signed.split("."))
        if claims["exp"] <= self._now().timestamp():
            raise Expired
        if header["typ"] != "at+jwt":
            raise AnotherScope

    def _token(self, kind: str, scope: str, lives: timedelta) -> str:
        now = self._now()
        claims = {"scope": scope, "sub": self._did, "iat": int(now.timestamp())}
        claims["exp"] = int((now + lives).timestamp())
        signed = f"{_encoded({'typ': kind, 'alg': 'HS256'})}.{_encoded(claims)}"
        return f"{signed}.{self._signature(signed)}"

    def _signature(self, signed: str) -> str:
        return _base64url(hmac.digest(self._key, signed.encode(), hashlib.sha256))


def _encoded(value: Any) -> str:
    return _base64url(json.dumps(value).encode())


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
