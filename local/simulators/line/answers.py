"""What the Messaging API answers: https://developers.line.biz/en/reference/messaging-api/#error-responses"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response

from local.simulators.base import json_answer


def answer(status: int, body: Any, headers: Mapping[str, str] | None = None) -> Response:
    return json_answer(status, body, {"Content-Type": "application/json", **(headers or {})})


def error(status: int, message: str, **more: Any) -> Response:
    return answer(status, {"message": message, **more})


def invalid(details: Sequence[Mapping[str, str]]) -> Response:
    return error(400, f"The request body has {len(details)} error(s)", details=details)


def failed_to_send() -> Response:
    """For example to a user ID that there is not, or of another provider."""
    return error(400, "Failed to send messages")


def invalid_token() -> Response:
    return error(
        401,
        "Authentication failed due to the following reason: invalid token. "
        "Confirm that the access token in the authorization header is valid.",
    )


def not_available() -> Response:
    return error(403, "Access to this API is not available for your account")


def not_found() -> Response:
    return error(404, "Not found")


def already_accepted(sent: Sequence[Mapping[str, str]], accepted_request: str) -> Response:
    """The ids of the messages that were taken when the key came first."""
    body = {"message": "The retry key is already accepted", "sentMessages": sent}
    return answer(409, body, {"x-line-accepted-request-id": accepted_request})


def too_large() -> Response:
    return error(413, "Request Entity Too Large")


def monthly_limit() -> Response:
    return error(429, "You have reached your monthly limit.")


def rate_limit() -> Response:
    return error(429, "The API rate limit has been exceeded. Try again later.")


def internal() -> Response:
    return error(500, "Internal Server Error")


def unavailable() -> Response:
    return error(503, "Service Unavailable")
