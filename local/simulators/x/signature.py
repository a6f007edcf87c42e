"""OAuth 1.0a as X asks for it, verified by oauthlib.

https://docs.x.com/fundamentals/authentication/oauth-1-0a/creating-a-signature
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from oauthlib.oauth1 import SIGNATURE_HMAC_SHA1, RequestValidator, SignatureOnlyEndpoint

# RFC 5849 leaves the window to the server; ten minutes is oauthlib's own default.
WINDOW_SECONDS = 600


@dataclass(frozen=True)
class Credentials:
    """Shaped like X's: 25, 50, 50 and 45 characters, and an access token that begins with the account's id."""

    consumer_key: str = "CANARYxConsumerKey0000001"
    consumer_secret: str = "CANARYxConsumerSecret00000000000000000000000000002"
    access_token: str = "1396280318500671488-CANARYxAccessToken000000000003"
    access_token_secret: str = "CANARYxAccessTokenSecret000000000000000000004"

    @property
    def user_id(self) -> str:
        return self.access_token.partition("-")[0]


class _Validator(RequestValidator):
    enforce_ssl = False
    allowed_signature_methods = (SIGNATURE_HMAC_SHA1,)
    # oauthlib compares with the real clock; the simulator has its own, see validate_timestamp_and_nonce.
    timestamp_lifetime = sys.maxsize
    # "-" stands in every access token of X; the lengths are X's, not oauthlib's 20 to 30.
    safe_characters = RequestValidator().safe_characters | {"-"}
    client_key_length = access_token_length = (10, 100)
    nonce_length = (1, 128)
    dummy_client = "nobody"

    def __init__(self, credentials: Credentials, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._credentials = credentials
        self._now = now

    def validate_timestamp_and_nonce(
        self, client_key, timestamp, nonce, request, request_token=None, access_token=None
    ) -> bool:
        return abs(self._now().timestamp() - int(timestamp)) <= WINDOW_SECONDS

    def validate_client_key(self, client_key, request) -> bool:
        return client_key == self._credentials.consumer_key

    def get_client_secret(self, client_key, request) -> str:
        return self._credentials.consumer_secret

    def get_access_token_secret(self, client_key, token, request) -> str:
        return self._credentials.access_token_secret


class SignatureCheck:
    """Says yes once to each request that the account's own credentials signed just now."""

    def __init__(self, credentials: Credentials, now: Callable[[], datetime]) -> None:
        self._token = credentials.access_token
        self._endpoint = SignatureOnlyEndpoint(_Validator(credentials, now))
        self._seen: set[tuple[str, str]] = set()
        self._lock = threading.Lock()

    def accepts(self, method: str, url: str, body: str, headers: Mapping[str, str]) -> bool:
        """Raises ValueError for a header that cannot be read."""
        valid, signed = self._endpoint.validate_request(url, method, body, dict(headers))
        # oauthlib lets a signature without any token pass: it asks for a token's secret only if there is a token.
        if not valid or signed.resource_owner_key != self._token:
            return False
        with self._lock:
            used = (signed.timestamp, signed.nonce)
            if used in self._seen:
                return False
            self._seen.add(used)
            return True
