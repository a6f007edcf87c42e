"""What both fetches do around their requests: the token in, and what its refusal means out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from fitbit_daily.adapters.access_token import AccessTokenParameter
from fitbit_daily.adapters.sources import Source, source
from fitbit_daily.clock import utc_now
from fitbit_daily.domain.authorization import AccessToken, refusal
from fitbit_daily.errors import AccessTokenExpired, AuthorizationLost


@contextmanager
def reading() -> Iterator[tuple[Source, AccessToken]]:
    """The configured source, and the stored access token.

    Raises AccessTokenExpired, which leads back to Refresh token, where there is none or it has aged; a refusal of
    a fresh one remains AuthorizationLost.
    """
    token = AccessTokenParameter(os.environ["ACCESS_TOKEN_PARAMETER"]).read()
    if token is None:
        raise AccessTokenExpired("There is no access token.")
    try:
        yield source(os.environ["SOURCE"]), token
    except AuthorizationLost as lost:
        raise refusal(token, utc_now(), lost) from lost
