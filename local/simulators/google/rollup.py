"""POST …/dataPoints:dailyRollUp: sums over civil days of the wearer.

https://developers.google.com/health/reference/rest/v4/users.dataTypes.dataPoints/dailyRollUp
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Request

from local.simulators.days import Day
from local.simulators.wearer import Wearer

from . import arguments
from .data_types import DataType
from .errors import invalid, not_simulated

_TIME = {"hours": int, "minutes": int, "seconds": int, "nanos": int}
_CIVIL = {"date": {"year": int, "month": int, "day": int}, "time": _TIME}
_FIELDS = {
    "range": {"start": _CIVIL, "end": _CIVIL},
    "windowSizeDays": int,
    "pageSize": int,
    "pageToken": str,
    "dataSourceFamily": str,
}


@dataclass(frozen=True)
class Rollup:
    start: date
    end: datetime
    window: timedelta
    family: str

    @property
    def windows(self) -> list[tuple[datetime, datetime]]:
        """Newest first, as measured; "the final bucket will be truncated at the upper endpoint of the range"."""
        found, begin = [], datetime.combine(self.start, time())
        while begin < self.end:
            found.append((begin, min(begin + self.window, self.end)))
            begin += self.window
        return found[::-1]


def daily_rollup(
    request: Request, data_type: DataType, wearer: Wearer, *, page_size_cap: int | None, empty_first_page: bool
) -> dict[str, Any]:
    arguments.query(request, ())
    sent = arguments.body(request, _FIELDS)
    wanted = _read(sent, data_type)
    size = _page_size(sent, data_type, len(wanted.windows))
    if data_type.id not in _VALUES:
        raise not_simulated(f"rollup of {data_type.id}")
    token = sent.pop("pageToken", None)
    if data_type.id == "steps" and token is None:
        wearer.looked_at_steps((wanted.end - timedelta(microseconds=1)).date())
    points = [point for begin, end in wanted.windows if (point := _point(data_type, wearer, wanted.family, begin, end))]
    shown, next_token = arguments.page(
        points,
        size=min(size, page_size_cap or size),
        token=token,
        of=(data_type.id, sent),
        empty_first=empty_first_page,
    )
    # An empty list is left out, as every empty field is in Google's JSON.
    return ({"rollupDataPoints": shown} if shown else {}) | ({"nextPageToken": next_token} if next_token else {})


def _read(sent: dict[str, Any], data_type: DataType) -> Rollup:
    civil = sent.get("range", {})
    start, end = _civil_time(civil, "start"), _civil_time(civil, "end")
    if end <= start:
        raise invalid("The end of the range must be after its start.", "INVALID_TIME_RANGE")
    if start.time() != time():
        raise invalid("The start time must be aligned with the aggregation window.", "INVALID_TIME_RANGE")
    if end - start > timedelta(days=data_type.max_days):
        # Reason and metadata as measured: https://github.com/bardesss/haelan, probe/findings/rollup-methods.md
        raise invalid(
            f"The range must not be longer than {data_type.max_days} days for {data_type.id}.",
            "INVALID_ROLLUP_QUERY_DURATION",
            maxDurationDays=str(data_type.max_days),
        )
    days = sent.get("windowSizeDays", 1)
    if not 1 <= days <= data_type.max_days:
        raise invalid("window_size_days must be at least 1 and not longer than the range.")
    return Rollup(start.date(), end, timedelta(days=days), arguments.family(sent.get("dataSourceFamily")))


def _civil_time(civil: dict[str, Any], which: str) -> datetime:
    if "date" not in civil.get(which, {}):
        raise invalid(f"range.{which}.date is required.", "INVALID_TIME_RANGE")
    day, clock = civil[which]["date"], civil[which].get("time", {})
    try:
        nanos = clock.get("nanos", 0)
        if not 0 <= nanos <= 999_999_999:
            raise ValueError
        moment = time(clock.get("hours", 0), clock.get("minutes", 0), clock.get("seconds", 0), nanos // 1000)
        return datetime.combine(date(day.get("year", 0), day.get("month", 0), day.get("day", 0)), moment)
    except ValueError:
        raise invalid(f"range.{which} is not a civil date and time.", "INVALID_TIME_RANGE") from None


def _page_size(sent: dict[str, Any], data_type: DataType, windows: int) -> int:
    size = sent.get("pageSize", 0)
    if "pageSize" in sent and data_type.id == "total-calories":
        # Measured, and not documented: https://github.com/PipedreamHQ/pipedream/pull/21825
        raise invalid("page_size is not supported for data type total-calories.")
    if size < 0 or size > data_type.max_days:
        raise invalid(f"page_size ({size}) must be between 0 and {data_type.max_days}.")
    if 0 < size < windows:
        raise invalid(f"page_size ({size}) is too small. Must be at least {windows} to cover the requested range.")
    return size or data_type.max_days


def _point(data_type: DataType, wearer: Wearer, family: str, begin: datetime, end: datetime) -> dict[str, Any] | None:
    """None where there is no data: the window is then left out, never zero."""
    value = None if family == "self-sources" else _VALUES[data_type.id](_days(wearer, begin, end))
    if value is None:
        return None
    head, *tail = data_type.id.split("-")
    return {
        "civilStartTime": civil_json(begin),
        "civilEndTime": civil_json(end),
        head + "".join(part.capitalize() for part in tail): value,
    }


def civil_json(moment: datetime) -> dict[str, Any]:
    """A CivilDateTime. Clients have seen midnight as {} and as nothing at all: here, by odd and even days."""
    clock = {"hours": moment.hour, "minutes": moment.minute, "seconds": moment.second}
    shown = {name: value for name, value in clock.items() if value}
    civil: dict[str, Any] = {"date": {"year": moment.year, "month": moment.month, "day": moment.day}}
    return civil | ({"time": shown} if shown or moment.day % 2 else {})


def _days(wearer: Wearer, begin: datetime, end: datetime) -> list[Day]:
    last = (end - timedelta(microseconds=1)).date()
    dates = [begin.date() + timedelta(days=n) for n in range((last - begin.date()).days + 1)]
    until = end.replace(tzinfo=wearer.time_zone)
    return [wearer.day(day, until if day == end.date() else None) for day in dates]


def _sum(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _int64(name: str, of: Callable[[Day], int | None]) -> Callable[[list[Day]], dict[str, Any] | None]:
    """An int64 is a string in Google's JSON."""

    def value(days: list[Day]) -> dict[str, Any] | None:
        total = _sum([of(day) for day in days])
        return None if total is None else {name: str(int(total))}

    return value


