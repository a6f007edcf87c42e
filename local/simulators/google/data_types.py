"""The data types that an activity tracker meets, and what Google allows with each.

https://developers.google.com/health/data-types; that activity-level does not roll up although the discovery
document has a value for it, and that floors cannot be listed, was measured by public clients.
"""

from __future__ import annotations

from dataclasses import dataclass

from .errors import invalid, not_found

ALL = ("list", "reconcile", "rollup", "dailyRollup")
POINTS = ("list", "reconcile")
ROLLUPS = ("rollup", "dailyRollup")


@dataclass(frozen=True)
class DataType:
    id: str
    scope: str
    actions: tuple[str, ...]
    # "The maximum range for calories-in-heart-rate-zone, heart-rate, active-minutes and total-calories is 14 days."
    max_days: int = 90

    def must_allow(self, action: str) -> None:
        if action not in self.actions:
            name = action[0].upper() + action[1:]
            raise invalid(
                f"{name} is not supported for data type {self.id}",
                "UNSUPPORTED_DATA_TYPE_ACTION",
                allowed_actions=", ".join(self.actions),
            )


_ACTIVITY, _METRICS = "activity_and_fitness.readonly", "health_metrics_and_measurements.readonly"
_KNOWN = (
    DataType("steps", _ACTIVITY, ALL),
    DataType("distance", _ACTIVITY, ALL),
    DataType("floors", _ACTIVITY, ROLLUPS),
    DataType("altitude", _ACTIVITY, ALL),
    DataType("total-calories", _ACTIVITY, ROLLUPS, 14),
    DataType("active-energy-burned", _ACTIVITY, ALL),
    DataType("basal-energy-burned", _ACTIVITY, POINTS),
    DataType("active-minutes", _ACTIVITY, ALL, 14),
    DataType("active-zone-minutes", _ACTIVITY, ALL),
    DataType("activity-level", _ACTIVITY, POINTS),
    DataType("sedentary-period", _ACTIVITY, ALL),
    DataType("time-in-heart-rate-zone", _ACTIVITY, ALL),
    DataType("calories-in-heart-rate-zone", _ACTIVITY, ROLLUPS, 14),
    DataType("exercise", _ACTIVITY, POINTS),
    DataType("sleep", "sleep.readonly", POINTS),
    DataType("heart-rate", _METRICS, ALL, 14),
    DataType("weight", _METRICS, ALL),
    DataType("daily-resting-heart-rate", _METRICS, POINTS),
    DataType("daily-heart-rate-variability", _METRICS, POINTS),
)
DATA_TYPES = {data_type.id: data_type for data_type in _KNOWN}


def data_type_named(name: str) -> DataType:
    """kebab-case only. Public clients met a 404 for a wrong one, Google's catalogue has a 400 as well."""
    if name not in DATA_TYPES:
        raise not_found()
    return DATA_TYPES[name]
