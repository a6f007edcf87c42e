"""Refresh token: a usable access token is stored before anything reads it."""

from datetime import datetime, timedelta

from fitbit_daily.adapters.access_token import AccessTokenParameter
from fitbit_daily.adapters.secrets import SourceSecret
from fitbit_daily.adapters.sources import source
from fitbit_daily.clock import utc_now
from fitbit_daily.domain.authorization import ensure_access_token
from fitbit_daily.domain.waiting import seconds_to_wait
from fitbit_daily.environment import RefreshTokenEnvironment
from fitbit_daily.fetching import look
from fitbit_daily.step import State, step


@step
@look
def handler(state: State) -> State:
    refused = state.pop("refused", None)
    state.pop("look_again", None)
    environment, now = RefreshTokenEnvironment.read(), utc_now()
    credentials = ensure_access_token(
        source=source(environment.source),
        credentials_store=SourceSecret(environment.source_secret_arn, environment.source),
        token_store=AccessTokenParameter(environment.access_token_parameter),
        refused=refused is not None,
        now=now,
    )
    expires_at = credentials.expires_at
    return state | {
        "authorization_expires_at": expires_at.isoformat() if expires_at else None,
        # Before the next look, should a fetch fail in this one.
        "wait_seconds": seconds_to_wait(
            until=datetime.fromisoformat(state["deadline"]),
            look_every=timedelta(seconds=state["look_every_seconds"]),
            now=now,
        ),
    }
