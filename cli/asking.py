"""Asking a person for keys: typed unseen or read from a file, never taken from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click

from cli.errors import CliError
from fitbit_daily.errors import AuthorizationLost, StepError

_TRIES = 3

# What a key may be: None if it is right, else what is wrong with it.
Check = Callable[[str], str | None]


def any_text(value: str) -> str | None:
    return None


def hidden(label: str, check: Check = any_text) -> str:
    """A value that is typed or pasted, and not shown."""
    for _ in range(_TRIES):
        value = str(click.prompt(f"{label} (not shown)", hide_input=True)).strip()
        wrong = _faulty(value) or check(value)
        if wrong is None:
            return value
        click.echo(f"  {wrong}", err=True)
    raise CliError("That was the third try. Nothing was stored.")


def keys_in(file: Path, checks: Mapping[str, Check]) -> dict[str, str]:
    """The values of a JSON file, one for each of the names that `checks` has."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        content = None
    if not isinstance(content, dict):
        raise CliError(f"{file} is not a JSON object with {', '.join(checks)}.")
    missing = [name for name in checks if not (isinstance(content.get(name), str) and content[name].strip())]
    if missing:
        raise CliError(f"{file} lacks {', '.join(missing)}.")
    values = {name: str(content[name]).strip() for name in checks}
    for name, value in values.items():
        wrong = _faulty(value) or checks[name](value)
        if wrong:
            raise CliError(f"{file}, {name}: {wrong}")
    return values


def _faulty(value: str) -> str | None:
    if any(character.isspace() or not character.isprintable() for character in value):
        return "There is a space or a line break in it: part of something else was copied along."
    return None


@contextmanager
def typed_again(command: str, unless: type[StepError] | tuple[()] = ()) -> Iterator[None]:
    """The program's own errors as sentences, each with `command` as what to type next, in place of its own commands.

    Those of the class `unless` are left alone.
    """
    try:
        yield
    except StepError as error:
        if isinstance(error, unless):
            raise
        # What was stored is not what was refused here: how that gets lost does not help.
        own = replace(error.cure, commands=()) if not isinstance(error, AuthorizationLost) else None
        failure = CliError(error.what, own.in_one_line(command) if own else f"Type: {command}")
    else:
        return
    # Outside of the except: an exception in the context could bring a request along.
    raise failure


@contextmanager
def given_up() -> Iterator[None]:
    """Ctrl-C while nothing is stored yet."""
    try:
        yield
    except (KeyboardInterrupt, click.Abort):
        click.echo("\nGiven up. Nothing was stored.", err=True)
        raise click.exceptions.Exit(130) from None
