"""Every way in which Google is known to fail, and the one error that it becomes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import requests

from fitbit_daily.adapters.google_errors import health_error, token_error
from fitbit_daily.adapters.google_health import GoogleHealth
from fitbit_daily.domain.authorization import Credentials
from fitbit_daily.errors import (
    AccessRefused,
    AccountNotLinked,
    ApiNotEnabled,
    AuthorizationLost,
    CloudProjectBilling,
    CloudProjectSuspended,
    ScopeNotGranted,
    SourceRateLimited,
    SourceRefusedRequest,
    SourceUnavailable,
    StepError,
)
from local.simulators.google import GoogleSimulator
from tests.adapters.fixtures import TOKYO, YESTERDAY, Clock, activity_of, credentials_of, sleep_of, token_of
from tests.wsgi import Wire

# What the vendor answers, the error, and words that the person must find in its sentence. None: no error at all.
Expected = tuple[type[StepError] | None, tuple[str, ...]]
FINE: Expected = (None, ())
DOWN: Expected = (SourceUnavailable, ())
OF_EVERY_ENDPOINT: dict[str, Expected] = {
    **{f"{status}-html": (SourceUnavailable, (str(status),)) for status in (403, 500, 502, 503, 504)},
    "html": DOWN,
    "truncated": DOWN,
    "drop": DOWN,
    "hang": DOWN,
    "slow": FINE,
}
HEALTH: dict[str, Expected] = {
    "400-not-linked": (AccountNotLinked, ("no Fitbit data", "https://fitbit.google.com/auth/signup")),
    "400-not-ready": (AccountNotLinked, ("Precondition check failed", "https://fitbit.google.com/auth/signup")),
    "400-invalid": (SourceRefusedRequest, ("invalid argument", "report it")),
    "401": (AuthorizationLost, ("refuses the access token",)),
    "403-scope": (ScopeNotGranted, ("tick every box",)),
    "403-disabled": (ApiNotEnabled, ("is not enabled", "Enable it", "minutes")),
    "403-suspended": (CloudProjectSuspended, ("suspended", "https://console.cloud.google.com")),
    "403-no-project": (CloudProjectSuspended, ("does not know", "new project")),
    "403-billing": (CloudProjectBilling, ("has no billing", "https://console.cloud.google.com/billing")),
    "403-rate": (SourceRateLimited, ("fewer calls",)),
    "403-permission": (AccessRefused, ("does not have permission", "https://myaccount.google.com/connections")),
    "403-uber-mint": (AuthorizationLost, ("old Fitbit account", "Google account")),
    "404": (SourceRefusedRequest, ("404", "report it")),
    "409": (SourceRefusedRequest, ("409", "report it")),
    "499": (SourceRefusedRequest, ("499", "report it")),
    "429": (SourceRateLimited, ("fewer calls",)),
    "429-retry-after": (SourceRateLimited, ("fewer calls", "after 30 s")),
    "500": DOWN,
    "503": DOWN,
    "504": DOWN,
    "empty-first-page": FINE,
    **OF_EVERY_ENDPOINT,
}
TOKEN: dict[str, Expected] = {
    "invalid-grant": (AuthorizationLost, ("invalid_grant", "'Testing'", "7 days", "publish")),
    "invalid-client": (AuthorizationLost, ("invalid_client", "OAuth client")),
    "429": (SourceRateLimited, ("fewer calls",)),
    "500": DOWN,
    "503": DOWN,
    "no-access-token": DOWN,
    "rotates-and-drops": DOWN,
    "without-sleep": (ScopeNotGranted, ("sleep.readonly", "tick every box")),
    "rotates": FINE,
    "expires-at-once": FINE,
    **OF_EVERY_ENDPOINT,
}
READS = ("devices", "rollup", "sleep")
# What a read does by itself is checked at each; an answer's class is the same function's work for all.
AT_EACH = ("401", "hang", "truncated", "slow")
CASES = [
    (f"health-{name}", read, *expected)
    for number, (name, expected) in enumerate(HEALTH.items())
    for read in (READS if name in AT_EACH else READS[number % 3 :][:1])
]
CASES += [(f"token-{name}", "token", *expected) for name, expected in TOKEN.items()]


def test_the_tables_have_every_fault_of_the_simulator_and_no_other(google: GoogleSimulator) -> None:
    """But for the browser's; in a scenario, nothing fails."""
    failures = {name for name in google.faults.known if not name.startswith("consent-")} - set(google.faults.scenarios)
    assert failures == {f"{at}-{name}" for at in (*READS, "health") for name in HEALTH} | {f"token-{n}" for n in TOKEN}


def read(group: str, google: GoogleSimulator, clock: Clock) -> Callable[[], Any]:
    source = GoogleHealth()
    if group == "token":
        return lambda: refreshed(source, credentials_of(google))
    token, day_ends_at = token_of(google, clock), clock().astimezone(TOKYO).replace(minute=0)
    return {
        "devices": lambda: source.synced_until(token, day_ends_at=day_ends_at, now=clock()),
        "rollup": lambda: activity_of(source, token, YESTERDAY),
        "sleep": lambda: sleep_of(source, token, YESTERDAY),
    }[group]


def refreshed(source: GoogleHealth, credentials: Credentials) -> None:
    """As Refresh token does: what was withheld is raised in the end."""
    withheld = source.refresh(credentials).withheld
    if withheld:
        raise withheld


