"""./daily pause: nothing is posted by itself for a while.

The pause stands in the ledger: the schedule's own state would be switched on again by the next deployment.
"""

from __future__ import annotations

import click

from cli import executions
from cli.aws import find_deployed
from cli.days import begin_pause, rows_of_no_day
from cli.prose import tell


@click.command()
def pause() -> None:
    """Post nothing by itself until ./daily resume.

    The days whose start falls into the pause count as never due: no night makes them good, and no mail names them.
    What is typed by hand, such as ./daily run, works as ever. An execution that is running goes on to its end.
    """
    deployed = find_deployed()
    since = rows_of_no_day(deployed).paused_since
    if since is not None:
        tell(f"It is paused already, since {deployed.hour(since)}. To go on, type: ./daily resume")
        return
    begin_pause(deployed)
    tell("Paused: nothing is posted by itself any more. To go on, type: ./daily resume")
    for each in executions.running(deployed):
        tell(f"{each.day} is under way, and goes on to its end: ./daily status {each.day}")
