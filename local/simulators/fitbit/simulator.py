"""The endpoints, and what Fitbit checks before it looks at a request: bearer, rate limit, user, scope."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Response, request

from local.simulators.base import Faults, Simulator, json_answer
from local.simulators.wearer import Device, Wearer

from . import activity, arguments, errors
from .errors import FitbitError
from .faults import endpoints, scenarios
from .oauth import SCOPES, USER_ID, Credentials, Tokens
from .sleep import sleep_log, sleep_range

REQUESTS_PER_HOUR = 150
_HOUR = timedelta(hours=1)
_SERIES = "<resource>/date/<first>/<last_or_period>.json"


class FitbitSimulator(Simulator):
    """`has_devices` says whether any device is paired."""

    def __init__(
        self,
        *,
        wearer: Wearer,
        now: Callable[[], datetime],
        credentials: Credentials | None = None,
        scopes: Iterable[str] = SCOPES,
    ) -> None:
        super().__init__("Fitbit Web API")
        self.wearer = wearer
        self.now = now
        self.tokens = Tokens(credentials=credentials or Credentials(), scopes=scopes, now=now)
        self.has_devices = True
        self.faults = Faults(endpoints(self), scenarios(self))
        self._hour, self._used = datetime.min.replace(tzinfo=UTC), 0
        self._quota_lock = threading.Lock()
        for status in (404, 405):
            self.register_error_handler(status, lambda _: errors.no_such_endpoint().answer())
        self._add_routes()

    def _add_routes(self) -> None:
        self.add_url_rule("/oauth2/token", "token", lambda: self.tokens.refresh(request), methods=["POST"])
        routes: list[tuple[str, str, str, Callable[..., Any]]] = [
            ("1/user/<user>/activities/date/<day>.json", "activity", "activity", self._activity),
            (f"1/user/<user>/activities/{_SERIES}", "series", "activity", self._series),
            (f"1/user/<user>/activities/tracker/{_SERIES}", "tracker_series", "activity", self._tracker_series),
            ("1.2/user/<user>/sleep/date/<day>.json", "sleep", "sleep", self._sleep),
            ("1.2/user/<user>/sleep/date/<first>/<last>.json", "sleep_range", "sleep", self._sleep_range),
            ("1/user/<user>/devices.json", "devices", "settings", self._devices),
        ]
        for path, name, scope, answer in routes:
            self.add_url_rule(f"/{path}", name, self._guarded(scope, answer), methods=["GET"])

    # The checks before every answer

    def _guarded(self, scope: str, answer: Callable[..., Any]) -> Callable[..., Response]:
        def view(user: str, **path: str) -> Response:
            self.tokens.must_accept(self._bearer())
            limits = self._count()
            try:
                if user not in ("-", USER_ID):
                    raise errors.permissions_insufficient()
                if scope not in self.tokens.scopes:
                    raise errors.scope_insufficient(scope)
                arguments.no_query(request)
                found = json_answer(200, answer(**path))
            except FitbitError as error:
                found = error.answer()
            found.headers.update(limits)
            return found

        return view

    def _bearer(self) -> str:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        if kind != "Bearer" or not token:
            raise errors.invalid_request("Authorization header required.")
        return token

    def _count(self) -> dict[str, str]:
        """150 requests an hour for each user, and a new hour begins at its top, not at the first request."""
        with self._quota_lock:
            hour = self.now().astimezone(UTC).replace(minute=0, second=0, microsecond=0)
            if hour != self._hour:
                self._hour, self._used = hour, 0
            if self._used >= REQUESTS_PER_HOUR:
                limits = self.limits(0)
                raise errors.rate_limited(limits | {"Retry-After": limits["Fitbit-Rate-Limit-Reset"]})
            self._used += 1
            return self.limits(REQUESTS_PER_HOUR - self._used)

    def limits(self, remaining: int) -> dict[str, str]:
        """The headers that tell of the limit; the last one is in seconds."""
        now = self.now().astimezone(UTC)
        reset = now.replace(minute=0, second=0, microsecond=0) + _HOUR
        return {
            "Fitbit-Rate-Limit-Limit": str(REQUESTS_PER_HOUR),
            "Fitbit-Rate-Limit-Remaining": str(remaining),
            "Fitbit-Rate-Limit-Reset": str(-(-(reset - now) // timedelta(seconds=1))),
        }

    # The answers

    def _activity(self, day: str) -> dict[str, Any]:
        wanted, miles = arguments.civil_date(day), arguments.in_miles(request)
        return activity.summary(self.wearer, wanted, miles=miles)

    def _series(self, resource: str, first: str, last_or_period: str, tracker: bool = False) -> dict[str, Any]:
        longest = activity.longest_series(resource, tracker)
        today = self.now().astimezone(self.wearer.time_zone).date()
        dates = arguments.dates_of_series(first, last_or_period, today, longest)
        return activity.series(self.wearer, resource, dates, tracker=tracker, miles=arguments.in_miles(request))

    def _tracker_series(self, **path: str) -> dict[str, Any]:
        return self._series(**path, tracker=True)

    def _sleep(self, day: str) -> dict[str, Any]:
        return sleep_log(self.wearer, arguments.civil_date(day))

    def _sleep_range(self, first: str, last: str) -> dict[str, Any]:
        return sleep_range(self.wearer, arguments.dates_of_sleep(first, last))

    def _devices(self) -> list[dict[str, Any]]:
        self.wearer.looked_at_devices()
        return [self._device(device) for device in self.wearer.devices()] if self.has_devices else []

    def _device(self, device: Device) -> dict[str, Any]:
        last_sync = device.last_sync.astimezone(self.wearer.time_zone)
        return {
            "battery": device.battery,
            "batteryLevel": device.battery_percent,
            "deviceVersion": device.product,
            "features": [],
            "id": device.id,
            # "in the local time of the resource owner's timezone", and without any zone
            "lastSyncTime": f"{last_sync:%Y-%m-%dT%H:%M:%S}.000",
            "mac": "CANARY000000",
            "type": device.kind,
        }
