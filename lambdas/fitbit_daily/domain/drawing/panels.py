"""The three panels of a drawing: steps, sleep, minutes by intensity. Each has a headline and a plot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from fitbit_daily.domain.drawing.columns import ASLEEP, MINUTES, STEPS, Columns
from fitbit_daily.domain.drawing.plot import Plot, Scale, runs, scale
from fitbit_daily.domain.drawing.svg import Value, element, path, text, text_width
from fitbit_daily.domain.drawing.themes import Theme
from fitbit_daily.domain.drawing.words import Words, clock, thousands
from fitbit_daily.domain.statistics import Summary

# Of bold words, against text_width.
_BOLD = 1.08
# Of more columns, not each has its number.
_EACH = 14
# From a patch of colour to its word.
_SWATCH = 14


@dataclass(frozen=True)
class Style:
    """size: of the headlines, in pixels; the rest is a little smaller."""

    theme: Theme
    words: Words
    size: float

    @property
    def small(self) -> float:
        return self.size - 1

    def colour(self, name: str) -> str:
        """Of the bars of a number."""
        theme = self.theme
        return {
            STEPS: theme.steps,
            ASLEEP: theme.sleep,
            "vigorous_minutes": theme.hard,
            "moderate_minutes": theme.active,
            "light_minutes": theme.light,
        }[name]


@dataclass(frozen=True)
class Panel:
    """names: of the numbers that are stacked, the lowest first; share: of the height that the panels have."""

    names: Sequence[str]
    share: float

    @property
    def hours(self) -> bool:
        return ASLEEP in self.names

    def scale(self, columns: Columns, height: float) -> Scale:
        tops = [sum((column.means.get(name, Decimal()) for name in self.names), Decimal()) for column in columns.all]
        if STEPS in self.names:
            tops += [column.line for column in columns.all if column.line is not None]
        return scale(max(tops), height, hours=self.hours)

    def tick(self, number: int, words: Words) -> str:
        if not self.hours:
            return f"{number:,}"
        return words.hours_axis.format(number // 60) if number % 60 == 0 else words.minutes_of.format(number)


PANELS = (Panel((STEPS,), 0.44), Panel((ASLEEP,), 0.28), Panel(MINUTES, 0.28))


def draw_panel(panel: Panel, columns: Columns, plot: Plot, style: Style) -> str:
    """All but its headline."""
    gaps = _gaps(panel, columns, plot)
    parts = [_grounds(gaps, plot, style), _rules(panel, plot, style)]
    for index, column in enumerate(columns.all):
        below = Decimal()
        for name in panel.names:
            if name in column.means:
                number, outlined = column.means[name], name in column.doubtful
                parts.append(plot.bar(index, below, number, name=name, colour=style.colour(name), outlined=outlined))
                below += number
    if STEPS in panel.names:
        parts.append(_line(columns, plot, style.theme))
    parts.append(_words_in(gaps, plot, style))
    if len(panel.names) == 1:
        parts.append(_numbers(panel.names[0], columns, plot, style))
    return "".join(parts)


def _gaps(panel: Panel, columns: Columns, plot: Plot) -> list[tuple[float, float]]:
    """Where each begins, and its width."""
    empty = [index for index, column in enumerate(columns.all) if not column.means.keys() & set(panel.names)]
    return [(plot.begin(first), (last - first + 1) * plot.step) for first, last in runs(empty)]


def _grounds(gaps: Sequence[tuple[float, float]], plot: Plot, style: Style) -> str:
    return "".join(
        element("rect", data_name="gap", x=x, y=plot.top, width=width, height=plot.height, fill=style.theme.gap)
        for x, width in gaps
    )


def _words_in(gaps: Sequence[tuple[float, float]], plot: Plot, style: Style) -> str:
    """Where there is room. The average may go on into a gap: the words stand upon it."""
    middle = plot.top + plot.height / 2 + style.small / 3
    return "".join(
        _label(style.words.gap, x + width / 2, middle, style, "middle", **_rim(style.theme.gap))
        for x, width in gaps
        if text_width(style.words.gap, style.small) + 6 < width
    )


def _rules(panel: Panel, plot: Plot, style: Style) -> str:
    parts = []
    for tick in plot.scale.ticks:
        y = plot.y(Decimal(tick))
        colour = style.theme.rule if tick else style.theme.quiet
        parts.append(element("line", x1=plot.left, x2=plot.right, y1=y, y2=y, stroke=colour))
        parts.append(_label(panel.tick(tick, style.words), plot.left - 6, y + style.small / 3, style, "end"))
    return "".join(parts)


def _line(columns: Columns, plot: Plot, theme: Theme) -> str:
    """The average, broken where there is none; where it is one column long, as wide as that."""
    values = [column.line for column in columns.all]
    parts = []
    for first, last in runs([index for index, value in enumerate(values) if value is not None]):
        points = [(plot.middle(index), plot.y(values[index] or Decimal())) for index in range(first, last + 1)]
        if first == last:
            ((x, y),) = points
            points = [(x - plot.step / 2, y), (x + plot.step / 2, y)]
        parts.append(
            element(
                "path",
                data_name="line",
                d=path(points),
                fill="none",
                stroke=theme.line,
                stroke_width=2,
                stroke_linejoin="round",
            )
        )
    return "".join(parts)


def _numbers(name: str, columns: Columns, plot: Plot, style: Style) -> str:
    """Above each bar where they are few and there is room, else above the highest alone."""
    write: Callable[[Decimal], str] = clock if name == ASLEEP else thousands
    labels = {index: write(column.means[name]) for index, column in enumerate(columns.all) if name in column.means}
    widths = {index: text_width(label, style.small) for index, label in labels.items()}
    if len(columns.all) > _EACH or any(width + 4 > plot.step for width in widths.values()):
        highest = columns.highest(name)
        labels = {highest: labels[highest]} if highest is not None else {}
    parts = []
    for index, label in labels.items():
        half = widths[index] / 2
        x = min(max(plot.middle(index), plot.left + half), plot.right - half)
        parts.append(
            text(
                label,
                x,
                plot.y(columns.all[index].means[name]) - 5,
                font_size=style.small,
                text_anchor="middle",
                fill=style.theme.ink,
                **_rim(style.theme.paper),
                data_name=f"{name} label",
            )
        )
    return "".join(parts)


def draw_headline(panel: Panel, summary: Summary, y: float, width: float, style: Style) -> str:
    """The panel's title, and what has room beside it; y: of the ground line."""
    words, theme = style.words, style.theme
    title = words.minutes if panel.names == MINUTES else words.sleep if panel.hours else words.steps
    begin = text_width(title, style.size) * _BOLD + 10
    beside = (
        _intensities(summary, begin, y, width, style)
        if panel.names == MINUTES
        else _said(panel.names[0], summary, begin, y, width, style)
    )
    return text(title, 0, y, font_size=style.size, font_weight="bold", fill=theme.ink) + beside


