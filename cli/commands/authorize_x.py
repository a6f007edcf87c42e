"""./daily authorize x: the four values with which the program posts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
import requests
from rich.console import Console

from cli.asking import any_text, given_up, hidden, keys_file_option, keys_in, typed_again, with_options
from cli.errors import CliError
from cli.secrets import opened, say_next
from cli.show import say
from fitbit_daily.adapters.x import X
from fitbit_daily.clock import utc_now
from fitbit_daily.errors import PostOutcomeUnknown

COMMAND = "./daily authorize x"
CONSOLE = "https://console.x.com"

# The account's id, a hyphen, the rest.
_ACCESS_TOKEN = re.compile(r"\d{1,20}-\w+", re.ASCII)


def _consumer(value: str) -> str | None:
    return "That is an access token: it begins with digits and a hyphen." if _ACCESS_TOKEN.fullmatch(value) else None


def _access_token(value: str) -> str | None:
    return None if _ACCESS_TOKEN.fullmatch(value) else "An access token of X begins with digits and a hyphen."


CHECKS = {
    "consumer_key": _consumer,
    "consumer_secret": _consumer,
    "access_token": _access_token,
    "access_token_secret": any_text,
}
_LABELS = {
    "consumer_key": "API key (consumer key)",
    "consumer_secret": "API key secret (consumer secret)",
    "access_token": "Access token",
    "access_token_secret": "Access token secret",
}


@click.command("x")
@keys_file_option(CHECKS)
@click.option(
    "--check/--no-check",
    default=True,
    help="Ask X for your posts of the last minute, to see that it takes the keys. X charges for what it returns.",
)
def x(keys_file: Path | None, check: bool) -> None:
    """Let the program post to your X account.

    The four values are stored in Secrets Manager, and nowhere else. Nothing is posted.
    """
    again = with_options(COMMAND)
    given = keys_in(keys_file, CHECKS) if keys_file else None
    deployed, secret = opened("x")
    console = Console(highlight=False)
    with given_up():
        keys = given or _typed(console)
        if check:
            _check(console, keys, again)
    secret.write(keys)
    say(console, "The keys are stored.")
    say(
        console,
        "\nX wants an account that posts automatically to say so. On x.com, Settings > Your account > Account "
        "information > Automation gives it the label 'Automated' and names the person behind it. "
        "Say so in its bio, too.",
    )
    say_next(console, deployed)


def _typed(console: Console) -> dict[str, str]:
    say(console, f"The four values are in X's developer console, under your app, Keys and tokens: {CONSOLE}")
    say(
        console,
        "The app needs 'Read and write' before its access token is made. If in doubt, make the token again.\n",
    )
    return {name: hidden(label, CHECKS[name]) for name, label in _LABELS.items()}


def _check(console: Console, keys: Mapping[str, str], again: str) -> None:
    """Reading one's own posts costs $0.001 for each that is returned: https://docs.x.com/x-api/getting-started/pricing

    Of the last minute there are none. (GET /2/users/me would tell the account's name, for $0.010.)
    """
    try:
        with typed_again(again, unless=PostOutcomeUnknown), console.status("Asking X"):
            account = _Account(keys)
            account.own_posts_since(utc_now() - timedelta(minutes=1))
    except PostOutcomeUnknown as error:
        raise CliError(
            f"{error.what} It is not known whether X takes the keys, and nothing was stored. "
            f"Type: {again}; or, to store them unchecked: {again} --no-check"
        ) from None
    if account.access in ("read", "read-only"):
        raise CliError(
            "With these keys X lets the program read, but not post. Set the app to 'Read and write' in X's console "
            f"({CONSOLE}), make a new access token for it, then type: {again}"
        )
    say(console, f"X takes the keys. They post as https://x.com/i/user/{keys['access_token'].partition('-')[0]}")


class _Account(X):
    """The program's own X, which also notes what X says that the keys may do."""

    access = ""

    def __init__(self, keys: Mapping[str, str]) -> None:
        super().__init__(keys)
        self._client.session.hooks["response"].append(self._note)

    def _note(self, answer: requests.Response, **_: Any) -> None:
        self.access = answer.headers.get("x-access-level", "")
