"""The Fitbit Web API, until it is shut down: https://dev.fitbit.com/build/reference/web-api/.

Days and times are the wall clock of the zone in the user's Fitbit profile, never with an offset. Without an
Accept-Language header, units are metric. A day without data comes as zeros.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import partial
from typing import Any

import requests
from requests.auth import HTTPBasicAuth

from fitbit_daily.adapters.fitbit_errors import api_error, not_granted, token_error, unreachable
from fitbit_daily.adapters.http import HttpSession
from fitbit_daily.adapters.side_by_side import side_by_side
from fitbit_daily.domain.authorization import AccessToken, Credentials, Grant
from fitbit_daily.domain.numbers import Activity, Sleep, measured
from fitbit_daily.domain.ranges import ONE_DAY, days_of, pieces
from fitbit_daily.domain.sleep import Session, Span, sleep_of, without
from fitbit_daily.domain.sync import EARLIER_DAYS
from fitbit_daily.domain.trackers import Sync, Tracker, sync_of
from fitbit_daily.errors import SourceUnavailable, UnexpectedError

API = "https://api.fitbit.com"

# "settings" is for the devices.
SCOPES = ("activity", "settings", "sleep")

# Later days whose steps prove that the tracker has synced past the day asked for.
_DAYS_OF_PROOF = 7

# Fitbit's infoCode for a sleep that it could not process because of a fault on its side.
_SERVER_ISSUE = 3

# The most days that a call may ask for, of a time series and of sleep.
_LONGEST_SERIES, _LONGEST_SLEEP = 1095, 100

# Only a tracker on a wrist makes these other than zero.
_SIGNS_OF_LIFE = ("steps", "active_kcal", "light_minutes", "moderate_minutes", "vigorous_minutes")

# The levels of a sleep of type "stages", and of one of type "classic".
_ASLEEP = ("light", "deep", "rem", "asleep")


class FitbitWeb:
    """The source `fitbit`."""

    # A refresh token works once: its successor comes with the access token.
    rotates = True
    # A call for each day, and 150 calls an hour: four times this many days still leave some for the daily run.
    days_at_once = 27

    def __init__(self) -> None:
        self._session = HttpSession("FITBIT_API_URL", API)

    def refresh(self, credentials: Credentials) -> Grant:
        answer = self._send(
            "POST",
            "/oauth2/token",
            "Fitbit's token endpoint",
            data={"grant_type": "refresh_token", "refresh_token": credentials.refresh_token},
            # As bytes: requests would encode a text as Latin-1, or fail to.
            auth=HTTPBasicAuth(credentials.client_id.encode(), credentials.client_secret.encode()),
        )
        if answer.status_code != 200:
            raise token_error(answer)
        granted = _json(answer)
        grant = _grant(granted)
        if grant is None:
            raise SourceUnavailable("Fitbit's token endpoint answered without an access token.")
        scope = granted.get("scope")
        missing = sorted(set(SCOPES) - set(scope.split())) if isinstance(scope, str) else []
        return replace(grant, withheld=not_granted(", ".join(missing)) if missing else None)

    def synced_until(self, token: AccessToken, *, day_ends_at: datetime, now: datetime) -> Sync:
        """The last sync of any tracker; without one, steps on a later day prove the day's end.

        lastSyncTime is a wall clock and is taken for one in the offset of day_ends_at. Whether it has passed the end
        of the civil day is right whatever the clocks did since, and wherever Fitbit's zone is, because the day's
        numbers follow the same wall clock. Only the moment itself is off by as much as the two offsets differ.
        """
        devices = self._get(token, "/1/user/-/devices.json", list)
        zone = day_ends_at.tzinfo
        sync = sync_of(_tracker(device, zone) for device in devices if device.get("type") == "TRACKER")
        if sync.until is not None:
            return sync
        # A scale says nothing of steps.
        following, today = day_ends_at.date(), now.astimezone(zone).date()
        last = max(following, min(today, following + timedelta(days=_DAYS_OF_PROOF - 1)))
        later_steps = self._series(token, "tracker/steps", following, last)
        return (
            replace(sync, until=day_ends_at)
            if any(measured("steps", steps) for steps in later_steps.values())
            else sync
        )

    def activities(self, token: AccessToken, first: date, last: date) -> dict[date, Activity]:
        """Each day's summary, and the one number that it rounds too early: its kilometres have two decimals."""
        # The tracker's own kilometres, without manual logs, as the original system posted them.
        kilometres, *answers = side_by_side(
            partial(self._series, token, "tracker/distance", first, last),
            *(partial(self._get, token, f"/1/user/-/activities/date/{day}.json", dict) for day in days_of(first, last)),
        )
        summaries = {day: answer["summary"] for day, answer in zip(days_of(first, last), answers, strict=True)}
        days = {day: _activity(summary, kilometres.get(day)) for day, summary in summaries.items()}
        return {day: activity for day, activity in days.items() if _was_worn(activity, summaries[day])}

    def sleeps(self, token: AccessToken, first: date, last: date, *, now: datetime) -> dict[date, Sleep]:
        """What a night reads, day by day: only such an answer is documented to tell of a sleep in processing."""
        alone = max(first, last - EARLIER_DAYS)
        ranges = [*pieces(first, alone - ONE_DAY, _LONGEST_SLEEP), *((day, day) for day in days_of(alone, last))]
        dates = [f"{start}/{end}" if start < end else f"{start}" for start, end in ranges]
        answers = side_by_side(
            *(partial(self._get, token, f"/1.2/user/-/sleep/date/{each}.json", dict) for each in dates)
        )
        found: dict[date, Sleep] = {}
        for (start, end), answer in zip(ranges, answers, strict=True):
            found |= _sleeps(answer, start, end)
        return found

    def _series(self, token: AccessToken, resource: str, first: date, last: date) -> dict[date, Decimal]:
        """A resource's value for each day."""
        values: dict[date, Decimal] = {}
        for start, end in pieces(first, last, _LONGEST_SERIES):
            answer = self._get(token, f"/1/user/-/activities/{resource}/date/{start}/{end}.json", dict)
            for entry in answer["activities-" + resource.replace("/", "-")]:
                values[date.fromisoformat(entry["dateTime"])] = Decimal(str(entry["value"]))
        return values

    def _get(self, token: AccessToken, path: str, form: type[Any]) -> Any:
        answer = self._send("GET", path, "Fitbit", headers={"Authorization": f"Bearer {token.value}"})
        if answer.status_code != 200:
            raise api_error(answer)
        content = _json(answer)
        if content is None:
            raise SourceUnavailable("Fitbit answered with something that is not JSON.")
        if not isinstance(content, form):
            raise UnexpectedError("Fitbit's answer is not of the documented form.")
        return content

    def _send(self, method: str, path: str, what: str, **options: Any) -> requests.Response:
        try:
            return self._session.request(method, API + path, **options)
        except requests.RequestException as error:
            failure = unreachable(error, what)
        # Not while the exception is handled: as this one's context, its request would bring a token along.
        raise failure


