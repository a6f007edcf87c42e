"""Elements of SVG as text. No ids: several drawings may stand on one page."""

from __future__ import annotations

import unicodedata
from html import escape

Value = str | float


def element(name: str, *inside: str, **attributes: Value | None) -> str:
    """font_size is font-size; None leaves an attribute out; numbers to a hundredth of a pixel. `inside` is SVG."""
    given = "".join(
        f' {key.replace("_", "-")}="{escape(_written(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{given}>{''.join(inside)}</{name}>" if inside else f"<{name}{given}/>"


def text(words: str, x: float, y: float, **attributes: Value | None) -> str:
    return element("text", escape(words, quote=False), x=x, y=y, **attributes)


def path(points: list[tuple[float, float]]) -> str:
    """What a path's `d` says of a line through these points."""
    return "M" + "L".join(f"{_written(x)} {_written(y)}" for x, y in points)


def text_width(words: str, size: float) -> float:
    """About, and rather more than less: a full-width character is as wide as it is high, others two thirds of it."""
    return size * sum(1.02 if unicodedata.east_asian_width(each) in "WF" else _NARROW.get(each, 0.62) for each in words)


# Where the guess would be far off; DejaVu Sans, which is wide, is the measure.
_NARROW = {" ": 0.34, ",": 0.34, ".": 0.34, ":": 0.36, "(": 0.4, ")": 0.4, "i": 0.3, "l": 0.3, "m": 1.0, "M": 0.88}


def _written(value: Value) -> str:
    return value if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")
