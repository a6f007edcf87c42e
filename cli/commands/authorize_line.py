"""./daily authorize line: the channel access token and your user ID, with which the program sends you messages."""

from __future__ import annotations

import re
from pathlib import Path

import click
from rich.console import Console

from cli.asking import given_up, hidden, keys_file_option, keys_in, shown, typed_again, with_options
from cli.secrets import opened_for, say_next_at
from cli.show import say
from fitbit_daily.adapters.line import Line

COMMAND = "./daily authorize line"
CONSOLE = "https://developers.line.biz/console/"


def _token(value: str) -> str | None:
    """Long-lived ones have well over a hundred characters of base64; a channel's secret has 32."""
    if re.fullmatch(r"[0-9a-f]{32}", value, re.ASCII):
        return "That is the channel secret. The channel access token is at the end of the tab 'Messaging API'."
    return None if len(value) >= 40 else "A channel access token is longer than that."


def _user_id(value: str) -> str | None:
    if re.fullmatch(r"[UCR][0-9a-f]{32}", value, re.ASCII):
        return None
    return "A user ID is a U and 32 characters of 0-9 and a-f; it is not your LINE ID."


CHECKS = {"channel_access_token": _token, "user_id": _user_id}


@click.command("line")
@keys_file_option(CHECKS)
def line(keys_file: Path | None) -> None:
    """Let the program send you a message on LINE each day.

    The token and the user ID are stored in an encrypted parameter of your AWS account, and nowhere else. The token is
    tried by asking for your quota; nothing is sent.
    """
    again = with_options(COMMAND)
    given = keys_in(keys_file, CHECKS) if keys_file else None
    deployed, stored = opened_for("line")
    console = Console(highlight=False)
    with given_up():
        keys = given or _typed(console)
        with typed_again(again), console.status("Asking LINE"):
            limit, used = Line(keys).quota()
    stored.write(keys)
    say(console, "LINE takes the token, and it is stored.")
    of_all = f" of {limit}" if limit is not None else ""
    say(console, f"Messages this month: {used}{of_all} used. A day is one message.")
    say(
        console,
        "\nAdd the channel's bot as a friend, if it is not one yet: scan the QR code in its tab 'Messaging API'. "
        "LINE sends to friends only, and does not tell beforehand whether you are one.",
    )
    say_next_at(console, deployed, "line")


def _typed(console: Console) -> dict[str, str]:
    say(console, f"Both values are in the LINE Developers console, under your Messaging API channel: {CONSOLE}")
    say(console, "The token is at the end of the tab 'Messaging API', your user ID at the end of 'Basic settings'.\n")
    return {
        "channel_access_token": hidden("Channel access token", _token),
        "user_id": shown("Your user ID", _user_id),
    }
