"""A day's numbers, a language and a style become the finished texts of its posts.

A missing number takes its line with it, or only its parenthesis. A number that no human day can hold counts as
missing, so that a fault of the source is never posted; with these bounds no text can pass X's 280.
Rounding: half up, once, here.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any

from fitbit_daily.domain.numbers import MOST, DayNumbers, Number, believable
from fitbit_daily.domain.wording import WORDINGS, Wording

LANGUAGES = tuple(WORDINGS)
KINDS_OF = {"classic": ("activity", "sleep"), "compact": ("day",)}
STYLES = tuple(KINDS_OF)
# Where a day is one post of kind "day", whatever the style: LINE counts messages, and the free plan has 200 a month.
ONE_POST_A_DAY = ("line",)
# One more post of a week's last day, in any style (domain/week.py).
WEEK = "week"
KINDS = (*(kind for kinds in KINDS_OF.values() for kind in kinds), WEEK)


@dataclass(frozen=True)
class Picture:
    """A PNG, and what it shows in words."""

    png: bytes
    alt: str


@dataclass(frozen=True)
class Post:
    kind: str
    text: str
    picture: Picture | None = None

    def to_state(self) -> dict[str, Any]:
        """As JSON."""
        state: dict[str, Any] = {"kind": self.kind, "text": self.text}
        if self.picture:
            state["picture"] = {"png": b64encode(self.picture.png).decode(), "alt": self.picture.alt}
        return state

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Post:
        picture = state.get("picture")
        return cls(
            state["kind"], state["text"], Picture(b64decode(picture["png"]), picture["alt"]) if picture else None
        )


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


def render(day: DayNumbers, language: str = "ja", style: str = "classic") -> tuple[list[Post], list[Skipped]]:
    """The finished posts of a day, and those that are not made. Raises KeyError for an unknown language or style."""
    return _STYLES[style](day, WORDINGS[language])


def kinds_at(destination: str, style: str) -> tuple[str, ...]:
    """The kinds of posts that a day in this style has at a destination."""
    return ("day",) if destination in ONE_POST_A_DAY else KINDS_OF[style]


def with_one_for_the_day(posts: Sequence[Post]) -> list[Post]:
    """The posts, and all of them as the one of the day where the style has none."""
    if not posts or any(post.kind == "day" for post in posts):
        return list(posts)
    return [*posts, Post("day", "\n\n".join(post.text for post in posts))]


def kinds_with(kind: str) -> tuple[str, ...]:
    """All kinds of posts of the style that this kind belongs to; the week's post is of any."""
    return next((kinds for kinds in KINDS_OF.values() if kind in kinds), (kind,))


def mark_reposted(text: str, earlier_texts: Iterable[str], language: str = "ja") -> str:
    """The text, with a marker if an earlier generation had the same one: X refuses identical texts."""
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
            Line(wording.sedentary, _said("sedentary_minutes", activity.sedentary_minutes)),
            Line(wording.light, _said("light_minutes", activity.light_minutes)),
            Line(wording.moderate, _said("moderate_minutes", activity.moderate_minutes)),
            Line(wording.vigorous, _said("vigorous_minutes", activity.vigorous_minutes)),
        ),
        (
            Line(
                wording.steps,
                _said("steps", activity.steps),
                wording.distance,
                _said("distance_km", activity.distance_km),
            ),
        ),
        (
            Line(
                wording.calories,
                _said("calories_kcal", activity.calories_kcal),
                wording.bmr,
                _said("bmr_kcal", activity.bmr_kcal),
            ),
        ),
    )


def _sleep_groups(day: DayNumbers, wording: Wording) -> Sequence[Sequence[Line]]:
    return ((Line(wording.asleep, _said("minutes_asleep", day.minutes_asleep)),),)


def _compact(day: DayNumbers, wording: Wording) -> tuple[list[Post], list[Skipped]]:
    """The whole day in one post, each number with its average over seven days in parentheses."""
    given = {"minutes_asleep": day.minutes_asleep, **vars(day.activity)}
    lines = [
        Line(
            getattr(wording, words),
            _said(name, given[name], to),
            " ({})",
            _text(name, day.averages.get(name), to, ROUND_HALF_UP),
        )
        for name, (words, to) in _SHORT.items()
    ]
    body = [text for line in lines if (text := line.text())]
    if not body:
        return [], [Skipped("day", "nothing was recorded")]
    title = wording.short_title.format(day.date.isoformat())
    if any(line.number and line.number_in_parenthesis for line in lines):
        title += wording.short_averages
    note = [] if day.complete else [wording.incomplete]
    return [Post("day", "\n\n".join([title, "\n".join(body), *note]))], []


# In the compact style's order: the wording of each number, and how exact it is.
_SHORT = {
    "steps": ("short_steps", "1"),
    "distance_km": ("short_distance", "0.1"),
    "calories_kcal": ("short_calories", "1"),
    "bmr_kcal": ("short_bmr", "1"),
    "sedentary_minutes": ("short_sedentary", "1"),
    "light_minutes": ("short_light", "1"),
    "moderate_minutes": ("short_moderate", "1"),
    "vigorous_minutes": ("short_vigorous", "1"),
    "minutes_asleep": ("short_asleep", "0.1"),
}
# As exact as the original posts; numbers not named here have no decimals.
_EXACT_TO = {"distance_km": "0.001", "minutes_asleep": "0.001"}


def _said(name: str, number: Number | None, to: str | None = None) -> str | None:
    """A number of the day as a text; minutes are whole ones, downwards."""
    downwards = name.endswith("_minutes")
    return _text(name, number, to or _EXACT_TO.get(name, "1"), ROUND_FLOOR if downwards else ROUND_HALF_UP)


def _text(name: str, number: Number | None, to: str, rounding: str) -> str | None:
    """None where there is no number; sleep is given in hours."""
    exact = believable(number, MOST[name])
    if exact is None:
        return None
    return f"{(exact / 60 if name == 'minutes_asleep' else exact).quantize(Decimal(to), rounding):f}"


_STYLES: dict[str, Callable[[DayNumbers, Wording], tuple[list[Post], list[Skipped]]]] = {
    "classic": _classic,
    "compact": _compact,
}
