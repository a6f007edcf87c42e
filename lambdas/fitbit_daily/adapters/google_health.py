"""The Google Health API v4, where Fitbit data live: https://developers.google.com/health/reference/rest.

int64 come as strings, doubles as numbers, durations as "33060s", a day without data as nothing at all. Civil days
are the user's own: Google resolves them in the user's zone. The end of a range is exclusive.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import requests

from fitbit_daily.adapters.google_errors import health_error, token_error, unreachable
from fitbit_daily.adapters.http import Session
from fitbit_daily.adapters.side_by_side import side_by_side
from fitbit_daily.domain.authorization import AccessToken, Credentials, Grant
from fitbit_daily.domain.numbers import Activity, Sleep
from fitbit_daily.domain.ranges import ONE_DAY, days_of, pieces
from fitbit_daily.domain.trackers import Sync, Tracker, sync_of
from fitbit_daily.errors import ScopeNotGranted, SourceUnavailable, UnexpectedError

HEALTH = "https://health.googleapis.com"
OAUTH = "https://oauth2.googleapis.com"

_SCOPE = "https://www.googleapis.com/auth/googlehealth."
SCOPES = tuple(_SCOPE + name for name in ("activity_and_fitness.readonly", "settings.readonly", "sleep.readonly"))

# Data type: the key of its value in an answer, and the most days that a call may ask for.
_ROLLUPS = {
    "steps": ("steps", 90),
    "distance": ("distance", 90),
    "total-calories": ("totalCalories", 14),
    "active-energy-burned": ("activeEnergyBurned", 90),
    "active-minutes": ("activeMinutes", 14),
    "sedentary-period": ("sedentaryPeriod", 90),
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
    # Twice 90 and nearly 13 times 14: a year takes 92 calls and one for each further invocation, at least.
    days_at_once = 180

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

    def synced_until(self, token: AccessToken, *, day_ends_at: datetime, now: datetime) -> Sync:
        """The last sync of any tracker; where Google does not tell it, steps on a later day prove the day's end.

        lastSyncTime is reported to be missing from live answers, and the first device may be a scale: both are asked
        for at once.
        """
        following, today = day_ends_at.date(), now.astimezone(day_ends_at.tzinfo).date()
        last = max(following, min(today, following + timedelta(days=_DAYS_OF_PROOF - 1)))
        devices, later_steps = side_by_side(
            partial(self._devices, token), partial(self._rollup, token, "steps", following, last)
        )
        sync = sync_of(_tracker(device) for device in devices if device.get("deviceType") == "TRACKER")
        if sync.until is not None and sync.until >= day_ends_at:
            return sync
        proven = any(_integer(value.get("countSum")) for value in later_steps.values())
        return replace(sync, until=day_ends_at) if proven else sync

    def activities(self, token: AccessToken, first: date, last: date) -> dict[date, Activity]:
        """Six rollups, side by side."""
        answers = side_by_side(*(partial(self._rollup, token, data_type, first, last) for data_type in _ROLLUPS))
        values = dict(zip(_ROLLUPS, answers, strict=True))
        days = {day: _activity({t: values[t].get(day, {}) for t in _ROLLUPS}) for day in days_of(first, last)}
        return {day: activity for day, activity in days.items() if activity != Activity()}

    def sleeps(self, token: AccessToken, first: date, last: date) -> dict[date, Sleep]:
        """A session belongs to the civil day on which it ended, in the zone where it ended."""
        member = "sleep.interval.civil_end_time"
        asked = {"pageSize": "25", "filter": f'{member} >= "{first}" AND {member} < "{last + ONE_DAY}"'}
        sessions: dict[date, list[dict[str, Any]]] = {}
        for page in self._pages(token, "dataTypes/sleep/dataPoints:reconcile", asked):
            for session in (point["sleep"] for point in page.get("dataPoints", [])):
                sessions.setdefault(_ended_on(session["interval"]), []).append(session)
        return {day: _sleep(sessions[day]) for day in days_of(first, last) if day in sessions}

    def _devices(self, token: AccessToken) -> list[dict[str, Any]]:
        pages = self._pages(token, "pairedDevices", {"pageSize": "100"})
        return [device for page in pages for device in page.get("pairedDevices", [])]

    def _rollup(self, token: AccessToken, data_type: str, first: date, last: date) -> dict[date, dict[str, Any]]:
        """A data type's value for each civil day that has one."""
        key, longest = _ROLLUPS[data_type]
        days: dict[date, dict[str, Any]] = {}
        for start, end in pieces(first, last, longest):
            body = {
                "range": {"start": {"date": _civil(start)}, "end": {"date": _civil(end + ONE_DAY)}},
                "windowSizeDays": 1,
                "dataSourceFamily": _FAMILY,
            }
            for page in self._pages(token, f"dataTypes/{data_type}/dataPoints:dailyRollUp", body, post=True):
                for point in page.get("rollupDataPoints", []):
                    days[date(**point["civilStartTime"]["date"])] = point.get(key, {})
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


def _withheld(granted: Any) -> ScopeNotGranted | None:
    missing = sorted(set(SCOPES) - set(granted.split())) if isinstance(granted, str) else []
    if not missing:
        return None
    names = ", ".join(scope.removeprefix(_SCOPE) for scope in missing)
    return ScopeNotGranted(f"Google was not allowed to give: {names}.", source="google_health")


def _tracker(device: dict[str, Any]) -> Tracker:
    synced = device.get("lastSyncTime")
    return Tracker(_moment(synced) if synced else None, device.get("batteryStatus"), device.get("batteryLevel"))


def _activity(value: dict[str, dict[str, Any]]) -> Activity:
    """A day's numbers, from its value of each data type."""
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


def _sleep(sessions: list[dict[str, Any]]) -> Sleep:
    """The sleep of one day; a session without its minutes is not worked out yet."""
    minutes = [_integer(session.get("summary", {}).get("minutesAsleep")) for session in sessions]
    known = [number for number in minutes if number is not None]
    unfinished = any(session.get("metadata", {}).get("processed") is False for session in sessions)
    return Sleep(sum(known) if known else None, processing=unfinished or len(known) < len(minutes))


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
