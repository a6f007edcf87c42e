"""A day's numbers. None means that nothing was measured; it is never 0."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

Number = int | float | Decimal


@dataclass(frozen=True)
class Activity:
    """What the tracker counted in one civil day: minutes, steps, kilometres, kilocalories.

    active_kcal   energy above (Google Health) or during (Fitbit Web API) rest: the one number the sources define apart
    bmr_kcal      the basal metabolic rate, where the source gives it or it can be derived
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

    def to_state(self) -> dict[str, Any]:
        return {field.name: _to_json(getattr(self, field.name)) for field in fields(self)}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Activity:
        return cls(**{field.name: state[field.name] for field in fields(cls)})


@dataclass(frozen=True)
class Sleep:
    """Every sleep that ended on one civil day, naps included.

    minutes_asleep   their sum; None without any
    processing       at least one of them is still being worked out by the source
    """

    minutes_asleep: int | None = None
    processing: bool = False


@dataclass(frozen=True)
class DayNumbers:
    """All that the posts are made of."""

    date: date
    activity: Activity
    minutes_asleep: Number | None
    complete: bool = True


def _to_json(value: Number | None) -> int | float | None:
    # A decimal of up to 15 digits survives the way through a float and back.
    return float(value) if isinstance(value, Decimal) else value
