"""Where the settings come from: cdk.json has the defaults, settings.json what a person has chosen, `-c` one command's.

settings.json is not in git, so that an upgrade meets no change of it and no e-mail address ends up in a commit.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from stacks.settings import Settings, read_settings

ROOT = Path(__file__).parent.parent
CDK_JSON = ROOT / "cdk.json"

# The key of cdk.json's context that holds the defaults. Other keys without @ and colon are settings of `-c KEY=VALUE`,
# or of a cdk.json that was edited before there was settings.json.
DEFAULTS = "settings"

# Names another file in place of settings.json.
FILE = "FITBIT_DAILY_SETTINGS"


class SettingsFileError(Exception):
    """A file that holds settings cannot be read; the text says which, and what to type."""


def own_file() -> Path:
    return Path(os.environ.get(FILE) or ROOT / "settings.json")


def read_own() -> dict[str, Any]:
    """What the person has chosen; nothing where there is no such file. Raises SettingsFileError."""
    file = own_file()
    if not file.exists():
        return {}
    found = _json(file)
    if not isinstance(found, dict):
        raise SettingsFileError(f'{file.name} is not a JSON object such as {{"time_zone": "Europe/Berlin"}}: mend it.')
    return found


def write_own(values: Mapping[str, Any]) -> None:
    own_file().write_text(json.dumps(values, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def read_context() -> dict[str, Any]:
    """cdk.json's context, as CDK reads it where no `-c` is given. Raises SettingsFileError."""
    found = _json(CDK_JSON)
    if not isinstance(found, dict) or not isinstance(found.get("context"), dict):
        raise SettingsFileError("cdk.json cannot be read. To see what was changed in it, type: git diff cdk.json")
    context: dict[str, Any] = found["context"]
    return context


def in_force(context: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Each setting's value, unchecked: the command's, else the person's, else the default."""
    of_this_command = {key: value for key, value in context.items() if key != DEFAULTS}
    return {**context.get(DEFAULTS, {}), **own, **of_this_command}


def settings_of_the_clone(today: date, **of_this_command: Any) -> Settings:
    """As they would be deployed from here. Raises SettingsFileError or SettingError."""
    return read_settings(in_force(read_context() | of_this_command, read_own()), today=today)


def _json(file: Path) -> Any:
    """Of bytes, json knows the encoding, with or without a byte-order mark."""
    try:
        return json.loads(file.read_bytes())
    except (OSError, ValueError) as error:
        raise SettingsFileError(f"{file.name} cannot be read as JSON ({error}): mend it.") from None
