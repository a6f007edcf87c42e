"""What a request may contain, and Fitbit's words when it contains something else.

https://dev.fitbit.com/build/reference/web-api/developer-guide/application-design/
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from flask import Request

from .errors import invalid_request, not_simulated, validation

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
# Of the documented periods, those whose length needs no calendar.
_PERIODS = {"1d": 1, "7d": 7, "1w": 7, "30d": 30}
_OTHER_PERIODS = ("1m", "3m", "6m", "1y")


def no_query(request: Request) -> None:
    """None of the endpoints here takes a parameter; a token in the address would end in logs."""
    if request.args:
        raise invalid_request(f"Unknown parameters: {min(request.args)}.")


def civil_date(text: str, field: str = "date") -> date:
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise validation(f"Invalid date: {text}", field)


def dates_of_sleep(first: str, last: str) -> list[date]:
    """https://dev.fitbit.com/build/reference/web-api/sleep/get-sleep-log-by-date-range/: "Maximum range: 100 days"."""
    return _dates(civil_date(first, "start-date"), civil_date(last, "end-date"), 100)


def dates_of_series(first: str, last_or_period: str, today: date, max_days: int) -> list[date]:
    """A range of dates, or a period that ends on its date. Only time series know "today"."""
    start = today if first == "today" else civil_date(first)
    if last_or_period in _OTHER_PERIODS:
        raise not_simulated(f"period {last_or_period}")
    if last_or_period in _PERIODS:
        days = _PERIODS[last_or_period]
        start -= timedelta(days=days - 1)
    else:
        end = today if last_or_period == "today" else civil_date(last_or_period, "end-date")
        return _dates(start, end, max_days)
    return _dates(start, start + timedelta(days=days - 1), max_days)


def _dates(start: date, end: date, max_days: int) -> list[date]:
    days = (end - start).days + 1
    if days < 1:
        raise validation("The start date must not be after the end date.", "end-date")
    if days > max_days:
        raise validation(f"The range must not be longer than {max_days} days.", "end-date")
    return [start + timedelta(days=n) for n in range(days)]


def in_miles(request: Request) -> bool:
    """Accept-Language is the name of a unit system: en_US has miles; en_GB (stones), none and any other kilometres.

    https://dev.fitbit.com/docs/basics/ ("Units"). "en-US" is no such name; that unknown names are metric is seen in
    https://github.com/orcasgit/python-fitbit/pull/156.
    """
    return request.headers.get("Accept-Language") == "en_US"
