"""What a drawing shows, in words: the alternative for whoever does not see it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from fitbit_daily.domain.drawing.columns import ASLEEP, MINUTES, STEPS
from fitbit_daily.domain.drawing.words import WORDS, Words, rounded, thousands
from fitbit_daily.domain.ranges import days_of, joined
from fitbit_daily.domain.statistics import Records, Summary

# X and Mastodon take no more: https://docs.x.com/x-api/media/metadata-create
MOST_CHARACTERS = 1_000

# Up to so many days, the steps of each are said.
_EACH_DAY = 7
# Of so many gaps the dates are said.
_GAPS = 4


def describe(records: Records, summary: Summary, language: str) -> str:
    """At most MOST_CHARACTERS, whatever the numbers are. records: for the steps of each day of a week."""
    words = WORDS[language]
    title = words.says_title.format(words.range(summary.first, summary.last))
    return (words.stop.join([title, *_sentences(records, summary, words)]) + words.stop).strip()


def _sentences(records: Records, summary: Summary, words: Words) -> Iterator[str]:
    days = list(days_of(summary.first, summary.last))
    if len(days) == len(summary.without_data):
        yield words.nothing
        return
    for sentence, name in ((words.says_steps, STEPS), (words.says_sleep, ASLEEP)):
        if name in summary.means and name in summary.bests:
            best = summary.bests[name]
            on = words.day(best.day, year=summary.years)
            yield sentence.format(words.amount(name, summary.means[name]), on, words.amount(name, best.number))
    known = [f"{words.intensities[name]} {rounded(summary.means[name])}" for name in MINUTES if name in summary.means]
    if known:
        yield words.says_minutes.format(words.separator.join(known))
    if len(days) <= _EACH_DAY:
        yield words.says_each.format(words.separator.join(_steps_of(records, day, words) for day in days))
    if summary.without_data:
        yield words.says_missing.format(len(summary.without_data), _ranges(summary.without_data, words))
    if summary.incomplete:
        yield words.says_incomplete.format(_ranges(summary.incomplete, words))


def _steps_of(records: Records, day: date, words: Words) -> str:
    steps = records[day].number(STEPS) if day in records else None
    return f"{words.day(day)} {words.gap if steps is None else thousands(steps)}"


def _ranges(days: Sequence[date], words: Words) -> str:
    year = days[0].year != days[-1].year
    found = joined(days)
    named = [words.range(*each) if year else words.short_range(*each) for each in found[:_GAPS]]
    left = sum((end - begin).days + 1 for begin, end in found[_GAPS:])
    return words.separator.join([*named, words.and_more.format(left)] if left else named)
