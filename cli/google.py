"""Google, as the commands meet it: the OAuth client's file, the code made into tokens, the first look at the account.

Requests and errors are those of the runtime's own adapter.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import requests
from rich.console import Console

from cli.errors import CliError
from cli.oauth import Attempt
from cli.show import say
from fitbit_daily.adapters.google_errors import health_error, token_error, unreachable
from fitbit_daily.adapters.google_health import HEALTH, OAUTH, SCOPES
from fitbit_daily.adapters.http import HttpSession
from fitbit_daily.clock import utc_now
from fitbit_daily.domain.authorization import AccessToken
from fitbit_daily.errors import AuthorizationLost, SourceUnavailable, StepError
from stacks.addresses import is_loopback

ACCOUNTS = "https://accounts.google.com"
CLIENTS = "https://console.cloud.google.com/auth/clients"
AUDIENCE = "https://console.cloud.google.com/auth/audience"
ENABLE = "https://console.cloud.google.com/apis/library/health.googleapis.com"

# One round of the clocks' changes, and the rules that are known of those to come.
_BEFORE, _AFTER = timedelta(days=366), timedelta(days=5 * 366)

CLIENT_ID = re.compile(r"[\w.-]+\.apps\.googleusercontent\.com", re.ASCII)

# The boxes of the consent page, in Google's own words: https://developers.google.com/health/scopes
BOXES = {
    "activity_and_fitness.readonly": "See your Google Health activity and fitness data",
    "settings.readonly": "See your Google Health settings",
    "sleep.readonly": "See your Google Health sleep data",
}


@dataclass(frozen=True)
class Client:
    """An OAuth client. A desktop app's has no redirect addresses of its own: any port of this machine will do."""

    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)
    redirect_uris: tuple[str, ...] | None = None

    @property
    def project(self) -> str:
        """The project's number: enough to know the client by."""
        return self.client_id.partition("-")[0][:20]


@dataclass(frozen=True)
class Granted:
    """What a code was good for. `dies_after` is told for an app in publishing status "Testing"."""

    access_token: str = field(repr=False)
    lifetime: timedelta
    refresh_token: str | None = field(repr=False)
    dies_after: timedelta | None
    scopes: frozenset[str]

    @property
    def missing(self) -> list[str]:
        """The boxes that were left unticked."""
        names = sorted(scope.rpartition("googlehealth.")[2] for scope in set(SCOPES) - self.scopes)
        return [BOXES.get(name, name) for name in names]

    def token(self, now: datetime) -> AccessToken:
        return AccessToken(self.access_token, now, now + self.lifetime, credentials_version="")


def consent_page(environ: Mapping[str, str]) -> str:
    """Google's, or the local stack's; raises CliError for any other address."""
    address = environ.get("GOOGLE_ACCOUNTS_URL") or ACCOUNTS
    if address != ACCOUNTS and not is_loopback(address):
        raise CliError(
            f"GOOGLE_ACCOUNTS_URL is {address!r}, neither Google nor an address on this machine. Open a new terminal."
        )
    return f"{address.rstrip('/')}/o/oauth2/v2/auth"


def read_client_file(file: Path) -> Client:
    """The file that Google's console offers for download, of a desktop app or a web application."""
    try:
        # Of bytes, json knows the encoding, with or without a byte-order mark.
        content = json.loads(file.read_bytes())
    except (OSError, ValueError):
        raise CliError(f"{file} is not the JSON file that Google's console offers for download: {CLIENTS}") from None
    if isinstance(content, dict) and content.get("type") == "service_account":
        raise CliError(f"{file} is the key of a service account. What is needed is an OAuth client: {CLIENTS}")
    kind = next((kind for kind in ("installed", "web") if isinstance(content, dict) and kind in content), None)
    client = content[kind] if kind and isinstance(content[kind], dict) else {}
    client_id, client_secret = client.get("client_id"), client.get("client_secret")
    if not (isinstance(client_id, str) and CLIENT_ID.fullmatch(client_id)):
        raise CliError(f"{file} holds no OAuth client. Download it anew from {CLIENTS}")
    if not (isinstance(client_secret, str) and client_secret.strip()):
        raise CliError(
            f"{file} has no client secret: Google gives it only with the first download. "
            f"Add a secret to the client, and download the file again, at {CLIENTS}"
        )
    uris = tuple(map(str, client.get("redirect_uris") or ())) if kind == "web" else None
    return Client(client_id, client_secret, uris)


