"""What is typed after a command, checked before anything is asked of anyone."""

from __future__ import annotations

import re
from datetime import date

import click

# The id alone, or the post's address as the browser or the app shares it.
_ADDRESS = re.compile(
    r"(?:https?://)?(?:(?:www|mobile)\.)?(?:x|twitter)\.com/(?:i/web|i|\w{1,15})/status(?:es)?/(\d{1,20})(?:[/?#].*)?",
    re.ASCII | re.IGNORECASE,
)


class Day(click.ParamType[str]):
    """A day of the calendar, as YYYY-MM-DD."""

    name = "YYYY-MM-DD"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not is_day(value):
            self.fail(f"{value!r} is not a day of the calendar written as YYYY-MM-DD.", param, ctx)
        return value


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
    """The id of a post on X, or its address, out of which the id is taken."""

    name = "ID"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        address = _ADDRESS.fullmatch(value.strip())
        post_id = address[1] if address else value.strip()
        if not re.fullmatch(r"\d{1,20}", post_id, re.ASCII):
            self.fail(
                f"{value!r} is neither the id of a post (digits) nor its address (https://x.com/NAME/status/ID).",
                param,
                ctx,
            )
        return post_id


def is_day(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII) is not None
