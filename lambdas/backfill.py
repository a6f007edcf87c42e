"""Backfill: days of the past are read as wide as the source allows, and kept in the history. Nothing is ever posted.

No step of the workflow: ./daily backfill invokes it, chunk by chunk. Safe to repeat, and to cut off anywhere.
"""

import os
from dataclasses import replace
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

from fitbit_daily.adapters.access_token import AccessTokenParameter
from fitbit_daily.adapters.history_table import HistoryTable
from fitbit_daily.adapters.secrets import SourceSecret
from fitbit_daily.adapters.sources import source
from fitbit_daily.clock import utc_now
from fitbit_daily.domain.authorization import ensure_access_token
from fitbit_daily.domain.backfill import may_be_unsynced, read_order, records_of
from fitbit_daily.domain.day import Calendar
from fitbit_daily.domain.history import DayRecord, merge
from fitbit_daily.errors import StepError, UnexpectedError
from fitbit_daily.fetching import reading
from fitbit_daily.log import logger


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Ends with a result or a named error, as a step does; the log has days and no numbers."""
    try:
        done = _backfill(event)
        logger.info("done", step=__name__, first=done["first"], last=done["last"])
        return done
    except StepError as error:
        logger.error(str(error), error=type(error).__name__)
        raise
    except Exception as error:
        unexpected = UnexpectedError.of(error)
        logger.error(str(unexpected), error=type(unexpected).__name__)
        raise unexpected from error


def _backfill(event: Any) -> dict[str, Any]:
    now = utc_now()
    # Only the zone counts for days that are over.
    calendar = Calendar(zone=ZoneInfo(os.environ["TIME_ZONE"]), time_of_day=time.min, give_up_at=time.min)
    order = read_order(event, calendar=calendar, now=now)
    ensure_access_token(
        source=source(os.environ["SOURCE"]),
        credentials_store=SourceSecret(os.environ["SOURCE_SECRET_ARN"], os.environ["SOURCE"]),
        token_store=AccessTokenParameter(os.environ["ACCESS_TOKEN_PARAMETER"]),
        refused=order.refused,
        now=now,
    )
    synced_until = None
    with reading() as (api, token):
        # First, as Fetch activity does it: stale numbers must not be taken for complete ones.
        if may_be_unsynced(order, calendar=calendar, now=now):
            synced_until = api.synced_until(token, day_ends_at=calendar.ends_at(order.last), now=now).until
        activities = api.activities(token, order.first, order.last)
        sleeps = api.sleeps(token, order.first, order.last, now=now)
    table = HistoryTable(os.environ["HISTORY_TABLE"])
    stored = table.read(order.first, order.last)
    read = records_of(
        order,
        activities,
        sleeps,
        synced_until=synced_until,
        calendar=calendar,
        source=os.environ["SOURCE"],
        now=now,
    )
    kept = {record.date: merge(stored.get(record.date), record) for record in read}
    changed = [day for day, record in kept.items() if _differs(record, stored.get(day)) and table.write(record)]
    return {
        "first": order.first.isoformat(),
        "last": order.last.isoformat(),
        "days": len(kept),
        "without_data": [day.isoformat() for day, record in kept.items() if not record.numbers()],
        "incomplete": [day.isoformat() for day, record in kept.items() if not record.complete],
        "changed": len(changed),
    }


def _differs(record: DayRecord, stored: DayRecord | None) -> bool:
    """When it was read makes no difference: a day that is as it was is not written again."""
    return stored is None or replace(record, fetched_at=stored.fetched_at) != stored
