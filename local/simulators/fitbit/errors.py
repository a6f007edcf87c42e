"""Fitbit's error answers: a list of errors, not RFC 6749's one; and Google's envelope, since Google runs the servers.

https://dev.fitbit.com/build/reference/web-api/troubleshooting-guide/error-messages/
Where no link is given, the words are the simulator's own: nobody should rely on any but errorType.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response

from local.simulators.base import Refusal, json_answer

_VISIT = " Visit https://dev.fitbit.com/docs/oauth2 for more information on the Fitbit Web API authorization process."


class FitbitError(Refusal):
    def __init__(
        self,
        status: int,
        error_type: str,
        message: str,
        *,
        field: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.error_type, self.message = status, error_type, message
        self.field, self.headers = field, headers

    def answer(self) -> Response:
        error = {"errorType": self.error_type, "message": self.message}
        if self.field is not None:
            error["fieldName"] = self.field
        return json_answer(self.status, {"errors": [error], "success": False}, self.headers)


def invalid_request(message: str) -> FitbitError:
    return FitbitError(400, "invalid_request", message + _VISIT)


def invalid_client(message: str = "Invalid authorization header. Client id invalid.") -> FitbitError:
    return FitbitError(401, "invalid_client", message + _VISIT)


def refresh_token_invalid(token: str) -> FitbitError:
    """The message repeats the token, as https://github.com/lukasolson/fitbit-node/issues/14 shows."""
    return FitbitError(400, "invalid_grant", f"Refresh token invalid: {token}.{_VISIT}")


def access_token_expired(token: str) -> FitbitError:
    return FitbitError(401, "expired_token", f"Access token expired: {token}.{_VISIT}")


def access_token_invalid(token: str) -> FitbitError:
    """The message repeats the token: https://github.com/SVendittelli/MMM-fitbit/issues/24"""
    return FitbitError(401, "invalid_token", f"Access token invalid: {token}.{_VISIT}")


def scope_insufficient(scope: str) -> FitbitError:
    """The words of https://github.com/NickHeiner/decomissioned-fitbit-export/issues/24"""
    message = f"This application does not have permission to access {scope} data.{_VISIT}"
    return FitbitError(403, "insufficient_scope", message)


def permissions_insufficient() -> FitbitError:
    message = f"API client is not authorized by Fitbit to access the resource requested.{_VISIT}"
    return FitbitError(403, "insufficient_permissions", message)


def validation(message: str, field: str) -> FitbitError:
    return FitbitError(400, "validation", message, field=field)


def no_such_endpoint() -> FitbitError:
    """ "400: any case where either the endpoint doesn't exist, resource path parameters are invalid, …"

    https://dev.fitbit.com/build/reference/web-api/troubleshooting-guide/error-handling/
    """
    return FitbitError(400, "invalid_request", "The API you are requesting could not be found.")


def not_found() -> FitbitError:
    return FitbitError(404, "not_found", "The resource with the given id doesn't exist.", field="n/a")


def gone() -> FitbitError:
    """The status is announced on https://developers.google.com/health/about; nobody has told of the body."""
    return FitbitError(410, "gone", "The legacy Fitbit Web API has been turned off.")


def rate_limited(headers: Mapping[str, str]) -> FitbitError:
    """The body of https://github.com/yghokim/omnitrack_android/issues/104"""
    return FitbitError(429, "system", "Too Many Requests", field="n/a", headers=headers)


def internal() -> FitbitError:
    return FitbitError(500, "system", "Something is wrong on our side (and we are working on it).", field="n/a")


def unavailable() -> FitbitError:
    return FitbitError(503, "system", "Service unavailable", field="n/a")


def not_simulated(what: str) -> FitbitError:
    """Fitbit could answer this; the simulator says that it cannot, instead of inventing an answer."""
    return FitbitError(501, "not_simulated", f"The simulator has no {what}.")


def google_envelope(code: int, status: str, message: str) -> Response:
    """What api.fitbit.com itself was seen to answer since 2025, without a list of errors:

    https://github.com/home-assistant/core/issues/169485 (403), https://github.com/Thomas2500/go-fitbit/pull/36 (429)
    """
    return json_answer(code, {"error": {"code": code, "message": message, "status": status}})
