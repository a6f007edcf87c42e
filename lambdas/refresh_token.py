"""Refresh token: a usable access token is stored before anything reads it."""

import os

from fitbit_daily.adapters.access_token import AccessTokenParameter
from fitbit_daily.adapters.secrets import SourceSecret
from fitbit_daily.adapters.sources import source
from fitbit_daily.clock import utc_now
from fitbit_daily.domain.authorization import ensure_access_token
from fitbit_daily.state import State
from fitbit_daily.step import step


@step
def handler(state: State) -> State:
    refused = state.pop("refused", None)
    credentials = ensure_access_token(
        source=source(os.environ["SOURCE"]),
        credentials_store=SourceSecret(os.environ["SOURCE_SECRET_ARN"], os.environ["SOURCE"]),
        token_store=AccessTokenParameter(os.environ["ACCESS_TOKEN_PARAMETER"]),
        refused=refused is not None,
        now=utc_now(),
    )
    expires_at = credentials.expires_at
    return state | {"authorization_expires_at": expires_at.isoformat() if expires_at else None}
