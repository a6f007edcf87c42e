"""How Fitbit fails: the Web API's errors for each group of its endpoints, and the ways of its token endpoint."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from flask import Response, request

from local.simulators.base import Endpoint, Failure, Make, Scenario, after, drop, flag, html_page, instead, json_answer

from . import errors
from .errors import FitbitError, google_envelope

_ACTIVITY = frozenset({"activity", "series", "tracker_series"})
_SLEEP = frozenset({"sleep", "sleep_range"})
_ALL = _ACTIVITY | _SLEEP | {"devices"}
# Each with the scope that it needs.
WEB: dict[str, tuple[str, frozenset[str], str]] = {
    "devices": ("the devices", frozenset({"devices"}), "settings"),
    "activity": ("the daily summary and the time series", _ACTIVITY, "activity"),
    "sleep": ("sleep", _SLEEP, "sleep"),
    "web": ("whichever endpoint of the Web API comes next", _ALL, "activity"),
}


def endpoints(simulator: Any) -> Iterator[Endpoint]:
    off = {
        "410-html": Failure("410 with an HTML page: the API is switched off", instead(partial(html_page, 410))),
        "410-json": _refusing("410, a list of errors: the API is switched off", errors.gone),
        "500": _refusing("500, an internal error", errors.internal),
    }
    for name, (says, views, scope) in WEB.items():
        yield Endpoint(name, says, views, off | _web_failures(simulator, scope))
    yield Endpoint("token", "the token endpoint", frozenset({"token"}), off | _token_failures(simulator))
    # As announced for 2026-11-02: everything is 410.
    yield Endpoint("everything", "every endpoint, the token endpoint too", _ALL | {"token"}, off)


def _refusing(says: str, make: Callable[[], FitbitError]) -> Failure:
    return Failure(says, instead(lambda: make().answer()))


def _presented() -> str:
    return request.headers.get("Authorization", "").partition(" ")[2]


def _web_failures(simulator: Any, scope: str) -> dict[str, Failure]:
    def limited() -> FitbitError:
        return errors.rate_limited(simulator.limits(0))

    def limited_with_retry_after() -> FitbitError:
        limits = simulator.limits(0)
        return errors.rate_limited(limits | {"Retry-After": limits["Fitbit-Rate-Limit-Reset"]})

    def exhausted() -> Response:
        return google_envelope(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota).")

    def denied() -> Response:
        return google_envelope(403, "PERMISSION_DENIED", "The caller does not have permission")

    return {
        "401-expired": _refusing(
            "401 expired_token, although the token is fresh", lambda: errors.access_token_expired(_presented())
        ),
        "401-invalid": _refusing(
            "401 invalid_token: the user has withdrawn the consent", lambda: errors.access_token_invalid(_presented())
        ),
        "403-scope": _refusing("403 insufficient_scope", lambda: errors.scope_insufficient(scope)),
        "403-google": Failure(
            "403 PERMISSION_DENIED in Google's envelope, for an account that had worked", instead(denied)
        ),
        "404": _refusing("404 not_found", errors.not_found),
        "429": _refusing("429 with Fitbit-Rate-Limit-Reset, but without Retry-After", limited),
        "429-retry-after": _refusing("429 with Retry-After and Fitbit-Rate-Limit-Reset", limited_with_retry_after),
        "429-google": Failure("429 in Google's envelope, and no header says until when", instead(exhausted)),
        "503": _refusing("503, a list of errors", errors.unavailable),
    }


def _token_failures(simulator: Any) -> dict[str, Failure]:
    tokens = simulator.tokens

    def expires_at_once(true: Make) -> Response:
        answer = true()
        tokens.expire_all()
        return answer

    def without(member: str) -> Callable[[Make], Response]:
        def strike(true: Make) -> Response:
            answer = true()
            body: dict[str, Any] = answer.get_json()
            body.pop(member, None)
            return json_answer(answer.status_code, body)

        return strike

    def invalid_grant() -> FitbitError:
        return errors.refresh_token_invalid(request.form.get("refresh_token", ""))

    unavailable = partial(html_page, 503)
    return {
        "invalid-grant": _refusing("400 invalid_grant, which repeats the refresh token", invalid_grant),
        "invalid-client": _refusing("401 invalid_client: deleted, or a new secret", errors.invalid_client),
        "429": _refusing("429 without Retry-After", lambda: errors.rate_limited({})),
        "503": Failure("503 with an HTML page", instead(unavailable)),
        "rotates-and-drops": Failure("the pair is rotated, and the answer lost", after(drop)),
        "rotates-and-503": Failure("the pair is rotated, and 503 is answered", after(unavailable)),
        "no-access-token": Failure("200 without access_token; the pair is rotated", without("access_token")),
        "no-refresh-token": Failure("200 without refresh_token; the pair is rotated", without("refresh_token")),
        "expires-at-once": Failure("the access token it gives is expired at once", expires_at_once),
    }


def scenarios(simulator: Any) -> Iterator[Scenario]:
    yield from simulator.wearer.scenarios()
    yield flag("no-devices", "no device is paired", simulator, "has_devices", False)
    without_sleep = tuple(scope for scope in simulator.tokens.scopes if scope != "sleep")
    says = "the user has ticked all boxes but sleep's"
    yield flag("without-sleep-scope", says, simulator.tokens, "scopes", without_sleep)
