"""Widget: the days at a glance, on the dashboard. No step of the workflow: the browser of who looks invokes it.

What goes wrong is told in the widget, in one sentence: it is the only place where the person looks.
"""

from typing import Any

from fitbit_daily.adapters.history_table import HistoryTable
from fitbit_daily.clock import utc_now
from fitbit_daily.domain.day import CivilDays
from fitbit_daily.domain.widget import DOCUMENTATION, answer, paragraph, read_event
from fitbit_daily.environment import WidgetEnvironment
from fitbit_daily.errors import StepError, UnexpectedError
from fitbit_daily.log import logger


def handler(event: Any, context: Any) -> str:
    """HTML; Markdown where the dashboard asks what the widget is."""
    try:
        return DOCUMENTATION if event.get("describe") else _draw(event, context.invoked_function_arn)
    except StepError as error:
        return _told(error)
    except Exception as error:
        return _told(UnexpectedError.of(error))


def _draw(event: Any, function: str) -> str:
    environment = WidgetEnvironment.read()
    last = CivilDays(environment.time_zone).yesterday(utc_now())
    asked = read_event(event, environment.language)
    records = HistoryTable(environment.history_table).read(asked.needs(last), last)
    return answer(asked, records, last, function=function)


def _told(error: StepError) -> str:
    logger.error(str(error), error=type(error).__name__)
    return paragraph(error.what)
