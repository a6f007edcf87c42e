"""The Fitbit Web API's error answers, each as exactly one of this program's errors.

https://dev.fitbit.com/build/reference/web-api/troubleshooting-guide/error-messages/. Fitbit's own sentences are never
quoted: they repeat the token, or the client's secret, that they complain about. The error's type says enough.
"""

from __future__ import annotations

import re
from typing import Any

import requests

from fitbit_daily.adapters.http import is_web_page
from fitbit_daily.errors import (
    AccessRefused,
    AuthorizationLost,
    ScopeNotGranted,
    SourceRateLimited,
    SourceRefusedRequest,
    SourceSwitchedOff,
    SourceUnavailable,
    StepError,
)

_SOURCE = "fitbit"


def api_error(answer: requests.Response) -> StepError:
    """For a failed answer to a request for data."""
    types = _types(answer)
    if error := _of_any_request(answer, types, "Fitbit"):
        return error
    if types & {"expired_token", "invalid_token"} or answer.status_code == 401:
        return AuthorizationLost(f"Fitbit refuses the access token{_named(types)}.", source=_SOURCE)
    if answer.status_code == 403:
        return AccessRefused(f"Fitbit refuses everything{_named(types)}.", source=_SOURCE)
    return SourceRefusedRequest(
        f"Fitbit finds the request faulty: {answer.status_code}{_named(types)}.", source=_SOURCE
    )


def token_error(answer: requests.Response) -> StepError:
    """For a failed answer of the token endpoint."""
    types = _types(answer)
    if error := _of_any_request(answer, types, "Fitbit's token endpoint"):
        return error
    if types & {"expired_token", "invalid_grant", "invalid_token"}:
        return AuthorizationLost(f"Fitbit no longer accepts the stored refresh token{_named(types)}.", source=_SOURCE)
    if not types:
        return SourceUnavailable(f"Fitbit's token endpoint answered {answer.status_code}.", source=_SOURCE)
    if types & {"invalid_client", "unauthorized_client"} or answer.status_code == 401:
        return AuthorizationLost(f"Fitbit does not know the client or its secret{_named(types)}.", source=_SOURCE)
    return SourceRefusedRequest(
        f"Fitbit's token endpoint finds the request faulty: {answer.status_code}{_named(types)}.", source=_SOURCE
    )


def not_granted(what: str) -> ScopeNotGranted:
    return ScopeNotGranted(f"Fitbit was not allowed to give {what}.", source=_SOURCE)


def unreachable(error: requests.RequestException, what: str) -> SourceUnavailable:
    return SourceUnavailable(
        f"{what} could not be reached or did not answer in time: {type(error).__name__}.", source=_SOURCE
    )


def _of_any_request(answer: requests.Response, types: set[str], what: str) -> StepError | None:
    """Errors that any request may meet: by the body's types, and by the status where there are none."""
    status = answer.status_code
    if status == 410:
        return SourceSwitchedOff("The Fitbit Web API is switched off.", source=_SOURCE)
    if status == 429 or "resource_exhausted" in types:
        return SourceRateLimited(f"{what} wants fewer calls{_resets(answer)}.", source=_SOURCE)
    if status == 408 or status >= 500 or status < 400 or is_web_page(answer):
        return SourceUnavailable(f"{what} answered {status}.", source=_SOURCE)
    if types & {"insufficient_permissions", "insufficient_scope"}:
        return not_granted(f"what is needed{_named(types)}")
    return None


def _types(answer: requests.Response) -> set[str]:
    """The types in {"errors": [{"errorType": …}]}, or Google's status, in small letters, in {"error": {"status": …}}.

    Never anything that is not a plain name.
    """
    try:
        body = answer.json()
    except ValueError:
        return set()
    body = body if isinstance(body, dict) else {}
    errors: Any = body.get("errors")
    named = [error.get("errorType") for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
    if isinstance(envelope := body.get("error"), dict):
        named.append(str(envelope.get("status")).lower())
    return {each for each in named if isinstance(each, str) and re.fullmatch(r"[a-z_]{1,40}", each)}


def _named(types: set[str]) -> str:
    return f" ({', '.join(sorted(types))})" if types else ""


def _resets(answer: requests.Response) -> str:
    """The quota counts anew at the top of the hour."""
    for header in ("Fitbit-Rate-Limit-Reset", "Retry-After"):
        seconds = answer.headers.get(header, "")
        if re.fullmatch(r"[0-9]{1,6}", seconds):
            return f"; it says to come back after {seconds} s"
    return ""
