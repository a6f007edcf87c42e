"""The words of the page, in each language; those of the drawings on it are in fitbit_daily.domain.drawing.words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class PageWords:
    """numbers: by their names, with their units. What has {} takes a date, a number or a range."""

    title: str
    until: str
    spans: Mapping[str, str]
    missing: str
    never_kept: str
    fill: str
    source_had_nothing: str
    complete: str
    averages: str
    average_of: Mapping[str, str]
    records: str
    best: str
    on: str
    streaks: str
    longest_goal: str
    longest_data: str
    current_data: str
    days: str
    none: str
    table: str
    day: str
    incomplete: str
    numbers: Mapping[str, str]


PAGE_WORDS = {
    "en": PageWords(
        title="My days",
        until="Up to {}",
        spans={"week": "Week", "month": "Month", "year": "Year", "all": "All days"},
        missing="What is missing",
        never_kept="Nothing is kept of: {}",
        fill="To read what the source still has of it, type:",
        source_had_nothing="Read, but without any data: {}",
        complete="Nothing: every day is kept.",
        averages="Averages a day",
        average_of={"7": "7 days", "28": "28 days", "year": "A year", "all": "All days"},
        records="Best days",
        best="Best",
        on="Day",
        streaks="Days in a row",
        longest_goal="Longest with {} steps or more",
        longest_data="Longest with data",
        current_data="With data, up to the last day",
        days="{} ({})",
        none="–",
        table="Every day",
        day="Day",
        incomplete="* The tracker had not told everything when this day was last read.",
        numbers={
            "steps": "Steps",
            "distance_km": "km",
            "calories_kcal": "kcal",
            "light_minutes": "Light (min)",
            "moderate_minutes": "Active (min)",
            "vigorous_minutes": "Hard (min)",
            "sedentary_minutes": "Sitting (min)",
            "minutes_asleep": "Asleep (h:min)",
        },
    ),
    "ja": PageWords(
        title="毎日の記録",
        until="{}まで",
        spans={"week": "1週間", "month": "1か月", "year": "1年", "all": "全期間"},
        missing="足りない日",
        never_kept="記録のない日: {}",
        fill="データ元に残っている分を読み込むには、次のコマンドを実行します。",
        source_had_nothing="読み込んだがデータのなかった日: {}",
        complete="ありません。すべての日の記録があります。",
        averages="1日の平均",
        average_of={"7": "7日間", "28": "28日間", "year": "1年間", "all": "全期間"},
        records="最高の日",
        best="最高",
        on="日",
        streaks="連続日数",
        longest_goal="{}歩以上の最長",
        longest_data="データのある最長",
        current_data="最後の日まで続くデータ",
        days="{}日（{}）",
        none="–",
        table="すべての日",
        day="日",
        incomplete="* 最後に読み込んだとき、同期前でした（途中の値）。",
        numbers={
            "steps": "歩数",
            "distance_km": "距離 (km)",
            "calories_kcal": "消費 (kcal)",
            "light_minutes": "軽い運動 (分)",
            "moderate_minutes": "活発な運動 (分)",
            "vigorous_minutes": "激しい運動 (分)",
            "sedentary_minutes": "座位 (分)",
            "minutes_asleep": "睡眠 (時:分)",
        },
    ),
}
