"""./daily authorize google_health | x | bluesky | line | fitbit: fills a secret, for the first time or again."""

from __future__ import annotations

import click

from cli.group import Commands


@click.group(cls=Commands, verbs=("google_health", "x", "bluesky", "line", "fitbit"), prefix="authorize_")
def authorize() -> None:
    """Connect an account, or renew a connection that has expired."""
