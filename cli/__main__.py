"""./daily: the commands."""

import click

from cli.deploy import deploy
from cli.run import run


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def daily() -> None:
    """fitbit-daily: posts your Fitbit activity and sleep to X once a day.

    Each command says first, on stderr, whether it talks to AWS or to the local stack (python -m local up).
    """


daily.add_command(run)
daily.add_command(deploy)

if __name__ == "__main__":
    daily(prog_name="./daily")
