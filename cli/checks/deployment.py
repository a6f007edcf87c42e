"""The stack and its settings."""

from __future__ import annotations

from collections.abc import Iterator

from cli.aws import Deployed
from cli.checks.finding import Finding, bad, good, note
from cli.settings import differences, settings_of_the_clone
from fitbit_daily import VERSION
from fitbit_daily.clock import utc_now
from stacks import STACK

_HEALTHY = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE")


def stack(deployed: Deployed) -> Iterator[Finding]:
    target = deployed.target
    status = str(target.stack["StackStatus"])
    day = f"{deployed.since.astimezone():%Y-%m-%d}"
    if status.endswith("_IN_PROGRESS"):
        yield bad("Stack", f"is being changed right now ({status})", "Wait a few minutes, then type: ./daily doctor")
    elif status == "UPDATE_ROLLBACK_COMPLETE":
        yield bad("Stack", "the last deployment failed, and the one before it is in use", "make deploy")
    elif status not in _HEALTHY:
        yield bad("Stack", f"{STACK} is in the state {status}", "make deploy")
    else:
        yield _version(deployed, f"in {target.region}, since {day}")


def _version(deployed: Deployed, where: str) -> Finding:
    there = deployed.release.version if deployed.release else "an earlier version"
    if there == VERSION:
        return good("Stack", f"{STACK} {there} {where}")
    return bad("Stack", f"{STACK} {there} {where}; this clone is {VERSION}: see CHANGELOG.md", "make deploy")


def settings(deployed: Deployed) -> Iterator[Finding]:
    """Those that are deployed, against those of this clone."""
    wanted = settings_of_the_clone(utc_now()).as_words()
    # The address has a row of its own.
    del wanted["email"]
    if deployed.release is None:
        yield bad("Settings", "what is deployed does not say its settings: it is an earlier version", "make deploy")
        return
    has = deployed.release.settings
    differing = differences(has, wanted)
    if not differing:
        yield good("Settings", f"{has['source']}, {has['language']}, {has['time_of_day']} in {has['time_zone']}")
    elif deployed.target.is_local:
        yield note("Settings", f"as the local stack was started: {'; '.join(differing)}")
    else:
        yield bad("Settings", f"deployed are others than yours: {'; '.join(differing)}", "make deploy")
