"""Notify: an execution that is over, or an alarm that went off, becomes the mails that its owner should have.

EventBridge delivers; an event that fails here is delivered again, and at last kept in a queue. It is no step of the
workflow: nothing that goes wrong here holds a post back.
"""

import os
from collections.abc import Mapping
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from fitbit_daily.adapters.executions import ended
from fitbit_daily.adapters.told_table import ToldTable
from fitbit_daily.adapters.topic import SnsTopic
from fitbit_daily.clock import utc_now
from fitbit_daily.domain.day import Calendar
from fitbit_daily.domain.events import SILENCE, START_LOST, THROTTLING, Alarm, Ended
from fitbit_daily.domain.mails import Writer
from fitbit_daily.domain.telling import tell
from fitbit_daily.errors import StepError, UnexpectedError
from fitbit_daily.log import logger

Event = Mapping[str, Any]


def handler(event: Event, context: Any) -> None:
    """Only the kind of the event, its day and the number of mails are logged: no state, input or output."""
    try:
        calendar = _calendar()
        happened = _read(event, calendar)
        mails = tell(
            happened,
            memory=ToldTable(os.environ["TOLD_TABLE"]),
            topic=SnsTopic(os.environ["TOPIC_ARN"]),
            writer=Writer(os.environ["LANGUAGE"], os.environ["SOURCE"]),
            calendar=calendar,
            now=utc_now(),
        )
    except StepError as error:
        logger.error(str(error), error=type(error).__name__)
        raise
    except Exception as error:
        unexpected = UnexpectedError.of(error)
        logger.error(str(unexpected), error="UnexpectedError")
        raise unexpected from error
    if isinstance(happened, Ended):
        logger.info("done", event=happened.status, date=happened.day.isoformat(), mails=mails)
    else:
        logger.info("done", event=happened.what, mails=mails)


def _read(event: Event, calendar: Calendar) -> Ended | Alarm:
    """Raises KeyError for what the rules do not let through."""
    detail = event["detail"]
    if event["detail-type"] == "Step Functions Execution Status Change":
        return ended(detail, calendar)
    alarms = {
        os.environ["SILENCE_ALARM"]: SILENCE,
        os.environ["UNDELIVERED_ALARM"]: START_LOST,
        os.environ["THROTTLED_ALARM"]: THROTTLING,
    }
    name, at = detail["alarmName"], detail["state"]["timestamp"]
    return Alarm(key=f"{name} {at}", what=alarms[name], at=datetime.fromisoformat(at))


def _calendar() -> Calendar:
    return Calendar(
        zone=ZoneInfo(os.environ["TIME_ZONE"]),
        time_of_day=time.fromisoformat(os.environ["TIME_OF_DAY"]),
        give_up_at=time.fromisoformat(os.environ["GIVE_UP_AT"]),
    )