@pytest.mark.parametrize(("fault", "group", "error", "words"), CASES)
def test_each_answer_of_google_becomes_exactly_one_error(
    fault: str,
    group: str,
    error: type[StepError] | None,
    words: tuple[str, ...],
    google: GoogleSimulator,
    clock: Clock,
    wire: Wire,
) -> None:
    asked = read(group, google, clock)
    google.faults.switch_on(fault)
    if error is None:
        asked()
        return
    with pytest.raises(StepError) as raised:
        asked()
    assert type(raised.value) is error
    assert error is SourceUnavailable or raised.value.facts["source"] == "google_health"
    sentence = str(raised.value)
    assert all(word in sentence for word in (*words, "./daily run --date YYYY-MM-DD"))
    if error is AuthorizationLost or error is ScopeNotGranted:
        assert "./daily authorize google_health" in sentence
    assert "canary" not in sentence.lower()
    assert raised.value.__cause__ is None, "a cause carries the request, and with it the token"


@pytest.mark.parametrize("name", ["429", "hang"])
def test_one_failing_rollup_of_six_fails_the_whole_activity(
    name: str, google: GoogleSimulator, clock: Clock, wire: Wire
) -> None:
    asked = read("rollup", google, clock)
    google.faults.switch_on(f"rollup-{name}", times=1)
    with pytest.raises(StepError) as raised:
        asked()
    assert type(raised.value) is HEALTH[name][0]


# Answers that the simulator never gives


def answer(status: int, body: Any = None, **headers: str) -> requests.Response:
    made = requests.Response()
    made.status_code = status
    made._content = body if isinstance(body, bytes) else json.dumps(body).encode()
    made.headers.update(headers)
    return made


HTML = b"<!DOCTYPE html><title>Sorry</title>"


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (301, HTML, SourceUnavailable),
        (204, b"", SourceUnavailable),
        (401, HTML, SourceUnavailable),
        (401, b"", AuthorizationLost),
        (403, b"", AccessRefused),
        (404, b"", SourceRefusedRequest),
        (408, b"", SourceUnavailable),
        (429, HTML, SourceRateLimited),
        (503, [], SourceUnavailable),
        (400, [{"error": {"status": "RESOURCE_EXHAUSTED"}}], SourceRefusedRequest),
        (400, {"error": {"status": "RESOURCE_EXHAUSTED"}}, SourceRateLimited),
        (400, {"error": "text"}, SourceRefusedRequest),
        (400, {"error": {"message": None, "details": [None, "text", {"reason": None}]}}, SourceRefusedRequest),
        (400, {"error": {"status": "ACCOUNT_NOT_LINKED", "message": "Not linked."}}, AccountNotLinked),
        (403, {"error": {"message": "Request had insufficient authentication scopes."}}, ScopeNotGranted),
        (403, {"error": {"message": "API has not been used in project 1 before"}}, ApiNotEnabled),
        (403, {"error": {"message": "Request contains disallowed OAuth scope(s)"}}, AccessRefused),
    ],
)
def test_an_answer_of_an_unusual_form_still_becomes_one_error(status: int, body: Any, error: type[StepError]) -> None:
    assert type(health_error(answer(status, body))) is error


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (302, HTML, SourceUnavailable),
        (400, HTML, SourceUnavailable),
        (408, {"error": "timeout"}, SourceUnavailable),
        (503, {"error": "invalid_grant"}, SourceUnavailable),
        (403, {"error": "rate_limit_exceeded"}, SourceRateLimited),
        (400, {"error": "invalid_request"}, SourceRefusedRequest),
        (400, {"error": "unsupported_grant_type"}, SourceRefusedRequest),
        (401, {"error": "unauthorized_client"}, AuthorizationLost),
        (401, {"error": "deleted_client"}, AuthorizationLost),
        (401, {"error": "disabled_client"}, AuthorizationLost),
        (400, {"error": "admin_policy_enforced"}, AuthorizationLost),
        (400, {"error": "invalid_scope"}, AuthorizationLost),
    ],
)
def test_an_answer_of_the_token_endpoint_becomes_one_error(status: int, body: Any, error: type[StepError]) -> None:
    assert type(token_error(answer(status, body))) is error


def test_the_free_text_of_the_token_endpoint_is_never_quoted() -> None:
    for body in ({"error": "invalid_grant", "error_description": "1//0CANARY is no good"}, {"error": "1//0CANARY"}):
        assert "CANARY" not in str(token_error(answer(400, body)))


def test_googles_words_are_quoted_but_not_without_end() -> None:
    sentence = str(health_error(answer(400, {"error": {"message": " Not this way.\n" + "word " * 10_000}})))
    assert ": Not this way." in sentence and "word word" in sentence and "word…\n" in sentence and len(sentence) < 1000


def test_only_a_number_of_seconds_is_taken_from_retry_after() -> None:
    assert "after 30 s" in str(token_error(answer(429, {}, **{"Retry-After": "30"})))
    assert "GMT" not in str(token_error(answer(429, {}, **{"Retry-After": "Sun, 22 Nov 2026 00:00:00 GMT"})))


@pytest.mark.parametrize(("status", "may_pass"), [(400, False), (404, True), (409, True), (413, False), (499, True)])
def test_a_refusal_that_was_seen_to_pass_is_given_time(status: int, may_pass: bool) -> None:
    refused = health_error(answer(status, {"error": {"message": "No."}}))
    assert type(refused) is SourceRefusedRequest and refused.may_pass is may_pass


def test_what_the_body_says_counts_more_than_the_status() -> None:
    billing = {"error": {"status": "PERMISSION_DENIED", "details": [{"reason": "BILLING_DISABLED"}]}}
    assert type(health_error(answer(401, billing))) is CloudProjectBilling
