"""The endpoints, and what Google checks before it looks at a request: bearer, quota, user, scope, data type."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from flask import Response, g, request

from local.simulators.base import Faults, Simulator, html_page, json_answer
from local.simulators.wearer import Device, Wearer

from . import arguments, errors
from .consent import AUTH, ConsentPage
from .data_types import data_type_named
from .faults import endpoints, scenarios
from .oauth import RECOMMENDED_SCOPES, SCOPE, AccessToken, Credentials, Tokens
from .rollup import daily_rollup
from .sleep import sleeps

REQUESTS_PER_MINUTE = 300  # per user: https://developers.google.com/health/rate-limits
_POINTS = "/v4/users/<user>/dataTypes/<data_type>/dataPoints"


class GoogleSimulator(Simulator):
    """`tells_last_sync`  whether devices carry lastSyncTime; live answers are reported without it
    `page_size_cap`    no page is longer than this, whatever was asked for
    `civil_end_time`   whether sleeps carry civilEndTime; live answers have been seen without it
    `tells_false`      whether metadata that are false are told; proto3 may leave out exactly these
    `redirect_uris`    those of a client of type "Web application"; without any, it is a desktop app's
    """

    def __init__(
        self,
        *,
        wearer: Wearer,
        now: Callable[[], datetime],
        credentials: Credentials | None = None,
        scopes: Iterable[str] = RECOMMENDED_SCOPES,
        tells_last_sync: bool = False,
        page_size_cap: int | None = None,
        civil_end_time: bool = True,
        tells_false: bool = True,
        redirect_uris: Iterable[str] = (),
    ) -> None:
        super().__init__("Google Health")
        self.wearer = wearer
        self.now = now
        self.tokens = Tokens(credentials=credentials or Credentials(), scopes=scopes, now=now)
        self.consent = ConsentPage(
            codes=self.tokens.codes,
            client_id=lambda: self.tokens.credentials.client_id,
            redirect_uris=tuple(redirect_uris),
        )
        self.tells_last_sync = tells_last_sync
        self.page_size_cap = page_size_cap
        self.civil_end_time = civil_end_time
        self.tells_false = tells_false
        self.faults = Faults(endpoints(self), scenarios(self))
        self._recent: deque[datetime] = deque()
        self._quota_lock = threading.Lock()
        self.register_error_handler(404, lambda _: html_page(404, "Error 404 (Not Found)!!1"))
        # Google's front end knows a path only together with its method.
        self.register_error_handler(405, lambda _: html_page(404, "Error 404 (Not Found)!!1"))
        self._add_routes()

    def _add_routes(self) -> None:
        self.add_url_rule("/token", "token", lambda: self.tokens.answer(request), methods=["POST"])
        self.add_url_rule(AUTH, "consent", lambda: self.consent.answer(request), methods=["GET", "POST"])
        routes: list[tuple[str, str, str, Callable[..., dict[str, Any]]]] = [
            ("GET", "/v4/users/<user>/identity", "identity", self._identity),
            ("GET", "/v4/users/<user>/settings", "settings", self._settings),
            ("GET", "/v4/users/<user>/pairedDevices", "devices", self._devices),
            ("POST", _POINTS + ":dailyRollUp", "rollup", self._rollup),
            ("GET", _POINTS + ":reconcile", "reconcile", self._reconcile),
            ("GET", _POINTS, "list", self._list),
        ]
        for method, path, name, answer in routes:
            self.add_url_rule(path, name, self._guarded(answer), methods=[method], provide_automatic_options=False)

    # The checks before every answer

    def _guarded(self, answer: Callable[..., dict[str, Any]]) -> Callable[..., Response]:
        def view(user: str, **path: str) -> Response:
            g.token = self._bearer()
            self._count()
            if user not in ("me", arguments.HEALTH_USER_ID):
                raise errors.permission_denied()
            if request.method == "GET" and request.get_data():
                return html_page(400, "Error 400 (Bad Request)!!1")
            return json_answer(200, answer(**path))

        return view

    def _bearer(self) -> AccessToken:
        kind, _, text = request.headers.get("Authorization", "").partition(" ")
        if kind != "Bearer" or not text:
            raise errors.credentials_missing()
        token = self.tokens.valid(text)
        if token is None:
            raise errors.token_refused()
        return token

    def _count(self) -> None:
        with self._quota_lock:
            now = self.now()
            while self._recent and self._recent[0] <= now - timedelta(minutes=1):
                self._recent.popleft()
            if len(self._recent) >= REQUESTS_PER_MINUTE:
                raise errors.rate_limited()
            self._recent.append(now)

    def _need(self, scope: str) -> None:
        if SCOPE + scope not in g.token.scopes:
            raise errors.scope_insufficient()

    # The answers

    def _identity(self) -> dict[str, Any]:
        arguments.query(request, ())
        if not any(scope.startswith(SCOPE) for scope in g.token.scopes):  # any of them will do
            raise errors.scope_insufficient()
        return {"name": "users/me/identity", "healthUserId": arguments.HEALTH_USER_ID, "legacyUserId": "CANARY"}

    def _settings(self) -> dict[str, Any]:
        self._need("settings.readonly")
        arguments.query(request, ())
        offset = self.now().astimezone(self.wearer.time_zone).utcoffset() or timedelta()
        return {
            "name": f"users/{arguments.HEALTH_USER_ID}/settings",
            "timeZone": self.wearer.time_zone.key,
            "utcOffset": f"{int(offset.total_seconds())}s",
            "distanceUnit": "DISTANCE_UNIT_KILOMETERS",
            "languageLocale": "ja_JP",
        }

    def _devices(self) -> dict[str, Any]:
        self._need("settings.readonly")
        query = arguments.query(request, ("pageSize", "pageToken"))
        size = arguments.whole_number(query.get("pageSize"), "page_size")
        if size < 0:
            raise errors.invalid("page_size must not be negative.")
        size = min(size or 5, 100, self.page_size_cap or 100)  # "values above 100 will be coerced to 100"
        token = query.pop("pageToken", None)
        if token is None:
            self.wearer.looked_at_devices()
        shown, next_token = arguments.page(
            self.wearer.devices(),
            size=size,
            token=token,
            of=("devices", query),
            empty_first=g.get("empty_first_page", False),
        )
        devices = {"pairedDevices": [self._device(device) for device in shown]} if shown else {}
        return devices | ({"nextPageToken": next_token} if next_token else {})

    def _device(self, device: Device) -> dict[str, Any]:
        shown = {
            "name": f"users/me/pairedDevices/{device.id}",
            "deviceType": device.kind,
            "deviceVersion": device.product,
            "batteryStatus": device.battery,
            "batteryLevel": device.battery_percent,
            "macAddress": "CANARY000000",
            "features": list(device.features),
        }
        last_sync = f"{device.last_sync:%Y-%m-%dT%H:%M:%SZ}"
        return shown | ({"lastSyncTime": last_sync} if self.tells_last_sync else {})

    def _rollup(self, data_type: str) -> dict[str, Any]:
        known = data_type_named(data_type)
        self._need(known.scope)
        known.must_allow("dailyRollup")
        return daily_rollup(request, known, self.wearer, **self._paging())

    def _reconcile(self, data_type: str) -> dict[str, Any]:
        return self._sleeps(data_type, "reconcile")

    def _list(self, data_type: str) -> dict[str, Any]:
        return self._sleeps(data_type, "list")

    def _sleeps(self, data_type: str, action: str) -> dict[str, Any]:
        known = data_type_named(data_type)
        self._need(known.scope)
        known.must_allow(action)
        if known.id != "sleep":
            raise errors.not_simulated(f"{action} of {known.id}")
        reconciled = action == "reconcile"
        told = {"civil_end_time": self.civil_end_time, "tells_false": self.tells_false}
        return sleeps(request, self.wearer, reconciled=reconciled, **told, **self._paging())

    def _paging(self) -> dict[str, Any]:
        return {"page_size_cap": self.page_size_cap, "empty_first_page": g.get("empty_first_page", False)}
