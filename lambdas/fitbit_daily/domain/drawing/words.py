"""The words, dates and numbers of the drawings and of their descriptions, in each language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True)
class Words:
    """One language. What is named day_…, month_… or year is a pattern for `date_of`.

    doubtful     by the unit of the columns; "" for any but days
    intensities  by the number's name
    year_first   where the year stands in a date
    says_…       the sentences of a description, without their full stop
    """

    title: str
    steps: str
    sleep: str
    minutes: str
    intensities: Mapping[str, str]
    average: str
    average_short: str
    best: str
    best_short: str
    longest: str
    longest_short: str
    line: str
    doubtful: Mapping[str, str]
    gap: str
    units: Mapping[str, str]
    nothing: str
    steps_of: str
    hours_of: str
    minutes_of: str
    hours_axis: str
    day_with_year: str
    day_without_year: str
    day_number: str
    day_and_weekday: str
    day_compact: str
    month_with_year: str
    month_name: str
    year: str
    to: str
    year_first: bool
    months: tuple[str, ...]
    weekdays: tuple[str, ...]
    says_title: str
    says_steps: str
    says_sleep: str
    says_minutes: str
    says_each: str
    says_missing: str
    says_incomplete: str
    and_more: str
    separator: str
    stop: str

    def date_of(self, pattern: str, day: date) -> str:
        return pattern.format(
            year=day.year,
            month=self.months[day.month - 1],
            day=day.day,
            weekday=self.weekdays[day.weekday()],
        )

    def day(self, day: date, *, year: bool = False) -> str:
        return self.date_of(self.day_with_year if year else self.day_without_year, day)

    def range(self, first: date, last: date) -> str:
        """With its years, once where they are the same."""
        if first == last:
            return self.day(first, year=True)
        same = first.year == last.year
        begin = self.day(first, year=not same or self.year_first)
        return begin + self.to + self.day(last, year=not same or not self.year_first)

    def short_range(self, first: date, last: date) -> str:
        """Without years."""
        return self.day(first) if first == last else self.day(first) + self.to + self.day(last)

    def doubt(self, unit: str) -> str:
        return self.doubtful.get(unit, self.doubtful[""])

    def hours(self, minutes: Decimal) -> str:
        hours, rest = divmod(int(rounded(minutes)), 60)
        return self.hours_of.format(hours, rest)

    def amount(self, name: str, number: Decimal) -> str:
        """A number with its unit."""
        if name == "minutes_asleep":
            return self.hours(number)
        return (self.steps_of if name == "steps" else self.minutes_of).format(thousands(number))


def rounded(number: Decimal) -> Decimal:
    return number.quantize(Decimal(1), ROUND_HALF_UP)


def thousands(number: Decimal) -> str:
    return f"{rounded(number):,}"


def clock(minutes: Decimal) -> str:
    """Hours and minutes, 7:05."""
    hours, rest = divmod(int(rounded(minutes)), 60)
    return f"{hours}:{rest:02}"


WORDS = {
    "en": Words(
        title="Steps, sleep and exercise",
        steps="Steps",
        sleep="Sleep",
        minutes="Exercise (min)",
        intensities={"vigorous_minutes": "hard", "moderate_minutes": "active", "light_minutes": "light"},
        average="average {} a day",
        average_short="avg {}",
        best="best day {} ({})",
        best_short="best {}",
        longest="longest {} ({})",
        longest_short="max {}",
        line="{}-day average of steps",
        doubtful={"day": "not fully synced yet", "": "fewer than half of the days"},
        gap="no data",
        units={
            "day": "each bar a day",
            "week": "each bar a week",
            "month": "each bar a month",
            "year": "each bar a year",
        },
        nothing="Nothing is known of these days",
        steps_of="{} steps",
        hours_of="{} h {:02} min",
        minutes_of="{} min",
        hours_axis="{} h",
        day_with_year="{day} {month} {year}",
        day_without_year="{day} {month}",
        day_number="{day}",
        day_and_weekday="{weekday} {day}",
        day_compact="{day} {month}",
        month_with_year="{month} {year}",
        month_name="{month}",
        year="{year}",
        to=" – ",
        year_first=False,
        months=("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
        weekdays=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
        says_title="Bar charts of steps, sleep and exercise, {}",
        says_steps="Steps: {} a day on average; most on {}, {}",
        says_sleep="Sleep: {} on average; longest on {}, {}",
        says_minutes="Minutes a day on average: {}",
        says_each="Steps of each day: {}",
        says_missing="Days without data: {} ({})",
        says_incomplete="Not fully synced yet: {}",
        and_more="{} more",
        separator=", ",
        stop=". ",
    ),
    "ja": Words(
        title="歩数・睡眠・運動",
        steps="歩数",
        sleep="睡眠",
        minutes="運動（分）",
        intensities={"vigorous_minutes": "激しい", "moderate_minutes": "活発", "light_minutes": "軽い"},
        average="1日平均 {}",
        average_short="平均 {}",
        best="最多 {}（{}）",
        best_short="最多 {}",
        longest="最長 {}（{}）",
        longest_short="最長 {}",
        line="歩数の{}日平均",
        doubtful={"day": "同期前（途中の値）", "": "データが半分未満"},
        gap="データなし",
        units={"day": "1本が1日", "week": "1本が1週間", "month": "1本が1か月", "year": "1本が1年"},
        nothing="この期間の記録はありません",
        steps_of="{}歩",
        hours_of="{}時間{:02}分",
        minutes_of="{}分",
        hours_axis="{}時間",
        day_with_year="{year}年{month}{day}日",
        day_without_year="{month}{day}日",
        day_number="{day}日",
        day_and_weekday="{day}({weekday})",
        day_compact="{month}{day}日",
        month_with_year="{year}年{month}",
        month_name="{month}",
        year="{year}",
        to="〜",
        year_first=True,
        months=("1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月", "12月"),
        weekdays=("月", "火", "水", "木", "金", "土", "日"),
        says_title="{}の歩数・睡眠・運動の棒グラフ",
        says_steps="歩数は1日平均{}、最多は{}の{}",
        says_sleep="睡眠は平均{}、最長は{}の{}",
        says_minutes="運動は1日平均で{}",
        says_each="各日の歩数は{}",
        says_missing="データのない日は{}日（{}）",
        says_incomplete="同期前の日は{}",
        and_more="ほか{}日",
        separator="、",
        stop="。",
    ),
}
