"""The simulators' own faults, by the plan's name for the endpoint that they strike."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo

from local.simulators.base import Simulator
from local.simulators.fitbit import FitbitSimulator
from local.simulators.google import GoogleSimulator
from local.simulators.wearer import Wearer
from local.simulators.x import XSimulator

_PREFIXES = {
    "token": ("token-",),
    "devices": ("devices-",),
    "activity": ("rollup-", "activity-"),
    "sleep": ("sleep-",),
    "post": ("post-",),
    "read": ("read-",),
}
# The first sleeps for real: the campaign has a slowness of its own.
_LEFT_OUT = ("-slow", "sleep-processing")


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
    names = [*chosen.faults.known, *XSimulator(now=now).faults.known]
    return {
        endpoint: [name for name in names if name.startswith(prefixes) and not name.endswith(_LEFT_OUT)]
        for endpoint, prefixes in _PREFIXES.items()
    }
