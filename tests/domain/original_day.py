"""The day of the article, in numbers, and what is made of numbers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from fitbit_daily.domain.numbers import Activity, DayNumbers
from fitbit_daily.domain.posts import render

DAY = date(2021, 5, 23)
ACTIVITY = Activity(
    steps=1781,
    distance_km=1.213,
    calories_kcal=1988,
    bmr_kcal=1560,
    active_kcal=441,
    sedentary_minutes=551,
    light_minutes=90,
    moderate_minutes=4,
    vigorous_minutes=7,
)
FULL = DayNumbers(date=DAY, activity=ACTIVITY, minutes_asleep=746)


def texts(day: DayNumbers, language: str = "ja") -> Mapping[str, str]:
    """The texts of the posts that are made, by kind."""
    return {post.kind: post.text for post in render(day, language)[0]}
