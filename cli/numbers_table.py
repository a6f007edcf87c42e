"""The numbers of days as a table, a day a line, for a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from fitbit_daily.domain.history import DayRecord

# The columns: number, header, unit, how exact it is. What the posts leave out is in --csv and --json.
_COLUMNS = (
    ("steps", "steps", "", "1"),
    ("distance_km", "dist.", "km", "0.1"),
    ("calories_kcal", "burnt", "kcal", "1"),
    ("bmr_kcal", "basal", "kcal", "1"),
    ("sedentary_minutes", "seated", "min", "1"),
    ("light_minutes", "light", "min", "1"),
    ("moderate_minutes", "active", "min", "1"),
    ("vigorous_minutes", "hard", "min", "1"),
    ("minutes_asleep", "asleep", "h", "0.1"),
)

Numbers = Mapping[str, Decimal | None]


def lines_of(days: Sequence[DayRecord], averages: Mapping[str, Numbers]) -> list[str]:
    """Two lines of headers, then the days; below them the averages, by the number of their days."""
    rows = [
        ["day", *(header for _, header, _, _ in _COLUMNS)],
        ["", *(unit for _, _, unit, _ in _COLUMNS)],
        *([f"{day.date} {day.date:%a}{'' if day.complete else '*'}", *_cells(day.numbers())] for day in days),
        *([f"{count}-day avg", *_cells(numbers)] for count, numbers in averages.items()),
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(_aligned(row, widths)).rstrip() for row in rows]


def _cells(numbers: Numbers) -> Iterator[str]:
    for name, _, _, to in _COLUMNS:
        number = numbers.get(name)
        if number is None:
            yield "-"
        else:
            number = number / 60 if name == "minutes_asleep" else number
            yield f"{number.quantize(Decimal(to), ROUND_HALF_UP):f}"


def _aligned(row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    """Numbers are easier to compare at the right of their column."""
    yield row[0].ljust(widths[0])
    for cell, width in zip(row[1:], widths[1:], strict=True):
        yield cell.rjust(width)
