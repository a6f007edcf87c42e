"""What a day's posts must say, worked out again and otherwise: by reading the numbers out of a finished text."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction

from local.simulators.days import Day

TITLES = (
    (r"^(\d{4}-\d\d-\d\d) Fitbit( \(7日平均\)| \(7-day avg\))?$", "day"),
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
# The compact style's, each perhaps with an average behind it.
SHORT = {
    "steps": (r"^歩数 ([\d.]+)歩", r"^Steps ([\d.]+)"),
    "km": (r"^距離 ([\d.]+)km", r"^Distance ([\d.]+) km"),
    "calories": (r"^消費 ([\d.]+)kcal", r"^Burned ([\d.]+) kcal"),
    "bmr": (r"^基礎代謝 ([\d.]+)kcal", r"^Basal ([\d.]+) kcal"),
    "sedentary": (r"^座位 ([\d.]+)分", r"^Sitting ([\d.]+) min"),
    "light": (r"^軽い運動 ([\d.]+)分", r"^Light ([\d.]+) min"),
    "moderate": (r"^活発な運動 ([\d.]+)分", r"^Active ([\d.]+) min"),
    "vigorous": (r"^激しい運動 ([\d.]+)分", r"^Hard ([\d.]+) min"),
    "asleep": (r"^睡眠 ([\d.]+)時間", r"^Asleep ([\d.]+) h"),
}
KINDS_OF = {"classic": ("activity", "sleep"), "compact": ("day",)}
STYLES = tuple(KINDS_OF)
ONE_MESSAGE_A_DAY = ("line",)
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
    patterns_of = SHORT if read_title(text)[1] == "day" else NUMBERS
    found = {name: re.search("|".join(patterns), text, re.MULTILINE) for name, patterns in patterns_of.items()}
    return {name: next(group for group in match.groups() if group) for name, match in found.items() if match}


def kinds_at(destination: str, style: str) -> tuple[str, ...]:
    """The posts that a day has at a destination."""
    return ("day",) if destination in ONE_MESSAGE_A_DAY else KINDS_OF[style]


def says_incomplete(text: str) -> bool:
    return any(note in text for note in INCOMPLETE)


def numbers_said_by(text: str, kind: str, day: Day, source: str) -> dict[str, str]:
    """The numbers that a text about these data must say. At LINE the one of the day joins what other styles part."""
    titled = read_title(text)[1]
    parts = KINDS_OF["classic"] if kind == "day" != titled else (titled,)
    return {name: said for part in parts for name, said in numbers_of(day, part, source).items()}


def numbers_of(day: Day, kind: str, source: str, *, short: bool = False) -> dict[str, str]:
    """The numbers that a post about these data must say; those that are missing are left out."""
    if kind == "day":
        return numbers_of(day, "activity", source, short=True) | numbers_of(day, "sleep", source, short=True)
    if kind == "sleep":
        minutes = [sleep.minutes_asleep for sleep in day.sleeps]
        return {"asleep": _rounded(Fraction(sum(minutes), 60), 1 if short else 3)} if minutes else {}
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
        "km": _kilometres(day, short),
        "calories": None if total is None else _rounded(total, 0),
        "bmr": None if total is None or active is None else _rounded(total - active, 0),
    }
    return {name: text for name, text in said.items() if text is not None}


def _kilometres(day: Day, short: bool) -> str | None:
    """The classic style has them in the steps' parenthesis."""
    if day.distance_mm is None or (day.steps is None and not short):
        return None
    return _rounded(Fraction(day.distance_mm, 10**6), 1 if short else 3)


def _exact(number: float | None) -> Fraction | None:
    return None if number is None else Fraction(str(number))


def _rounded(number: Fraction, decimals: int) -> str:
    """Half up."""
    scaled = int(number * 10**decimals + Fraction(1, 2))
    if not decimals:
        return str(scaled)
    whole, rest = divmod(scaled, 10**decimals)
    return f"{whole}.{rest:0{decimals}}"
