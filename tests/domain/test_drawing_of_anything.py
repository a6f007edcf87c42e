"""Whatever the days are: valid SVG, nothing outside of it, no number that is none, a short description."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fitbit_daily.domain.day import EARLIEST
from fitbit_daily.domain.drawing import LEAST_HEIGHT, LEAST_WIDTH, draw
from fitbit_daily.domain.drawing.description import MOST_CHARACTERS
from fitbit_daily.domain.drawing.svg import text_width
from fitbit_daily.domain.drawing.themes import THEMES
from fitbit_daily.domain.history import DayRecord
from fitbit_daily.domain.numbers import MOST
from tests.domain.history_days import record

LONGEST = 9_000
NAMES = ("steps", "light_minutes", "moderate_minutes", "vigorous_minutes")


def number(name: str) -> st.SearchStrategy[Any]:
    most = MOST[name]
    return st.none() | st.integers(0, most) | st.sampled_from([0, 1, most, -1, most + 1, Decimal("0.001")])


@st.composite
def histories(draw_: st.DrawFn) -> tuple[dict[date, DayRecord], date, date]:
    first = EARLIEST + timedelta(days=draw_(st.integers(0, 6_000)))
    length = draw_(st.integers(1, 60) | st.integers(1, LONGEST))
    days = draw_(st.lists(st.integers(-28, length - 1), max_size=12, unique=True))
    records = {
        (day := first + timedelta(days=each)): record(
            day,
            asleep=draw_(st.none() | st.integers(0, 1_500)),
            complete=draw_(st.booleans()),
            **{name: draw_(number(name)) for name in NAMES},
        )
        for each in days
    }
    return records, first, first + timedelta(days=length - 1)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(histories(), st.integers(0, 2_000), st.integers(0, 1_200), st.sampled_from(["en", "ja"]))
def test_anything_can_be_drawn(
    history: tuple[dict[date, DayRecord], date, date], width: int, height: int, language: str
) -> None:
    records, first, last = history
    svg = draw(records, first, last, width=width, height=height, theme=THEMES["dark"], language=language, on_paper=True)
    width, height = max(width, LEAST_WIDTH), max(height, LEAST_HEIGHT)
    root = ElementTree.fromstring(svg)  # noqa: S314
    assert root.get("viewBox") == f"0 0 {width} {height}"
    assert not re.search(r"\bnan\b|\binf\b|\bNone\b|\dE[+-]?\d", svg)
    assert len(root.get("aria-label") or "") <= MOST_CHARACTERS
    assert len(svg) < 300_000
    (group,) = root.findall("{*}g")
    for each in group:
        for left, top, right, bottom in boxes(each):
            seen = ElementTree.tostring(each)
            assert left >= -8 and top >= -8 and right <= width - 8 + 0.1 and bottom <= height - 8, seen


def boxes(element: ElementTree.Element) -> list[tuple[float, float, float, float]]:
    """What an element covers, texts as wide as they are taken to be: left, top, right, bottom."""
    tag = element.tag.rpartition("}")[2]
    if tag == "path":
        points = [tuple(map(float, point.split())) for point in element.attrib["d"][1:].split("L")]
        return [(x, y, x, y) for x, y in points]
    at = {name: float(value) for name, value in element.attrib.items() if re.fullmatch(r"-?[\d.]+", value)}
    if tag == "line":
        return [(at["x1"], min(at["y1"], at["y2"]), at["x2"], max(at["y1"], at["y2"]))]
    if tag == "rect":
        assert at["width"] > 0 and at["height"] > 0
        return [(at["x"], at["y"], at["x"] + at["width"], at["y"] + at["height"])]
    wide = text_width(element.text or "", at["font-size"])
    before = {"middle": wide / 2, "end": wide}.get(element.get("text-anchor", ""), 0)
    return [(at["x"] - before, at["y"] - at["font-size"], at["x"] - before + wide, at["y"])]
