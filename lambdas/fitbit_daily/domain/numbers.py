"""A day's numbers. None means that nothing was measured; it is never 0."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

Number = int | float | Decimal
N = TypeVar("N", bound=Number | None)

# Every number of a day, and what it is at most: a day that gains an hour has 1500 minutes; the other bounds are well
# past any record.
MOST: Mapping[str, int] = {
    "steps": 999_999,
    "distance_km": 999,
    "calories_kcal": 99_999,
    "bmr_kcal": 99_999,
    "active_kcal": 99_999,
    "sedentary_minutes": 1_500,
    "light_minutes": 1_500,
    "moderate_minutes": 1_500,
    "vigorous_minutes": 1_500,
    "minutes_asleep": 1_500,
}
OF_ACTIVITY = tuple(name for name in MOST if name != "minutes_asleep")


@dataclass(frozen=True)
class Activity:
    """What the tracker counted in one civil day: minutes, steps, kilometres, kilocalories.

    active_kcal   energy above (Google Health) or during (Fitbit Web API) rest: the one number the sources define apart
    bmr_kcal      the basal metabolic rate, where the source gives it or it can be derived
    doubtful      the source gave two different values of a number: it is missing, and the day is not complete
    """

    steps: Number | None = None
    distance_km: Number | None = None
    calories_kcal: Number | None = None
    bmr_kcal: Number | None = None
    active_kcal: Number | None = None
    sedentary_minutes: Number | None = None
    light_minutes: Number | None = None
    moderate_minutes: Number | None = None
    vigorous_minutes: Number | None = None
    doubtful: bool = False

    def __post_init__(self) -> None:
        for name in OF_ACTIVITY:
            object.__setattr__(self, name, measured(name, getattr(self, name)))

    def to_state(self) -> dict[str, Any]:
        return {each.name: _to_json(getattr(self, each.name)) for each in fields(self)}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Activity:
        return cls(**{each.name: state[each.name] for each in fields(cls)})


@dataclass(frozen=True)
class Sleep:
    """Every sleep that ended on one civil day, naps included.

    minutes_asleep   of all of them, each minute once; None without any
    processing       the source is still processing at least one of them
    """

    minutes_asleep: int | None = None
    processing: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "minutes_asleep", measured("minutes_asleep", self.minutes_asleep))


@dataclass(frozen=True)
class DayNumbers:
    """Everything that goes into the posts; `averages` are over seven days, by the number's name, where known."""

    date: date
    activity: Activity
    minutes_asleep: Number | None
    complete: bool = True
    averages: Mapping[str, Number | None] = field(default_factory=dict)


def measured(name: str, number: N) -> N | None:
    """One of MOST's numbers as a source gives it; what no human day can hold is missing from the start.

    So no basal rate, no proof of a sync and no average is ever derived from it.
    """
    return None if believable(number, MOST[name]) is None else number


def believable(number: Number | None, most: int) -> Decimal | None:
    """The number as it was given, or None where it is missing, negative or more than a day can hold."""
    if number is None:
        return None
    # The digits that a float prints are those that were meant; and a zero has no sign.
    exact = Decimal(str(number)) if isinstance(number, float) else Decimal(number)
    return exact.copy_abs() if exact.is_finite() and 0 <= exact <= most else None


def _to_json(value: Number | None) -> int | float | None:
    # A decimal of up to 15 digits survives the way through a float and back.
    return float(value) if isinstance(value, Decimal) else value
