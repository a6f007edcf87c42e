"""The port behind which the numbers come from, and the adapters that fit it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol

from fitbit_daily.domain.authorization import AccessToken, Authorizer
from fitbit_daily.domain.numbers import Activity, Sleep
from fitbit_daily.domain.trackers import Sync

SOURCES = ("google_health", "fitbit")


class Source(Authorizer, Protocol):
    """Where the numbers come from. All that read raise AuthorizationLost for a refused access token."""

    # As many days as can be read at once, within the limits of the source.
    days_at_once: int

    def synced_until(self, token: AccessToken, *, day_ends_at: datetime, now: datetime) -> Sync:
        """How far the data are known to reach, and how the trackers' batteries are."""

    def activities(self, token: AccessToken, first: date, last: date) -> dict[date, Activity]:
        """The activity of each civil day from first to last; a day without any number is left out."""

    def sleeps(self, token: AccessToken, first: date, last: date, *, now: datetime) -> dict[date, Sleep]:
        """Every sleep, by the civil day on which it ended, from first to last; a day without any is left out."""


def source(name: str) -> Source:
    """The adapter of that name; imported only when it is the one."""
    if name == "google_health":
        from fitbit_daily.adapters.google_health import GoogleHealth

        return GoogleHealth()
    if name == "fitbit":
        from fitbit_daily.adapters.fitbit_web import FitbitWeb

        return FitbitWeb()
    raise ValueError(f"No source {name!r}; there is {', '.join(SOURCES)}.")
