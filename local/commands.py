"""up, demo, fault, look: the stack on this machine, as it is typed."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from cli.arguments import Date, check_is_over
from cli.aws import find_target
from cli.prose import tell
from fitbit_daily.adapters.sources import SOURCES
from fitbit_daily.clock import utc_now
from fitbit_daily.domain.posts import LANGUAGES
from fitbit_daily.domain.week import WEEKDAYS
from local import faults
from local.cdk import ROOT, STATE, LocalStackError
from local.demo import fail, succeed
from local.mailbox import show_mail
from local.rehearsal import Rehearsal
from local.stack import Choices, LocalStack
from stacks.settings import Settings

ENV = STATE / "env"
# In real seconds: a wait where dozens of them pass before one's eyes.
HURRIED_WAIT = 0.05
# The AWS CLI of version 1, where it is old, does not know AWS_ENDPOINT_URL and would go to AWS.
_AWS_STAYS_HERE = 'aws() { command aws ${AWS_ENDPOINT_URL:+"--endpoint-url=$AWS_ENDPOINT_URL"} "$@"; }\n'


@click.group()
def local() -> None:
    """The whole of fitbit-daily on this machine: AWS (moto), Google Health and X are stand-ins, the rest is real."""


@local.command()
@click.option("--env", type=click.Path(path_type=Path), default=ENV, help="The file to write; .local/env by default.")
@click.option("--context", "-c", multiple=True, metavar="KEY=VALUE", help="A setting to try, repeatable.")
@click.option("--empty-secrets", is_flag=True, help="Leave the secrets to be filled in, to rehearse the set-up.")
@click.option("--hurry", is_flag=True, help="Skip the waits almost wholly, not to half a second each.")
def up(env: Path, context: tuple[str, ...], empty_secrets: bool, hurry: bool) -> None:
    """Bring the local stack up, write .local/env, and keep it running until interrupted.

    From the environment: SOURCE, LANGUAGE, DESTINATIONS (such as x,bluesky,line); REAL_TIME=1 lets the state machine's
    waits last as long as on AWS; GOOGLE_HEALTH_URL, GOOGLE_OAUTH_URL, X_API_URL, BLUESKY_URL and LINE_API_URL take the
    place of the simulators, and time is real then.
    """
    console = Console(highlight=False)
    _refuse_a_second(env)
    with _stack(console, context, empty_secrets, hurry) as stack:
        env.write_text(_exports(stack.environment) + _AWS_STAYS_HERE + f"# python -m local up, process {os.getpid()}\n")
        stack.mailbox.arrived = partial(show_mail, console)
        rehearsal = Rehearsal(stack) if empty_secrets else None
        try:
            console.print("\nThe local stack is up. In another terminal:\n")
            console.print(f"  source {env.relative_to(ROOT) if env.is_relative_to(ROOT) else env}")
            for command in rehearsal.commands if rehearsal else ["./daily run --date 2021-05-23"]:
                console.print(f"  {command}", soft_wrap=True)
            console.print()
            for name, address in _pages(stack.environment).items():
                console.print(f"  {name:<22} {address}")
            time = "real" if stack.clock.is_real else "skips the state machine's waits"
            console.print(f"  {'Time':<22} {time}")
            console.print("\nEnd it with Ctrl-C.")
            threading.Event().wait()
        except KeyboardInterrupt:
            console.print("\nThe local stack is down.")
        finally:
            env.unlink(missing_ok=True)
            if rehearsal:
                rehearsal.end()


@local.command()
def demo() -> None:
    """One day through the real workflow, from deployment to its posts; nothing is left running.

    From the environment: DATE (without it, yesterday), SOURCE, LANGUAGE, DESTINATIONS (such as x,bluesky,line); FAULT,
    as listed by python -m local fault, shows a day that fails, and the mail to its owner; WEEKLY=1 shows the post of
    the week that ends with the day.
    """
    console = Console(highlight=False)
    day = os.environ.get("DATE")
    if day:
        day = Date().convert(day, None, None)
        check_is_over(day, _settings().calendar)
    fault = faults.chosen_fault(_settings().source)
    week = os.environ.get("WEEKLY") == "1"
    context: tuple[str, ...] = ()
    if week:
        day = day or str(_settings().calendar.yesterday(utc_now()))
        context = (f"weekly={WEEKDAYS[date.fromisoformat(day).weekday()]}",)
    with _stack(console, context, hurried=fault is not None) as stack:
        os.environ.update(stack.environment)
        console.print()
        done = fail(console, stack, fault, day) if fault else succeed(console, stack, day, week=week)
    sys.exit(0 if done else 1)


@local.command()
@click.argument("name", required=False)
@click.option("--times", type=click.IntRange(min=1), help="So many times; without it, until cleared.")
@click.option("--clear", is_flag=True, help="Switch all faults off.")
def fault(name: str | None, times: int | None, clear: bool) -> None:
    """Switch a fault of a simulator on; without NAME, list them all. Only the list works without .local/env."""
    source = os.environ.get("SOURCE") or _settings().source
    if clear:
        tell(faults.clear(source))
    elif name:
        tell(faults.switch_on(source, name, times))
    else:
        _list_faults(Console(highlight=False), faults.vendors(source))


def _list_faults(console: Console, vendors: list[faults.Vendor]) -> None:
    console.print(f"{faults.HOW}\n\n[dim]Failures of every endpoint[/dim]")
    console.print(_names(faults.generic()))
    for vendor in vendors:
        console.print(f"\n[bold]{vendor.title}[/bold]")
        if vendor.variable in os.environ:
            console.print(f"On: {faults.told(vendor.ask('GET')) or 'nothing'}")
        for heading, names in faults.catalogue(vendor):
            console.print(f"\n[dim]{heading}[/dim]")
            console.print(_names(names))


def _names(names: Mapping[str, str]) -> Table:
    grid = Table.grid(padding=(0, 2))
    for name, says in names.items():
        grid.add_row(f"  {name}", says)
    return grid


@local.command()
def look() -> None:
    """Let Notify look whether there is anything to tell, as once a day. Mails are shown where the stack is up."""
    if "LOCAL_STACK_URL" not in os.environ:
        raise click.ClickException("The local stack is not in the environment. Type: source .local/env")
    functions = find_target().client("lambda")
    known = functions.list_functions()["Functions"]
    notify = next((each["FunctionName"] for each in known if each["Handler"] == "notify.handler"), None)
    if notify is None:
        raise click.ClickException("Nobody is told of anything here: 'email' is empty.")
    answer = functions.invoke(FunctionName=notify, Payload=b"{}")
    if "FunctionError" in answer:
        raise click.ClickException(answer["Payload"].read().decode())


@contextmanager
def _stack(
    console: Console, context: tuple[str, ...] = (), empty_secrets: bool = False, hurried: bool = False
) -> Iterator[LocalStack]:
    """The local stack with its progress shown; ends cleanly on SIGTERM, too.

    hurried: dozens of waits are to pass before one's eyes
    """
    # SIGINT, too: a shell that puts us in the background has it ignored.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    choices = replace(_choices(), context=context, empty_secrets=empty_secrets)
    if hurried:
        choices = replace(choices, longest_wait=HURRIED_WAIT)
    status = console.status("Starting")
    status.start()

    def say(line: str) -> None:
        status.update(line)
        console.print(f"  {line}", style="dim")

    try:
        with LocalStack(choices, say) as stack:
            status.stop()
            yield stack
    except LocalStackError as error:
        raise click.ClickException(str(error)) from error
    finally:
        status.stop()


def _settings() -> Settings:
    try:
        return _choices().settings
    except LocalStackError as error:
        raise click.ClickException(str(error)) from error


def _choices() -> Choices:
    """What the environment chooses."""
    return Choices(
        source=_chosen("SOURCE", SOURCES),
        language=_chosen("LANGUAGE", LANGUAGES),
        destinations=os.environ.get("DESTINATIONS") or None,
        real_time=os.environ.get("REAL_TIME") == "1",
    )


def _chosen(variable: str, allowed: tuple[str, ...]) -> str | None:
    """A choice from the environment. LANGUAGE may also be the desktop's own, as en_US:en, which is none of ours."""
    value = os.environ.get(variable)
    if not value or (variable == "LANGUAGE" and ("_" in value or ":" in value)):
        return None
    if value not in allowed:
        raise click.UsageError(f"{variable} is {value!r}; allowed is {' or '.join(allowed)}.")
    return value


def _exports(environment: dict[str, str]) -> str:
    return "".join(f"export {name}={value}\n" for name, value in environment.items())


def _pages(environment: dict[str, str]) -> dict[str, str]:
    return {
        "What was posted": f"{environment['LOCAL_STACK_URL']}/timeline",
        "The owner's mails": environment["LOCAL_STACK_URL"],
        "Google (simulator)": environment["GOOGLE_HEALTH_URL"],
        "Fitbit (simulator)": environment["FITBIT_API_URL"],
        "AWS (moto)": environment["AWS_ENDPOINT_URL"],
    }


def _refuse_a_second(env: Path) -> None:
    if not env.exists():
        return
    process = int(env.read_text().rsplit(maxsplit=1)[-1])
    try:
        os.kill(process, 0)
    except OSError:
        return
    raise click.ClickException(f"The local stack is up already, as process {process}. To use it: source .local/env")
