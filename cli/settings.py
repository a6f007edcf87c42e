"""This clone's settings, as they would be deployed; what is wrong with them in one sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from cli.errors import CliError
from fitbit_daily.clock import utc_now
from stacks import settings_file
from stacks.settings import SettingError, Settings, read_settings
from stacks.settings_file import SettingsFileError


def settings_of_the_clone(now: datetime) -> Settings:
    with readable():
        return settings_file.settings_of_the_clone(now.date())


def checked(values: Mapping[str, Any]) -> Settings:
    with readable():
        return read_settings(values, today=utc_now().date())


def differences(deployed: Mapping[str, str], wanted: Mapping[str, str]) -> list[str]:
    """In words, for settings as they are typed; one that an earlier version did not have is no difference."""
    return [
        f"{key} is {deployed[key] or 'none'}, not {value or 'none'}"
        for key, value in wanted.items()
        if deployed.get(key, value) != value
    ]


@contextmanager
def readable() -> Iterator[None]:
    """Turns what is wrong with a setting, or with the file that it stands in, into a CliError."""
    try:
        yield
    except SettingError as error:
        sentence = str(error)
        remedy = f"Type: ./daily settings {error.key}=VALUE" if error.is_known else "To see them all: ./daily settings"
        raise CliError(sentence[0].upper() + sentence[1:], remedy) from None
    except SettingsFileError as error:
        raise CliError(str(error)) from None
