"""What handlers read from their environment in the same way."""

from __future__ import annotations

import os
from datetime import time
from zoneinfo import ZoneInfo

from fitbit_daily.adapters.ledger_table import LedgerTable
from fitbit_daily.domain.day import Calendar


def calendar() -> Calendar:
    return Calendar(
        zone=ZoneInfo(os.environ["TIME_ZONE"]),
        time_of_day=time.fromisoformat(os.environ["TIME_OF_DAY"]),
        give_up_at=time.fromisoformat(os.environ["GIVE_UP_AT"]),
    )


def ledger() -> LedgerTable:
    return LedgerTable(os.environ["LEDGER_TABLE"])
