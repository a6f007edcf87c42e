"""Sending a person through Google's consent page: by the browser of this machine, or by a pasted address."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from cli.asking import hidden, typed_again
from cli.browser import has_browser, open_browser
from cli.errors import CliError
from cli.google import AUDIENCE, CLIENT_ID, CLIENTS, Client, Granted, consent_page, exchange, local_port
from cli.oauth import HOST, Attempt, ConsentError, Loopback, PortTaken
from cli.show import say
from fitbit_daily.adapters.google_health import SCOPES

# How long the browser may take, in seconds: signing in to Google can need a second device.
PATIENCE = 300.0

_IF_GOOGLE_SAYS = (
    ("boxes to tick", "tick all of them"),
    ("hasn't verified this app", "it is your own: Advanced, then Go to ... (unsafe)"),
    ("403: access_denied", "add yourself as a test user, or publish the app:"),
    ("", AUDIENCE),
    ("400: redirect_uri_mismatch", "the client is not of the type 'Desktop app':"),
    ("", CLIENTS),
)


def client_file_option(command: click.decorators.FC) -> click.decorators.FC:
    return click.option(
        "--client-file",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        metavar="FILE",
        help="The OAuth client as Google's console offers it for download, client_secret_....json; "
        "without it, its id and secret are asked for.",
    )(command)


def browser_option(command: click.decorators.FC) -> click.decorators.FC:
    return click.option(
        "--browser/--no-browser",
        default=None,
        help="Open the browser of this machine, or print an address to open elsewhere; without it, what fits.",
    )(command)


def ask_for_client(console: Console) -> Client:
    """Its id and secret, typed."""
    say(console, f"You need an OAuth client of the type 'Desktop app' in your Google Cloud project: {CLIENTS}")
    say(console, "Instead of typing its values, you can give its downloaded file: --client-file FILE\n")
    wrong = "A client ID of Google ends in .apps.googleusercontent.com."
    client_id = hidden("Client ID", lambda value: None if CLIENT_ID.fullmatch(value) else wrong)
    return Client(client_id, hidden("Client secret"))


def ask_google(console: Console, client: Client, *, offline: bool, browser: bool | None, command: str) -> Granted:
    """Through the consent page to what was granted. `command` is what to type again if it fails."""
    try:
        code, attempt = _walk(console, client, offline, has_browser() if browser is None else browser, command)
    except ConsentError as failure:
        sentence = f"{failure} Type: {command}"
    else:
        with typed_again(command):
            return exchange(client, code, attempt)
    raise CliError(sentence)


def check_granted(granted: Granted, command: str) -> None:
    """Google lets people untick single boxes."""
    if granted.missing:
        boxes = "', '".join(granted.missing)
        raise CliError(f"On Google's page you did not tick: '{boxes}'. Tick every box this time. Type: {command}")


def warn_of_testing(console: Console, granted: Granted, now: datetime) -> None:
    """An app in publishing status "Testing" is given tokens that die, which its publishing later does not change."""
    if granted.dies_after is None:
        return
    dies = now + granted.dies_after
    days = round(granted.dies_after.total_seconds() / 86_400)
    say(console, f"\nYour Google app is in 'Testing': this authorisation ends after {days} days, on {dies:%Y-%m-%d}.")
    say(console, f"1. Publish the app ('Publish app'; for yourself alone it needs no verification): {AUDIENCE}")
    say(console, "2. Authorise once more, as this one is not prolonged by that: ./daily authorize google_health")


def _walk(console: Console, client: Client, offline: bool, browser: bool, command: str) -> tuple[str, Attempt]:
    page = consent_page(os.environ)
    registered = _registered_address(client)
    port = 0 if registered is None else local_port(registered)
    if registered is not None and (port is None or not browser):
        attempt = Attempt(page, client.client_id, registered, SCOPES, offline)
        return _pasted(console, attempt), attempt
    try:
        with Loopback(port or 0) as loopback:
            address = registered or f"http://{HOST}:{loopback.port}"
            attempt = Attempt(page, client.client_id, address, SCOPES, offline)
            code = _brought(console, loopback, attempt, command) if browser else _pasted(console, attempt)
            return code, attempt
    except PortTaken:
        raise CliError(
            f"Port {port} of this machine, to which your OAuth client sends its answers, is taken by another program. "
            f"End that program, or type: {_without_browser(command)}"
        ) from None


def _without_browser(command: str) -> str:
    return f"{command.removesuffix(' --browser')} --no-browser"


def _registered_address(client: Client) -> str | None:
    """Of a web application's addresses, one of this machine if there is one; None for a desktop app."""
    if client.redirect_uris is None:
        return None
    if not client.redirect_uris:
        raise CliError(
            "This OAuth client is a web application without a redirect address. "
            f"Use one of the type 'Desktop app': {CLIENTS}"
        )
    here = [uri for uri in client.redirect_uris if local_port(uri) is not None]
    return (here or list(client.redirect_uris))[0]


def _brought(console: Console, loopback: Loopback, attempt: Attempt, command: str) -> str:
    short = loopback.begin(attempt)
    say(console, f"Google's page opens in your browser. If it does not, open this address yourself: {short}")
    _show_hints(console)
    open_browser(short)
    with console.status("Waiting for the browser. Ctrl-C gives up."):
        code = loopback.code(PATIENCE)
    if code is None:
        raise CliError(
            f"Nothing came back from the browser in {PATIENCE / 60:.0f} minutes. Type: {command}; "
            f"if there is no browser on this machine: {_without_browser(command)}"
        )
    return code


def _pasted(console: Console, attempt: Attempt) -> str:
    say(console, "Open this address in a browser, on any machine:\n")
    say(console, f"{attempt.address}\n")
    _show_hints(console)
    say(
        console,
        f"At the end the browser is sent to {attempt.redirect_uri}. If it shows an error there, all is well: copy the "
        "whole address from the browser's address bar, and paste it here.\n",
    )
    return attempt.code_in(hidden("Address"))


def _show_hints(console: Console) -> None:
    width = max(len(words) for words, _ in _IF_GOOGLE_SAYS)
    say(console, "\nIf Google's page has:")
    for words, what in _IF_GOOGLE_SAYS:
        console.print(Text(f"  {words:<{width}}  {what}", style="dim"), soft_wrap=True)
    console.print()
    sys.stdout.flush()
