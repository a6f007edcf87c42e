"""How Fitbit fails: each group of endpoints, its token endpoint's ways, and scenarios, in which nothing fails but the
wearer or the authorisation is not as usual.

Scenarios are switched like faults; their `times` are looks (see wearer.py), or nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from flask import Response, request

from local.simulators.base import Dropped, Fault, Hanging, json_answer
from local.simulators.google.faults import Scenario, flag

from . import errors
from .errors import FitbitError, google_envelope, html

if TYPE_CHECKING:
    from .simulator import FitbitSimulator

Truth = Callable[[], Response]
Answer = Callable[[Truth], Response]

_ACTIVITY = frozenset({"activity", "series", "tracker_series"})
_SLEEP = frozenset({"sleep", "sleep_range"})
_WEB = _ACTIVITY | _SLEEP | {"devices", "profile"}
GROUPS: dict[str, tuple[str, frozenset[str], str]] = {
    "devices": ("the devices", frozenset({"devices"}), "settings"),
    "activity": ("the daily summary and the time series", _ACTIVITY, "activity"),
    "sleep": ("sleep", _SLEEP, "sleep"),
    "web": ("whichever endpoint of the Web API comes next", _WEB, "activity"),
}
_OFF = "Error 410 (Gone)"


def _instead(make: Callable[[], Response]) -> Answer:
    return lambda true: make()


def _refusing(make: Callable[[], FitbitError]) -> Answer:
    return lambda true: make().answer()


def _drop(true: Truth) -> Response:
    raise Dropped


def _hang(true: Truth) -> Response:
    raise Hanging


def _truncate(true: Truth) -> Response:
    """Half of the JSON, delivered as if it were all."""
    answer = true()
    answer.set_data(answer.get_data()[: len(answer.get_data()) // 2])
    return answer


def _presented() -> str:
    return request.headers.get("Authorization", "").partition(" ")[2]


def faults(simulator: FitbitSimulator) -> Iterator[Fault]:
    for group, (what, endpoints, scope) in GROUPS.items():
        for name, (says, answer) in (_anywhere(simulator) | _web_faults(simulator, scope)).items():
            yield Fault(f"{group}-{name}", "", f"{what}: {says}", answer, endpoints)
    for name, (says, answer) in (_anywhere(simulator) | _token_faults(simulator)).items():
        yield Fault(f"token-{name}", "token", f"the token endpoint: {says}", answer)
    says = "everything, the token endpoint too, is 410 Gone, an HTML page, as announced for 2026-11-02"
    yield Fault("switched-off", "token", says, _instead(lambda: html(410, _OFF)), _WEB)


def _anywhere(simulator: FitbitSimulator) -> dict[str, tuple[str, Answer]]:
    def slow(true: Truth) -> Response:
        time.sleep(simulator.slow_seconds)
        return true()

    return {
        "410-html": ("410 Gone, an HTML page: the API is switched off", _instead(lambda: html(410, _OFF))),
        "410-json": ("410 Gone, a list of errors: the API is switched off", _refusing(errors.gone)),
        "500": ("500, an internal error", _refusing(errors.internal)),
        "html": ("an HTML page with status 200, and nothing is done", _instead(lambda: html(200, "Fitbit"))),
        "403-html": ("403, an HTML page of what stands before it", _instead(lambda: html(403, "403 Forbidden"))),
        "truncated": ("JSON that ends in the middle, with status 200; the work is done", _truncate),
        "drop": ("the connection closes without an answer, and nothing is done", _drop),
        "hang": ("the connection stays open without an answer, and nothing is done", _hang),
        "slow": ("the right answer, some seconds late", slow),
    }


def _web_faults(simulator: FitbitSimulator, scope: str) -> dict[str, tuple[str, Answer]]:
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
        "401-expired": (
            "401 expired_token, although the token is fresh",
            _refusing(lambda: errors.access_token_expired(_presented())),
        ),
        "401-invalid": (
            "401 invalid_token: the user has withdrawn the consent",
            _refusing(lambda: errors.access_token_invalid(_presented())),
        ),
        "403-scope": ("403 insufficient_scope", _refusing(lambda: errors.scope_insufficient(scope))),
        "403-google": ("403 PERMISSION_DENIED in Google's envelope, for an account that had worked", _instead(denied)),
        "404": ("404 not_found", _refusing(errors.not_found)),
        "429": ("429 with Fitbit-Rate-Limit-Reset, but without Retry-After", _refusing(limited)),
        "429-retry-after": ("429 with Retry-After and Fitbit-Rate-Limit-Reset", _refusing(limited_with_retry_after)),
        "429-google": ("429 in Google's envelope, and no header says until when", _instead(exhausted)),
        "502": ("502, an HTML page: maintenance", _instead(lambda: html(502, "502 Bad Gateway"))),
        "503": ("503, a list of errors", _refusing(errors.unavailable)),
    }


def _token_faults(simulator: FitbitSimulator) -> dict[str, tuple[str, Answer]]:
    tokens = simulator.tokens

    def after(true: Truth, then: Callable[[], Response]) -> Response:
        """The work is done, whatever is answered."""
        true()
        return then()

    def lost() -> Response:
        raise Dropped

    def expires_at_once(true: Truth) -> Response:
        answer = true()
        tokens.expire_all()
        return answer

    def without(member: str) -> Answer:
        def answer(true: Truth) -> Response:
            whole = true()
            body: dict[str, Any] = whole.get_json()
            body.pop(member, None)
            return json_answer(whole.status_code, body)

        return answer

    def invalid_grant() -> FitbitError:
        return errors.refresh_token_invalid(request.form.get("refresh_token", ""))

    def unavailable() -> Response:
        return html(503, "503 Service Unavailable")

    return {
        "invalid-grant": ("400 invalid_grant, which repeats the refresh token", _refusing(invalid_grant)),
        "invalid-client": ("401 invalid_client: deleted, or its secret was changed", _refusing(errors.invalid_client)),
        "429": ("429 without Retry-After", _refusing(lambda: errors.rate_limited({}))),
        "503": ("503, an HTML page", _instead(unavailable)),
        "rotates-and-drops": ("the pair is rotated, and the answer lost", lambda true: after(true, lost)),
        "rotates-and-503": ("the pair is rotated, and 503 is answered", lambda true: after(true, unavailable)),
        "no-access-token": ("200 without access_token; the pair is rotated", without("access_token")),
        "no-refresh-token": ("200 without refresh_token; the pair is rotated", without("refresh_token")),
        "expires-at-once": ("the access token it gives is expired at once", expires_at_once),
    }


def scenarios(simulator: FitbitSimulator) -> Iterator[Scenario]:
    wearer, tokens = simulator.wearer, simulator.tokens

    yield Scenario(
        "not-synced",
        "",
        "for so many looks, the last sync is noon of yesterday",
        lambda true: true(),
        start=wearer.stay_unsynced,
        stop=wearer.sync,
        looks=wearer.unsynced,
    )
    yield Scenario(
        "sleep-processing",
        "",
        "for so many reads of sleep, its nights are still being processed, and only meta tells of them",
        lambda true: true(),
        start=wearer.keep_processing,
        stop=wearer.finish_processing,
        looks=wearer.processing,
    )
    yield flag("scale-first", "a scale comes first among the devices", wearer, "scale_first", True)
    says = "a second tracker comes first among the devices: empty, and not synced for a year"
    yield flag("old-tracker-first", says, wearer, "old_tracker_first", True)
    yield flag("battery-low", "the tracker's battery is at 12 percent", wearer, "battery_percent", 12)
    yield flag("no-devices", "no device is paired", simulator, "has_devices", False)
    without_sleep = tuple(scope for scope in tokens.scopes if scope != "sleep")
    yield flag("without-sleep-scope", "the user has ticked all boxes but sleep's", tokens, "scopes", without_sleep)
