"""./daily authorize fitbit: an authorisation of the original Fitbit Web API that somebody still has.

Its refresh tokens work once. The typed one is used in one proper refresh, and what comes back is stored before anything
else happens with it; that it can be stored is found out first. The authorisation that is stored already stays as it is
until then.
"""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console

from cli.asking import any_text, given_up, hidden, keys_file_option, keys_in, typed_again, with_options
from cli.errors import CliError
from cli.secrets import opened, say_next
from cli.show import say
from fitbit_daily.adapters.fitbit_web import FitbitWeb
from fitbit_daily.adapters.secrets import LABEL, SOURCE_KEYS, SourceSecret
from fitbit_daily.clock import utc_now
from fitbit_daily.domain.authorization import AccessToken, Credentials, Grant
from fitbit_daily.domain.day import Calendar
from fitbit_daily.errors import Retryable

COMMAND = "./daily authorize fitbit"
_LABELS = {"client_id": "Client ID", "client_secret": "Client secret", "refresh_token": "Refresh token"}


@click.command("fitbit")
@keys_file_option(SOURCE_KEYS)
def fitbit(keys_file: Path | None) -> None:
    """Store what you have of the old Fitbit Web API.

    Its sign-up is closed: this takes an authorisation that exists already. The refresh token is used at once, as each
    works only once; its successor is stored in Secrets Manager.
    """
    again = with_options(COMMAND)
    given = keys_in(keys_file, dict.fromkeys(SOURCE_KEYS, any_text)) if keys_file else None
    deployed, secret = opened("fitbit")
    console = Console(highlight=False)
    with given_up():
        if given is None:
            say(console, "Each refresh token works once. First end every other program that uses this one.\n")
        keys = given or {name: hidden(label) for name, label in _LABELS.items()}
    credentials = Credentials(keys["client_id"], keys["client_secret"], keys["refresh_token"], version="")
    source = FitbitWeb()
    with typed_again(again), console.status("Asking Fitbit"):
        # Writes the typed values into a stage of the secret that nobody reads.
        SourceSecret(secret.arn, "fitbit").check_writable(credentials)
        grant = source.refresh(credentials)
    try:
        secret.write(keys | {"refresh_token": grant.refresh_token or keys["refresh_token"], LABEL: "fitbit"})
    except CliError as error:
        raise CliError(
            f"{error.message} The refresh token is used up, and its successor could not be stored; Fitbit is said to "
            f"take it once more for two minutes. Type at once: {COMMAND}"
        ) from None
    say(console, "The authorisation is stored.")
    _look(console, source, grant, deployed.calendar, again)
    say_next(console, deployed)


def _look(console: Console, source: FitbitWeb, grant: Grant, calendar: Calendar, again: str) -> None:
    now = utc_now()
    token = AccessToken(grant.access_token, now, now + grant.lifetime, credentials_version="")
    try:
        with typed_again(again, unless=Retryable), console.status("Asking Fitbit"):
            if grant.withheld:
                raise grant.withheld
            source.synced_until(token, day_ends_at=calendar.ends_at(calendar.yesterday(now)), now=now)
    except Retryable as error:
        say(console, f"The access could not be tried out: {error.what}")
    else:
        say(console, "Fitbit lets you in.")
