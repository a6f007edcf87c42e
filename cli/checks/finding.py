"""What a check finds, and how its failures become findings, too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from cli.aws import Deployed
from cli.errors import CliError, one_sentence, unforeseen
from fitbit_daily.errors import StepError

State = Literal["good", "bad", "note"]


@dataclass(frozen=True)
class Finding:
    """One row. `remedy` is what to type or to do; a note is neither good nor bad."""

    name: str
    state: State
    says: str
    remedy: str = ""

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "state": self.state, "says": self.says, "remedy": self.remedy or None}


@dataclass(frozen=True)
class Check:
    """Finds something about each of `names`, in this order; what it does not come to depends on what was bad.

    first   a name that may come before them, or not
    """

    names: tuple[str, ...]
    look: Callable[[Deployed], Iterator[Finding]]
    first: tuple[str, ...] = ()


def good(name: str, says: str) -> Finding:
    return Finding(name, "good", says)


def bad(name: str, says: str, remedy: str) -> Finding:
    return Finding(name, "bad", says.rstrip("."), remedy)


def note(name: str, says: str, remedy: str = "") -> Finding:
    return Finding(name, "note", says, remedy)


def findings_of(check: Check, deployed: Deployed) -> Iterator[Finding]:
    """A finding for every name that the check has something to say of, and for those that it does not come to."""
    left = list(check.names)
    culprit = ""
    try:
        for finding in check.look(deployed):
            if finding.name not in check.first:
                left.remove(finding.name)
            if finding.state == "bad":
                culprit = finding.name
            yield finding
    except Exception as error:
        culprit = left.pop(0) if left else ""
        if culprit:
            yield _broken(culprit, error)
    for name in left if culprit else ():
        yield note(name, f"not looked at: {culprit} comes first")


def bad_step(name: str, error: StepError, remedy: str | None = None) -> Finding:
    """A step's error, with its cure but for the run that would follow it."""
    return bad(name, error.what, remedy or error.cure.in_one_line() or "Try again later: ./daily doctor")


def _broken(name: str, error: Exception) -> Finding:
    try:
        with one_sentence():
            raise error
    except CliError as told:
        failed = told
    except Exception as unexpected:
        failed = unforeseen(unexpected)
    return bad(name, failed.what, failed.remedy or "Mend that, then type: ./daily doctor")
