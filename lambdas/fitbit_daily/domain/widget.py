"""What the dashboard's widget is asked, and the HTML that it answers.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_about.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from typing import Any

from fitbit_daily.domain.day import EARLIEST
from fitbit_daily.domain.drawing import draw
from fitbit_daily.domain.drawing.spans import SPANS, span
from fitbit_daily.domain.drawing.themes import THEMES
from fitbit_daily.domain.drawing.words import WORDS
from fitbit_daily.domain.history import ENOUGH
from fitbit_daily.domain.statistics import Records, days_with_data

_BUTTONS = {
    "en": {"week": "Week", "month": "Month", "year": "Year", "all": "All"},
    "ja": {"week": "週", "month": "月", "year": "年", "all": "全期間"},
}
_EMPTY = {
    "en": "Nothing is kept yet. Days of the past come in with: ./daily backfill --from YYYY-MM-DD",
    "ja": "記録はまだありません。過去の日を読み込むコマンド: ./daily backfill --from YYYY-MM-DD",
}

# What the buttons and the widget's own edges take of its height, in pixels.
_ABOVE = 48
# Where the dashboard does not say how large the widget is.
_WIDTH, _HEIGHT = 900, 560

DOCUMENTATION = f"""\
## The days at a glance
Steps, sleep and minutes by intensity from fitbit-daily's history.

### Widget parameters
Parameter | Description
---|---
**range** | {", ".join(f"`{name}`" for name in SPANS)}; without it, `month`
**language** | {", ".join(f"`{name}`" for name in sorted(WORDS))}; without it, the language of the posts

### Example
``` yaml
range: month
language: en
```
"""


@dataclass(frozen=True)
class Asked:
    """What to draw; width and height are those of the widget, in pixels."""

    span: str
    language: str
    theme: str
    width: float
    height: float

    def needs(self, last: date) -> date:
        """The first of the days that must be read, with those that the averages take in."""
        days = SPANS[self.span]
        return EARLIEST if days is None else max(EARLIEST, last - timedelta(days=days + max(ENOUGH)))


def read_event(event: Any, language: str) -> Asked:
    """Of what is not there or makes no sense, the default: nobody reads an error about a parameter in a widget."""
    given = event if isinstance(event, Mapping) else {}
    context = given.get("widgetContext")
    context = context if isinstance(context, Mapping) else {}
    return Asked(
        span=_one_of(SPANS, given.get("range"), "month"),
        language=_one_of(WORDS, given.get("language"), language),
        theme=_one_of(THEMES, context.get("theme"), "light"),
        width=_pixels(context.get("width"), _WIDTH),
        height=_pixels(context.get("height"), _HEIGHT),
    )


def answer(asked: Asked, records: Records, last: date, *, function: str) -> str:
    """The days up to `last`. function: the ARN that the buttons call."""
    if days_with_data(records):
        inside = draw(
            records,
            *span(records, asked.span, last),
            width=asked.width,
            height=asked.height - _ABOVE,
            theme=THEMES[asked.theme],
            language=asked.language,
        )
    else:
        inside = paragraph(_EMPTY[asked.language])
    return f'<div style="padding-bottom:8px">{_buttons(asked, function)}</div>{inside}'


def paragraph(sentence: str) -> str:
    return f"<p>{escape(sentence)}</p>"


def _buttons(asked: Asked, function: str) -> str:
    """cwdb-action makes a button of what stands before it."""
    return "".join(
        f'<a class="btn{" btn-primary" if name == asked.span else ""}">{words}</a>'
        f'<cwdb-action action="call" display="widget" endpoint="{escape(function)}">'
        f"{json.dumps({'range': name, 'language': asked.language})}</cwdb-action> "
        for name, words in _BUTTONS[asked.language].items()
    )


def _one_of(known: Mapping[str, Any], given: Any, otherwise: str) -> str:
    return given if isinstance(given, str) and given in known else otherwise


def _pixels(given: Any, otherwise: float) -> float:
    usable = isinstance(given, int | float) and not isinstance(given, bool) and 1 <= given <= 10_000
    return float(given) if usable else otherwise
