"""A drawing shows what the history says: read off its scales, by a reader that knows none of its code."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fitbit_daily.domain.day import EARLIEST
from fitbit_daily.domain.drawing import LEAST_HEIGHT, LEAST_WIDTH, draw
from fitbit_daily.domain.drawing.columns import columns_of
from fitbit_daily.domain.drawing.description import MOST_CHARACTERS
from fitbit_daily.domain.drawing.plot import Plot
from fitbit_daily.domain.drawing.svg import text_width
from fitbit_daily.domain.drawing.themes import THEMES, Theme
from fitbit_daily.domain.history import DayRecord, average
from fitbit_daily.domain.numbers import MOST
from tests.domain.history_days import TODAY, record
from tests.domain.reading_drawings import Shown, read_drawing

MINUTES = ("light_minutes", "moderate_minutes", "vigorous_minutes")
NUMBERS = ("steps", "minutes_asleep", *MINUTES)
AGO = {back: TODAY - timedelta(days=back) for back in range(5_000)}


def day(back: int, minutes: tuple[int, int, int], **more: Any) -> DayRecord:
    return record(AGO[back], **dict(zip(MINUTES, minutes, strict=True)), **more)


# Monday to Sunday: Tuesday is a day of 0, Wednesday has no sleep, Thursday is missing, Sunday is not complete.
WEEK: Mapping[date, DayRecord] = {
    each.date: each
    for each in (
        day(6, (200, 20, 10), steps=8_000, asleep=400),
        day(5, (0, 0, 0), steps=0, asleep=500),
        day(4, (250, 40, 30), steps=12_345),
        day(2, (180, 10, 5), steps=6_000, asleep=605),
        day(1, (210, 25, 15), steps=9_000, asleep=450),
        day(0, (60, 5, 2), steps=3_000, asleep=300, complete=False),
    )
}


def years(days: int) -> dict[date, DayRecord]:
    chance = random.Random(5)
    return {
        AGO[back]: day(
            back,
            (chance.randrange(60, 300), chance.randrange(60), chance.randrange(60)),
            steps=chance.randrange(2_000, 20_000),
            asleep=chance.randrange(300, 600),
        )
        for back in reversed(range(days))
        if chance.random() > 0.03
    }


def shown(records: Mapping[date, DayRecord], days: int, **changed: Any) -> Shown:
    options: dict[str, Any] = {"width": 1200, "height": 600, "theme": THEMES["light"], "language": "en"} | changed
    return read_drawing(draw(records, AGO[days - 1], TODAY, **options))


def near(number: float) -> Any:
    return pytest.approx(number, abs=number * 0.01 + 3)


@pytest.mark.parametrize("width", [400, 1200])
def test_each_bar_is_as_high_on_its_scale_as_the_days_number(width: int) -> None:
    found = shown(WEEK, 7, width=width, height=700)
    for name in NUMBERS:
        numbers = {6 - back: WEEK[AGO[back]].number(name) for back in range(7) if AGO[back] in WEEK}
        expected = {index: near(float(number)) for index, number in numbers.items() if number is not None}
        assert found.bars[name].keys() == expected.keys()
        # The line on the ground that stands for 0 is a pixel high.
        assert {index: bar for index, bar in found.bars[name].items() if numbers[index]} == {
            index: number for index, number in expected.items() if numbers[index]
        }


def test_a_bar_that_is_drawn_wrongly_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    true, wrong = Plot.length, Decimal(12_345)
    monkeypatch.setattr(Plot, "length", lambda plot, number: true(plot, number) * (0.95 if number == wrong else 1))
    assert shown(WEEK, 7).bars["steps"][2] != near(12_345)


def test_a_missing_day_is_a_gap_and_a_day_of_zero_is_a_line_on_the_ground() -> None:
    found = shown(WEEK, 7)
    assert found.gaps == {"steps": [(3, 3)], "minutes_asleep": [(2, 3)], "minutes": [(3, 3)]}
    assert 0 < found.bars["steps"][1] < 100 and "0" in found.labels["steps"]
    assert found.columns[3] == "26 Feb 2026: no data"


def test_an_incomplete_day_is_an_outline_and_the_legend_says_what_that_is() -> None:
    found = shown(WEEK, 7)
    assert found.outlined == {name: {6} for name in NUMBERS}
    assert "not fully synced yet" in found.texts and "not fully synced yet" in found.columns[6]
    complete = shown({each.date: each for each in WEEK.values() if each.complete}, 7)
    assert not complete.outlined and "not fully synced yet" not in complete.texts


def test_the_line_is_the_seven_day_average_and_takes_in_days_before_the_range() -> None:
    records = years(60)
    found = shown(records, 30)
    expected = {29 - back: average(records, AGO[back], 7, "steps") for back in range(30)}
    assert found.line == {index: near(float(number)) for index, number in expected.items() if number}
    assert len(found.line) == 30 and "7-day average of steps" in found.texts


def test_the_line_is_broken_where_there_is_no_average() -> None:
    records = {each.date: each for each in years(60).values() if not AGO[20] <= each.date <= AGO[12]}
    found = shown(records, 30)
    assert found.line_parts == 2
    assert set(range(30)) - found.line.keys() == {
        29 - back for back in range(30) if average(records, AGO[back], 7, "steps") is None
    }


@pytest.mark.parametrize(("days", "unit"), [(7, "day"), (45, "day"), (46, "week"), (365, "week"), (3_650, "month")])
def test_the_bars_are_days_weeks_or_months_so_that_each_can_be_seen(days: int, unit: str) -> None:
    found = shown(years(days), days, width=400, height=520)
    assert len(found.columns) <= 150 and f"each bar a {unit}" in found.texts


def test_twenty_years_are_drawn_in_years() -> None:
    assert columns_of({}, date(2009, 1, 1), date(2029, 12, 31)).unit == "year"


def test_the_bar_of_a_week_is_the_mean_of_its_complete_days_and_an_outline_with_less_than_half_of_them() -> None:
    monday = date(2025, 6, 2)
    records, days = years(400), [monday + timedelta(days=number) for number in range(7)]
    records |= {each: record(each, steps=1_000, complete=False) for each in days}
    records |= {days[0]: record(days[0], steps=10_000), days[1]: record(days[1], steps=12_000)}
    found = shown(records, 365)
    index = next(number for number, said in enumerate(found.columns) if said.startswith("2 Jun"))
    assert found.bars["steps"][index] == near(11_000) and index in found.outlined["steps"]
    records |= {each: record(each, steps=11_000) for each in days[2:4]}
    assert index not in shown(records, 365).outlined["steps"]


def test_the_months_of_a_device_change_stay_a_gap_in_ten_years() -> None:
    begin, end = date(2018, 5, 1), date(2018, 7, 31)
    records = {each.date: each for each in years(3_650).values() if not begin <= each.date <= end}
    found = shown(records, 3_650)
    (gap,) = found.gaps["steps"]
    assert [found.columns[index].split(":")[0] for index in gap] == ["May 2018", "Jul 2018"]


LABELS = {
    "en": """Steps, sleep and exercise · 23 Feb – 1 Mar 2026|Steps|average 7,069 a day · best day 12,345 (25 Feb)|Sleep
