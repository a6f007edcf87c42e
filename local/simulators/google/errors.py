"""Google's error answers: the google.rpc.Status envelope and the reasons of its catalogue.

https://developers.google.com/health/reference/rest/v4/errors
https://developers.google.com/health/troubleshooting
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response

from local.simulators.base import Refusal, json_answer

PROJECT = "123456789"
_TYPES = "type.googleapis.com/google.rpc."
_SIGN_IN = "https://developers.google.com/identity/sign-in/web/devconsole-project."
_CREDENTIAL = f"Expected OAuth 2 access token, login cookie or other valid authentication credential. See {_SIGN_IN}"


class GoogleError(Refusal):
    def __init__(
        self,
        code: int,
        status: str,
        message: str,
        details: list[dict[str, Any]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.code, self.status, self.message = code, status, message
        self.details, self.headers = details or [], headers

    def answer(self) -> Response:
        error: dict[str, Any] = {"code": self.code, "message": self.message, "status": self.status}
        if self.details:
            error["details"] = self.details
        return json_answer(self.code, {"error": error}, self.headers)


def info(reason: str, **metadata: str) -> dict[str, Any]:
    detail: dict[str, Any] = {"@type": _TYPES + "ErrorInfo", "reason": reason, "domain": "googleapis.com"}
    return detail | ({"metadata": metadata} if metadata else {})


def invalid(message: str, reason: str | None = None, **metadata: str) -> GoogleError:
    return GoogleError(400, "INVALID_ARGUMENT", message, [info(reason, **metadata)] if reason else None)


def bad_payload(message: str, field: str = "") -> GoogleError:
    violation = {"description": message} | ({"field": field} if field else {})
    return GoogleError(
        400, "INVALID_ARGUMENT", message, [{"@type": _TYPES + "BadRequest", "fieldViolations": [violation]}]
    )


def account_not_linked() -> GoogleError:
    message = "The account is not linked to Google Health."
    return GoogleError(400, "FAILED_PRECONDITION", message, [info("ACCOUNT_NOT_LINKED")])


def credentials_missing() -> GoogleError:
    return GoogleError(
        401,
        "UNAUTHENTICATED",
        "Request is missing required authentication credential. " + _CREDENTIAL,
        [info("CREDENTIALS_MISSING")],
        {"WWW-Authenticate": 'Bearer realm="https://accounts.google.com/"'},
    )


def token_refused() -> GoogleError:
    """Expired, revoked and invented tokens look the same: "INVALID_AUTHENTICATOR: Token expired"."""
    return GoogleError(
        401,
        "UNAUTHENTICATED",
        "Request had invalid authentication credentials. " + _CREDENTIAL,
        [info("INVALID_AUTHENTICATOR")],
        {"WWW-Authenticate": 'Bearer realm="https://accounts.google.com/", error="invalid_token"'},
    )


def scope_insufficient() -> GoogleError:
    message = "Request had insufficient authentication scopes."
    return GoogleError(403, "PERMISSION_DENIED", message, [info("ACCESS_TOKEN_SCOPE_INSUFFICIENT")])


def service_disabled() -> GoogleError:
    page = f"https://console.developers.google.com/apis/api/health.googleapis.com/overview?project={PROJECT}"
    message = (
        f"Google Health API has not been used in project {PROJECT} before or it is disabled. Enable it by visiting"
        f" {page} then retry. If you enabled this API recently, wait a few minutes for the action to propagate to"
        " our systems and retry."
    )
    links = [{"description": "Google developers console API activation", "url": page}]
    return GoogleError(
        403,
        "PERMISSION_DENIED",
        message,
        [
            info("SERVICE_DISABLED", consumer=f"projects/{PROJECT}", service="health.googleapis.com"),
            {"@type": _TYPES + "Help", "links": links},
        ],
    )


def permission_denied() -> GoogleError:
    """Everything at once, for an account that had worked: https://github.com/arpanghosh8453/fitbit-grafana/issues/79"""
    message = "The caller does not have permission"
    return GoogleError(403, "PERMISSION_DENIED", message, [info("RESOURCE_PERMISSION_DENIED")])


def no_uber_mint() -> GoogleError:
    message = "The caller does not have permission. Could not mint UberMint from GaiaMint"
    return GoogleError(403, "PERMISSION_DENIED", message)


def account_not_ready() -> GoogleError:
    """Without a reason: what is wrong lies with the account, not with the request."""
    return GoogleError(400, "FAILED_PRECONDITION", "Precondition check failed.")


def consumer_refused(reason: str) -> GoogleError:
    """Of the Cloud project: https://github.com/googleapis/googleapis/blob/master/google/api/error_reason.proto"""
    message = {
        "CONSUMER_SUSPENDED": f"Permission denied: Consumer 'projects/{PROJECT}' has been suspended.",
        "CONSUMER_INVALID": f"Permission denied on resource project {PROJECT}.",
        "BILLING_DISABLED": f"This API method requires billing to be enabled. Please enable billing on #{PROJECT}.",
        "RATE_LIMIT_EXCEEDED": "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user'.",
    }[reason]
    details = [info(reason, consumer=f"projects/{PROJECT}", service="health.googleapis.com")]
    return GoogleError(403, "PERMISSION_DENIED", message, details)


def aborted() -> GoogleError:
    return GoogleError(409, "ABORTED", "The operation was aborted.")


def cancelled() -> GoogleError:
    return GoogleError(499, "CANCELLED", "The operation was cancelled.")


def not_found() -> GoogleError:
    return GoogleError(404, "NOT_FOUND", "Requested entity was not found.")


def rate_limited(retry_after: int | None = None) -> GoogleError:
    message = (
        "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user' of service"
        f" 'health.googleapis.com' for consumer 'project_number:{PROJECT}'."
    )
    violation = {"subject": f"project:{PROJECT}", "description": "Quota exceeded"}
    return GoogleError(
        429,
        "RESOURCE_EXHAUSTED",
        message,
        [info("RATE_LIMIT_EXCEEDED"), {"@type": _TYPES + "QuotaFailure", "violations": [violation]}],
        None if retry_after is None else {"Retry-After": str(retry_after)},
    )


def internal() -> GoogleError:
    return GoogleError(500, "INTERNAL", "Internal error encountered.")


def unavailable() -> GoogleError:
    return GoogleError(503, "UNAVAILABLE", "The service is currently unavailable.")


def deadline_exceeded() -> GoogleError:
    return GoogleError(504, "DEADLINE_EXCEEDED", "Deadline expired before operation could complete.")


def not_simulated(what: str) -> GoogleError:
    """Google could answer this; the simulator says that it cannot, instead of inventing an answer."""
    return GoogleError(501, "UNIMPLEMENTED", f"The simulator has no {what}.")
