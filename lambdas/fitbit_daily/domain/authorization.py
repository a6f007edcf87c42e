"""Making sure that a usable access token is stored, and that no authorisation is ever lost or overwritten.

Credentials (client and refresh token) and the access token are kept apart: only Refresh token sees the credentials,
and the steps that fetch see nothing but the access token.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from fitbit_daily.errors import (
    AccessTokenExpired,
    AuthorizationLost,
    CredentialsOfAnotherSource,
    CredentialsReplaced,
    ScopeNotGranted,
    StepError,
)

# A token younger than this has not expired.
FRESH = timedelta(minutes=5)

# What is left of a token's life must be enough for both fetches and their retries within seconds.
ENOUGH = timedelta(minutes=10)

# A renewal that began this long ago is over: no function lives that long.
RENEWAL = timedelta(minutes=3)


@dataclass(frozen=True)
class Credentials:
    """The source's client and refresh token; version names the stored secret that they were read from.

    expires_at   aware; when the refresh token expires, if the provider said so
    source       the one that they are for
    tried_at     aware; when an execution last began to renew them, if the outcome is open
    """

    client_id: str
    client_secret: str
    refresh_token: str
    version: str
    expires_at: datetime | None = None
    source: str = ""
    tried_at: datetime | None = None

    def __repr__(self) -> str:
        return f"Credentials(version={self.version!r})"


@dataclass(frozen=True)
class Grant:
    """A provider's answer to a refresh. refresh_token is None where the provider does not rotate it.

    withheld: what the person did not grant though it is needed; raised once everything else is safely stored
    """

    access_token: str
    lifetime: timedelta
    refresh_token: str | None
    withheld: ScopeNotGranted | None = None

    def __repr__(self) -> str:
        return f"Grant(lifetime={self.lifetime!r})"


@dataclass(frozen=True)
class AccessToken:
    """An access token with its times (aware), the version of the credentials that it came from, and their source."""

    value: str
    obtained_at: datetime
    expires_at: datetime
    credentials_version: str
    source: str = ""

    def __repr__(self) -> str:
        return f"AccessToken(expires_at={self.expires_at.isoformat()!r})"

    def is_fresh(self, now: datetime) -> bool:
        return now < self.obtained_at + FRESH

    def will_do(self, now: datetime, credentials: Credentials) -> bool:
        return now + ENOUGH <= self.expires_at and self.credentials_version == credentials.version


class CredentialsStore(Protocol):
    def read(self) -> Credentials:
        """Raises CredentialsOfAnotherSource where a label says so."""

    def check_writable(self, credentials: Credentials) -> None:
        """Proves that `replace` will work, without changing anything; others can see that a renewal is under way."""

    def give_up(self, credentials: Credentials) -> None:
        """Notes that the renewal that `check_writable` announced has failed."""

    def replace(self, credentials: Credentials, refresh_token: str) -> Credentials:
        """Stores a rotated refresh token; raises CredentialsReplaced where the stored version is not the one read."""


class AccessTokenStore(Protocol):
    def read(self) -> AccessToken | None: ...

    def write(self, token: AccessToken) -> None: ...


class Authorizer(Protocol):
    """The part of a source that Refresh token needs."""

    rotates: bool

    def refresh(self, credentials: Credentials) -> Grant: ...


def ensure_access_token(
    *,
    source: Authorizer,
    credentials_store: CredentialsStore,
    token_store: AccessTokenStore,
    refused: bool,
    now: datetime,
) -> Credentials:
    """Leaves a usable access token in the store; `refused` says that the source refused the stored one.

    Returns the credentials that are stored afterwards. A refused token that is fresh was renewed by another execution
    meanwhile, and is left as it is.
    """
    credentials = credentials_store.read()
    stored = token_store.read()
    check_source(credentials, stored)
    if stored and stored.will_do(now, credentials) and (not refused or stored.is_fresh(now)):
        return credentials
    if source.rotates:
        # The provider forgets the old token when it answers: find out first that the new one can be kept.
        credentials_store.check_writable(credentials)
    try:
        grant = source.refresh(credentials)
    except AuthorizationLost as lost:
        if credentials_store.read().version != credentials.version or _is_being_renewed(credentials, now):
            raise CredentialsReplaced("Another execution renews the authorisation at the same time.") from lost
        if source.rotates:
            credentials_store.give_up(credentials)
        raise
    if grant.refresh_token not in (None, credentials.refresh_token):
        credentials = credentials_store.replace(credentials, grant.refresh_token)
    if grant.withheld:
        raise grant.withheld
    token_store.write(
        AccessToken(
            value=grant.access_token,
            obtained_at=now,
            expires_at=now + grant.lifetime,
            credentials_version=credentials.version,
            source=credentials.source,
        )
    )
    return credentials


def check_source(credentials: Credentials, stored: AccessToken | None) -> None:
    """Raises CredentialsOfAnotherSource where another source than theirs has accepted this version of them before."""
    accepted_by = stored.source if stored and stored.credentials_version == credentials.version else ""
    if accepted_by and credentials.source and accepted_by != credentials.source:
        raise CredentialsOfAnotherSource(
            f"The stored credentials are those of {accepted_by}, and were not sent.", source=credentials.source
        )


def _is_being_renewed(credentials: Credentials, now: datetime) -> bool:
    """Did another execution begin to renew them just now? It may have used up the refresh token."""
    return credentials.tried_at is not None and abs(now - credentials.tried_at) < RENEWAL


def refusal(token: AccessToken, now: datetime, lost: AuthorizationLost) -> StepError:
    """What a refused access token means. An old one is renewed; a fresh one may be accepted at the next look."""
    if not token.is_fresh(now):
        return AccessTokenExpired("The access token is no longer accepted.")
    lost.may_pass = True
    return lost