average 8 h 09 min a day · longest 10 h 05 min (27 Feb)|Exercise (min)|hard 12|active 19|light 168|Mon 23|Sun 1
each bar a day|7-day average of steps|not fully synced yet|no data|12,345|10:05""",
    "ja": """歩数・睡眠・運動 · 2026年2月23日〜3月1日|歩数|1日平均 7,069 · 最多 12,345（2月25日）|睡眠
1日平均 8時間09分 · 最長 10時間05分（2月27日）|運動（分）|激しい 12|活発 19|軽い 168|23(月)|1(日)
1本が1日|歩数の7日平均|同期前（途中の値）|データなし|12,345|10:05""",
}


@pytest.mark.parametrize("language", LABELS)
def test_every_label_of_a_week_in_each_language(language: str) -> None:
    texts = shown(WEEK, 7, language=language).texts
    assert [each for each in LABELS[language].replace("\n", "|").split("|") if each not in texts] == []


def test_the_description_says_the_same_in_words() -> None:
    assert shown(WEEK, 7).alternative == (
        "Bar charts of steps, sleep and exercise, 23 Feb – 1 Mar 2026. "
        "Steps: 7,069 steps a day on average; most on 25 Feb, 12,345 steps. "
        "Sleep: 8 h 09 min on average; longest on 27 Feb, 10 h 05 min. "
        "Minutes a day on average: hard 12, active 19, light 168. "
        "Steps of each day: 23 Feb 8,000, 24 Feb 0, 25 Feb 12,345, 26 Feb no data, 27 Feb 6,000, 28 Feb 9,000, "
        "1 Mar 3,000. Days without data: 1 (26 Feb). Not fully synced yet: 1 Mar."
    )
    assert shown(WEEK, 7, language="ja").alternative == (
        "2026年2月23日〜3月1日の歩数・睡眠・運動の棒グラフ。歩数は1日平均7,069歩、最多は2月25日の12,345歩。"
        "睡眠は平均8時間09分、最長は2月27日の10時間05分。運動は1日平均で激しい 12、活発 19、軽い 168。"
        "各日の歩数は2月23日 8,000、2月24日 0、2月25日 12,345、2月26日 データなし、2月27日 6,000、2月28日 9,000、"
        "3月1日 3,000。データのない日は1日（2月26日）。同期前の日は3月1日。"
    )
    assert "Nothing is known of these days." in shown({}, 7).alternative


def test_what_cloudwatch_strips_and_ids_are_not_in_it() -> None:
    svg = draw(years(400), AGO[364], TODAY, width=400, height=500, theme=THEMES["dark"], language="ja")
    for part in ("<use", "<script", "<style", "<foreignObject", " id=", "url(", "href", " onclick"):
        assert part not in svg


def test_a_theme_changes_colours_only() -> None:
    light, dark = (
        draw(WEEK, AGO[6], TODAY, width=400, height=500, theme=THEMES[name], language="en") for name in THEMES
    )
    assert light != dark and read_drawing(light) == read_drawing(dark)


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_bars_and_texts_stand_out_and_the_intensities_differ_in_lightness(theme: Theme) -> None:
    for name in [field.name for field in fields(Theme)]:
        colour = getattr(theme, name)
        if name in ("ink", "quiet"):
            assert _contrast(colour, theme.paper) >= 4.5 and _contrast(colour, theme.gap) >= 4.5
        elif name not in ("paper", "gap", "rule"):
            assert _contrast(colour, theme.paper) >= 3, name
    assert _contrast(theme.hard, theme.active) >= 1.6 and _contrast(theme.active, theme.light) >= 1.6
    assert _contrast(theme.line, theme.steps) >= 2.5


def _contrast(one: str, other: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio"""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# Whatever the days are: valid SVG, nothing outside of it, no number that is none, a short description.

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


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
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
