"""The history as a page to look at: one HTML document that fetches nothing and runs nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from html import escape
from itertools import groupby

from cli.page_words import PAGE_WORDS, PageWords
from fitbit_daily.domain.drawing import FONTS, draw
from fitbit_daily.domain.drawing.spans import SPANS, span
from fitbit_daily.domain.drawing.themes import THEMES, VARIABLES, as_css
from fitbit_daily.domain.drawing.words import WORDS, Words, clock
from fitbit_daily.domain.history import DayRecord, averages
from fitbit_daily.domain.ranges import joined
from fitbit_daily.domain.statistics import (
    Records,
    Streak,
    Summary,
    days_never_kept,
    days_with,
    days_with_data,
    longest_streak,
    summary_of,
)

# Each drawing is there twice, and the window's width decides: scaled down to a telephone, no text could be read.
_SIZES = {"narrow": (368, 540), "wide": (1040, 600)}

# What a streak of good days asks for; it is the goal that trackers come with.
GOAL = 10_000

# Of more gaps, the rest is counted.
_GAPS = 12

_STYLE = f"""
:root{{color-scheme:light dark;{as_css(THEMES["light"])}}}
@media (prefers-color-scheme:dark){{:root{{{as_css(THEMES["dark"])}}}}}
*{{box-sizing:border-box}}
body{{margin:0 auto;padding:16px;max-width:1072px;background:var(--paper);color:var(--ink);
font:15px/1.5 {FONTS}}}
h1{{font-size:22px;margin:0}}h2{{font-size:17px;margin:32px 0 8px}}p{{margin:4px 0}}
svg{{display:block;max-width:100%;height:auto}}
.wide{{display:none}}
@media (min-width:760px){{.narrow{{display:none}}.wide{{display:block}}}}
.scroll{{overflow-x:auto;max-width:100%}}
table{{border-collapse:separate;border-spacing:0;font-size:14px;font-variant-numeric:tabular-nums}}
th,td{{padding:3px 10px;text-align:right;border-bottom:1px solid var(--rule);white-space:nowrap}}
th:first-child,td:first-child{{text-align:left;padding-left:0;position:sticky;left:0;background:var(--paper)}}
th{{font-weight:600;color:var(--quiet)}}
summary{{cursor:pointer;padding:4px 0}}
code{{display:block;overflow-wrap:anywhere;font-family:ui-monospace,Menlo,Consolas,monospace;
padding:2px 6px;background:var(--gap);border-radius:4px}}
.quiet{{color:var(--quiet)}}
"""


def page(records: Records, last: date, language: str) -> str:
    """The document. records: the whole history, oldest first; last: the last day that is over."""
    words, dates = PAGE_WORDS[language], WORDS[language]
    first, _ = span(records, "all", last)
    summary = summary_of(records, first, last)
    body = [
        f"<h1>{words.title}</h1>",
        f'<p class="quiet">{words.until.format(dates.day(last, year=True))}</p>',
        *_drawings(records, last, language),
        _section(words.missing, *_missing(records, summary, words, dates)),
        _section(words.averages, _averages(records, summary, words)),
        _section(words.records, _bests(summary, words, dates)),
        _section(words.streaks, _streaks(records, last, words, dates)),
        _section(words.table, *_days(records, words)),
    ]
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        # Health data: whatever a browser or an extension makes of the page, nothing is fetched by it.
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{words.title}</title><style>{_STYLE}</style></head><body>{''.join(body)}</body></html>\n"
    )


def _section(title: str, *inside: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{''.join(inside)}</section>"


def _drawings(records: Records, last: date, language: str) -> Iterator[str]:
    """Of each range that shows more than the one before it."""
    drawn = last
    for name in SPANS:
        first, _ = span(records, name, last)
        if first < drawn:
            yield _section(PAGE_WORDS[language].spans[name], *_both_sizes(records, first, last, language))
            drawn = first


def _both_sizes(records: Records, first: date, last: date, language: str) -> Iterator[str]:
    for name, (width, height) in _SIZES.items():
        drawing = draw(records, first, last, width=width, height=height, theme=VARIABLES, language=language)
        yield f'<div class="{name}">{drawing}</div>'


def _missing(records: Records, summary: Summary, words: PageWords, dates: Words) -> Iterator[str]:
    never = days_never_kept(records, summary.first, summary.last)
    empty = [day for day in summary.without_data if day in records]
    if never:
        yield f"<p>{escape(words.never_kept.format(_named(never, dates)))}</p>"
        yield f"<p>{escape(words.fill)} <code>./daily backfill --from {never[0]} --to {never[-1]}</code></p>"
    if empty:
        yield f"<p>{escape(words.source_had_nothing.format(_named(empty, dates)))}</p>"
    if not never and not empty:
        yield f"<p>{escape(words.complete)}</p>"


def _named(days: Sequence[date], dates: Words) -> str:
    ranges = joined(days)
    rest = sum(Streak(*each).days for each in ranges[_GAPS:])
    named = [dates.range(*each) for each in ranges[:_GAPS]]
    return dates.separator.join([*named, dates.and_more.format(rest)] if rest else named)


def _averages(records: Records, summary: Summary, words: PageWords) -> str:
    year, _ = span(records, "year", summary.last)
    columns: dict[str, Mapping[str, Decimal | None]] = {
        **averages(records, summary.last),
        "year": summary_of(records, year, summary.last).means,
        "all": summary.means,
    }
    rows = [
        [label, *(_cell(name, of_days.get(name)) for of_days in columns.values())]
        for name, label in words.numbers.items()
    ]
    return _table(["", *(words.average_of[name] for name in columns)], rows)


def _bests(summary: Summary, words: PageWords, dates: Words) -> str:
    rows = [
        [label, _cell(name, best.number), dates.day(best.day, year=True)]
        for name, label in words.numbers.items()
        # The most hours of sitting are no record.
        if name != "sedentary_minutes" and (best := summary.bests.get(name))
    ]
    return _table(["", words.best, words.on], rows)


def _streaks(records: Records, last: date, words: PageWords, dates: Words) -> str:
    having = days_with_data(records)
    current = next((Streak(*each) for each in joined(having) if each[1] == last), None)
    found = {
        words.longest_goal.format(f"{GOAL:,}"): longest_streak(days_with(records, "steps", at_least=GOAL)),
        words.longest_data: longest_streak(having),
        words.current_data: current,
    }
    return "".join(
        f"<p>{escape(name)}: "
        f"{words.days.format(streak.days, dates.range(streak.first, streak.last)) if streak else words.none}</p>"
        for name, streak in found.items()
    )


def _days(records: Records, words: PageWords) -> Iterator[str]:
    """By year, the newest first and open."""
    newest_first = sorted(records.values(), key=lambda record: record.date, reverse=True)
    if any(not record.complete for record in newest_first):
        yield f'<p class="quiet">{escape(words.incomplete)}</p>'
    for year, of_year in groupby(newest_first, lambda record: record.date.year):
        table = _table([words.day, *words.numbers.values()], (_row(record, words) for record in of_year))
        opened = " open" if year == newest_first[0].date.year else ""
        yield f"<details{opened}><summary>{year}</summary>{table}</details>"


def _row(record: DayRecord, words: PageWords) -> list[str]:
    return [
        f"{record.date}{'' if record.complete else '*'}",
        *(_cell(name, record.number(name)) for name in words.numbers),
    ]


def _cell(name: str, number: Decimal | None) -> str:
    if number is None:
        return "–"
    if name == "minutes_asleep":
        return clock(number)
    return f"{number.quantize(Decimal('0.1' if name == 'distance_km' else '1'), ROUND_HALF_UP):,}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """It scrolls on its own where the window is too narrow for it, by the keyboard, too."""
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f'<div class="scroll" tabindex="0"><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'
