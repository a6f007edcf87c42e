"""./daily authorize google_health: a person lets the program read the numbers in Google Health."""

from __future__ import annotations

import os
from pathlib import Path

import click
from rich.console import Console

from cli.asking import given_up, typed_again, with_options
from cli.aws import Deployed
from cli.consent import (
    ask_for_client,
    ask_google,
    browser_option,
    check_granted,
    client_file_option,
    warn_of_testing,
)
from cli.errors import CliError
from cli.google import ACCOUNTS, CLIENT_ID, Client, Granted, consent_page, let_in, read_client_file, warn_of_zone
from cli.secrets import Secret, opened, say_next
from cli.show import say
from fitbit_daily.adapters.google_health import GoogleHealth
from fitbit_daily.adapters.secrets import EXPIRES_AT, LABEL
from fitbit_daily.clock import utc_now
from fitbit_daily.errors import Retryable

COMMAND = "./daily authorize google_health"
CONNECTIONS = "https://myaccount.google.com/connections"


@click.command("google_health")
@client_file_option
@browser_option
def google_health(client_file: Path | None, browser: bool | None) -> None:
    """Let the program read your numbers in Google Health.

    You are sent to Google in the browser. What comes of it is stored in Secrets Manager, and nowhere else.
    """
    again = with_options(COMMAND)
    given = read_client_file(client_file) if client_file else None
    deployed, secret = opened("google_health")
    _check_consent_page(deployed)
    console = Console(highlight=False)
    with given_up():
        client = given or _stored_client(console, secret) or ask_for_client(console)
        granted = ask_google(console, client, offline=True, browser=browser, command=again)
        check_granted(granted, again)
        if granted.refresh_token is None:
            raise CliError(f"Google gave no refresh token. Remove the app at {CONNECTIONS}, then type: {again}")
        _look(console, granted, deployed, again)
    now = utc_now()
    values = {
        "client_id": client.client_id,
        "client_secret": client.client_secret,
        "refresh_token": granted.refresh_token,
        LABEL: "google_health",
    }
    if granted.dies_after is not None:
        values[EXPIRES_AT] = (now + granted.dies_after).isoformat()
    secret.write(values)
    say(console, "The authorisation is stored.")
    warn_of_testing(console, granted, now)
    if granted.dies_after is None:
        say_next(console, deployed)


def _check_consent_page(deployed: Deployed) -> None:
    """A simulator's tokens have no business on AWS."""
    page = consent_page(os.environ)
    if not deployed.target.is_local and not page.startswith(ACCOUNTS):
        raise CliError("GOOGLE_ACCOUNTS_URL is left over from a local stack. Open a new terminal, and type this there.")


def _stored_client(console: Console, secret: Secret) -> Client | None:
    """The client of the last time, if the person wants it again."""
    stored = secret.read()
    if not CLIENT_ID.fullmatch(stored.get("client_id", "")) or "client_secret" not in stored:
        return None
    client = Client(stored["client_id"], stored["client_secret"])
    say(console, f"The OAuth client of Google Cloud project {client.project} is stored already.")
    return client if click.confirm("Use it again?", default=True) else None


def _look(console: Console, granted: Granted, deployed: Deployed, again: str) -> None:
    """One real look with the new token: what only a person can mend is said before anything is stored."""
    now, calendar = utc_now(), deployed.calendar
    token = granted.token(now)
    yesterday = calendar.yesterday(now)
    try:
        with typed_again(again, unless=Retryable), console.status("Asking Google Health"):
            zone = let_in(token)
            synced = GoogleHealth().synced_until(token, day_ends_at=calendar.ends_at(yesterday), now=now).until
    except Retryable as error:
        say(console, f"Google granted everything, but the access could not be tried out: {error.what}")
        return
    say(console, "Google lets you in, with everything that is needed.")
    if synced is None:
        say(console, f"Google does not say whether the tracker has synced since the end of {yesterday}.")
    else:
        say(console, f"The tracker last synced at {synced.astimezone(calendar.zone):%Y-%m-%d %H:%M} or later.")
    warn_of_zone(console, zone, calendar.zone.key)
