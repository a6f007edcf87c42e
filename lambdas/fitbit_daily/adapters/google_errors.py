"""Google's error answers, each as exactly one of this program's errors.

https://developers.google.com/health/reference/rest/v4/errors; OAuth's are RFC 6749, section 5.2.
"""

from __future__ import annotations

import re
from typing import Any

import requests

from fitbit_daily.adapters.http import quoted
from fitbit_daily.errors import (
    AccessNotGranted,
    AuthorizationLost,
    SourceRateLimited,
    SourceRefusedRequest,
    SourceUnavailable,
    StepError,
    authorize,
)

_THEN_AUTHORIZE = authorize("google_health")


def health_error(answer: requests.Response) -> StepError:
    """For an answer of the Health API that is no success."""
    status = answer.status_code
    error = _object(_json(answer).get("error"))
    message = quoted(error.get("message"))
    reasons = {str(_object(detail).get("reason", "")) for detail in error.get("details") or [] if detail}
    if status == 429 or error.get("status") == "RESOURCE_EXHAUSTED":
        return SourceRateLimited(f"Google wants fewer calls{_after(answer)}.")
    if status == 401:
        return AuthorizationLost(f"Google refuses the access token: {message}", _THEN_AUTHORIZE)
    if status == 400 and "ACCOUNT_NOT_LINKED" in reasons | {error.get("status")}:
        return AccessNotGranted(
            f"This Google account has no Fitbit data: {message}",
            "Link it at https://fitbit.google.com/auth/signup, or take the account that has the data. "
            f"{_THEN_AUTHORIZE}",
        )
    if status == 403:
        return _forbidden(message, reasons)
    if status == 408 or status >= 500 or not status >= 400:
        return SourceUnavailable(f"Google Health answered {status}.")
    return SourceRefusedRequest(f"Google Health finds the request faulty ({status}): {message}")


def token_error(answer: requests.Response) -> StepError:
    """For an answer of the token endpoint that is no success. Its free text may repeat a token, and is never quoted."""
    status = answer.status_code
    code = _json(answer).get("error")
    code = code if isinstance(code, str) and re.fullmatch(r"[a-z_]{1,40}", code) else ""
    if status == 429 or code == "rate_limit_exceeded":
        return SourceRateLimited(f"Google's token endpoint wants fewer calls{_after(answer)}.")
    if status == 408 or status >= 500 or status < 400 or not code:
        return SourceUnavailable(f"Google's token endpoint answered {status}.")
    if code in ("invalid_request", "unsupported_grant_type"):
        return SourceRefusedRequest(f"Google's token endpoint finds the request faulty: {code}.")
    if code in ("invalid_client", "deleted_client", "disabled_client", "unauthorized_client"):
        return AuthorizationLost(f"Google no longer knows the OAuth client ({code}).", _THEN_AUTHORIZE)
    return AuthorizationLost(
        f"Google no longer accepts the stored authorisation ({code}). An app in publishing status 'Testing' loses it "
        "every 7 days: publish it first.",
        _THEN_AUTHORIZE,
    )


def unreachable(error: requests.RequestException, what: str) -> SourceUnavailable:
    return SourceUnavailable(f"{what} could not be reached or did not answer in time: {type(error).__name__}.")


def _forbidden(message: str, reasons: set[str]) -> StepError:
    if "SERVICE_DISABLED" in reasons or "has not been used in project" in message:
        return AccessNotGranted(
            f"The Google Health API is not enabled in your Google Cloud project: {message}",
            "Enable it in the Google Cloud console, wait a few minutes, then type: ./daily run --date {date}",
        )
    if "ACCESS_TOKEN_SCOPE_INSUFFICIENT" in reasons or "insufficient authentication scopes" in message:
        return AccessNotGranted(
            f"Not everything that is needed was granted: {message}", f"Tick every box this time. {_THEN_AUTHORIZE}"
        )
    if "UberMint" in message:
        return AuthorizationLost(
            "The authorisation is that of an old Fitbit account, not of a Google account.", _THEN_AUTHORIZE
        )
    return AuthorizationLost(
        f"Google refuses everything: {message}",
        f"Remove the app at https://myaccount.google.com/connections. {_THEN_AUTHORIZE}",
    )


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
