"""How Google fails: its error table for each Health endpoint, and the ways of its token endpoint and consent page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from flask import Response, g, request

from local.simulators.base import Endpoint, Failure, Make, Scenario, drop, flag, html_page, instead, json_answer

from . import errors, oauth
from .consent import blocked_page
from .errors import GoogleError

HEALTH: dict[str, tuple[str, frozenset[str]]] = {
    "devices": ("the paired devices", frozenset({"devices"})),
    "rollup": ("the daily rollups", frozenset({"rollup"})),
    "sleep": ("sleep", frozenset({"reconcile", "list"})),
    "health": (
        "whichever Health endpoint comes next",
        frozenset({"identity", "settings", "devices", "rollup", "reconcile", "list"}),
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


def endpoints(simulator: Any) -> Iterator[Endpoint]:
    own = {name: Failure(says, instead(partial(_refusal, make))) for name, (says, make) in _ERRORS.items()}
    own["empty-first-page"] = Failure("the first page is empty and has a nextPageToken", _empty_first_page)
    for name, (says, views) in HEALTH.items():
        yield Endpoint(name, says, views, own)
    yield Endpoint("token", "the token endpoint", frozenset({"token"}), _token_failures(simulator))
    blocked = {
        name: Failure(f"Error {status}: {error}", instead(partial(blocked_page, status, error, says)))
        for name, (status, error, says) in _BLOCKED.items()
    }
    yield Endpoint("consent", "the consent page", frozenset({"consent"}), blocked)


def _refusal(make: Callable[[], GoogleError]) -> Response:
    return make().answer()


def _empty_first_page(true: Make) -> Response:
    g.empty_first_page = True
    return true()


def _token_failures(simulator: Any) -> dict[str, Failure]:
    tokens = simulator.tokens

    def changed(true: Make, change: Callable[[dict[str, Any]], object]) -> Response:
        answer = true()
        body = answer.get_json()
        if answer.status_code == 200:
            change(body)
        return json_answer(answer.status_code, body, {"Cache-Control": "no-store"})

    def rotates(true: Make) -> Response:
        return changed(true, lambda body: body.update(refresh_token=tokens.rotate()))

    def rotates_and_drops(true: Make) -> Response:
        rotates(true)
        drop()

    def expires_at_once(true: Make) -> Response:
        return changed(true, lambda body: tokens.expire_all())

    def without_access_token(true: Make) -> Response:
        return changed(true, lambda body: body.pop("access_token"))

    def without_sleep(true: Make) -> Response:
        return tokens.answer(request, [scope for scope in tokens.scopes if ".sleep." not in scope])

    return {
        "invalid-grant": Failure("400 invalid_grant: expired or revoked, for good", instead(oauth.invalid_grant)),
        "invalid-client": Failure("401 invalid_client: deleted, or a new secret", instead(oauth.invalid_client)),
        "429": Failure("429 rate_limit_exceeded", instead(oauth.rate_limited)),
        "500": Failure("500 internal_failure", instead(oauth.internal_failure)),
        "503": Failure("503 with an HTML page", instead(partial(html_page, 503))),
        "no-access-token": Failure("200 without access_token", without_access_token),
        "rotates": Failure("a new refresh token comes along, and the old one dies", rotates),
        "rotates-and-drops": Failure("the refresh token is rotated, and the answer lost", rotates_and_drops),
        "expires-at-once": Failure("the access token it gives is refused at once", expires_at_once),
        "without-sleep": Failure("the user has ticked all boxes but sleep's", without_sleep),
    }


def scenarios(simulator: Any) -> Iterator[Scenario]:
    yield from simulator.wearer.scenarios()
    yield flag("tells-last-sync", "the paired devices carry lastSyncTime", simulator, "tells_last_sync", True)
    says = "the OAuth app is in publishing status Testing: a new refresh token lives for seven days"
    yield flag("testing", says, simulator.tokens, "testing", True)
    yield flag("no-civil-end-time", "sleeps come without civilEndTime", simulator, "civil_end_time", False)
    yield flag("no-false", "sleeps come without what is false in their metadata", simulator, "tells_false", False)
    yield flag("one-per-page", "every page has one item", simulator, "page_size_cap", 1)
