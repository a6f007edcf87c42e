"""Widget: the dashboard's question becomes a drawing with buttons; what goes wrong is one sentence in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest

import widget
from fitbit_daily.adapters.history_table import HistoryTable
from fitbit_daily.domain.drawing.themes import THEMES
from tests.adapters.fixtures import YESTERDAY, Clock
from tests.domain.history_days import record
from tests.domain.reading_drawings import Shown, read_drawing
from tests.tables import put_directly

ARN = "arn:aws:lambda:eu-central-1:123456789012:function:fitbit-daily-Widget"


@pytest.fixture
def table(clock: Clock, history_table: str, monkeypatch: pytest.MonkeyPatch) -> HistoryTable:
    for name, value in {"TIME_ZONE": "Asia/Tokyo", "LANGUAGE": "ja", "HISTORY_TABLE": history_table}.items():
        monkeypatch.setenv(name, value)
    return HistoryTable(history_table)


def keep(table: HistoryTable, ago: Iterable[int]) -> None:
    with put_directly():
        for back in ago:
            day = YESTERDAY - timedelta(days=back)
            table.write(record(day, steps=5_000 + back, asleep=400, light_minutes=90))


def ask(**event: Any) -> str:
    return widget.handler(event, SimpleNamespace(invoked_function_arn=ARN))


def drawn(html: str) -> Shown:
    return read_drawing(html[html.index("<svg") :])


def test_it_shows_the_days_up_to_yesterday_in_the_language_of_the_posts(table: HistoryTable) -> None:
    keep(table, range(40))
    found = drawn(ask())
    assert len(found.columns) == 30 and found.title == "歩数・睡眠・運動 · 2026年10月23日〜11月21日"
    assert len(found.line) == 30, "the days before the range are read for its averages"


@pytest.mark.parametrize(("range_", "columns"), [("week", 7), ("month", 30), ("year", 13), ("all", 13)])
def test_its_buttons_ask_for_week_month_year_and_all(range_: str, columns: int, table: HistoryTable) -> None:
    keep(table, [0, 40, 84])
    html = ask()
    buttons = re.findall(r'<a class="btn( btn-primary)?">(.+?)</a><cwdb-action ([^>]*)>(.*?)</cwdb-action>', html)
    assert [words for _, words, _, _ in buttons] == ["週", "月", "年", "全期間"]
    assert {attributes for _, _, attributes, _ in buttons} == {f'action="call" display="widget" endpoint="{ARN}"'}
    parameters = {given["range"]: given for given in (json.loads(text) for *_, text in buttons)}
    again = ask(**parameters[range_])
    assert len(drawn(again).columns) == columns
    assert re.findall(r"btn-primary\">(.+?)<", again) == [
        words for (_, words, _, _), name in zip(buttons, parameters, strict=True) if name == range_
    ]


def test_it_has_the_dashboards_size_and_theme_and_the_widgets_language(table: HistoryTable) -> None:
    keep(table, range(3))
    html = ask(language="en", widgetContext={"width": 1180, "height": 600, "theme": "dark"})
    found = drawn(html)
    assert found.width == 1180 and 500 <= found.height < 600 and "Steps" in found.texts
    assert THEMES["dark"].steps in html and THEMES["light"].steps not in html


@pytest.mark.parametrize(
    "nonsense", [{"range": 7}, {"language": []}, {"widgetContext": 3}, {"widgetContext": {"width": "x", "height": -1}}]
)
def test_of_parameters_that_make_no_sense_it_takes_the_default(nonsense: dict[str, Any], table: HistoryTable) -> None:
    keep(table, range(3))
    assert ask(**nonsense) == ask()


def test_without_any_day_it_says_how_to_get_some(table: HistoryTable) -> None:
    html = ask(language="en")
    assert "./daily backfill --from" in html and "<svg" not in html and "cwdb-action" in html


def test_it_describes_itself(table: HistoryTable) -> None:
    assert ask(describe=True).startswith("## ") and "**range**" in ask(describe=True)


def test_what_goes_wrong_is_one_sentence_without_markup(table: HistoryTable, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HISTORY_TABLE", "gone")
    html = ask()
    (sentence,) = re.findall(r"<p>(.+?)</p>", html)
    assert html == f"<p>{sentence}</p>" and "ResourceNotFoundException" in sentence


def test_the_html_is_well_formed(table: HistoryTable) -> None:
    keep(table, range(3))
    ElementTree.fromstring(f"<div>{ask()}</div>")  # noqa: S314


def test_it_looks_no_further_than_the_civil_day_of_the_owner(table: HistoryTable, clock: Clock) -> None:
    keep(table, range(3))
    clock.turn(minutes=-11)
    assert drawn(ask()).title.endswith("11月20日")


def test_ten_years_fit_into_an_answer_of_lambda_many_times(table: HistoryTable) -> None:
    keep(table, range(0, 3650, 7))
    assert len(ask(range="all", widgetContext={"width": 2000, "height": 1200}).encode()) < 6_000_000 / 20
