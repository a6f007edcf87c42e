"""The week's post: which days it is about, when it is made, and what it says.

Its row is one of the week's last day, which is settled with it. It is made when that day is complete and the six before
it are settled, at the latest by the last night that catches its last day up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from fitbit_daily.domain.cures import WEEK_WAITS
from fitbit_daily.domain.day import Calendar, CivilDays, Request
from fitbit_daily.domain.days import NOT_OVER_YET, Rows, judge, last_night
from fitbit_daily.domain.drawing import draw
from fitbit_daily.domain.drawing.description import describe
from fitbit_daily.domain.drawing.themes import THEMES
from fitbit_daily.domain.drawing.words import WORDS, thousands
from fitbit_daily.domain.history import ENOUGH
from fitbit_daily.domain.posts import WEEK, Post, Skipped
from fitbit_daily.domain.statistics import Records, Summary, summary_of
from fitbit_daily.domain.wording import WORDINGS

DAYS = 7
OFF = "off"
# As date.weekday() counts.
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

# Of the drawing, before it is rasterised.
WIDTH, HEIGHT = 600, 340

# What the row says where Keep history failed: the next night tries again.
HISTORY_UNREAD = "AwsUnavailable"

# Of fewer days with data there is no post.
LEAST = ENOUGH[DAYS]

# A change against the week before that is larger is no change, but two weeks that cannot be compared.
_MOST_CHANGE = 999


def first_of(last: date) -> date:
    return last - timedelta(days=DAYS - 1)


def ends_week(day: date, weekly: str) -> bool:
    return weekly != OFF and day.weekday() == WEEKDAYS.index(weekly)


@dataclass(frozen=True)
class Waiting:
    """What the week's post may have to wait for.

    days    those before its last one of which something may still be posted
    later   a later night makes it by itself
    at_once what a person starts waits for nothing
    """

    days: Sequence[str]
    later: bool
    at_once: bool

    def to_state(self) -> dict[str, Any]:
        return asdict(self)

    def is_open(self, *, complete: bool) -> bool:
        """Will a later night know more of the week? complete: its last day is so."""
        return self.later and (bool(self.days) or not complete)

    def reason(self, *, complete: bool) -> str:
        """What the post waits for, as a part of a sentence; "" if it is made now."""
        if self.at_once or not self.is_open(complete=complete):
            return ""
        return f"it waits for {', '.join(self.days)}" if self.days else "it waits for the tracker to sync"


def waiting(request: Request, rows: Rows, *, calendar: Calendar, catch_up_days: int, started_at: datetime) -> Waiting:
    """At an execution's start."""
    first, last = first_of(request.day), request.day - timedelta(days=1)
    night = last_night(request.day, calendar=calendar, catch_up_days=catch_up_days)
    judged = judge(rows, first, last, calendar=calendar, now=started_at)
    return Waiting(
        days=[day.date.isoformat() for day in judged if day.status in NOT_OVER_YET],
        later=night is not None and started_at < night,
        at_once=request.dry_run or not (request.scheduled or request.caught_up),
    )


def make(
    records: Records | None, last: date, waits: Waiting, *, complete: bool, days: CivilDays, language: str
) -> tuple[Post | Skipped, str]:
    """The post, or why there is none; and the failure to write down for one that a later execution has to make.

    records    None where the history could not be read
    complete   the week's last day is so
    """
    if reason := waits.reason(complete=complete):
        return Skipped(WEEK, reason), WEEK_WAITS
    if records is None:
        return Skipped(WEEK, "the history could not be read"), HISTORY_UNREAD
    made = render(records, last, days, language)
    return made, WEEK_WAITS if isinstance(made, Skipped) and waits.is_open(complete=complete) else ""


def drawing(records: Records, last: date, language: str) -> tuple[str, str]:
    """The week as SVG, and in words."""
    first = first_of(last)
    svg = draw(
        records, first, last, width=WIDTH, height=HEIGHT, theme=THEMES["light"], language=language, on_paper=True
    )
    return svg, describe(records, summary_of(records, first, last), language)


def render(records: Records, last: date, days: CivilDays, language: str) -> Post | Skipped:
    """The week that ends with `last`; records: of it, and of the week before, as far as they are kept."""
    first = first_of(last)
    existing = days.days(first, last)
    summary = summary_of(records, first, last)
    with_data = [day for day in existing if day not in summary.without_data]
    if len(with_data) < LEAST:
        return Skipped(WEEK, f"only {len(with_data)} days from {first} to {last} have data")
    wording = WORDINGS[language]
    title = wording.week_title.format(first, last)
    body = list(_lines(records, summary, len(existing) - len(with_data), language))
    note = [wording.incomplete] if summary.incomplete else []
    return Post(WEEK, "\n\n".join([title, "\n".join(body), *note]))


def _lines(records: Records, summary: Summary, without_data: int, language: str) -> Iterator[str]:
    wording, words = WORDINGS[language], WORDS[language]
    steps = [number for day in _days(summary) if (number := _number(records, day, "steps")) is not None]
    if steps:
        yield wording.week_total.format(thousands(sum(steps, Decimal())))
    if "steps" in summary.means:
        change = _change(records, summary)
        against = wording.week_change.format(change) if change else ""
        yield wording.week_average.format(thousands(summary.means["steps"])) + against
    if "steps" in summary.bests:
        best = summary.bests["steps"]
        weekday = words.weekdays[best.day.weekday()]
        yield wording.week_best.format(words.day(best.day), weekday, thousands(best.number))
    if "minutes_asleep" in summary.means:
        yield wording.week_asleep.format(words.hours(summary.means["minutes_asleep"]))
    if without_data:
        yield wording.week_without_data.format(without_data)


def _change(records: Records, summary: Summary) -> str:
    """Of the average of steps, in per cent; "" where one of the weeks has too few complete days to be compared."""
    before_last = summary.first - timedelta(days=1)
    before = summary_of(records, first_of(before_last), before_last)
    if min(_complete(records, week) for week in (summary, before)) < LEAST or not before.means["steps"]:
        return ""
    percent = (100 * (summary.means["steps"] / before.means["steps"] - 1)).quantize(Decimal(1), ROUND_HALF_UP)
    if abs(percent) > _MOST_CHANGE:
        return ""
    return f"{percent:+f}%" if percent else "±0%"


def _complete(records: Records, week: Summary) -> int:
    """Days whose steps are all there."""
    return sum(_number(records, day, "steps") is not None and records[day].complete for day in _days(week))


def _days(week: Summary) -> list[date]:
    return [week.first + timedelta(days=each) for each in range(DAYS)]


def _number(records: Records, day: date, name: str) -> Decimal | None:
    return records[day].number(name) if day in records else None
