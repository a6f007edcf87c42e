"""./daily authorize bluesky: the handle and an app password, with which the program posts."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import click
from rich.console import Console

from cli.asking import given_up, hidden, keys_file_option, keys_in, shown, typed_again, with_options
from cli.secrets import opened_for, say_next_at
from cli.show import say
from fitbit_daily.adapters.bluesky import API, Bluesky

COMMAND = "./daily authorize bluesky"
APP_PASSWORDS = "https://bsky.app/settings/app-passwords"


def _handle(value: str) -> str | None:
    """https://atproto.com/specs/handle"""
    if re.fullmatch(r"@?([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*", value, re.ASCII | re.IGNORECASE):
        return None
    return "A handle is a name with dots, such as alice.bsky.social."


def _app_password(value: str) -> str | None:
    if re.fullmatch(r"([a-z0-9]{4}-){3}[a-z0-9]{4}", value, re.ASCII):
        return None
    return "An app password looks like abcd-efgh-ijkl-mnop. The account's own password is not for programs."


CHECKS = {"handle": _handle, "app_password": _app_password}


class _Service(click.ParamType[str]):
    name = "URL"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        parts = urlsplit(value)
        if parts.scheme != "https" or not parts.hostname or parts.path.strip("/") or parts.query or parts.username:
            self.fail(f"{value!r} is not the address of a server, such as {API}", param, ctx)
        return f"https://{parts.netloc}"


@click.command("bluesky")
@keys_file_option(CHECKS)
@click.option("--service", type=_Service(), help=f"The server of an account that Bluesky does not host; else {API}")
def bluesky(keys_file: Path | None, service: str | None) -> None:
    """Let the program post to your Bluesky account.

    The handle and the app password are stored in an encrypted parameter of your AWS account, and nowhere else. They are
    tried by a login; nothing is posted.
    """
    again = with_options(COMMAND)
    given = keys_in(keys_file, CHECKS) if keys_file else None
    deployed, stored = opened_for("bluesky")
    console = Console(highlight=False)
    with given_up():
        keys = given or _typed(console)
        keys["handle"] = keys["handle"].removeprefix("@").lower()
        if service:
            keys["service"] = service
        with typed_again(again), console.status("Logging in to Bluesky"):
            Bluesky(keys, deployed.settings.get("LANGUAGE", "en")).login()
    stored.write(keys)
    say(console, f"Bluesky takes the keys, and they are stored. They post as https://bsky.app/profile/{keys['handle']}")
    say(
        console,
        "\nAn account that posts automatically should say so: in the app, Settings > Account > Automation label, "
        "or where your app has no such setting, in the profile's text.",
    )
    say_next_at(console, deployed, "bluesky")


def _typed(console: Console) -> dict[str, str]:
    say(console, f"Make an app password for this program, without access to direct messages: {APP_PASSWORDS}\n")
    return {"handle": shown("Handle", _handle), "app_password": hidden("App password", _app_password)}
