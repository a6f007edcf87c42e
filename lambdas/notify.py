"""Notify: at each end of an execution, at each alarm and once a day, the owner gets the mails that they should have.

EventBridge delivers the events, Scheduler the daily look; one that fails here is delivered again, and at last kept in a
queue. It is no step of the workflow: nothing that goes wrong here holds a post back.
"""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from fitbit_daily.adapters.executions import ended, ending, place_of
from fitbit_daily.adapters.ledger_table import LedgerTable
from fitbit_daily.adapters.notices import MemoryTable, SnsTopic
from fitbit_daily.clock import utc_now
from fitbit_daily.domain.days import LOOK_BACK, being_caught_up, judge, looked_up
from fitbit_daily.domain.events import SILENCE, START_LOST, THROTTLING, Alarm, ExecutionEnded
from fitbit_daily.domain.mailing import send_due_mails
from fitbit_daily.domain.mails import Writer
from fitbit_daily.domain.notices import Look
from fitbit_daily.environment import NotifyEnvironment
from fitbit_daily.errors import StepError, UnexpectedError
from fitbit_daily.log import logger

Event = Mapping[str, Any]


def handler(event: Event, context: Any) -> None:
    """Only the kind of the event, its day and the number of mails are logged: no state, input or output."""
    try:
        environment = NotifyEnvironment.read()
        happened = _read(event, environment)
        mails = send_due_mails(
            partial(_look, happened, environment),
            store=MemoryTable(environment.told_table),
            mailer=SnsTopic(environment.topic_arn),
            writer=Writer(environment.language, environment.source, place_of(environment.state_machine_arn)),
            calendar=environment.calendar,
            catch_up_days=environment.catch_up_days,
        )
    except StepError as error:
        logger.error(error.sentence, error=type(error).__name__)
        raise
    except Exception as error:
        unexpected = UnexpectedError.of(error)
        logger.error(unexpected.sentence, error="UnexpectedError")
        raise unexpected from error
    match happened:
        case ExecutionEnded():
            logger.info("done", event=happened.status, date=happened.day.isoformat(), mails=mails)
        case Alarm():
            logger.info("done", event=happened.what, mails=mails)
        case None:
            logger.info("done", event="daily look", mails=mails)


def _look(happened: ExecutionEnded | Alarm | None, environment: NotifyEnvironment) -> Look:
    """What is: the ledger first, then the executions that it names."""
    calendar, now = environment.calendar, utc_now()
    last = calendar.yesterday(now)
    first = last - timedelta(days=LOOK_BACK - 1)
    rows = LedgerTable(environment.ledger_table).rows(first).at(environment.destinations)
    judged = judge(rows, first, last, calendar=calendar, now=now)
    days = looked_up(judged, partial(ending, environment.state_machine_arn))
    if isinstance(happened, ExecutionEnded) and happened.facts is not None:
        days = being_caught_up(days, happened.facts.caught_up, happened.day)
    return Look(
        days=days,
        paused=rows.paused,
        ever_worked=bool(rows.due),
        event=happened,
        now=now,
    )


def _read(event: Event, environment: NotifyEnvironment) -> ExecutionEnded | Alarm | None:
    """Raises KeyError for what the rules do not let through."""
    if not event.get("detail"):
        return None
    detail = event["detail"]
    if event["detail-type"] == "Step Functions Execution Status Change":
        return ended(detail, environment.calendar)
    alarms = {
        environment.silence_alarm: SILENCE,
        environment.undelivered_alarm: START_LOST,
        environment.throttled_alarm: THROTTLING,
    }
    return Alarm(alarms[detail["alarmName"]])
