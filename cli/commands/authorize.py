"""./daily authorize google_health | x | fitbit: fills a secret, and cures an authorisation that has died."""

from __future__ import annotations

import click

from cli.group import Commands


@click.group(cls=Commands, verbs=("google_health", "x", "fitbit"), prefix="authorize_")
def authorize() -> None:
    """Give the program access; again, to cure a dead authorisation."""
