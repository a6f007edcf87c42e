"""The source of the numbers: its secret, its authorisation, what was granted, whether it answers, the last sync."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from cli.aws import Deployed
from cli.checks.finding import Finding, bad, bad_step, good, note
from cli.show import duration
from fitbit_daily.adapters.access_token import AccessTokenParameter
from fitbit_daily.adapters.secrets import SOURCE_KEYS, SourceSecret, read_secret
from fitbit_daily.adapters.sources import Source
from fitbit_daily.adapters.sources import source as source_named
from fitbit_daily.clock import utc_now
from fitbit_daily.domain.authorization import AccessToken, Credentials, check_source
from fitbit_daily.errors import (
    AuthorizationLost,
    CredentialsOfAnotherSource,
    SourceSecretNotFilledIn,
    SourceUnavailable,
    StepError,
)

NAMES = ("Source secret", "Authorisation", "Scopes", "Source API", "Tracker")

# A tracker that has not synced for longer is not in use, or not near its phone.
_STALE = timedelta(hours=48)

_LATER = "Nothing is wrong here. Try again later: ./daily doctor"


def source(deployed: Deployed) -> Iterator[Finding]:
    name = deployed.settings["SOURCE"]
    authorize = f"./daily authorize {name}"
    try:
        # Not by SourceSecret: it would finish a rotation that was cut off, and nothing is to be changed here.
        values, version = read_secret(deployed.target.named("SourceSecretArn"), SOURCE_KEYS, name)
    except (SourceSecretNotFilledIn, CredentialsOfAnotherSource) as error:
        yield bad("Source secret", error.what, authorize)
        return
    credentials = Credentials(
        values["client_id"], values["client_secret"], values["refresh_token"], version, source=name
    )
    left = AccessTokenParameter(deployed.settings["ACCESS_TOKEN_PARAMETER"]).read()
    try:
        check_source(credentials, left)
    except CredentialsOfAnotherSource as error:
        yield bad("Source secret", error.what, authorize)
        return
    yield good("Source secret", "filled in")
    api = source_named(name)
    now = utc_now()
    if api.rotates:
        token = _alive(left, credentials, now)
        if token is None:
            yield note("Authorisation", "not checked: a new access token would use up the refresh token")
            return
        yield good("Authorisation", f"the stored access token is good until {token.expires_at.astimezone():%H:%M}")
        yield note("Scopes", f"{name} tells them only when a token is renewed")
    else:
        granted = list(_refreshed(deployed, api, credentials, now, authorize))
        yield from (finding for finding in granted if isinstance(finding, Finding))
        token = next((found for found in granted if isinstance(found, AccessToken)), None)
    if token is not None:
        yield from _answers(deployed, api, token, now, authorize)


def _refreshed(
    deployed: Deployed, api: Source, credentials: Credentials, now: datetime, authorize: str
) -> Iterator[Finding | AccessToken]:
    """A new access token, for this check alone. Only for a source whose refresh token survives it."""
    try:
        grant = api.refresh(credentials)
    except AuthorizationLost as error:
        yield bad("Authorisation", error.what, authorize)
        return
    except StepError as error:
        yield bad_step("Authorisation", error, _LATER if isinstance(error, SourceUnavailable) else None)
        return
    if grant.refresh_token not in (None, credentials.refresh_token):
        # Not expected of this provider. The old one may be dead by now: to change nothing would lose the authorisation.
        SourceSecret(deployed.target.named("SourceSecretArn")).replace(credentials, str(grant.refresh_token))
    yield good("Authorisation", "a token was obtained")
    if grant.withheld:
        yield bad("Scopes", grant.withheld.what, f"{authorize} (tick every box this time)")
        return
    yield good("Scopes", "all that are needed")
    yield AccessToken(grant.access_token, now, now + grant.lifetime, credentials.version)


def _alive(token: AccessToken | None, credentials: Credentials, now: datetime) -> AccessToken | None:
    """The token that the last run left, if it is alive."""
    alive = token is not None and now < token.expires_at and token.credentials_version == credentials.version
    return token if alive else None


def _answers(deployed: Deployed, api: Source, token: AccessToken, now: datetime, authorize: str) -> Iterator[Finding]:
    """One cheap question tells both whether it answers, and when the tracker last synced."""
    calendar = deployed.calendar
    # Where no sync is told of, steps since then prove one. (Today's alone would not do: at night there are none.)
    proof = calendar.ends_at(calendar.yesterday(now) - timedelta(days=1))
    try:
        synced = api.synced_until(token, day_ends_at=proof, now=now).until
    except AuthorizationLost as error:
        yield bad("Source API", error.what, authorize)
        return
    except StepError as error:
        yield bad_step("Source API", error, _LATER if isinstance(error, SourceUnavailable) else None)
        return
    yield good("Source API", "answers")
    if synced is None:
        yield bad("Tracker", f"no sync is told of, and no steps since {proof:%Y-%m-%d %H:%M}", _OPEN_THE_APP)
    elif now - synced > _STALE:
        ago = duration((now - synced).total_seconds())
        yield bad("Tracker", f"last synced {synced.astimezone(calendar.zone):%Y-%m-%d %H:%M}, {ago} ago", _OPEN_THE_APP)
    elif synced == proof:
        yield good("Tracker", f"steps since {proof:%Y-%m-%d %H:%M} have arrived")
    else:
        yield good("Tracker", f"last synced {synced.astimezone(calendar.zone):%Y-%m-%d %H:%M}")


_OPEN_THE_APP = "Open the Fitbit app on your phone, with the tracker near it"
