"""GET …/sleep/dataPoints:reconcile (and list): the sleeps whose end lies in a range.

https://developers.google.com/health/reference/rest/v4/users.dataTypes.dataPoints/reconcile
https://developers.google.com/health/filters
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import Request

from local.simulators.days import Sleep
from local.simulators.wearer import FIRST_DAY, Wearer

from . import arguments
from .errors import GoogleError, invalid
from .rollup import civil_json

MAX_PAGE_SIZE = 25
_RESTRICTION = re.compile(r'([A-Za-z][\w.-]*)\s*(>=|<=|!=|=|<|>|:)\s*"([^"]*)"', re.ASCII)
_CIVIL_LITERAL = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2})?", re.ASCII)
_RFC3339_LITERAL = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})", re.ASCII)


@dataclass(frozen=True)
class EndsWithin:
    """The range of a filter. Civil ends are compared as wall-clock times, the others as instants."""

    civil: bool
    start: datetime | None
    end: datetime | None

    def __contains__(self, sleep: Sleep) -> bool:
        ended = sleep.end.replace(tzinfo=None) if self.civil else sleep.end
        return (self.start is None or self.start <= ended) and (self.end is None or ended < self.end)


def sleeps(
    request: Request,
    wearer: Wearer,
    *,
    reconciled: bool,
    page_size_cap: int | None,
    empty_first_page: bool,
    civil_end_time: bool,
    tells_false: bool,
) -> dict[str, Any]:
    query = arguments.query(request, ("filter", "pageSize", "pageToken", "dataSourceFamily"))
    if not reconciled and "dataSourceFamily" in query:
        raise invalid("Filtering by data source family is not supported for the sleep data type.")
    family = arguments.family(query.get("dataSourceFamily"))
    wanted = read_filter(query["filter"]) if query.get("filter") else EndsWithin(True, None, None)
    size = _page_size(query)
    first, last = _dates(wearer, wanted)
    found = [] if family == "self-sources" else _find(wearer, wanted, first, last)
    token = query.pop("pageToken", None)
    shown, next_token = arguments.page(
        found, size=min(size, page_size_cap or size), token=token, of=(reconciled, query), empty_first=empty_first_page
    )
    if next_token is None:
        # Reading all its pages is one look.
        wearer.looked_at_sleep(first, last)
    name = "dataPointName" if reconciled else "name"
    points = [
        {name: _name(sleep), "sleep": sleep_json(sleep, main, civil_end_time, tells_false)} for sleep, main in shown
    ]
    return ({"dataPoints": points} if points else {}) | ({"nextPageToken": next_token} if next_token else {})


def _page_size(query: dict[str, str]) -> int:
    """Google may cut a size above the maximum down to it; refused here, as it is not what was asked for."""
    size = arguments.whole_number(query.get("pageSize"), "page_size")
    if not 0 <= size <= MAX_PAGE_SIZE:
        raise invalid(f"page_size ({size}) must be between 0 and {MAX_PAGE_SIZE}.")
    return size or MAX_PAGE_SIZE


def _find(wearer: Wearer, wanted: EndsWithin, first: date, last: date) -> list[tuple[Sleep, bool]]:
    """Each sleep with whether it is its day's main one; "ordered by the interval start time in descending order"."""
    found = []
    for n in range((last - first).days + 1):
        day = wearer.day(first + timedelta(days=n))
        nights = [sleep for sleep in day.sleeps if not sleep.nap]
        main = max(nights, key=lambda sleep: sleep.minutes_in_bed, default=None)
        found += [(sleep, sleep is main) for sleep in day.sleeps if sleep in wanted]
    return sorted(found, key=lambda entry: entry[0].start.astimezone(UTC), reverse=True)


def _dates(wearer: Wearer, wanted: EndsWithin) -> tuple[date, date]:
    """The civil days in which such ends can lie: no tracker knows of a sleep that ends after today."""
    today = wearer.now().astimezone(wearer.time_zone).date()
    start, end = wanted.start, wanted.end
    if not wanted.civil:
        start = start and start.astimezone(wearer.time_zone)
        end = end and end.astimezone(wearer.time_zone)
    first = max(start.date(), FIRST_DAY) if start else FIRST_DAY
    last = min((end - timedelta(microseconds=1)).date(), today) if end else today
    return first, last


# The filter


def _refusal(detail: str, message: str) -> GoogleError:
    """Both names appear, at two levels of one error, as public clients have measured."""
    return invalid(f"{message} ({detail})", "INVALID_DATA_POINT_FILTER", detailedReasons=detail)


