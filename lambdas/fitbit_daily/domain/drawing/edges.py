"""What stands around the panels: the dates below them, the legend, what a column says under the pointer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from fitbit_daily.domain.drawing.columns import ASLEEP, MINUTES, NAMES, STEPS, Column, Columns
from fitbit_daily.domain.drawing.panels import Style
from fitbit_daily.domain.drawing.plot import Plot
from fitbit_daily.domain.drawing.svg import Value, element, text, text_width
from fitbit_daily.domain.drawing.words import Words

# Up to so many days, each has its date.
_EACH_DAY = 14

Swatch = Callable[[float, float], str]


def axis(columns: Columns, plot: Plot, y: float, style: Style) -> str:
    """The dates: every one, or every second, third … where there is no more room."""
    dates = [_Date(words, *_below(plot, index, words, style)) for index, words in _dates(columns, style.words)]
    stride = next(stride for stride in range(1, len(dates) + 2) if _have_room(dates[::stride]))
    return "".join(
        text(each.words, each.begin, y, font_size=style.small, fill=style.theme.quiet) for each in dates[::stride]
    )


class _Date(NamedTuple):
    words: str
    begin: float
    end: float


def _have_room(dates: Sequence[_Date]) -> bool:
    return all(left.end + 5 <= right.begin for left, right in pairwise(dates))


def _below(plot: Plot, index: int, words: str, style: Style) -> tuple[float, float]:
    """Below the middle of its column, but within the drawing."""
    width = text_width(words, style.small)
    begin = min(max(plot.middle(index) - width / 2, 0), plot.right - width)
    return begin, begin + width


def _dates(columns: Columns, words: Words) -> Iterable[tuple[int, str]]:
    for index, column in enumerate(columns.all):
        day = column.first
        if columns.unit == "day":
            if len(columns.all) <= _EACH_DAY:
                yield index, words.date_of(words.day_and_weekday, day)
            elif day.weekday() == 0:
                yield index, words.date_of(words.day_compact, day)
        elif columns.unit == "week":
            if begun := column.last if column.last.day <= (column.last - day).days + 1 else None:
                yield index, words.date_of(words.year if begun.month == 1 else words.month_name, begun)
        elif columns.unit == "year" or day.month == 1:
            yield index, words.date_of(words.year, day)


def legend_rows(columns: Columns, width: float, style: Style) -> list[list[tuple[Swatch | None, str, float]]]:
    """What is to be explained, with its width, in as many rows as it takes."""
    rows: list[list[tuple[Swatch | None, str, float]]] = [[]]
    used = 0.0
    for swatch, words in _explained(columns, style):
        wide = text_width(words, style.small) + (22 if swatch else 0) + 14
        if rows[-1] and used + wide > width:
            rows.append([])
            used = 0.0
        rows[-1].append((swatch, words, wide))
        used += wide
    return rows


def legend(rows: list[list[tuple[Swatch | None, str, float]]], y: float, style: Style) -> str:
    """y: the ground line of the first row."""
    parts = []
    for row in rows:
        x = 0.0
        for swatch, words, wide in row:
            begin = x + (22 if swatch else 0)
            if swatch:
                parts.append(swatch(x, y))
            parts.append(text(words, begin, y, font_size=style.small, fill=style.theme.quiet))
            x += wide
        y += row_height(style)
    return "".join(parts)


def row_height(style: Style) -> float:
    return style.small + 6


def _explained(columns: Columns, style: Style) -> Iterable[tuple[Swatch | None, str]]:
    theme, words = style.theme, style.words
    yield None, words.units[columns.unit]
    if any(column.line is not None for column in columns.all):
        yield (
            lambda x, y: element("line", x1=x, x2=x + 16, y1=y - 4, y2=y - 4, stroke=theme.line, stroke_width=2),
            words.line.format(columns.line_days),
        )
    if any(column.doubtful for column in columns.all):
        outline: dict[str, Value] = {"stroke": theme.quiet, "stroke_width": 1.4, "stroke_dasharray": "3 2"}
        yield (
            lambda x, y: element("rect", **outline, fill="none", x=x + 3, y=y - 10, width=10, height=10),
            words.doubt(columns.unit),
        )
    if any(len(column.means.keys() & NAMES) < len(NAMES) for column in columns.all):
        yield (
            lambda x, y: element("rect", fill=theme.gap, stroke=theme.rule, x=x, y=y - 10, width=16, height=11),
            words.gap,
        )


def hints(columns: Columns, plot: Plot, top: float, words: Words) -> str:
    """Over each column, from `top` to the ground of the lowest plot, what it says in words."""
    return "".join(
        element(
            "rect",
            element("title", _hint(columns.unit, column, words)),
            x=plot.begin(index),
            y=top,
            width=plot.step,
            height=plot.bottom - top,
            fill="none",
            pointer_events="all",
        )
        for index, column in enumerate(columns.all)
    )


def _hint(unit: str, column: Column, words: Words) -> str:
    names = {
        "day": words.day(column.first, year=True),
        "week": words.range(column.first, column.last),
        "month": words.date_of(words.month_with_year, column.first),
        "year": words.date_of(words.year, column.first),
    }
    said = [words.amount(STEPS, column.means[STEPS])] if STEPS in column.means else []
    said += [f"{words.sleep} {words.hours(column.means[ASLEEP])}"] if ASLEEP in column.means else []
    said += [
        f"{words.intensities[name]} {words.amount(name, column.means[name])}"
        for name in MINUTES
        if name in column.means
    ]
    doubtful = [words.doubt(unit)] if column.doubtful else []
    return f"{names[unit]}: {words.separator.join((said or [words.gap]) + doubtful)}"
