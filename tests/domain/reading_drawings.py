"""Reads a drawing as a person does: bars against the lines of the scale, gaps, words. It knows none of its code."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from xml.etree import ElementTree

PANELS = ("steps", "minutes_asleep", "minutes")
_PANEL_OF = {"steps": "steps", "minutes_asleep": "minutes_asleep"}
_LARGE = {"h": 60, "時間": 60, "min": 1, "分": 1, "": 1}


@dataclass
class Shown:
    """columns: what each says under the pointer. bars: by number and column; line: by column."""

    width: float
    height: float
    alternative: str
    title: str
    columns: list[str]
    texts: list[str]
    bars: dict[str, dict[int, float]] = field(default_factory=lambda: defaultdict(dict))
    outlined: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    gaps: dict[str, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    labels: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    line: dict[int, float] = field(default_factory=dict)
    line_parts: int = 0


@dataclass
class _Scale:
    zero: float
    pixels: float  # of one

    def number(self, y: float) -> float:
        return (self.zero - y) / self.pixels


def read_drawing(svg: str) -> Shown:
    root = ElementTree.fromstring(re.sub(r' xmlns="[^"]*"', "", svg))  # noqa: S314
    (group,) = root.findall("g")
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    hints = [rect for rect in group.findall("rect") if rect.get("pointer-events") == "all"]
    shown = Shown(
        width=width,
        height=height,
        alternative=root.attrib["aria-label"],
        title=root.findtext("title") or "",
        columns=[rect.findtext("title") or "" for rect in hints],
        texts=[each.text or "" for each in group.findall("text")],
    )
    left, step = float(hints[0].attrib["x"]), float(hints[0].attrib["width"])
    scales = _scales(group)

    def column(x: float) -> int:
        return int((x - left) / step)

    for each in group:
        name = each.get("data-name", "")
        if each.tag == "text" and name.endswith(" label"):
            shown.labels[name.removesuffix(" label")].append(each.text or "")
        elif name == "gap":
            x, width, top = (float(each.attrib[key]) for key in ("x", "width", "y"))
            panel = next(panel for panel in PANELS if scales[panel].zero > top)
            shown.gaps[panel].append((column(x + step / 2), column(x + width - step / 2)))
        elif name == "line":
            shown.line_parts += 1
            points = [tuple(map(float, point.split())) for point in each.attrib["d"][1:].split("L")]
            shown.line |= {column(x): scales["steps"].number(y) for x, y in points}
        elif name:
            if each.tag == "rect":
                rim = 1.4 if each.get("stroke") else 0.0
                x, long = float(each.attrib["x"]) + float(each.attrib["width"]) / 2, float(each.attrib["height"]) + rim
            else:
                x, long = float(each.attrib["x1"]), float(each.attrib["y2"]) - float(each.attrib["y1"])
            shown.bars[name][column(x)] = long / scales[_PANEL_OF.get(name, "minutes")].pixels
            if each.get("stroke") is not None or each.get("fill-opacity") is not None:
                shown.outlined[name].add(column(x))
    return shown


def _scales(group: ElementTree.Element) -> dict[str, _Scale]:
    """From the lines and the words beside them: each panel's begin at 0."""
    ticks: list[list[tuple[int, float]]] = []
    for rule, words in pairwise(group):
        if rule.tag == "line" and words.tag == "text" and words.get("text-anchor") == "end":
            found = re.fullmatch(r"([\d,]+) ?(\D*)", words.text or "")
            assert found, words.text
            number = int(found[1].replace(",", "")) * _LARGE[found[2]]
            if number == 0:
                ticks.append([])
            ticks[-1].append((number, float(rule.attrib["y1"])))
    assert len(ticks) == len(PANELS)
    return {
        panel: _Scale(of[0][1], (of[0][1] - of[-1][1]) / of[-1][0] if len(of) > 1 else 1e9)
        for panel, of in zip(PANELS, ticks, strict=True)
    }
