"""GET /1.2/user/-/sleep/date/{date}.json, or {first}/{last}.json: the sleeps that ended on a date, or in a range.

https://dev.fitbit.com/build/reference/web-api/sleep/get-sleep-log-by-date/
https://dev.fitbit.com/build/reference/web-api/sleep/get-sleep-log-by-date-range/
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from local.simulators.days import Sleep
from local.simulators.wearer import Wearer

# "If the sleep logs are still in a processing state, a "meta" response will be returned … a retry duration given in
# milliseconds."
PENDING = {"retryDuration": 3000, "state": "pending"}


def sleep_log(wearer: Wearer, day: date) -> dict[str, Any]:
    """ "If the user has only 1 sleep log that is being processed, the response will contain only the meta field.

    However, if there is a second sleep log present for that day, then the sleep, summary and meta fields will be
    returned": what is being processed is not among them.
    """
    sleeps = wearer.day(day).sleeps
    wearer.looked_at_sleep(day, day)
    finished = _newest_first(s for s in sleeps if s.processed)
    if len(finished) == len(sleeps):
        return _log(finished)
    return {"meta": PENDING} | (_log(finished) if finished else {})


def sleep_range(wearer: Wearer, days: list[date]) -> dict[str, Any]:
    """No summary is documented, and nothing that would tell of a sleep in processing: it is left out."""
    shown = []
    for day in reversed(days):
        shown += _log(_newest_first(s for s in wearer.day(day).sleeps if s.processed))["sleep"]
    wearer.looked_at_sleep(days[0], days[-1])
    return {"sleep": shown}


def _newest_first(sleeps: Iterable[Sleep]) -> list[Sleep]:
    return sorted(sleeps, key=lambda sleep: sleep.start.astimezone(UTC), reverse=True)


def _log(sleeps: list[Sleep]) -> dict[str, Any]:
    """The longest is the main one, nap or not."""
    main = max(sleeps, key=lambda sleep: sleep.minutes_in_bed, default=None)
    summary: dict[str, Any] = {
        "totalMinutesAsleep": sum(sleep.minutes_asleep for sleep in sleeps),
        "totalSleepRecords": len(sleeps),
        "totalTimeInBed": sum(sleep.minutes_in_bed for sleep in sleeps),
    }
    if nights := [_levels(sleep) for sleep in sleeps if not sleep.nap]:
        summary["stages"] = {level: sum(night[level] for night in nights) for level in nights[0]}
    return {"sleep": [_sleep_json(sleep, sleep is main) for sleep in sleeps], "summary": summary}


def _levels(sleep: Sleep) -> dict[str, int]:
    """Minutes by level: of "stages" for a night, of "classic" for a nap, which is "too short (less than 3 hours)"."""
    awake = sleep.minutes_in_bed - sleep.minutes_asleep
    if sleep.nap:
        return {"asleep": sleep.minutes_asleep, "restless": awake, "awake": 0}
    deep, rem = sleep.minutes_asleep // 5, sleep.minutes_asleep // 4
    return {"light": sleep.minutes_asleep - deep - rem, "deep": deep, "rem": rem, "wake": awake}


def _local(moment: datetime) -> str:
    """ "All date and time related fields … are rendered in the local time of the resource owner's timezone." """
    return f"{moment:%Y-%m-%dT%H:%M:%S}.000"


def _sleep_json(sleep: Sleep, main: bool) -> dict[str, Any]:
    in_bed = sleep.minutes_in_bed
    return {
        "dateOfSleep": sleep.end.date().isoformat(),
        "duration": in_bed * 60_000,
        "efficiency": sleep.minutes_asleep * 100 // in_bed,
        "startTime": _local(sleep.start),
        "endTime": _local(sleep.end),
        "infoCode": 2 if sleep.nap else 0,
        "isMainSleep": main,
        "logId": int(f"{sleep.end.astimezone(UTC):%y%m%d%H%M}"),
        "logType": "auto_detected",
        "minutesAsleep": sleep.minutes_asleep,
        "minutesAwake": in_bed - sleep.minutes_asleep,
        "minutesToFallAsleep": 0,
        "minutesAfterWakeup": 0,
        "timeInBed": in_bed,
        "type": "classic" if sleep.nap else "stages",
        "levels": _levels_json(sleep),
    }


def _levels_json(sleep: Sleep) -> dict[str, Any]:
    """ "When a classic sleep log is recorded, [thirtyDayAvgMinutes] will be missing", and so is shortData."""
    data, begin, levels = [], sleep.start, _levels(sleep)
    for level, minutes in levels.items():
        if minutes:
            data.append({"dateTime": _local(begin), "level": level, "seconds": minutes * 60})
        begin = (begin.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(sleep.end.tzinfo)
    if sleep.nap:
        return {"data": data, "summary": {name: {"count": int(n > 0), "minutes": n} for name, n in levels.items()}}
    summary = {name: {"count": 1, "minutes": n, "thirtyDayAvgMinutes": n} for name, n in levels.items()}
    return {"data": data, "shortData": [], "summary": summary}
