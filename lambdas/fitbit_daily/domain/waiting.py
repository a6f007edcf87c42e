"""How long to wait before looking at the source again."""

from __future__ import annotations

import math
from datetime import datetime, timedelta


def seconds_to_wait(*, until: datetime, look_every: timedelta, now: datetime) -> int:
    """Before the next look; 0 from `until` on."""
    return math.ceil(max(0.0, min(look_every.total_seconds(), (until - now).total_seconds())))
