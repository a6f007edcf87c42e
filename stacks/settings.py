"""Every setting of the program, checked here, and nowhere else; settings_file.py knows where they come from.

A bad or unknown setting stops synth with one sentence: the key, the value, what is allowed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from fitbit_daily.adapters.sources import SOURCES
from fitbit_daily.domain.alerts import RuleError, parse_all
from fitbit_daily.domain.day import Calendar
from fitbit_daily.domain.days import MOST_CATCH_UP_DAYS
from fitbit_daily.domain.ledger import DESTINATIONS
from fitbit_daily.domain.posts import LANGUAGES, STYLES
from fitbit_daily.domain.week import OFF, WEEKDAYS
from fitbit_daily.environment import SEPARATOR, as_text

# What CloudWatch Logs accepts: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
RETENTION_DAYS = (
    1,
    3,
    5,
    7,
    14,
    30,
    60,
    90,
    120,
    150,
    180,
    365,
    400,
    545,
    731,
    1096,
    1827,
    2192,
    2557,
    2922,
    3288,
    3653,
)

# How far ahead a zone's clock changes are looked through: the stack is deployed for years.
YEARS_AHEAD = 10

# CDK's own keys have an @ or a colon in them, but for these, which its command line writes into cdk.context.json.
_OF_THE_COMMAND_LINE = {"acknowledged-issue-numbers", "cdk-migrate", "cli-telemetry"}

# In Python's list, but no place: "localtime" is whatever this machine is set to.
_NO_PLACES = {"Factory", "localtime"}


class SettingError(Exception):
    """A setting that cannot be: the key, the value, what is allowed."""

    def __init__(self, key: str, value: object, allowed: str) -> None:
        self.key = key
        self.is_known = key in _READERS
        super().__init__(f"setting {key!r} is {value!r}; allowed is {allowed}.")


@dataclass(frozen=True)
class Settings:
    """The settings, in their types; cdk.json has their defaults, README says what each does."""

    time_zone: ZoneInfo
    time_of_day: time
    language: str
    style: str
    weekly: str
    source: str
    destinations: tuple[str, ...]
    give_up_at: time
    look_every_minutes: int
    catch_up_days: int
    log_retention_days: int
    email: str
    alerts: tuple[str, ...]

    def as_words(self) -> dict[str, str]:
        """Each as it is typed: KEY=VALUE."""
        return {field.name: as_text(getattr(self, field.name)) for field in fields(self)}

    @property
    def calendar(self) -> Calendar:
        return Calendar(zone=self.time_zone, time_of_day=self.time_of_day, give_up_at=self.give_up_at)

    @property
    def looks_at(self) -> time:
        """When it is looked once a day whether there is anything to tell: an hour after the day is given up."""
        return (datetime.combine(date.min, self.give_up_at) + timedelta(hours=1)).time()


def read_settings(context: Mapping[str, Any], *, today: date) -> Settings:
    """Of values that may be anything; CDK's own keys are left alone.

    Raises SettingError for the first setting that is unknown, missing or wrong.
    """
    known = {field.name for field in fields(Settings)}
    ours = {key for key in context if "@" not in key and ":" not in key} - _OF_THE_COMMAND_LINE
    for key in sorted(ours - known):
        raise SettingError(key, context[key], f"no setting of that name, only {', '.join(sorted(known))}")
    settings = Settings(**{key: read(key, context.get(key)) for key, read in _READERS.items()})
    if settings.give_up_at == settings.time_of_day:
        raise SettingError("give_up_at", context["give_up_at"], "any other time than time_of_day")
    if settings.alerts and not settings.email:
        raise SettingError("alerts", context["alerts"], "none without 'email', which they are sent to")
    skipped = _skipped_night(settings.time_of_day, settings.time_zone, today)
    if skipped is not None:
        raise SettingError(
            "time_of_day",
            context["time_of_day"],
            f"a time that exists every night, but in {settings.time_zone.key} the clock jumps over it on {skipped}",
        )
    return settings


def _skipped_night(at: time, zone: ZoneInfo, today: date) -> date | None:
    """The first night on which the zone's clock jumps over a time of day: EventBridge Scheduler would skip it, too."""
    for days in range(366 * YEARS_AHEAD):
        local = datetime.combine(today + timedelta(days=days), at, zone)
        if local.astimezone(UTC).astimezone(zone).time() != at:
            return local.date()
    return None


