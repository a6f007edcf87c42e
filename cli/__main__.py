"""./daily: the commands."""

from cli import terminal

if __name__ == "__main__":
    terminal.prepare()

import click

from cli.group import Commands
from fitbit_daily import VERSION

VERBS = (
    "try",
    "authorize",
    "run",
    "preview",
    "backfill",
    "history",
    "status",
    "doctor",
    "open",
    "settings",
    "confirm",
    "mail",
    "redrive",
    "settle",
    "pause",
    "resume",
    "remove",
)


@click.group(cls=Commands, verbs=VERBS, hidden=("deploy",), context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="fitbit-daily", message="%(prog)s %(version)s")
def daily() -> None:
    """fitbit-daily: posts your Fitbit activity and sleep to X once a day.

    Each command says first, on stderr, whether it talks to AWS or to the local stack (python -m local up).

    To complete commands by Tab: eval "$(_DAILY_COMPLETE=bash_source ./daily)"; in zsh, zsh_source.
    """


if __name__ == "__main__":
    terminal.run(daily, "./daily")
