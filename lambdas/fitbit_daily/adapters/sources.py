"""The port behind which the numbers come from, and the adapters that fit it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol

from fitbit_daily.domain.authorization import AccessToken, Authorizer
from fitbit_daily.domain.numbers import Activity, Sleep

SOURCES = ("google_health", "fitbit")


class Source(Authorizer, Protocol):
    """Where the numbers come from. All that read raise AuthorizationLost for a refused access token."""

    def synced_until(self, token: AccessToken, *, day_ends_at: datetime, now: datetime) -> datetime | None:
        """How far the data are known to reach, aware; None if the source does not tell."""

    def activity(self, token: AccessToken, day: date) -> Activity:
        """The activity of a civil day."""

    def sleep(self, token: AccessToken, day: date) -> Sleep:
        """Every sleep that ended on a civil day."""


def source(name: str) -> Source:
    """The adapter of that name; imported only when it is the one."""
    if name == "google_health":
        from fitbit_daily.adapters.google_health import GoogleHealth

        return GoogleHealth()
    if name == "fitbit":
        from fitbit_daily.adapters.fitbit_web import FitbitWeb

        return FitbitWeb()
    raise ValueError(f"No source {name!r}; there is {', '.join(SOURCES)}.")
