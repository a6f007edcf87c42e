"""A group of commands, each a file in cli/commands that is imported when it is called: libraries take a second."""

from __future__ import annotations

import errno
import keyword
import os
import re
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

# What a shell sets where it wants words completed.
VARIABLE = "_DAILY_COMPLETE"

FOLDER = Path(__file__).parent / "commands"

# A command's docstring, up to the end of its first sentence.
_SUMMARY = re.compile(r'^@click\.(?:command|group)\(.*?^def .*?"""(.+?)(?:\. |\.?"""|\.?\n)', re.DOTALL | re.MULTILINE)


class Commands(click.Group):
    """Commands that end with a sentence, whatever happens in them.

    verbs    as they are typed, in the order in which the help has them
    hidden   those that it has not
    prefix   of their files' names: authorize_x.py has `./daily authorize x`
    """

    def __init__(
        self, *args: Any, verbs: Sequence[str], hidden: Sequence[str] = (), prefix: str = "", **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.verbs, self.hidden_verbs, self.prefix = verbs, hidden, prefix

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*self.verbs, *self.hidden_verbs]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        file = self._file(cmd_name).stem
        command: click.Command = getattr(import_module(f"cli.commands.{file}"), file.removeprefix(self.prefix))
        return command

    def main(self, *args: Any, **options: Any) -> Any:
        if VARIABLE in os.environ:
            from cli import completion

            completion.switch_on()
        # Of "./daily", click would make a variable that no shell can set.
        return super().main(*args, **{"complete_var": VARIABLE, **options})

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Without importing the commands."""
        from click.shell_completion import CompletionItem

        verbs = [CompletionItem(verb, help=self._summary(verb)) for verb in self.verbs if verb.startswith(incomplete)]
        return [*verbs, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(verb, self._summary(verb)) for verb in self.verbs])

    def invoke(self, ctx: click.Context) -> Any:
        from cli.errors import one_sentence, unforeseen

        try:
            with one_sentence():
                return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            # A reader that has closed the pipe, as `head` does, is click's own business.
            if isinstance(error, OSError) and error.errno == errno.EPIPE:
                raise
            raise unforeseen(error) from error

    def _file(self, verb: str) -> Path:
        return FOLDER / f"{self.prefix}{verb}{'_' if keyword.iskeyword(verb) else ''}.py"

    def _summary(self, verb: str) -> str:
        found = _SUMMARY.search(self._file(verb).read_text(encoding="utf-8"))
        return found[1] if found else ""
