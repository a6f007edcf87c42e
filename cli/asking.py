"""Asking a person: for a yes; and for keys, typed unseen or read from a file, never taken from the command line."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click
from click.core import ParameterSource

from cli.errors import CliError
from cli.prose import tell
from fitbit_daily.domain.cures import Cure
from fitbit_daily.errors import StepError

_TRIES = 3

# What a key may be: None if it is right, else what is wrong with it.
Check = Callable[[str], str | None]


def agree(
    told: str, question: str, *, nobody: bool = False, unasked: str = "To do it without being asked, add: --yes"
) -> None:
    """Goes on after a yes. Without a terminal (or with `nobody` there) nothing is asked, and nothing done.

    Raises CliError, which then says `unasked`: what to do instead.
    """
    if nobody or not somebody_is_there():
        raise CliError(f"{told} Nothing was done. {unasked}")
    tell(told, err=True)
    if not click.confirm(question, err=True):
        raise CliError("Nothing was done.")


def somebody_is_there() -> bool:
    return sys.stdin.isatty()


def any_text(value: str) -> str | None:
    return None


def hidden(label: str, check: Check = any_text) -> str:
    """A value that is typed or pasted, and not shown."""
    return _asked(lambda: _unseen(f"{label} (not shown)"), check)


def shown(label: str, check: Check = any_text) -> str:
    return _asked(lambda: str(click.prompt(label, err=True)), check)


def _asked(ask: Callable[[], str], check: Check) -> str:
    for _ in range(_TRIES):
        value = ask().strip()
        wrong = _faulty(value) or check(value)
        if wrong is None:
            return value
        tell(f"  {wrong}", err=True)
    raise CliError("That was the third try. Nothing was stored.")


def _unseen(label: str) -> str:
    """What is piped in needs no hiding, of which Python would warn that it cannot be done."""
    if somebody_is_there():
        return str(click.prompt(label, hide_input=True))
    click.echo(f"{label}: ", err=True)
    line = sys.stdin.readline()
    if not line:
        raise click.Abort
    return line


def keys_file_option(names: Iterable[str]) -> Callable[[click.decorators.FC], click.decorators.FC]:
    return click.option(
        "--keys-file",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        metavar="FILE",
        help=f"A JSON object with {', '.join(names)}; without it, they are asked for.",
    )


def keys_in(file: Path, checks: Mapping[str, Check]) -> dict[str, str]:
    """The values of a JSON file, one for each of the names that `checks` has."""
    try:
        # Of bytes, json knows the encoding, with or without a byte-order mark.
        content = json.loads(file.read_bytes())
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


def with_options(command: str) -> str:
    """The command that is running, with the options that were given to it: what is to be typed again is whole."""
    context = click.get_current_context(silent=True)
    if context is None:
        return command
    words = [command]
    for option in context.command.params:
        if context.get_parameter_source(option.name or "") is not ParameterSource.COMMANDLINE:
            continue
        value = context.params[option.name or ""]
        if isinstance(value, bool):
            words.append((option.opts if value else option.secondary_opts)[0])
        else:
            words += [option.opts[0], shlex.quote(str(value))]
    return " ".join(words)


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
        failure = CliError(error.what, _instead(error.cure, command))
    else:
        return
    # Outside of the except: an exception in the context could bring a request along.
    raise failure


def _instead(cure: Cure, command: str) -> str:
    """The cure, with `command` for an authorisation, unless it leads elsewhere. Nothing passes by itself here."""
    authorises = [typed.startswith("./daily authorize ") for typed in cure.commands]
    if authorises == [True]:
        cure = replace(cure, commands=())
    elif any(authorises):
        return cure.in_one_line()
    return replace(cure, needs_person=True).in_one_line(command)


@contextmanager
def given_up() -> Iterator[None]:
    """Ctrl-C while nothing is stored yet."""
    try:
        yield
    except (KeyboardInterrupt, click.Abort):
        click.echo("\nGiven up. Nothing was stored.", err=True)
        raise click.exceptions.Exit(130) from None
