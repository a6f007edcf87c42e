"""What is typed after a command, checked before anything is asked of anyone."""

from __future__ import annotations

import re
from datetime import date

import click

from fitbit_daily.clock import utc_now
from fitbit_daily.domain.day import Calendar

# The id alone, or the post's address as the browser or the app shares it.
_ON_BLUESKY = re.compile(
    r"(?:https://bsky\.app/profile/|at://)([\w.:-]+)/(?:post|app\.bsky\.feed\.post)/([2-7a-z]{13})", re.ASCII
)
_ADDRESS = re.compile(
    r"(?:https?://)?(?:(?:www|mobile)\.)?(?:x|twitter)\.com/(?:i/web|i|\w{1,15})/status(?:es)?/(\d{1,20})(?:[/?#].*)?",
    re.ASCII | re.IGNORECASE,
)


class Date(click.ParamType[str]):
    """A day of the calendar: YYYY-MM-DD; MM-DD is the last one of these that is over; or "yesterday".

    What is over is so in the time zone of the settings.
    """

    name = "DATE"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        day = day_of(value)
        if day is None:
            self.fail(f"{value!r} is no day of the calendar. Write 2026-11-21, 11-21 or yesterday.", param, ctx)
        return day


class Assignment(click.ParamType[tuple[str, str]]):
    """A setting and its value, as KEY=VALUE."""

    name = "KEY=VALUE"

    def convert(
        self, value: str | tuple[str, str], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        if isinstance(value, tuple):
            return value
        key, equals, content = value.partition("=")
        if not equals or not key:
            self.fail(f"{value!r} is not written as KEY=VALUE, such as time_zone=Europe/Berlin.", param, ctx)
        return key, content


class PostId(click.ParamType[str]):
    """The id of a post, or its address on X or Bluesky, out of which the id is taken; "" for the word unknown."""

    name = "ID"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value.strip() == "unknown":
            return ""
        if on_bluesky := _ON_BLUESKY.fullmatch(value.strip()):
            return f"at://{on_bluesky[1]}/app.bsky.feed.post/{on_bluesky[2]}"
        address = _ADDRESS.fullmatch(value.strip())
        post_id = address[1] if address else value.strip()
        if not re.fullmatch(r"\d{1,20}", post_id, re.ASCII):
            self.fail(
                f"{value!r} is neither the id of a post (digits) nor its address (https://x.com/NAME/status/ID, "
                "or https://bsky.app/profile/NAME/post/ID).",
                param,
                ctx,
            )
        return post_id


def day_of(value: str) -> str | None:
    """The day that somebody has typed, as YYYY-MM-DD; None where it is none."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        return value if _exists(value) else None
    if value.lower() != "yesterday" and not re.fullmatch(r"\d{2}-\d{2}", value, re.ASCII):
        return None
    # What reads the settings takes long to import.
    from cli.settings import settings_of_the_clone

    now = utc_now()
    yesterday = settings_of_the_clone(now).calendar.yesterday(now)
    if value.lower() == "yesterday":
        return yesterday.isoformat()
    # 29 February is up to eight years back.
    days = (f"{yesterday.year - back}-{value}" for back in range(9))
    return next((day for day in days if _exists(day) and date.fromisoformat(day) <= yesterday), None)


def check_is_over(day: str, calendar: Calendar) -> None:
    """Raises a UsageError for a day of which nothing can be posted yet."""
    if date.fromisoformat(day) > calendar.yesterday(utc_now()):
        raise click.UsageError(f"{day} is not over yet in {calendar.zone.key}.")


def _exists(day: str) -> bool:
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True
