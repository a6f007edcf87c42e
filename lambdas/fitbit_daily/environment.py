"""What each function knows of its deployment: its handler reads it from the environment, the stack fills it in.

A field is the variable of its name in capital letters: `ledger_table` is LEDGER_TABLE. A resource's name is a text, in
the stack CloudFormation's reference to it. HttpSession reads the addresses of the remote APIs by itself.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import time
from typing import Any, Self, get_type_hints
from zoneinfo import ZoneInfo

from fitbit_daily.domain.day import Calendar, CivilDays
from fitbit_daily.errors import UnexpectedError

# Between the texts of a tuple, none of which may hold it.
SEPARATOR = ";"


@dataclass(frozen=True, kw_only=True)
class Environment:
    @classmethod
    def read(cls, variables: Mapping[str, str] | None = None) -> Self:
        """From the process's own environment, if no other is given.

        Raises UnexpectedError for a variable that is missing, or of which its type cannot be made.
        """
        given = os.environ if variables is None else variables
        return cls(**{name: _value(name.upper(), kind, given) for name, kind in get_type_hints(cls).items()})

    @classmethod
    def of(cls, settings: object, **resources: str) -> Self:
        """A field that has a setting's name is that setting; `resources` are all others."""
        named = {field.name for field in fields(cls) if hasattr(settings, field.name)}
        return cls(**{name: getattr(settings, name) for name in named}, **resources)

    def variables(self) -> dict[str, str]:
        """What `read` makes the same of."""
        return {field.name.upper(): as_text(getattr(self, field.name)) for field in fields(self)}


@dataclass(frozen=True, kw_only=True)
class CalendarEnvironment(Environment):
    time_zone: ZoneInfo
    time_of_day: time
    give_up_at: time

    @property
    def calendar(self) -> Calendar:
        return Calendar(zone=self.time_zone, time_of_day=self.time_of_day, give_up_at=self.give_up_at)


@dataclass(frozen=True, kw_only=True)
class ChooseDateEnvironment(CalendarEnvironment):
    look_every_minutes: int
    catch_up_days: int
    style: str
    weekly: str
    destinations: tuple[str, ...]
    ledger_table: str


@dataclass(frozen=True, kw_only=True)
class WidgetEnvironment(Environment):
    time_zone: ZoneInfo
    language: str
    history_table: str


@dataclass(frozen=True, kw_only=True)
class FetchEnvironment(Environment):
    """Of Fetch activity and Fetch sleep."""

    source: str
    access_token_parameter: str


@dataclass(frozen=True, kw_only=True)
class RefreshTokenEnvironment(FetchEnvironment):
    source_secret_arn: str


@dataclass(frozen=True, kw_only=True)
class KeepHistoryEnvironment(Environment):
    """alerts: the owner's rules"""

    source: str
    time_zone: ZoneInfo
    alerts: tuple[str, ...]
    history_table: str

    @property
    def civil_days(self) -> CivilDays:
        return CivilDays(self.time_zone)


@dataclass(frozen=True, kw_only=True)
class CatchUpEnvironment(CalendarEnvironment):
    catch_up_days: int
    destinations: tuple[str, ...]
    ledger_table: str


@dataclass(frozen=True, kw_only=True)
class FormatPostsEnvironment(Environment):
    time_zone: ZoneInfo
    language: str

    @property
    def civil_days(self) -> CivilDays:
        return CivilDays(self.time_zone)


@dataclass(frozen=True, kw_only=True)
class TweetEnvironment(Environment):
    language: str
    destinations: tuple[str, ...]
    x_secret_arn: str
    bluesky_parameter: str
    line_parameter: str
    ledger_table: str


@dataclass(frozen=True, kw_only=True)
class NotifyEnvironment(CalendarEnvironment):
    """The alarms are known by their names."""

    source: str
    language: str
    catch_up_days: int
    destinations: tuple[str, ...]
    ledger_table: str
    state_machine_arn: str
    topic_arn: str
    told_table: str
    silence_alarm: str
    undelivered_alarm: str
    throttled_alarm: str


def _value(name: str, kind: Any, variables: Mapping[str, str]) -> Any:
    if name not in variables:
        raise UnexpectedError(f"The function's variable {name} is missing.")
    try:
        return _READERS[kind](variables[name])
    except (ValueError, OSError, KeyError):
        # A zone that is unknown is a KeyError, or an OSError where its name is a folder's.
        raise UnexpectedError(f"The function's variable {name} is not what it must be.") from None


def _texts(text: str) -> tuple[str, ...]:
    return tuple(part for each in text.split(SEPARATOR) if (part := each.strip()))


_READERS: Mapping[Any, Callable[[str], Any]] = {
    str: str,
    int: int,
    time: time.fromisoformat,
    ZoneInfo: ZoneInfo,
    tuple[str, ...]: _texts,
}


def as_text(value: Any) -> str:
    """A value as it is typed, or handed to a function."""
    match value:
        case time():
            return value.isoformat("minutes")
        case ZoneInfo():
            return value.key
        case tuple():
            return f"{SEPARATOR} ".join(value)
    return str(value)
