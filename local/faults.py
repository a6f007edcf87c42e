"""How the simulators can be made to fail: the list of it, the demo's choice, and the switch."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click
import requests

from stacks.addresses import VARIABLES

if TYPE_CHECKING:
    from local.simulators.base import Simulator

# Names that say what a day may fail of; the simulators have one for each way of failing.
EASY = {
    "authorization-revoked": ("token-invalid-grant",),
    "source-down": ("health-503", "web-503"),
    "x-down": ("post-503",),
    "x-keys-revoked": ("post-401",),
    "no-credits": ("post-402",),
    "bluesky-down": ("put-503",),
    "line-quota": ("push-429-month",),
}
LIST = "python -m local fault"


@dataclass(frozen=True)
class Vendor:
    """A simulator that is only asked what it knows, and the variable with the address of the one that runs."""

    simulator: Simulator
    variable: str

    @property
    def title(self) -> str:
        return self.simulator.title

    @property
    def known(self) -> Mapping[str, str]:
        return self.simulator.faults.known

    def ask(self, method: str, body: Any = None) -> dict[str, int | None]:
        """What is on there, afterwards."""
        address = os.environ.get(self.variable)
        if address is None:
            raise click.ClickException("The local stack is not in the environment. Type: source .local/env")
        try:
            answer = requests.request(method, f"{address}/simulator/faults", json=body, timeout=5)
            answer.raise_for_status()
            on: dict[str, int | None] = answer.json()["on"]
        except (requests.RequestException, ValueError, KeyError) as error:
            raise click.ClickException(
                f"No simulator of {self.title} answers at {address}. Is the local stack up? Type: python -m local up"
            ) from error
        return on


def vendors(source: str) -> list[Vendor]:
    """The source's, and those that are posted to."""
    # The simulators are slow to import, and only wanted here.
    from local.simulators.bluesky import BlueskySimulator
    from local.simulators.fitbit import FitbitSimulator
    from local.simulators.google import GoogleSimulator
    from local.simulators.line import LineSimulator
    from local.simulators.wearer import Wearer
    from local.simulators.x import XSimulator

    def now() -> datetime:
        return datetime.now(UTC)

    wearer = Wearer(ZoneInfo("UTC"), now)
    return [
        Vendor(FitbitSimulator(wearer=wearer, now=now), "FITBIT_API_URL")
        if source == "fitbit"
        else Vendor(GoogleSimulator(wearer=wearer, now=now), "GOOGLE_HEALTH_URL"),
        Vendor(XSimulator(now=now), "X_API_URL"),
        Vendor(BlueskySimulator(now=now), "BLUESKY_URL"),
        Vendor(LineSimulator(now=now), "LINE_API_URL"),
    ]


# The demo's choice


def chosen_fault(source: str) -> str | None:
    """FAULT of the environment, by its full name; raises UsageError for one that a demo cannot show."""
    given = os.environ.get("FAULT")
    if not given:
        return None
    others = [variable for variable in VARIABLES if os.environ.get(variable)]
    if others:
        raise click.UsageError(
            f"FAULT is for the local stack's own simulators. Open a new terminal: this one has {' '.join(others)}"
        )
    known = {name for vendor in vendors(source) for name in vendor.known}
    name = next((name for name in EASY.get(given, (given,)) if name in known), None)
    if name is None:
        near = get_close_matches(given, [*EASY, *sorted(known)])
        raise click.UsageError(
            f"There is no fault {given!r}. Try {', '.join(near or EASY)}; to see them all, type: {LIST}"
        )
    if name.endswith("-hang"):
        raise click.UsageError(
            f"FAULT={given} takes its time: each of many attempts waits 15 seconds for an answer. "
            f"The same failure, at once: FAULT={name.removesuffix('hang')}drop"
        )
    return name


# The list


HOW = f"""To switch one on, type: {LIST} NAME

NAME is an endpoint and a failure, as token-503 or post-html; or a scenario. Short names for the usual ones:
{", ".join(EASY)}."""


def generic() -> Mapping[str, str]:
    """What every endpoint of every vendor can fail by."""
    from local.simulators.base import GENERIC

    return {name: failure.says for name, failure in GENERIC.items()}


def catalogue(vendor: Vendor) -> Iterator[tuple[str, Mapping[str, str]]]:
    """What a vendor has beyond that: headings, and below each the names with what they say."""
    endpoints = vendor.simulator.faults.endpoints
    yield "Endpoints", {endpoint.name: endpoint.says for endpoint in endpoints}
    # Failures are listed once, below the endpoints that have them.
    having: dict[tuple[str, str], list[str]] = {}
    for endpoint in endpoints:
        for name, failure in endpoint.own.items():
            having.setdefault((name, failure.says), []).append(endpoint.name)
    for names in dict.fromkeys(tuple(names) for names in having.values()):
        heading = "Failures of each" if len(names) == len(endpoints) else f"Failures of {', '.join(names)}"
        yield heading, {name: says for (name, says), at in having.items() if tuple(at) == names}
    if scenarios := vendor.simulator.faults.scenarios:
        yield "Scenarios", {each.name: each.says for each in scenarios.values()}


def told(on: Mapping[str, int | None]) -> str:
    return ", ".join(f"{name} ({'until cleared' if left is None else f'{left} left'})" for name, left in on.items())


# The switch


def switch_on(source: str, name: str, times: int | None) -> str:
    """A sentence about what was done; the names that a demo takes are known here, too."""
    given = name
    for vendor in vendors(source):
        name = next((each for each in EASY.get(given, (given,)) if each in vendor.known), given)
        if name in vendor.known:
            vendor.ask("POST", {"name": name, "times": times})
            until = f"until you type: {LIST} --clear" if times is None else f"{times} time{'s' * (times > 1)}."
            return f"Switched on: {name}, {until}\n{vendor.title}: {vendor.known[name]}."
    near = get_close_matches(given, [*EASY, *(known for vendor in vendors(source) for known in vendor.known)])
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    raise click.UsageError(f"There is no fault {given!r}.{hint} To see them all, type: {LIST}")


def clear(source: str) -> str:
    """A sentence about what was switched off."""
    off: list[str] = []
    for vendor in vendors(source):
        off += vendor.ask("GET")
        vendor.ask("DELETE")
    return f"Switched off: {', '.join(off)}" if off else "No fault was on."
