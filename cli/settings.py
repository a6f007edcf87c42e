"""This clone's settings: those of cdk.json, as they would be deployed."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from cli.errors import CliError
from fitbit_daily.domain.day import Calendar
from stacks.settings import SettingError, Settings, read_settings

CDK_JSON = Path(__file__).parent.parent / "cdk.json"


def context() -> dict[str, Any]:
    """Unchecked. Raises CliError where cdk.json is none of CDK's."""
    try:
        found: dict[str, Any] = json.loads(CDK_JSON.read_bytes())["context"]
    except (OSError, ValueError, KeyError, TypeError):
        raise CliError("cdk.json cannot be read.", "To see what was changed in it, type: git diff cdk.json") from None
    return found


def settings_of_the_clone(now: datetime) -> Settings:
    try:
        return read_settings(context(), today=now.date())
    except SettingError as error:
        raise CliError(f"In cdk.json, {error}", "Correct it, then type the same again.") from None


def calendar_of(settings: Settings) -> Calendar:
    return Calendar(zone=settings.time_zone, time_of_day=settings.time_of_day, give_up_at=settings.give_up_at)