def _zone(key: str, value: Any) -> ZoneInfo:
    if not isinstance(value, str) or value not in available_timezones() - _NO_PLACES:
        raise SettingError(key, value, "an IANA name such as Asia/Tokyo or Europe/Berlin")
    return ZoneInfo(value)


def _time(key: str, value: Any) -> time:
    if not isinstance(value, str) or not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value, re.ASCII):
        raise SettingError(key, value, "a time of day from 00:00 to 23:59, as HH:MM")
    return time.fromisoformat(value)


def _one_of(allowed: tuple[str, ...]) -> Callable[[str, Any], str]:
    def read(key: str, value: Any) -> str:
        if value not in allowed:
            raise SettingError(key, value, " or ".join(allowed))
        return str(value)

    return read


def _destinations(key: str, value: Any) -> tuple[str, ...]:
    """A list in cdk.json; on the command line one text, as in x,bluesky."""
    given = re.split(r"[,;\s]+", value.strip()) if isinstance(value, str) else value
    if not isinstance(given, list) or not given or not all(each in DESTINATIONS for each in given):
        raise SettingError(key, value, f"one or more of {', '.join(DESTINATIONS)}, separated by commas")
    return tuple(each for each in DESTINATIONS if each in given)


def _minutes(key: str, value: Any) -> int:
    number = _whole(value)
    if number is None or not 5 <= number <= 240:
        raise SettingError(key, value, "a whole number of minutes from 5 to 240")
    return number


def _catch_up_days(key: str, value: Any) -> int:
    number = _whole(value)
    if number is None or not 0 <= number <= MOST_CATCH_UP_DAYS:
        raise SettingError(key, value, f"a whole number of days from 0 (off) to {MOST_CATCH_UP_DAYS}")
    return number


def _retention(key: str, value: Any) -> int:
    number = _whole(value)
    if number not in RETENTION_DAYS:
        raise SettingError(
            key, value, f"a number of days that CloudWatch Logs knows: {', '.join(map(str, RETENTION_DAYS))}"
        )
    return number


def _email(key: str, value: Any) -> str:
    """SNS sends to addresses of ASCII characters alone: https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html"""
    if value != "" and not (
        isinstance(value, str) and value.isascii() and re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", value)
    ):
        raise SettingError(key, value, "an e-mail address of ASCII characters, or nothing")
    return str(value)


def _alerts(key: str, value: Any) -> tuple[str, ...]:
    """A list in cdk.json; on the command line one text, its rules separated by semicolons."""
    rules = value.split(SEPARATOR) if isinstance(value, str) else value
    if not isinstance(rules, list) or not all(isinstance(rule, str) and SEPARATOR not in rule for rule in rules):
        raise SettingError(key, value, "a list of rules such as 'steps below 6000 for 3 days', or nothing")
    try:
        return tuple(rule.text for rule in parse_all(rules))
    except RuleError as error:
        raise SettingError(key, value, str(error)) from None


def _whole(value: Any) -> int | None:
    """A whole number from JSON, or from the command line, where everything is a string."""
    if isinstance(value, str) and re.fullmatch(r"\d{1,6}", value, re.ASCII):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


_READERS: dict[str, Callable[[str, Any], Any]] = {
    "time_zone": _zone,
    "time_of_day": _time,
    "language": _one_of(LANGUAGES),
    "style": _one_of(STYLES),
    "weekly": _one_of((OFF, *WEEKDAYS)),
    "source": _one_of(SOURCES),
    "destinations": _destinations,
    "give_up_at": _time,
    "look_every_minutes": _minutes,
    "catch_up_days": _catch_up_days,
    "log_retention_days": _retention,
    "email": _email,
    "alerts": _alerts,
}
