"""What each command begins and ends with: output that no terminal stops, the caller's folder, and Ctrl-C in silence.

Imports nothing that takes long: it stands before what does.
"""

from __future__ import annotations

import codecs
import io
import os
import signal
import sys
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click

# The folder in which "./daily" was typed; that script goes to the clone itself.
CALLER = "FITBIT_DAILY_CALLER"

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def prepare() -> None:
    """Before anything is imported that takes time."""
    sys.excepthook = _quiet_on_ctrl_c
    codecs.register_error("json", _as_json_escapes)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # What is piped may be read by a program, as --json's is; stderr never fails, by Python's own default.
        sys.stdout.reconfigure(errors="replace" if sys.stdout.isatty() else "json")
    _keep_from_proxies()
    _leave_out_what_only_a_login_needs()
    caller = os.environ.pop(CALLER, None)
    if caller and os.path.isdir(caller):
        os.chdir(caller)


def run(command: click.Command, name: str) -> None:
    """The command line as it was typed; over HTTP, by the way out that this machine has."""
    import click

    from cli import prose
    from fitbit_daily.adapters import certificates

    certificates.heed_the_environment(os.environ.get("REQUESTS_CA_BUNDLE"))
    try:
        # The code of an exit that was not an error, or nothing.
        sys.exit(command.main(prog_name=name, standalone_mode=False))
    except click.ClickException as error:
        prose.show(error)
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit("Aborted!")
    finally:
        # Threads may still wait for an answer: a second Ctrl-C ends them, and nothing tells of it.
        signal.signal(signal.SIGINT, signal.SIG_DFL)


def _quiet_on_ctrl_c(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        print("Aborted!", file=sys.stderr)
    else:
        sys.__excepthook__(kind, error, trace)


def _as_json_escapes(error: UnicodeError) -> tuple[str, int]:
    """What an encoding does not have, as JSON would escape it."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2)), error.end


def _leave_out_what_only_a_login_needs() -> None:
    """AWS's common runtime signs what `aws login` has stored, and botocore spends a third of its start on reading it.

    https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-sign-in.html: the profile has a login_session.
    """
    config = os.path.expanduser(os.environ.get("AWS_CONFIG_FILE") or "~/.aws/config")
    try:
        with open(config, encoding="utf-8", errors="replace") as file:
            logged_in = "login_session" in file.read()
    except OSError:
        logged_in = False
    if not logged_in:
        # Whoever imports it is told that it is not installed, which botocore is prepared for.
        sys.modules["awscrt"] = None  # type: ignore[assignment]


def _keep_from_proxies() -> None:
    """The local stack and its simulators are on this machine, whatever proxy leads out of it."""
    for name in ("NO_PROXY", "no_proxy"):
        given = [each for each in os.environ.get(name, "").split(",") if each]
        os.environ[name] = ",".join([*given, *(each for each in _LOOPBACK if each not in given)])
