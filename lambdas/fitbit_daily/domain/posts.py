"""A day's numbers, a language and a style become the finished texts of its posts.

A missing number takes its line with it, or only its parenthesis. A number that no human day can hold counts as
missing, so that a fault of the source is never posted; with these bounds no text can pass X's 280.
Rounding: half up, once, here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from fitbit_daily.domain.numbers import DayNumbers, Number

LANGUAGES = ("ja", "en")
STYLES = ("classic",)
KINDS = ("activity", "sleep")

# A day that gains an hour has 1500 minutes; the other bounds are well past any record.
MOST_MINUTES = 1_500
MOST_STEPS = 999_999
MOST_KM = 999
MOST_KCAL = 99_999


@dataclass(frozen=True)
class Post:
    kind: str
    text: str


@dataclass(frozen=True)
class Skipped:
    """A post that is not made, and why, in one sentence."""

    kind: str
    reason: str


@dataclass(frozen=True)
class Line:
    """One line of a post: a number with its wording, and perhaps another one in parentheses."""

    template: str
    number: str | None
    parenthesis: str = ""
    number_in_parenthesis: str | None = None

    def text(self) -> str | None:
        if self.number is None:
            return None
        text = self.template.format(self.number)
        if self.number_in_parenthesis is not None:
            text += self.parenthesis.format(self.number_in_parenthesis)
        return text


@dataclass(frozen=True)
class Wording:
    """Everything that is said in one language."""

    activity_title: str
    sedentary: str
    light: str
    moderate: str
    vigorous: str
    steps: str
    distance: str
    calories: str
    bmr: str
    sleep_title: str
    asleep: str
    incomplete: str
    reposted: str
    reposted_again: str


WORDINGS = {
    "ja": Wording(
        activity_title="本日({})の運動 from Fitbit",
        sedentary="座っていた時間: {}分",
        light="軽い運動の時間: {}分",
        moderate="アクティブな運動の時間: {}分",
        vigorous="激しい運動の時間: {}分",
        steps="本日の歩数: {}歩",
        distance=" ({}km)",
        calories="消費カロリー: {}kcal",
        bmr=" (基礎代謝: {}kcal)",
        sleep_title="本日({})の睡眠時間 from Fitbit",
        asleep="睡眠時間: {}時間",
        incomplete="（同期前のため途中の値）",
        reposted="（再投稿）",
        reposted_again="（再投稿{}）",
    ),
    "en": Wording(
        activity_title="Exercise on {} from Fitbit",
        sedentary="Sitting: {} min",
        light="Light exercise: {} min",
        moderate="Active exercise: {} min",
        vigorous="Strenuous exercise: {} min",
        steps="Steps: {}",
        distance=" ({} km)",
        calories="Calories burned: {} kcal",
        bmr=" (basal metabolism: {} kcal)",
        sleep_title="Sleep on {} from Fitbit",
        asleep="Asleep: {} hours",
        incomplete="(not fully synced yet)",
        reposted="(reposted)",
        reposted_again="(reposted {})",
    ),
}


def render(day: DayNumbers, language: str = "ja", style: str = "classic") -> tuple[list[Post], list[Skipped]]:
    """The finished posts of a day, and those that are not made. Raises KeyError for an unknown language or style."""
    return _STYLES[style](day, WORDINGS[language])


def mark_reposted(text: str, earlier_texts: Iterable[str], language: str = "ja") -> str:
    """The text, with a marker where an earlier generation had the very same one: X refuses identical texts."""
    wording, earlier = WORDINGS[language], set(earlier_texts)
    marked, count = text, 1
    while marked in earlier:
        marker = wording.reposted if count == 1 else wording.reposted_again.format(count)
        marked, count = f"{text}\n\n{marker}", count + 1
    return marked


def _classic(day: DayNumbers, wording: Wording) -> tuple[list[Post], list[Skipped]]:
    """The two posts of the original system, a title and its numbers each."""
    drafts = (
        ("activity", wording.activity_title, _activity_groups(day, wording), "no activity was recorded"),
        ("sleep", wording.sleep_title, _sleep_groups(day, wording), "no sleep was recorded"),
    )
    posts, skipped = [], []
    for kind, title, groups, reason in drafts:
        body = [text for group in groups if (text := "\n".join(filter(None, (line.text() for line in group))))]
        if body:
            note = [] if day.complete else [wording.incomplete]
            posts.append(Post(kind, "\n\n".join([title.format(day.date.isoformat()), *body, *note])))
        else:
            skipped.append(Skipped(kind, reason))
    return posts, skipped


def _activity_groups(day: DayNumbers, wording: Wording) -> Sequence[Sequence[Line]]:
    activity = day.activity
    return (
        (
            Line(wording.sedentary, _minutes(activity.sedentary_minutes)),
            Line(wording.light, _minutes(activity.light_minutes)),
            Line(wording.moderate, _minutes(activity.moderate_minutes)),
            Line(wording.vigorous, _minutes(activity.vigorous_minutes)),
        ),
        (
            Line(
                wording.steps,
                _rounded(activity.steps, MOST_STEPS),
                wording.distance,
                _rounded(activity.distance_km, MOST_KM, "0.001"),
            ),
        ),
        (
            Line(
                wording.calories,
                _rounded(activity.calories_kcal, MOST_KCAL),
                wording.bmr,
                _rounded(activity.bmr_kcal, MOST_KCAL),
            ),
        ),
    )


def _sleep_groups(day: DayNumbers, wording: Wording) -> Sequence[Sequence[Line]]:
    minutes = _exact(day.minutes_asleep, MOST_MINUTES)
    hours = None if minutes is None else _round(minutes / 60, "0.001")
    return ((Line(wording.asleep, hours),),)


def _exact(number: Number | None, most: int) -> Decimal | None:
    """The number as it was given, or None where it is missing, negative or more than a day can hold."""
    if number is None:
        return None
    # The digits that a float prints are those that were meant; and a zero has no sign.
    exact = Decimal(str(number)) if isinstance(number, float) else Decimal(number)
    return exact.copy_abs() if exact.is_finite() and 0 <= exact <= most else None


def _rounded(number: Number | None, most: int, to: str = "1") -> str | None:
    exact = _exact(number, most)
    return None if exact is None else _round(exact, to)


def _minutes(number: Number | None) -> str | None:
    """Whole minutes, downwards."""
    exact = _exact(number, MOST_MINUTES)
    return None if exact is None else f"{exact.to_integral_value(ROUND_FLOOR):f}"


def _round(exact: Decimal, to: str) -> str:
    return f"{exact.quantize(Decimal(to), ROUND_HALF_UP):f}"


_STYLES: dict[str, Callable[[DayNumbers, Wording], tuple[list[Post], list[Skipped]]]] = {"classic": _classic}
