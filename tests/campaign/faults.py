"""The simulators' own faults, by the plan's name for the endpoint that they strike."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo

from local.simulators.base import Simulator
from local.simulators.bluesky import BlueskySimulator
from local.simulators.fitbit import FitbitSimulator
from local.simulators.google import GoogleSimulator
from local.simulators.line import LineSimulator
from local.simulators.wearer import Wearer
from local.simulators.x import XSimulator
from tests.campaign.plan import ENDPOINTS_OF, HTTP_ENDPOINTS

# Where a simulator has another name for it.
_NAMES = {"rollup": "activity"}
# It sleeps for real: the campaign has a slowness of its own.
_LEFT_OUT = "slow"


@cache
def known_faults(source: str) -> dict[str, list[str]]:
    def now() -> datetime:
        return datetime.now(UTC)

    wearer = Wearer(ZoneInfo("Asia/Tokyo"), now)
    chosen: Simulator = (
        GoogleSimulator(wearer=wearer, now=now)
        if source == "google_health"
        else FitbitSimulator(wearer=wearer, now=now)
    )
    endpoints = {
        _NAMES.get(each.name, each.name): each
        for simulator in (chosen, XSimulator(now=now), BlueskySimulator(now=now), LineSimulator(now=now))
        for each in simulator.faults.endpoints
    }
    return {
        name: [f"{endpoints[name].name}-{failure}" for failure in endpoints[name].failures if failure != _LEFT_OUT]
        for name in (*HTTP_ENDPOINTS, *(where for each in ENDPOINTS_OF.values() for where in each))
    }
