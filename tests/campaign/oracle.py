"""What a day's posts must say, worked out again and otherwise: by reading the numbers out of a finished text."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction

from local.simulators.days import Day

TITLES = (
    (r"^本日\((\d{4}-\d\d-\d\d)\)の運動 from Fitbit$", "activity"),
    (r"^Exercise on (\d{4}-\d\d-\d\d) from Fitbit$", "activity"),
    (r"^本日\((\d{4}-\d\d-\d\d)\)の睡眠時間 from Fitbit$", "sleep"),
    (r"^Sleep on (\d{4}-\d\d-\d\d) from Fitbit$", "sleep"),
)
NUMBERS = {
    "sedentary": (r"座っていた時間: ([\d.]+)分", r"Sitting: ([\d.]+) min"),
    "light": (r"軽い運動の時間: ([\d.]+)分", r"Light exercise: ([\d.]+) min"),
    "moderate": (r"アクティブな運動の時間: ([\d.]+)分", r"Active exercise: ([\d.]+) min"),
    "vigorous": (r"激しい運動の時間: ([\d.]+)分", r"Strenuous exercise: ([\d.]+) min"),
    "steps": (r"本日の歩数: ([\d.]+)歩", r"Steps: ([\d.]+)"),
    "km": (r"\(([\d.]+)km\)", r"\(([\d.]+) km\)"),
    "calories": (r"消費カロリー: ([\d.]+)kcal", r"Calories burned: ([\d.]+) kcal"),
    "bmr": (r"\(基礎代謝: ([\d.]+)kcal\)", r"\(basal metabolism: ([\d.]+) kcal\)"),
    "asleep": (r"睡眠時間: ([\d.]+)時間", r"Asleep: ([\d.]+) hours"),
}
KINDS = {"activity": tuple(name for name in NUMBERS if name != "asleep"), "sleep": ("asleep",)}
INCOMPLETE = ("（同期前のため途中の値）", "(not fully synced yet)")


def read_title(text: str) -> tuple[date, str]:
    """The day and the kind of a post."""
    first = text.splitlines()[0]
    for pattern, kind in TITLES:
        if found := re.match(pattern, first):
            return date.fromisoformat(found[1]), kind
    raise AssertionError(f"no title of a post: {first!r}")


def read_numbers(text: str) -> dict[str, str]:
    """The numbers that a post says, as it writes them."""
    found = {name: re.search("|".join(patterns), text) for name, patterns in NUMBERS.items()}
    return {name: next(group for group in match.groups() if group) for name, match in found.items() if match}


def says_incomplete(text: str) -> bool:
    return any(note in text for note in INCOMPLETE)


def numbers_of(day: Day, kind: str, source: str) -> dict[str, str]:
    """The numbers that a post about these data must say; those that are missing are left out."""
    if kind == "sleep":
        minutes = [sleep.minutes_asleep for sleep in day.sleeps]
        return {"asleep": _rounded(Fraction(sum(minutes), 60), 3)} if minutes else {}
    total, active = _exact(day.total_kcal), _exact(day.active_kcal)
    levels = (day.light_minutes, day.moderate_minutes, day.vigorous_minutes)
    # Google leaves out a level without minutes, and all of them if none has any; Fitbit says 0.
    any_level = day.worn if source == "fitbit" else any(levels)
    said = {
        "sedentary": None if day.sedentary_seconds is None else str(int(day.sedentary_seconds // 60)),
        **{
            name: str(minutes or 0) if any_level else None
            for name, minutes in zip(("light", "moderate", "vigorous"), levels, strict=True)
        },
        "steps": None if day.steps is None else str(day.steps),
        "km": None if None in (day.distance_mm, day.steps) else _rounded(Fraction(day.distance_mm, 10**6), 3),  # type: ignore[arg-type]
        "calories": None if total is None else _rounded(total, 0),
        "bmr": None if total is None or active is None else _rounded(total - active, 0),
    }
    return {name: text for name, text in said.items() if text is not None}


def _exact(number: float | None) -> Fraction | None:
    return None if number is None else Fraction(str(number))


def _rounded(number: Fraction, decimals: int) -> str:
    """Half up."""
    scaled = int(number * 10**decimals + Fraction(1, 2))
    if not decimals:
        return str(scaled)
    whole, rest = divmod(scaled, 10**decimals)
    return f"{whole}.{rest:0{decimals}}"
