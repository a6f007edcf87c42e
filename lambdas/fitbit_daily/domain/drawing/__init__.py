"""A range of the history as a picture: steps, sleep and minutes by intensity, one above the other.

Own SVG, without ids, `<style>`, `<use>` or scripts: CloudWatch lets all of it through, several drawings may stand on
one page, and it needs no library.
"""

from __future__ import annotations

from datetime import date
from html import escape

from fitbit_daily.domain.drawing import edges
from fitbit_daily.domain.drawing.columns import Columns, columns_of
from fitbit_daily.domain.drawing.description import describe
from fitbit_daily.domain.drawing.panels import PANELS, Style, draw_headline, draw_panel
from fitbit_daily.domain.drawing.plot import Plot
from fitbit_daily.domain.drawing.svg import element, text, text_width
from fitbit_daily.domain.drawing.themes import Theme
from fitbit_daily.domain.drawing.words import WORDS
from fitbit_daily.domain.statistics import Records, Summary, summary_of

FONTS = (
    "'Helvetica Neue', 'Segoe UI', Roboto, Arial, "
    "'Hiragino Sans', 'Yu Gothic UI', 'Noto Sans JP', 'Noto Sans CJK JP', sans-serif"
)

# Smaller, the texts would not have room.
LEAST_WIDTH, LEAST_HEIGHT = 320, 340
# From this width on, texts are a little larger.
_WIDE = 700
_MARGIN = 8


def draw(
    records: Records,
    first: date,
    last: date,
    *,
    width: float,
    height: float,
    theme: Theme,
    language: str,
    on_paper: bool = False,
) -> str:
    """SVG of the days from first to last, both included, `width` by `height` pixels large, but no smaller than LEAST_….

    records    days before the range count for the averages that end in it
    on_paper   with a ground of its own, where it does not lie on a page
    """
    width, height = max(width, LEAST_WIDTH), max(height, LEAST_HEIGHT)
    style = Style(theme, WORDS[language], 13 if width >= _WIDE else 12)
    summary = summary_of(records, first, last)
    dates = style.words.range(first, last)
    title = f"{style.words.title} · {dates}"
    paper = element("rect", width=width, height=height, fill=theme.paper) if on_paper else ""
    inner = width - 2 * _MARGIN
    heading = title if text_width(title, style.size + 1) <= inner else dates
    inside = _inside(heading, columns_of(records, first, last), summary, inner, height - 2 * _MARGIN, style)
    return element(
        "svg",
        element("title", escape(title)),
        paper,
        element("g", inside, transform=f"translate({_MARGIN} {_MARGIN})"),
        xmlns="http://www.w3.org/2000/svg",
        width=width,
        height=height,
        viewBox=f"0 0 {width:g} {height:g}",
        role="img",
        aria_label=describe(records, summary, language),
        font_family=FONTS,
    )


def _inside(title: str, columns: Columns, summary: Summary, width: float, height: float, style: Style) -> str:
    rows = edges.legend_rows(columns, width, style)
    above, heading = style.size + 4, style.size + 16
    below = 2 * style.small + 10 + len(rows) * edges.row_height(style)
    room = height - above - below - len(PANELS) * heading
    heights = [room * panel.share for panel in PANELS]
    scales = [panel.scale(columns, each) for panel, each in zip(PANELS, heights, strict=True)]
    ticks = [panel.tick(tick, style.words) for panel, scale in zip(PANELS, scales, strict=True) for tick in scale.ticks]
    left = max(text_width(tick, style.small) for tick in ticks) + 6

    parts = [text(title, 0, style.size, font_size=style.size + 1, font_weight="bold", fill=style.theme.ink)]
    y = above
    for panel, panel_height, scale in zip(PANELS, heights, scales, strict=True):
        y += heading
        parts.append(draw_headline(panel, summary, y - 6, width, style))
        plot = Plot(left, y, width - left, panel_height, len(columns.all), scale)
        parts.append(draw_panel(panel, columns, plot, style))
        y += panel_height
    parts.append(edges.axis(columns, plot, y + style.small + 5, style))
    parts.append(edges.legend(rows, y + 2 * style.small + 18, style))
    parts.append(edges.hints(columns, plot, above, style.words))
    return "".join(parts)
