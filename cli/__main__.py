"""./daily: the commands."""

from cli import terminal

if __name__ == "__main__":
    terminal.prepare()

import click

from cli.authorize import authorize
from cli.backfill import backfill
from cli.confirm import confirm
from cli.deploy import deploy
from cli.doctor import doctor
from cli.errors import Commands
from cli.history_command import history
from cli.pause import pause, resume
from cli.preview import preview
from cli.redrive import redrive
from cli.remove import remove
from cli.run import run
from cli.settle import settle
from cli.status import status
from cli.try_ import try_


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def daily() -> None:
    """fitbit-daily: posts your Fitbit activity and sleep to X once a day.

    Each command says first, on stderr, whether it talks to AWS or to the local stack (python -m local up).
    """


daily.add_command(try_)
daily.add_command(authorize)
daily.add_command(run)
daily.add_command(preview)
daily.add_command(backfill)
daily.add_command(history)
daily.add_command(status)
daily.add_command(doctor)
daily.add_command(confirm)
daily.add_command(redrive)
daily.add_command(settle)
daily.add_command(pause)
daily.add_command(resume)
daily.add_command(deploy)
daily.add_command(remove)

if __name__ == "__main__":
    terminal.run(daily, "./daily")