def local_port(redirect_uri: str) -> int | None:
    """The port of this machine that a redirect address leads to, if it does."""
    try:
        parts = urlsplit(redirect_uri)
        port = parts.port
    except ValueError:
        return None
    return port if parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost") else None


def exchange(client: Client, code: str, attempt: Attempt) -> Granted:
    """The code becomes tokens; raises StepError."""
    form = {
        "client_id": client.client_id,
        "client_secret": client.client_secret,
        "code": code,
        "code_verifier": attempt.verifier,
        "grant_type": "authorization_code",
        "redirect_uri": attempt.redirect_uri,
    }
    failure: StepError
    try:
        answer = HttpSession("GOOGLE_OAUTH_URL", OAUTH).post(f"{OAUTH}/token", data=form)
    except requests.RequestException as error:
        failure = unreachable(error, "Google's token endpoint")
    else:
        granted = _granted(_json(answer)) if answer.status_code == 200 else None
        if granted is not None:
            return granted
        failure = _code_refused(answer)
    # Not while another exception is handled: as this one's context, its request would bring the secret along.
    raise failure


def _code_refused(answer: requests.Response) -> StepError:
    error = _json(answer).get("error")
    if answer.status_code == 200:
        return SourceUnavailable("Google's token endpoint answered without an access token.")
    if error == "invalid_grant":
        return AuthorizationLost("Google does not take the code: each works once, and only for a few minutes.")
    if error == "redirect_uri_mismatch":
        return AuthorizationLost(
            f"Google expects the answer at another address: is the client of the type 'Desktop app'? See {CLIENTS}."
        )
    if error in ("invalid_client", "unauthorized_client"):
        return AuthorizationLost(f"Google does not know this client, or its secret is another one: see {CLIENTS}.")
    return token_error(answer)


def _granted(answer: Mapping[str, Any]) -> Granted | None:
    try:
        dies_after = answer.get("refresh_token_expires_in")
        granted = Granted(
            access_token=str(answer["access_token"]),
            lifetime=timedelta(seconds=int(answer["expires_in"])),
            refresh_token=answer.get("refresh_token") or None,
            dies_after=None if dies_after is None else timedelta(seconds=int(dies_after)),
            scopes=frozenset(str(answer["scope"]).split()),
        )
    except (KeyError, TypeError, ValueError):
        return None
    return granted if granted.access_token else None


def let_in(token: AccessToken) -> str:
    """The first look through the door; the time zone of the account. Raises StepError."""
    session = HttpSession("GOOGLE_HEALTH_URL", HEALTH)
    session.headers["Authorization"] = f"Bearer {token.value}"
    # The cheapest request there is: it fails where the API, the account or the consent is not in order.
    _ask(session, "identity")
    return str(_ask(session, "settings").get("timeZone") or "")


def _ask(session: HttpSession, path: str) -> Mapping[str, Any]:
    failure: StepError
    try:
        answer = session.get(f"{HEALTH}/v4/users/me/{path}")
    except requests.RequestException as error:
        failure = unreachable(error, "Google Health")
    else:
        if answer.status_code == 200:
            return _json(answer)
        failure = health_error(answer)
    # Not while another exception is handled: as this one's context, its request would bring the token along.
    raise failure


def _json(answer: requests.Response) -> Mapping[str, Any]:
    try:
        content = answer.json()
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def warn_of_zone(console: Console, account: str, configured: str) -> None:
    """Google's civil days are those of the account's zone; which of them is yesterday is told by the setting."""
    if account and not same_rules(account, configured, now=utc_now()):
        say(
            console,
            f"\nYour Google account's time zone is {account}, but the setting is {configured}: they may differ about "
            "which day is yesterday. To change the setting: ./daily settings time_zone=ZONE; make deploy",
        )


def same_rules(one: str, other: str, *, now: datetime) -> bool:
    """Do the clocks of both zones show the same, at every hour of these years? No, if one of them is unknown here."""
    if one == other:
        return True
    try:
        first, second = ZoneInfo(one), ZoneInfo(other)
    except (OSError, ValueError, KeyError):
        return False
    hours = range(int((_BEFORE + _AFTER) / timedelta(hours=1)))
    moments = (now - _BEFORE + timedelta(hours=hour) for hour in hours)
    return all(moment.astimezone(first).utcoffset() == moment.astimezone(second).utcoffset() for moment in moments)