def _double(name: str, of: Callable[[Day], float | None]) -> Callable[[list[Day]], dict[str, Any] | None]:
    """A double is a number; a whole one has no decimal point."""

    def value(days: list[Day]) -> dict[str, Any] | None:
        total = _sum([of(day) for day in days])
        return None if total is None else {name: int(total) if total == int(total) else round(total, 6)}

    return value


def _sedentary(days: list[Day]) -> dict[str, Any] | None:
    """A duration is seconds with 0, 3, 6 or 9 decimals and an s."""
    total = _sum([day.sedentary_seconds for day in days])
    if total is None:
        return None
    return {"durationSum": f"{int(total)}s" if total == int(total) else f"{total:.3f}s"}


def _active_minutes(days: list[Day]) -> dict[str, Any] | None:
    """Levels without minutes are left out; without any level there is no data, as no true zero is documented."""
    levels = {
        "LIGHT": _sum([day.light_minutes for day in days]),
        "MODERATE": _sum([day.moderate_minutes for day in days]),
        "VIGOROUS": _sum([day.vigorous_minutes for day in days]),
    }
    shown = [{"activityLevel": level, "activeMinutesSum": str(int(sum_))} for level, sum_ in levels.items() if sum_]
    return {"activeMinutesRollupByActivityLevel": shown} if shown else None


# Steps, distance and total calories have true zeros: https://developers.google.com/health/data-presence-and-true-zeros
_VALUES: dict[str, Callable[[list[Day]], dict[str, Any] | None]] = {
    "steps": _int64("countSum", lambda day: day.steps),
    "distance": _int64("millimetersSum", lambda day: day.distance_mm),
    "total-calories": _double("kcalSum", lambda day: day.total_kcal),
    "active-energy-burned": _double("kcalSum", lambda day: day.active_kcal),
    "sedentary-period": _sedentary,
    "active-minutes": _active_minutes,
}
