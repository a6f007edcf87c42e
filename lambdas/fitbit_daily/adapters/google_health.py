"""The Google Health API v4, where Fitbit data live: https://developers.google.com/health/reference/rest.

int64 come as strings, doubles as numbers, durations as "33060s", a day without data as nothing at all. Civil days
are the user's own: Google resolves them in the user's zone. The end of a range is exclusive.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import requests

from fitbit_daily.adapters.google_errors import health_error, token_error, unreachable
from fitbit_daily.adapters.http import Session
from fitbit_daily.domain.authorization import AccessToken, Credentials, Grant
from fitbit_daily.domain.numbers import Activity, Sleep
from fitbit_daily.errors import AccessNotGranted, SourceUnavailable, UnexpectedError, authorize

HEALTH = "https://health.googleapis.com"
OAUTH = "https://oauth2.googleapis.com"

_SCOPE = "https://www.googleapis.com/auth/googlehealth."
SCOPES = tuple(_SCOPE + name for name in ("activity_and_fitness.readonly", "settings.readonly", "sleep.readonly"))

# Data type, the key of its value in an answer.
_ROLLUPS = {
    "steps": "steps",
    "distance": "distance",
    "total-calories": "totalCalories",
    "active-energy-burned": "activeEnergyBurned",
    "active-minutes": "activeMinutes",
    "sedentary-period": "sedentaryPeriod",
}

# Trackers only, no manual logs: what the original Fitbit resources "activities/tracker/..." counted.
_FAMILY = "users/me/dataSourceFamilies/google-wearables"

_MM_IN_KM = 1_000_000
# Later days whose steps prove that the tracker has synced past the day asked for.
_DAYS_OF_PROOF = 7


class GoogleHealth:
    """The source `google_health`."""

    # A refresh answers with an access token alone; should a refresh token come along, it is stored.
    rotates = False

    def __init__(self) -> None:
        self._health = Session("GOOGLE_HEALTH_URL", HEALTH)
        self._oauth = Session("GOOGLE_OAUTH_URL", OAUTH)

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

    def synced_until(self, token: AccessToken, *, day_ends_at: datetime, now: datetime) -> datetime | None:
        """The last sync of any tracker; where Google does not tell it, steps on a later day prove the day's end.

        lastSyncTime is reported to be missing from live answers, and the first device may be a scale.
        """
        devices = [
            d
            for page in self._pages(token, "pairedDevices", {"pageSize": "100"})
            for d in page.get("pairedDevices", [])
        ]
        syncs = [
            _moment(d["lastSyncTime"]) for d in devices if d.get("deviceType") == "TRACKER" and "lastSyncTime" in d
        ]
        synced = max(syncs, default=None)
        if synced is not None and synced >= day_ends_at:
            return synced
        following, today = day_ends_at.date(), now.astimezone(day_ends_at.tzinfo).date()
        end = max(following, min(today, following + timedelta(days=_DAYS_OF_PROOF - 1))) + timedelta(days=1)
        later_steps = self._rollup(token, "steps", following, end)
        return day_ends_at if any(_integer(value.get("countSum")) for value in later_steps.values()) else synced

    def activity(self, token: AccessToken, day: date) -> Activity:
        """Six rollups of one civil day, side by side."""
        with ThreadPoolExecutor(len(_ROLLUPS)) as pool:
            asked = {t: pool.submit(self._rollup, token, t, day, day + timedelta(days=1)) for t in _ROLLUPS}
        value = {data_type: future.result().get(day, {}) for data_type, future in asked.items()}
        millimetres = _integer(value["distance"].get("millimetersSum"))
        total = _decimal(value["total-calories"].get("kcalSum"))
        active = _decimal(value["active-energy-burned"].get("kcalSum"))
        minutes = _minutes_by_level(value["active-minutes"])
        return Activity(
            steps=_integer(value["steps"].get("countSum")),
            distance_km=None if millimetres is None else Decimal(millimetres) / _MM_IN_KM,
            calories_kcal=total,
            bmr_kcal=_basal(total, active),
            active_kcal=active,
            sedentary_minutes=_whole_minutes(value["sedentary-period"].get("durationSum")),
            light_minutes=minutes.get("LIGHT"),
            moderate_minutes=minutes.get("MODERATE"),
            vigorous_minutes=minutes.get("VIGOROUS"),
        )

    def sleep(self, token: AccessToken, day: date) -> Sleep:
        """A session belongs to the civil day on which it ended, in the zone where it ended."""
        member = "sleep.interval.civil_end_time"
        asked = {
            "pageSize": "25",
            "filter": f'{member} >= "{day.isoformat()}" AND {member} < "{(day + timedelta(days=1)).isoformat()}"',
        }
        pages = self._pages(token, "dataTypes/sleep/dataPoints:reconcile", asked)
        sessions = [point["sleep"] for page in pages for point in page.get("dataPoints", [])]
        sessions = [session for session in sessions if _ended_on(session["interval"]) == day]
        minutes = [_integer(session.get("summary", {}).get("minutesAsleep")) for session in sessions]
        known = [number for number in minutes if number is not None]
        unfinished = any(session.get("metadata", {}).get("processed") is False for session in sessions)
        return Sleep(sum(known) if known else None, processing=unfinished or len(known) < len(minutes))

    def _rollup(self, token: AccessToken, data_type: str, start: date, end: date) -> dict[date, dict[str, Any]]:
        """A data type's value for each civil day that has one, from `start` until before `end`."""
        body = {
            "range": {"start": {"date": _civil(start)}, "end": {"date": _civil(end)}},
            "windowSizeDays": 1,
            "dataSourceFamily": _FAMILY,
        }
        days: dict[date, dict[str, Any]] = {}
        for page in self._pages(token, f"dataTypes/{data_type}/dataPoints:dailyRollUp", body, post=True):
            for point in page.get("rollupDataPoints", []):
                days[date(**point["civilStartTime"]["date"])] = point.get(_ROLLUPS[data_type], {})
        return days

    def _pages(
        self, token: AccessToken, path: str, asked: dict[str, Any], post: bool = False
    ) -> Iterator[dict[str, Any]]:
        """All pages of an answer: an empty page that names a next one is not the end."""
        asked = dict(asked)
        while True:
            page = self._call(token, path, asked, post)
            yield page
            if not page.get("nextPageToken"):
                return
            asked["pageToken"] = page["nextPageToken"]

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


