"""The page in a real browser: nothing is fetched, nothing goes wrong, nothing sticks out, in both themes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from cli.page import page
from fitbit_daily.domain.drawing.themes import THEMES
from tests.domain.history_days import TODAY, record
from tests.pages.chromium import PROGRAM, Tab, chromium

pytestmark = [
    pytest.mark.skipif(PROGRAM is None, reason="there is no chromium on this machine: apt-get install chromium"),
    pytest.mark.xdist_group("chromium"),
]


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    with chromium(tmp_path_factory.mktemp("profile")) as found:
        yield found


@pytest.fixture(scope="module", params=["en", "ja"])
def document(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of some years with gaps, large numbers among them."""
    days = [TODAY - timedelta(days=back) for back in reversed(range(1_500)) if back % 17 and not 300 < back < 380]
    records = {
        day: record(
            day,
            steps=999_999 if day.day == 13 else 4_000 + day.toordinal() % 9_000,
            asleep=300 + day.toordinal() % 200,
            light_minutes=1_200 if day.day == 13 else 180,
            moderate_minutes=day.day,
            vigorous_minutes=day.month,
            complete=day != TODAY - timedelta(days=1),
        )
        for day in days
    }
    path = tmp_path_factory.mktemp("page") / "history.html"
    path.write_text(page(records, TODAY, request.param), encoding="utf-8")
    return path


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [400, 1200])
def test_nothing_is_fetched_nothing_fails_and_nothing_sticks_out(
    width: int, dark: bool, document: Path, tab: Tab
) -> None:
    tab.open(document, width=width, dark=dark)
    asked = [event["params"]["request"]["url"] for event in tab.named("Network.requestWillBeSent")]
    assert asked == [document.as_uri()]
    assert tab.named("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded") == []
    too_wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert tab.evaluate(too_wide) == 0
    assert (
        tab.evaluate("[...document.querySelectorAll('svg')].filter(each => each.getBoundingClientRect().width).length")
        == 4
    )
    paper = THEMES["dark" if dark else "light"].paper
    red, green, blue = (int(paper[at : at + 2], 16) for at in (1, 3, 5))
    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == f"rgb({red}, {green}, {blue})"


@pytest.mark.parametrize("width", [400, 1200])
def test_no_text_of_a_drawing_leaves_it_or_covers_another(width: int, document: Path, tab: Tab) -> None:
    tab.open(document, width=width, dark=False)
    script = """
    [...document.querySelectorAll('svg')].flatMap(svg => {
      const whole = svg.getBoundingClientRect()
      if (!whole.width) return []
      const texts = [...svg.querySelectorAll('text')].map(text => [text.textContent, text.getBoundingClientRect()])
      const out = texts.filter(([, box]) => box.left < whole.left || box.right > whole.right + .5
        || box.top < whole.top || box.bottom > whole.bottom + .5)
      const over = texts.filter(([, a], n) => texts.slice(n + 1).some(([, b]) =>
        a.left < b.right - 1 && b.left < a.right - 1 && Math.abs(a.bottom - b.bottom) < 2))
      return [...out.map(([words]) => 'outside: ' + words), ...over.map(([words]) => 'covered: ' + words)]
    })"""
    assert tab.evaluate(script) == []
