"""What Google Health's answers say.

int64 come as strings, doubles as numbers, durations as "33060s", a day without data as nothing at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from fitbit_daily.domain.numbers import Activity
from fitbit_daily.domain.sleep import Session
from fitbit_daily.domain.trackers import Tracker

# Some of an Activity's numbers, by their names; those that are missing are left out.
Numbers = Mapping[str, int | Decimal]

_MM_IN_KM = 1_000_000
_MINUTES = {"LIGHT": "light_minutes", "MODERATE": "moderate_minutes", "VIGOROUS": "vigorous_minutes"}
_ASLEEP = ("ASLEEP", "LIGHT", "DEEP", "REM")

# For so long after its end, Google may still be processing a sleep without saying so.
_WORKED_OUT_AFTER = timedelta(hours=3)


@dataclass(frozen=True)
class Rollup:
    """A data type: the key of its value in an answer, the most days that a call may ask for, how a value is read."""

    key: str
    longest: int
    read: Callable[[dict[str, Any]], dict[str, int | Decimal | None]]

    def numbers(self, point: dict[str, Any]) -> Numbers:
        return {name: value for name, value in self.read(point.get(self.key, {})).items() if value is not None}


def tracker(device: dict[str, Any]) -> Tracker:
    synced = device.get("lastSyncTime")
    return Tracker(_moment(synced) if synced else None, device.get("batteryStatus"), device.get("batteryLevel"))


def activity(rollups: Iterable[list[Numbers]]) -> Activity:
    """A day's numbers, from each rollup's values for it. Two different values of one rollup are both doubtful."""
    rollups = list(rollups)
    numbers: dict[str, Any] = {}
    for each in rollups:
        if len(each) == 1:
            numbers |= each[0]
    read = Activity(**numbers, doubtful=any(len(each) > 1 for each in rollups))
    return replace(read, bmr_kcal=_basal(read))


def session(sleep: dict[str, Any], now: datetime) -> Session:
    interval, stages = sleep["interval"], sleep.get("stages")
    return Session(
        start=_moment(interval["startTime"]),
        end=_moment(interval["endTime"]),
        minutes_asleep=_integer(sleep.get("summary", {}).get("minutesAsleep")),
        asleep=tuple(
            (_moment(stage["startTime"]), _moment(stage["endTime"])) for stage in stages if stage["type"] in _ASLEEP
        )
        if stages
        else None,
        processing=_is_processing(sleep, now),
    )


def ended_on(interval: dict[str, Any]) -> date:
    """civilEndTime is reported to be missing from some answers; the offset never is."""
    offset = timedelta(seconds=float(_seconds(interval.get("endUtcOffset", "0s"))))
    return (_moment(interval["endTime"]) + offset).date()


def _is_processing(sleep: dict[str, Any], now: datetime) -> bool:
    """proto3 may leave out a false, and we have seen no live answer: a wrong guess must not delay the post by hours.

    https://protobuf.dev/programming-guides/json/#presence
    """
    metadata = sleep.get("metadata", {})
    if "processed" in metadata:
        return metadata["processed"] is False
    worked_out = sleep.get("stages") or metadata.get("stagesStatus")
    return not worked_out and now - _moment(sleep["interval"]["endTime"]) < _WORKED_OUT_AFTER


def _minutes_by_level(value: dict[str, Any]) -> dict[str, int | Decimal | None]:
    """Levels without minutes are left out of an answer that has others; an answer without any level says nothing."""
    levels = value.get("activeMinutesRollupByActivityLevel") or []
    given = {level["activityLevel"]: _integer(level.get("activeMinutesSum", "0")) for level in levels}
    return {name: given.get(level, 0) for level, name in _MINUTES.items()} if given else {}


def _kilometres(value: dict[str, Any]) -> Decimal | None:
    millimetres = _integer(value.get("millimetersSum"))
    return None if millimetres is None else Decimal(millimetres) / _MM_IN_KM


def _basal(read: Activity) -> Decimal | None:
    """Google has no basal energy for Fitbit accounts: it is the total less the active energy, unrounded."""
    total, active = read.calories_kcal, read.active_kcal
    if total is None or active is None or active > total:
        return None
    return Decimal(total) - Decimal(active)


def _integer(value: Any) -> int | None:
    return None if value is None else int(value)


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _seconds(duration: str) -> Decimal:
    match = re.fullmatch(r"(-?\d+(?:\.\d+)?)s", duration)
    if match is None:
        raise ValueError(f"not a duration: {duration!r}")
    return Decimal(match[1])


def _whole_minutes(duration: Any) -> int | None:
    return None if duration is None else int(_seconds(duration) // 60)


def _moment(value: str) -> datetime:
    # Up to nine decimals of a second; Python reads six.
    return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", value))


ROLLUPS = {
    "steps": Rollup("steps", 90, lambda value: {"steps": _integer(value.get("countSum"))}),
    "distance": Rollup("distance", 90, lambda value: {"distance_km": _kilometres(value)}),
    "total-calories": Rollup("totalCalories", 14, lambda value: {"calories_kcal": _decimal(value.get("kcalSum"))}),
    "active-energy-burned": Rollup(
        "activeEnergyBurned", 90, lambda value: {"active_kcal": _decimal(value.get("kcalSum"))}
    ),
    "active-minutes": Rollup("activeMinutes", 14, _minutes_by_level),
    "sedentary-period": Rollup(
        "sedentaryPeriod", 90, lambda value: {"sedentary_minutes": _whole_minutes(value.get("durationSum"))}
    ),
}