def _withheld(granted: Any) -> AccessNotGranted | None:
    missing = sorted(set(SCOPES) - set(granted.split())) if isinstance(granted, str) else []
    if not missing:
        return None
    names = ", ".join(scope.removeprefix(_SCOPE) for scope in missing)
    return AccessNotGranted(
        f"Google was not allowed to give: {names}.", f"Tick every box this time. {authorize('google_health')}"
    )


def _minutes_by_level(value: dict[str, Any]) -> dict[str, int | None]:
    """Levels without minutes are left out of an answer that has others; an answer without any level says nothing."""
    levels = value.get("activeMinutesRollupByActivityLevel") or []
    given = {level["activityLevel"]: _integer(level.get("activeMinutesSum", "0")) for level in levels}
    return {"LIGHT": 0, "MODERATE": 0, "VIGOROUS": 0, **given} if given else {}


def _basal(total: Decimal | None, active: Decimal | None) -> Decimal | None:
    """Fitbit accounts have no basal energy at Google: it is what remains of the total, from unrounded values."""
    if total is None or active is None or active > total:
        return None
    return total - active


def _integer(value: Any) -> int | None:
    return None if value is None else int(value)


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _seconds(duration: str) -> Decimal:
    match = re.fullmatch(r"(-?\d+(?:\.\d+)?)s", duration)
    if match is None:
        raise ValueError(f"not a duration: {duration!r}")
    return Decimal(match[1])


def _whole_minutes(duration: Any) -> int | None:
    return None if duration is None else int(_seconds(duration) // 60)


def _moment(value: str) -> datetime:
    # Up to nine decimals of a second; Python reads six.
    return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", value))


def _ended_on(interval: dict[str, Any]) -> date:
    """civilEndTime is reported to be missing from some answers; the offset never is."""
    offset = timedelta(seconds=float(_seconds(interval.get("endUtcOffset", "0s"))))
    return (_moment(interval["endTime"]) + offset).date()


def _civil(day: date) -> dict[str, int]:
    return {"year": day.year, "month": day.month, "day": day.day}
