"""The Google Health API v4, where Fitbit data live: https://developers.google.com/health/reference/rest.

Civil days are the user's own: Google resolves them in the user's zone. The end of a range is exclusive.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import requests

from fitbit_daily.adapters.google_answers import ROLLUPS, Numbers, activity, ended_on, session, tracker
from fitbit_daily.adapters.google_errors import health_error, token_error, unreachable
from fitbit_daily.adapters.http import HttpSession, PageTokens
from fitbit_daily.adapters.side_by_side import side_by_side
from fitbit_daily.domain.authorization import AccessToken, Credentials, Grant
from fitbit_daily.domain.numbers import Activity, Sleep
from fitbit_daily.domain.ranges import ONE_DAY, days_of, pieces
from fitbit_daily.domain.sleep import Session, sleep_of
from fitbit_daily.domain.trackers import Sync, sync_of
from fitbit_daily.errors import ScopeNotGranted, SourceUnavailable, UnexpectedError

HEALTH = "https://health.googleapis.com"
OAUTH = "https://oauth2.googleapis.com"

_SCOPE = "https://www.googleapis.com/auth/googlehealth."
SCOPES = tuple(_SCOPE + name for name in ("activity_and_fitness.readonly", "settings.readonly", "sleep.readonly"))

# Trackers only, no manual logs: what the original Fitbit resources "activities/tracker/..." counted.
_FAMILY = "users/me/dataSourceFamilies/google-wearables"

# How many items to expect in pages: a person's devices, and a day's sleeps on average.
_MOST_DEVICES, _SLEEPS_A_DAY = 10, 2
# An answer may have so many empty pages: one that names a next page is not the end.
_EMPTY_PAGES = 5

# Later days whose steps prove that the tracker has synced past the day asked for.
_DAYS_OF_PROOF = 7


class GoogleHealth:
    """The source `google_health`."""

    # A refresh answers with an access token alone; should a refresh token come along, it is stored.
    rotates = False
    # Twice 90 and nearly 13 times 14: a year takes 92 calls and one for each further range, at least.
    days_at_once = 180

    def __init__(self) -> None:
        self._health = HttpSession("GOOGLE_HEALTH_URL", HEALTH)
        self._oauth = HttpSession("GOOGLE_OAUTH_URL", OAUTH)

    def refresh(self, credentials: Credentials) -> Grant:
        form = {
            "client_id": credentials.client_id,
            "client_secret": credentials.client_secret,
            "refresh_token": credentials.refresh_token,
            "grant_type": "refresh_token",
        }
        try:
            answer = self._oauth.post(f"{OAUTH}/token", data=form)
        except requests.RequestException as error:
            # Without its cause: the request that it carries holds the refresh token.
            raise unreachable(error, "Google's token endpoint") from None
        if answer.status_code != 200:
            raise token_error(answer)
        try:
            granted = answer.json()
            if not granted["access_token"]:
                raise ValueError("an empty access token")
            return Grant(
                access_token=granted["access_token"],
                lifetime=timedelta(seconds=int(granted["expires_in"])),
                refresh_token=granted.get("refresh_token") or None,
                withheld=_withheld(granted.get("scope")),
            )
        except (KeyError, TypeError, ValueError, AttributeError):
            raise SourceUnavailable("Google's token endpoint answered without an access token.") from None

    def synced_until(self, token: AccessToken, *, day_ends_at: datetime, now: datetime) -> Sync:
        """The last sync of any tracker; where Google does not give it, steps on a later day prove the day's end.

        lastSyncTime is reported to be missing from live answers, and the first device may be a scale: both are asked
        for at once.
        """
        following, today = day_ends_at.date(), now.astimezone(day_ends_at.tzinfo).date()
        last = max(following, min(today, following + timedelta(days=_DAYS_OF_PROOF - 1)))
        devices, later_steps = side_by_side(
            partial(self._devices, token), partial(self._rollup, token, "steps", following, last)
        )
        sync = sync_of(tracker(device) for device in devices if device.get("deviceType") == "TRACKER")
        if sync.until is not None and sync.until >= day_ends_at:
            return sync
        proven = any(activity((of_day,)).steps for of_day in later_steps.values())
        return replace(sync, until=day_ends_at) if proven else sync

    def activities(self, token: AccessToken, first: date, last: date) -> dict[date, Activity]:
        """Six rollups, side by side."""
        answers = side_by_side(*(partial(self._rollup, token, data_type, first, last) for data_type in ROLLUPS))
        days = {day: activity(answer.get(day, []) for answer in answers) for day in days_of(first, last)}
        return {day: of_day for day, of_day in days.items() if of_day != Activity()}

    def sleeps(self, token: AccessToken, first: date, last: date, *, now: datetime) -> dict[date, Sleep]:
        """A session belongs to the civil day on which it ended, in the zone where it ended."""
        member = "sleep.interval.civil_end_time"
        asked = {"pageSize": "25", "filter": f'{member} >= "{first}" AND {member} < "{last + ONE_DAY}"'}
        most = _SLEEPS_A_DAY * ((last - first).days + 1)
        sessions: dict[date, list[Session]] = {}
        for page in self._pages(token, "dataTypes/sleep/dataPoints:reconcile", asked, most):
            for sleep in (point["sleep"] for point in page.get("dataPoints", [])):
                sessions.setdefault(ended_on(sleep["interval"]), []).append(session(sleep, now))
        return {day: sleep_of(sessions[day]) for day in days_of(first, last) if day in sessions}

    def _devices(self, token: AccessToken) -> list[dict[str, Any]]:
        pages = self._pages(token, "pairedDevices", {"pageSize": "100"}, _MOST_DEVICES)
        return [device for page in pages for device in page.get("pairedDevices", [])]

    def _rollup(self, token: AccessToken, data_type: str, first: date, last: date) -> dict[date, list[Numbers]]:
        """The values for each civil day, without repetitions: one, if all is well."""
        rollup = ROLLUPS[data_type]
        days: dict[date, list[Numbers]] = {}
        for start, end in pieces(first, last, rollup.longest):
            body = {
                "range": {"start": {"date": _civil(start)}, "end": {"date": _civil(end + ONE_DAY)}},
                "windowSizeDays": 1,
                "dataSourceFamily": _FAMILY,
            }
            path, most = f"dataTypes/{data_type}/dataPoints:dailyRollUp", (end - start).days + 1
            for page in self._pages(token, path, body, most, post=True):
                for point in page.get("rollupDataPoints", []):
                    day, numbers = date(**point["civilStartTime"]["date"]), rollup.numbers(point)
                    if start <= day <= end and numbers and numbers not in days.setdefault(day, []):
                        days[day].append(numbers)
        return days

    def _pages(
        self, token: AccessToken, path: str, asked: dict[str, Any], most: int, post: bool = False
    ) -> Iterator[dict[str, Any]]:
        """All pages of an answer of at most `most` items."""
        asked = dict(asked)
        tokens = PageTokens(most + _EMPTY_PAGES, SourceUnavailable("Google Health's answer has no last page."))
        while True:
            page = self._call(token, path, asked, post)
            yield page
            if not page.get("nextPageToken"):
                return
            asked["pageToken"] = tokens.follow(page["nextPageToken"])

    def _call(self, token: AccessToken, path: str, asked: dict[str, Any], post: bool) -> dict[str, Any]:
        try:
            answer = self._health.request(
                "POST" if post else "GET",
                f"{HEALTH}/v4/users/me/{path}",
                headers={"Authorization": f"Bearer {token.value}"},
                **({"json": asked} if post else {"params": asked}),
            )
        except requests.RequestException as error:
            raise unreachable(error, "Google Health") from None
        if answer.status_code != 200:
            raise health_error(answer)
        try:
            page = answer.json()
        except ValueError:
            raise SourceUnavailable("Google Health answered with something that is not JSON.") from None
        if not isinstance(page, dict):
            raise UnexpectedError("Google Health's answer is not of the documented form.")
        return page


def _withheld(granted: Any) -> ScopeNotGranted | None:
    missing = sorted(set(SCOPES) - set(granted.split())) if isinstance(granted, str) else []
    if not missing:
        return None
    names = ", ".join(scope.removeprefix(_SCOPE) for scope in missing)
    return ScopeNotGranted(f"Google was not allowed to give: {names}.", source="google_health")


def _civil(day: date) -> dict[str, int]:
    return {"year": day.year, "month": day.month, "day": day.day}