def read_filter(text: str) -> EndsWithin:
    """`member >= "literal" AND member < "literal"`, or one of the two. OR, which Google allows here, is not."""
    restrictions = []
    for part in re.split(r"\s+AND\s+", text.strip()):
        match = _RESTRICTION.fullmatch(part)
        if not match:
            raise _refusal("INVALID_DATA_POINT_FILTER_SYNTAX", "Invalid filter syntax.")
        restrictions.append(match.groups())
    members = {_member(member) for member, _, _ in restrictions}
    operators = [operator for _, operator, _ in restrictions]
    if set(operators) - {">=", "<"} or len(set(operators)) < len(operators) or len(members) > 1:
        raise _refusal("INVALID_DATA_POINT_FILTER_EXPRESSION_STRUCTURE", "Invalid filter expression structure.")
    civil = members == {"civil_end_time"}
    if len({len(literal) for _, _, literal in restrictions}) > 1 and civil:
        raise _refusal("INVALID_DATA_POINT_FILTER_TIMESTAMP_FORMAT", "The literals differ in their format.")
    limits = {operator: _literal(literal, civil) for _, operator, literal in restrictions}
    start, end = limits.get(">="), limits.get("<")
    if start and end and end <= start:
        raise invalid("The time range of the filter is empty.", "INVALID_TIME_RANGE")
    return EndsWithin(civil, start, end)


def _member(path: str) -> str:
    """The last part of sleep.interval.civil_end_time or sleep.interval.end_time."""
    if not re.fullmatch(r"[a-z_.]+", path):
        raise _refusal("INVALID_DATA_POINT_FILTER", "Identifiers of a filter are written in snake_case.")
    data_type, _, member = path.partition(".")
    if data_type != "sleep":
        detail = "INVALID_DATA_POINT_FILTER_DATA_TYPE_RESTRICTION"
        raise _refusal(detail, "The filter is for another data type than the path.")
    if member not in ("interval.civil_end_time", "interval.end_time"):
        raise _refusal("INVALID_DATA_POINT_FILTER_DATA_TYPE_MEMBER", f"{path} cannot be filtered by.")
    return member.removeprefix("interval.")


def _literal(text: str, civil: bool) -> datetime:
    try:
        if (_CIVIL_LITERAL if civil else _RFC3339_LITERAL).fullmatch(text):
            return datetime.fromisoformat(text)
    except ValueError:
        pass
    raise _refusal("INVALID_DATA_POINT_FILTER_TIMESTAMP_FORMAT", f'"{text}" is not of the format of its field.')


# The answer


def _name(sleep: Sleep) -> str:
    return f"users/me/dataTypes/sleep/dataPoints/{sleep.end.astimezone(UTC):%Y%m%d%H%M}"


def _instant(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _offset(moment: datetime) -> str:
    return f"{int((moment.utcoffset() or timedelta()).total_seconds())}s"


def _stages(sleep: Sleep) -> dict[str, int]:
    """Minutes by stage: "minutesAsleep is the sum of LIGHT, REM and DEEP stages", or of ASLEEP for a nap."""
    awake = sleep.minutes_in_bed - sleep.minutes_asleep
    if sleep.nap:
        return {"ASLEEP": sleep.minutes_asleep, "AWAKE": awake}
    deep, rem = sleep.minutes_asleep // 5, sleep.minutes_asleep // 4
    return {"LIGHT": sleep.minutes_asleep - deep - rem, "DEEP": deep, "REM": rem, "AWAKE": awake}


def sleep_json(sleep: Sleep, main: bool, civil_end_time: bool, tells_false: bool) -> dict[str, Any]:
    interval: dict[str, Any] = {
        "startTime": _instant(sleep.start),
        "startUtcOffset": _offset(sleep.start),
        "endTime": _instant(sleep.end),
        "endUtcOffset": _offset(sleep.end),
    }
    if civil_end_time:
        interval["civilEndTime"] = civil_json(sleep.end)
    metadata: dict[str, Any] = {
        "processed": sleep.processed,
        "mainSleep": main,
        "nap": sleep.nap,
        "manuallyEdited": False,
    }
    stages = _stages(sleep)
    summary: dict[str, Any] = {
        "minutesInSleepPeriod": str(sleep.minutes_in_bed),
        "minutesAsleep": str(sleep.minutes_asleep),
        "minutesAwake": str(stages["AWAKE"]),
        "minutesToFallAsleep": "0",
        "minutesAfterWakeUp": "0",
    }
    answer: dict[str, Any] = {
        "type": "CLASSIC" if sleep.nap else "STAGES",
        "interval": interval,
        "metadata": metadata,
        "summary": summary,
    }
    if sleep.processed:  # "a false value means sleep period is detected but sleep stages is still processing"
        metadata["stagesStatus"] = "REJECTED_NAP" if sleep.nap else "SUCCEEDED"
        summary["stagesSummary"] = [{"type": kind, "minutes": str(n), "count": "1"} for kind, n in stages.items() if n]
        answer["stages"] = _segments(sleep, stages)
    if not tells_false:
        answer["metadata"] = {name: value for name, value in metadata.items() if value is not False}
    return answer


def _segments(sleep: Sleep, stages: dict[str, int]) -> list[dict[str, str]]:
    segments, begin = [], sleep.start
    for kind, minutes in stages.items():
        end = (begin.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(sleep.end.tzinfo)
        if minutes:
            segments.append(
                {
                    "type": kind,
                    "startTime": _instant(begin),
                    "startUtcOffset": _offset(begin),
                    "endTime": _instant(end),
                    "endUtcOffset": _offset(end),
                }
            )
        begin = end
    return segments
