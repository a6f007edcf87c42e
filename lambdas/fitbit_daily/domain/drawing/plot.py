"""Where things are in a drawing, in pixels: x grows to the right, y downwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from fitbit_daily.domain.drawing.svg import Value, element

# No bar is wider than this, however few there are.
_WIDEST = 72
# Smaller, an outline could not be told from a filled bar.
_OUTLINED_FROM = 4
# Room for the number above the highest bar.
HEADROOM = 18
# At least so far apart are two lines of the scale.
_APART = 26

_NICE = tuple(factor * 10**power for power in range(7) for factor in (1, 2, 5))
_NICE_HOURS = (60, 120, 180, 240, 360, 480, 720, 1440)


@dataclass(frozen=True)
class Scale:
    """most: the highest number. step: between two lines."""

    most: float
    step: int

    @property
    def ticks(self) -> list[int]:
        """From 0 on."""
        return list(range(0, int(self.most) + 1, self.step))


def scale(most: Decimal, height: float, *, hours: bool = False) -> Scale:
    """With round steps, as many lines as there is room for; hours: of numbers in minutes, hours are what is read."""
    if not most:
        return Scale(1, 2)
    lines = max(1, int((height - HEADROOM) // _APART))
    steps = _NICE_HOURS if hours and most >= _NICE_HOURS[0] else _NICE
    return Scale(float(most), next(step for step in steps if most // step <= lines))


@dataclass(frozen=True)
class Plot:
    """The rectangle in which the columns of one panel stand."""

    left: float
    top: float
    width: float
    height: float
    count: int
    scale: Scale

    @property
    def bottom(self) -> float:
        return self.top + self.height

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def step(self) -> float:
        """From one column to the next."""
        return self.width / self.count

    @property
    def bar_width(self) -> float:
        return min(self.step * 0.72, _WIDEST)

    def begin(self, index: int) -> float:
        return self.left + index * self.step

    def middle(self, index: int) -> float:
        return self.begin(index) + self.step / 2

    def length(self, number: Decimal) -> float:
        """How high a bar of this number is."""
        return float(number) / self.scale.most * (self.height - HEADROOM)

    def y(self, number: Decimal) -> float:
        return self.bottom - self.length(number)

    def bar(self, index: int, below: Decimal, number: Decimal, *, name: str, colour: str, outlined: bool) -> str:
        """From the number `below` up. A measured 0 is a line on the ground. What is doubtful is an outline."""
        length = max(self.length(number), 1.0)
        x, y = self.middle(index) - self.bar_width / 2, self.y(below) - length
        if not outlined or length < _OUTLINED_FROM:
            faint = 0.5 if outlined else None
            return element(
                "rect", data_name=name, x=x, y=y, width=self.bar_width, height=length, fill=colour, fill_opacity=faint
            )
        stroke: dict[str, Value] = {"data_name": name, "stroke": colour, "stroke_width": 1.4, "stroke_dasharray": "3 2"}
        if self.bar_width < _OUTLINED_FROM:
            x = self.middle(index)
            return element("line", **stroke, x1=x, x2=x, y1=y, y2=y + length)
        return element(
            "rect",
            **stroke,
            fill="none",
            x=x + 0.7,
            y=y + 0.7,
            width=self.bar_width - 1.4,
            height=length - 1.4,
        )


def runs(indices: list[int]) -> Iterator[tuple[int, int]]:
    """Neighbours together: the first and the last of each run."""
    begin = 0
    for position, index in enumerate(indices):
        if position + 1 == len(indices) or indices[position + 1] != index + 1:
            yield indices[begin], index
            begin = position + 1
