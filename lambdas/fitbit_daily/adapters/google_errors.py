"""Google's error answers, each as exactly one of this program's errors: by what the body says, where it says something.

https://developers.google.com/health/reference/rest/v4/errors; the reasons are those of google.api.ErrorReason
(https://github.com/googleapis/googleapis/blob/master/google/api/error_reason.proto); OAuth's are RFC 6749, section 5.2.
"""

from __future__ import annotations

import re
from typing import Any

import requests

from fitbit_daily.adapters.http import is_web_page, quoted
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

_SOURCE = "google_health"

# Seen at times for correct requests: the next look may succeed.
_MAY_PASS = (404, 409, 499)

# What an ErrorInfo's reason says, or the status where there is none such, as a class and a sentence.
_BY_REASON: dict[str, tuple[type[StepError], str]] = {
    "SERVICE_DISABLED": (ApiNotEnabled, "The Google Health API is not enabled in your Google Cloud project."),
    "ACCESS_TOKEN_SCOPE_INSUFFICIENT": (ScopeNotGranted, "Google was not allowed to give everything that is needed."),
    "ACCOUNT_NOT_LINKED": (AccountNotLinked, "This Google account has no Fitbit data."),
    "CONSUMER_SUSPENDED": (CloudProjectSuspended, "Google has suspended the Google Cloud project."),
    "CONSUMER_INVALID": (CloudProjectSuspended, "Google does not know the Google Cloud project any more."),
    "BILLING_DISABLED": (CloudProjectBilling, "The Google Cloud project has no billing."),
}


def health_error(answer: requests.Response) -> StepError:
    """For a failed answer of the Health API."""
    status = answer.status_code
    error = _object(_json(answer).get("error"))
    message, code = quoted(error.get("message")), str(error.get("status", ""))
    reasons = {str(_object(detail).get("reason", "")) for detail in error.get("details") or [] if detail}
    if status == 429 or code == "RESOURCE_EXHAUSTED" or "RATE_LIMIT_EXCEEDED" in reasons:
        return SourceRateLimited(f"Google wants fewer calls{_after(answer)}.", source=_SOURCE)
    if status == 408 or status >= 500 or status < 400 or is_web_page(answer):
        return SourceUnavailable(f"Google Health answered {status}.", source=_SOURCE)
    for reason, (cls, what) in _BY_REASON.items():
        if reason in reasons | {code}:
            return cls(what, source=_SOURCE)
    if status == 401:
        return AuthorizationLost(f"Google refuses the access token: {message}", source=_SOURCE)
    if status == 403:
        return _forbidden(message)
    if code == "FAILED_PRECONDITION":
        return AccountNotLinked(f"Google finds this account not ready: {message}", source=_SOURCE)
    return SourceRefusedRequest(
        f"Google Health finds the request faulty ({status}): {message}",
        may_pass=status in _MAY_PASS,
        source=_SOURCE,
    )


def token_error(answer: requests.Response) -> StepError:
    """For a failed answer of the token endpoint. Its free text may repeat a token, and is never quoted."""
    status = answer.status_code
    code = _json(answer).get("error")
    code = code if isinstance(code, str) and re.fullmatch(r"[a-z_]{1,40}", code) else ""
    if status == 429 or code == "rate_limit_exceeded":
        return SourceRateLimited(f"Google's token endpoint wants fewer calls{_after(answer)}.", source=_SOURCE)
    if status == 408 or status >= 500 or status < 400 or not code:
        return SourceUnavailable(f"Google's token endpoint answered {status}.", source=_SOURCE)
    if code in ("invalid_request", "unsupported_grant_type"):
        return SourceRefusedRequest(f"Google's token endpoint finds the request faulty: {code}.", source=_SOURCE)
    if code in ("invalid_client", "deleted_client", "disabled_client", "unauthorized_client"):
        return AuthorizationLost(f"Google no longer knows the OAuth client ({code}).", source=_SOURCE)
    return AuthorizationLost(f"Google no longer accepts the stored authorisation ({code}).", source=_SOURCE)


def unreachable(error: requests.RequestException, what: str) -> SourceUnavailable:
    return SourceUnavailable(
        f"{what} could not be reached or did not answer in time: {type(error).__name__}.", source=_SOURCE
    )


def _forbidden(message: str) -> StepError:
    """Without a known reason, only Google's sentence says what is wrong."""
    if "has not been used in project" in message:
        return ApiNotEnabled("The Google Health API is not enabled in your Google Cloud project.", source=_SOURCE)
    if "insufficient authentication scopes" in message:
        return ScopeNotGranted("Google was not allowed to give everything that is needed.", source=_SOURCE)
    if "UberMint" in message:
        return AuthorizationLost(
            "The authorisation belongs to an old Fitbit account, not to a Google account.", source=_SOURCE
        )
    return AccessRefused(f"Google refuses everything: {message}", source=_SOURCE)


def _json(answer: requests.Response) -> dict[str, Any]:
    try:
        return _object(answer.json())
    except ValueError:
        return {}


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _after(answer: requests.Response) -> str:
    after = answer.headers.get("Retry-After", "")
    return f"; it says to come back after {after} s" if re.fullmatch(r"\d{1,6}", after) else ""