def _grant(granted: Any) -> Grant | None:
    """None where there is no usable access token; an exception could quote what is there instead."""
    try:
        grant = Grant(
            access_token=granted["access_token"],
            lifetime=timedelta(seconds=int(granted["expires_in"])),
            refresh_token=granted.get("refresh_token") or None,
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    return grant if grant.access_token else None


def _tracker(device: dict[str, Any], zone: tzinfo | None) -> Tracker:
    synced = device.get("lastSyncTime")
    return Tracker(_moment(synced, zone) if synced else None, device.get("battery"), device.get("batteryLevel"))


def _activity(summary: dict[str, Any], kilometres: Decimal | None) -> Activity:
    read = Activity(
        steps=summary.get("steps"),
        distance_km=kilometres,
        calories_kcal=summary.get("caloriesOut"),
        bmr_kcal=summary.get("caloriesBMR"),
        active_kcal=summary.get("activityCalories"),
        sedentary_minutes=summary.get("sedentaryMinutes"),
        light_minutes=summary.get("lightlyActiveMinutes"),
        moderate_minutes=summary.get("fairlyActiveMinutes"),
        vigorous_minutes=summary.get("veryActiveMinutes"),
    )
    # There is no step without a distance: a 0 is measured where there was no step.
    return read if read.distance_km or read.steps == 0 else replace(read, distance_km=None)


def _sleeps(answer: dict[str, Any], first: date, last: date) -> dict[date, Sleep]:
    """Each day's sleep, from the records that name it as theirs; Fitbit's own total does not say what it is made of.

    While Fitbit works on a sleep, the answer is "pending" and leaves it out. If there is no other, nothing else is in
    the answer.
    """
    pending = (answer.get("meta") or {}).get("state") == "pending"
    records: dict[date, list[dict[str, Any]]] = {day: [] for day in days_of(first, last)} if pending else {}
    for record in answer.get("sleep", []) if pending else answer["sleep"]:
        records.setdefault(date.fromisoformat(record["dateOfSleep"]), []).append(record)
    return {
        day: sleep_of(map(_session, records[day]), processing=pending) for day in days_of(first, last) if day in records
    }


def _session(record: dict[str, Any]) -> Session:
    """Its stages are those of more than three minutes, and apart from them the short awakenings in between."""
    minutes, levels = record.get("minutesAsleep"), record.get("levels") or {}
    stages, short = (sorted(levels.get(name) or [], key=_begins) for name in ("data", "shortData"))
    asleep = [_span(stage) for stage in stages if stage["level"] in _ASLEEP]
    return Session(
        start=datetime.fromisoformat(record["startTime"]),
        end=datetime.fromisoformat(record["endTime"]),
        minutes_asleep=None if minutes is None else int(minutes),
        asleep=tuple(without(asleep, map(_span, short))) if stages else None,
        processing=record.get("infoCode") == _SERVER_ISSUE,
    )


def _begins(stage: dict[str, Any]) -> str:
    return str(stage["dateTime"])


def _span(stage: dict[str, Any]) -> Span:
    start = datetime.fromisoformat(stage["dateTime"])
    return start, start + timedelta(seconds=int(stage["seconds"]))


def _was_worn(activity: Activity, summary: dict[str, Any]) -> bool:
    """Did anybody wear the tracker that day?

    For a day not worn, or not synced, Fitbit answers with zeros, all minutes sedentary and the basal metabolism as
    calories: none of that was measured. A day worn without a single step has more calories, or a pulse.
    """
    if any(getattr(activity, sign) for sign in _SIGNS_OF_LIFE):
        return True
    # Where the user lets Fitbit estimate, caloriesOut holds a guess for the time that the tracker was off.
    burned = measured("calories_kcal", summary.get("caloriesOutUnestimated", summary.get("caloriesOut")))
    if burned is not None and activity.bmr_kcal is not None and burned > activity.bmr_kcal:
        return True
    return any(zone.get("minutes") for zone in summary.get("heartRateZones") or [])


def _moment(wall_clock: str, zone: tzinfo | None) -> datetime:
    moment = datetime.fromisoformat(wall_clock)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _json(answer: requests.Response) -> Any:
    """None where it is not JSON; the exception itself would carry the answer along, with what may be in it."""
    try:
        return answer.json(parse_float=Decimal)
    except ValueError:
        return None
