"""./daily redrive: a failed execution goes on from the step that failed."""

from __future__ import annotations

import sys
from datetime import date, timedelta

import click
from botocore.exceptions import ClientError

from cli import executions
from cli.arguments import day_of
from cli.aws import Deployed, Target, find_deployed
from cli.days import days_of, is_made_good, open_failures
from cli.errors import CliError, one_sentence
from cli.executions import events_of
from cli.following import leaving_it_running, run_to_its_end
from cli.moments import Reader
from cli.prose import tell
from fitbit_daily.adapters.executions import Execution
from fitbit_daily.clock import utc_now

# https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
REDRIVABLE_FOR = timedelta(days=14)

# What the local AWS answers to what it does not know.
_NOT_IMPLEMENTED = ("500", "501", "404", "InternalFailure", "NotImplemented", "UnknownOperationException")


@click.command()
@click.argument("which", metavar="[DATE | EXECUTION]", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print only one JSON object: the output, or the error.")
def redrive(which: str | None, as_json: bool) -> None:
    """Let a failed execution go on from where it failed.

    It is followed to its end. Without an argument, the last one that failed; with DATE (YYYY-MM-DD), the last one that
    failed about that day; EXECUTION is a name or an ARN. AWS allows it for 14 days. Safe to repeat: nothing is posted
    twice.
    """
    deployed = find_deployed()
    target = deployed.target
    execution = _find(deployed, which)
    _refuse_what_cannot_be_redriven(execution)
    reader = Reader()
    reader.skip(events_of(target, execution.arn))
    _redrive(target, execution)
    if not as_json:
        tell(f"Redriving {execution.day} from {execution.state}: {execution.name}", err=True)
    with leaving_it_running(target, execution.arn, execution.day):
        ended = run_to_its_end(target, execution.arn, as_json, reader)
    sys.exit(0 if ended.output is not None else 1)


def _find(deployed: Deployed, which: str | None) -> Execution:
    day_typed = day_of(which) if which else None
    if which is not None and day_typed is None:
        machine = deployed.target.state_machine
        arn = which if which.startswith("arn:") else f"{machine.replace(':stateMachine:', ':execution:')}:{which}"
        return executions.described(deployed, arn)
    day = date.fromisoformat(day_typed) if day_typed else None
    if day is None:
        listed = executions.since(deployed, utc_now() - REDRIVABLE_FOR)
        about, instead = "of the last 14 days", "To see them all, type: ./daily status"
    else:
        listed = executions.of_day(deployed, day)
        about, instead = f"about {day}", f"To start one, type: ./daily run --date {day}"
    failed = [each for each in listed if each.failed and each.day and not each.dry_run]
    days = days_of(deployed, failed)
    # Then what only its starter misses, such as a post that was forced in vain.
    open_ones = open_failures(failed, days) or [each for each in failed if not is_made_good(each, days)]
    running = {each.day: each for each in listed if each.running}
    if open_ones:
        # Where a new execution is at it already, that one is told of.
        return running.get(open_ones[0].day) or executions.described(deployed, open_ones[0].arn)
    if day is not None and day in running:
        return running[day]
    if failed:
        raise CliError(f"Every failure {about} was made good since: nothing is left to redrive. {instead}")
    raise CliError(f"No execution {about} has failed: there is nothing to redrive. {instead}")


def _refuse_what_cannot_be_redriven(execution: Execution) -> None:
    if execution.running:
        raise CliError(
            f"The execution about {execution.day} is still running, in {execution.state or 'its first step'}. "
            f"To see how it goes, type: ./daily status {execution.day or ''}".rstrip()
        )
    if not execution.failed:
        raise CliError(
            f"The execution about {execution.day} has succeeded: there is nothing to redrive. {_run(execution)}"
        )
    if execution.stopped and utc_now() - execution.stopped > REDRIVABLE_FOR:
        raise CliError(f"The execution about {execution.day} failed more than 14 days ago: too late. {_run(execution)}")
    if execution.error == "StateFromAnotherVersion":
        raise CliError(f"It was begun by another version of fitbit-daily: a redrive cannot help. {_run(execution)}")
    if not execution.redrivable:
        raise CliError(f"AWS does not let the execution about {execution.day} be redriven any more. {_run(execution)}")


def _redrive(target: Target, execution: Execution) -> None:
    with one_sentence():
        try:
            target.client("stepfunctions").redrive_execution(executionArn=execution.arn)
        except ClientError as error:
            code = error.response["Error"].get("Code", "")
            if target.is_local and code in _NOT_IMPLEMENTED:
                raise CliError(f"The local stack cannot redrive. {_run(execution)}") from error
            if code in ("ExecutionNotRedrivable", "ExecutionLimitExceeded", "ExecutionDoesNotExist"):
                why = error.response["Error"].get("Message", code)
                raise CliError(f"AWS does not redrive it: {why} {_run(execution)}") from error
            raise


def _run(execution: Execution) -> str:
    """What serves instead: a new execution, which the ledger keeps from posting anything twice."""
    if execution.day is None:
        return "Start a new one with: ./daily run --date YYYY-MM-DD"
    return f"Start a new one with: ./daily run --date {execution.day}"
