"""./daily settings: what this clone deploys, and changing it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click
from rich.console import Console

from cli.arguments import Assignment
from cli.errors import CliError
from cli.prose import tell
from cli.settings import checked, readable
from cli.show import show_table
from stacks.settings import Settings
from stacks.settings_file import in_force, own_file, read_context, read_own, write_own


@click.command()
@click.argument("changes", nargs=-1, type=Assignment())
@click.option("--default", "defaults", multiple=True, metavar="KEY", help="Go back to the default. Repeatable.")
def settings(changes: tuple[tuple[str, str], ...], defaults: tuple[str, ...]) -> None:
    """Show the settings, or change some.

    To change one: ./daily settings time_zone=Europe/Berlin

    Your choices stand in settings.json, which git leaves alone; the defaults stand in cdk.json. A change counts from
    the next deployment on. The README says what each setting does.
    """
    with readable():
        context, own = read_context(), read_own()
    if not changes and not defaults:
        _show(checked(in_force(context, own)), checked(in_force(context, {})), own)
        return
    for key in defaults:
        if own.pop(key, None) is None:
            raise CliError(f"{key!r} is not in {own_file().name}: its default counts already.")
    own |= dict(changes)
    checked(in_force(context, own))
    write_own(own)
    tell(f"Written to {own_file().name}. To have it count, type: make deploy", err=True)


def _show(chosen: Settings, default: Settings, own: Mapping[str, Any]) -> None:
    standard = default.as_words()
    rows = [
        (key, value or "none", f"default: {standard[key] or 'none'}" if key in own and value != standard[key] else "")
        for key, value in chosen.as_words().items()
    ]
    show_table(Console(highlight=False), ("Setting", "Value", ""), rows)
    tell("\nTo change one: ./daily settings KEY=VALUE", err=True)
