"""How Google fails: every row of its error table for each group of endpoints, its token endpoint's ways, and
scenarios, in which nothing fails but the wearer or the service is not as usual.

Scenarios are switched like faults; their `times` are looks (see wearer.py), or nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from flask import Response, g, request

from local.simulators.base import Dropped, Fault, Faults, Hanging, json_answer
from local.simulators.wearer import Looks

from . import errors, oauth
from .consent import blocked_page
from .errors import GoogleError, html

if TYPE_CHECKING:
    from .simulator import GoogleSimulator

Answer = Callable[[Callable[[], Response]], Response]

GROUPS: dict[str, tuple[str, frozenset[str]]] = {
    "devices": ("the paired devices", frozenset({"devices"})),
    "rollup": ("the daily rollups", frozenset({"rollup"})),
    "sleep": ("sleep", frozenset({"reconcile", "list"})),
    "health": (
        "whichever Health endpoint comes next",
        frozenset({"identity", "settings", "profile", "devices", "rollup", "reconcile", "list"}),
    ),
}

_ERRORS: dict[str, tuple[str, Callable[[], GoogleError]]] = {
    "400-not-linked": ("400 ACCOUNT_NOT_LINKED: no Google Health profile", errors.account_not_linked),
    "400-not-ready": ("400 FAILED_PRECONDITION without a reason", errors.account_not_ready),
    "400-invalid": ("400 INVALID_ARGUMENT", lambda: errors.invalid("Request contains an invalid argument.")),
    "401": ("401 UNAUTHENTICATED, although the token is fresh", errors.token_refused),
    "403-scope": ("403 ACCESS_TOKEN_SCOPE_INSUFFICIENT", errors.scope_insufficient),
    "403-disabled": ("403 SERVICE_DISABLED: the API is not enabled in the project", errors.service_disabled),
    "403-permission": ("403 RESOURCE_PERMISSION_DENIED, cured by consenting again", errors.permission_denied),
    "403-uber-mint": ("403, a legacy Fitbit account has consented", errors.no_uber_mint),
    "403-suspended": (
        "403 CONSUMER_SUSPENDED: the Cloud project is suspended",
        lambda: errors.consumer_refused("CONSUMER_SUSPENDED"),
    ),
    "403-no-project": (
        "403 CONSUMER_INVALID: there is no such Cloud project any more",
        lambda: errors.consumer_refused("CONSUMER_INVALID"),
    ),
    "403-billing": (
        "403 BILLING_DISABLED: the Cloud project has no billing",
        lambda: errors.consumer_refused("BILLING_DISABLED"),
    ),
    "403-rate": ("403 RATE_LIMIT_EXCEEDED", lambda: errors.consumer_refused("RATE_LIMIT_EXCEEDED")),
    "404": ("404 NOT_FOUND", errors.not_found),
    "409": ("409 ABORTED", errors.aborted),
    "499": ("499 CANCELLED", errors.cancelled),
    "429": ("429 RESOURCE_EXHAUSTED without Retry-After", errors.rate_limited),
    "429-retry-after": ("429 RESOURCE_EXHAUSTED with Retry-After: 30", lambda: errors.rate_limited(30)),
    "500": ("500 INTERNAL", errors.internal),
    "503": ("503 UNAVAILABLE", errors.unavailable),
    "504": ("504 DEADLINE_EXCEEDED", errors.deadline_exceeded),
}

# Where the browser stays at Google: https://developers.google.com/identity/protocols/oauth2/native-app
_BLOCKED = {
    "not-a-tester": (403, "access_denied", "fitbit-daily has not completed the Google verification process."),
    "admin-policy": (400, "admin_policy_enforced", "Your administrator does not allow these scopes."),
}


def _instead(make: Callable[[], Response]) -> Answer:
    return lambda true: make()


def _refusing(make: Callable[[], GoogleError]) -> Answer:
    return lambda true: make().answer()


def _drop(true: Callable[[], Response]) -> Response:
    raise Dropped


def _hang(true: Callable[[], Response]) -> Response:
    raise Hanging


def _truncate(true: Callable[[], Response]) -> Response:
    """Half of the JSON, delivered as if it were all."""
    answer = true()
    answer.set_data(answer.get_data()[: len(answer.get_data()) // 2])
    return answer


def _empty_first_page(true: Callable[[], Response]) -> Response:
    g.empty_first_page = True
    return true()


def faults(simulator: GoogleSimulator) -> Iterator[Fault]:
    def slow(true: Callable[[], Response]) -> Response:
        time.sleep(simulator.slow_seconds)
        return true()

    anywhere: dict[str, tuple[str, Answer]] = {
        "html": ("an HTML page with status 200", _instead(lambda: html(200, "Sign in"))),
        "403-html": (
            "an HTML page with status 403, of what stands before it",
            _instead(lambda: html(403, "Forbidden")),
        ),
        "truncated": ("JSON that ends in the middle, with status 200", _truncate),
        "drop": ("the connection closes without an answer", _drop),
        "hang": ("the connection stays open without an answer", _hang),
        "slow": ("the right answer, some seconds late", slow),
    }
    for group, (what, endpoints) in GROUPS.items():
        for name, (says, make) in _ERRORS.items():
            yield Fault(f"{group}-{name}", "", f"{what}: {says}", _refusing(make), endpoints)
        for name, (says, answer) in anywhere.items():
            yield Fault(f"{group}-{name}", "", f"{what}: {says}", answer, endpoints)
        says = "the first page is empty and has a nextPageToken"
        yield Fault(f"{group}-empty-first-page", "", f"{what}: {says}", _empty_first_page, endpoints)
    for name, (says, answer) in (anywhere | _token_faults(simulator)).items():
        yield Fault(f"token-{name}", "token", f"the token endpoint: {says}", answer)
    for name, (status, error, says) in _BLOCKED.items():
        page = partial(blocked_page, status, error, says)
        yield Fault(f"consent-{name}", "consent", f"the consent page: Error {status}: {error}", _instead(page))


def _token_faults(simulator: GoogleSimulator) -> dict[str, tuple[str, Answer]]:
    tokens = simulator.tokens

    def changed(true: Callable[[], Response], change: Callable[[dict[str, Any]], object]) -> Response:
        answer = true()
        body = answer.get_json()
        if answer.status_code == 200:
            change(body)
        return json_answer(answer.status_code, body, {"Cache-Control": "no-store"})

    def rotates(true: Callable[[], Response]) -> Response:
        return changed(true, lambda body: body.update(refresh_token=tokens.rotate()))

    def rotates_and_drops(true: Callable[[], Response]) -> Response:
        rotates(true)
        raise Dropped

    def expires_at_once(true: Callable[[], Response]) -> Response:
        return changed(true, lambda body: tokens.expire_all())

    def without_sleep(true: Callable[[], Response]) -> Response:
        return tokens.answer(request, [scope for scope in tokens.scopes if ".sleep." not in scope])

    def internal_failure() -> Response:
        return json_answer(500, {"error": "internal_failure"})

    def rate_limited() -> Response:
        return oauth.refusal(429, "rate_limit_exceeded", "Rate Limit Exceeded")

    return {
        "invalid-grant": ("400 invalid_grant: expired or revoked, for good", _instead(oauth.invalid_grant)),
        "invalid-client": ("401 invalid_client: deleted, or its secret was changed", _instead(oauth.invalid_client)),
        "429": ("429 rate_limit_exceeded", _instead(rate_limited)),
        "500": ("500 internal_failure", _instead(internal_failure)),
        "503": ("503, an HTML page", _instead(lambda: html(503, "Error 503 (Service Unavailable)!!1"))),
        "no-access-token": (
            "200 without access_token",
            lambda true: changed(true, lambda body: body.pop("access_token")),
        ),
        "rotates": ("a new refresh token comes along, and the old one dies", rotates),
        "rotates-and-drops": ("the refresh token is rotated, and the answer lost", rotates_and_drops),
        "expires-at-once": ("the access token it gives is refused at once", expires_at_once),
        "without-sleep": ("the user has ticked all boxes but sleep's", without_sleep),
    }


@dataclass(frozen=True)
class Scenario(Fault):
    """Not struck by requests: it starts when switched on and stops when cleared."""

    start: Callable[[int | None], None] = lambda times: None
    stop: Callable[[], None] = lambda: None
    looks: Looks | None = None


def flag(name: str, says: str, of: object, attribute: str, value: object) -> Scenario:
    """The scenario that an attribute has another value than usual."""
    usual = getattr(of, attribute)
    return Scenario(
        name,
        "",
        says,
        lambda true: true(),
        start=lambda times: setattr(of, attribute, value),
        stop=lambda: setattr(of, attribute, usual),
    )


def scenarios(simulator: GoogleSimulator) -> Iterator[Scenario]:
    wearer = simulator.wearer

    def counted(name: str, says: str, start: Callable[[int | None], None], looks: Looks) -> Scenario:
        return Scenario(name, "", says, lambda true: true(), start=start, stop=looks.stop, looks=looks)

    yield counted(
        "not-synced", "for so many looks, the last sync is noon of yesterday", wearer.stay_unsynced, wearer.unsynced
    )
    yield counted(
        "sleep-processing",
        "for so many reads of sleep, it is still being processed",
        wearer.keep_processing,
        wearer.processing,
    )
    yield flag("scale-first", "a scale comes first among the paired devices", wearer, "scale_first", True)
    says = "a second tracker comes first among the devices: empty, and not synced for a year"
    yield flag("old-tracker-first", says, wearer, "old_tracker_first", True)
    yield flag("battery-low", "the tracker's battery is at 12 percent", wearer, "battery_percent", 12)
    yield flag("tells-last-sync", "the paired devices carry lastSyncTime", simulator, "tells_last_sync", True)
    says = "the OAuth app is in publishing status Testing: a new refresh token lives for seven days"
    yield flag("testing", says, simulator.tokens, "testing", True)
    yield flag("no-civil-end-time", "sleeps come without civilEndTime", simulator, "civil_end_time", False)
    yield flag("no-false", "sleeps come without what is false in their metadata", simulator, "tells_false", False)
    yield flag("one-per-page", "every page has one item", simulator, "page_size_cap", 1)


class FaultsAndScenarios(Faults):
    def __init__(self, known: Iterable[Fault], scenarios: Iterable[Scenario]) -> None:
        self.scenarios = {scenario.name: scenario for scenario in scenarios}
        self._started: set[str] = set()
        super().__init__([*known, *self.scenarios.values()])

    def switch_on(self, name: str, times: int | None = None) -> None:
        if name in self.scenarios:
            self._started.add(name)
            self.scenarios[name].start(times)
        else:
            super().switch_on(name, times)

    def clear(self) -> None:
        super().clear()
        for name in list(self._started):
            self.scenarios[name].stop()
        self._started.clear()

    def on(self) -> dict[str, int | None]:
        """With what is left of each: a scenario of looks that has run out is no longer on."""
        running = {name: self.scenarios[name].looks for name in sorted(self._started)}
        going_on = {
            name: looks.left if looks else None for name, looks in running.items() if not looks or looks.going_on
        }
        return super().on() | going_on