def _said(name: str, summary: Summary, x: float, y: float, width: float, style: Style) -> str:
    said = next(
        (each for each in _sayings(name, summary, style.words) if x + text_width(each, style.size) <= width), ""
    )
    return text(said, x, y, font_size=style.size, fill=style.theme.quiet) if said else ""


def _sayings(name: str, summary: Summary, words: Words) -> list[str]:
    """What may be said of the average and the best day, the longest first."""
    write = words.hours if name == ASLEEP else thousands
    best_long, best_short = (words.longest, words.longest_short) if name == ASLEEP else (words.best, words.best_short)
    averages, bests = [], []
    if name in summary.means:
        mean = write(summary.means[name])
        averages = [words.average.format(mean), words.average_short.format(mean)]
    if name in summary.bests:
        best = summary.bests[name]
        number = write(best.number)
        bests = [best_long.format(number, words.day(best.day, year=summary.years)), best_short.format(number)]
    if not averages or not bests:
        return averages or bests
    pairs = ((averages[0], bests[0]), (averages[1], bests[0]), (averages[1], bests[1]))
    return [" · ".join(pair) for pair in pairs] + [averages[1]]


def _intensities(summary: Summary, x: float, y: float, width: float, style: Style) -> str:
    """The legend of the stack, with the averages where there is room."""
    words = style.words.intensities
    with_means = {
        name: f"{words[name]} {thousands(summary.means[name])}" if name in summary.means else words[name]
        for name in MINUTES
    }
    room = width - x
    labels = with_means if _length(with_means.values(), style) <= room else {name: words[name] for name in MINUTES}
    parts = []
    for name, label in labels.items():
        parts.append(element("rect", x=x, y=y - 9, width=10, height=10, fill=style.colour(name)))
        parts.append(text(label, x + _SWATCH, y, font_size=style.size, fill=style.theme.quiet))
        x += _length([label], style)
    return "".join(parts)


def _length(labels: Iterable[str], style: Style) -> float:
    return sum(_SWATCH + text_width(label, style.size) + 8 for label in labels)


def _label(words: str, x: float, y: float, style: Style, anchor: str, **more: Value) -> str:
    return text(words, x, y, font_size=style.small, text_anchor=anchor, fill=style.theme.quiet, **more)


def _rim(ground: str) -> dict[str, Value]:
    """So that a text can be read where the line of the average crosses it."""
    return {"stroke": ground, "stroke_width": 3, "paint_order": "stroke"}
