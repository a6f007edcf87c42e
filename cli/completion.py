"""What a shell reads to complete `./daily` by Tab: click's own, which is made for a program that is on the PATH.

https://click.palletsprojects.com/en/stable/shell-completion/
"""

from __future__ import annotations

from click.shell_completion import BashComplete, ZshComplete, add_completion_class

_PROGRAM = "%(prog_name)s"
# Both shells find it for ./daily, too, and for any path that ends with it.
_NAME = "daily"


class Bash(BashComplete):
    source_template = BashComplete.source_template.replace(_PROGRAM, _NAME)


class Zsh(ZshComplete):
    """Asks the command as it was typed, as bash does."""

    source_template = (
        ZshComplete.source_template.replace(f"    (( ! $+commands[{_PROGRAM}] )) && return 1\n", "")
        .replace(f"=zsh_complete {_PROGRAM}", "=zsh_complete ${(Q)words[1]}")
        .replace(_PROGRAM, _NAME)
    )


def switch_on() -> None:
    add_completion_class(Bash)
    add_completion_class(Zsh)
