"""What a PDS answers: always an error's name and its message. https://atproto.com/specs/xrpc#error-responses

The names and words: github.com/bluesky-social/atproto, packages/pds/src and packages/xrpc-server/src/errors.ts
"""

from __future__ import annotations

from flask import Response

from local.simulators.base import json_answer


def error(status: int, name: str, message: str) -> Response:
    return json_answer(status, {"error": name, "message": message}, {"Content-Type": "application/json; charset=utf-8"})


def invalid(message: str) -> Response:
    return error(400, "InvalidRequest", message)


def wrong_password() -> Response:
    return error(401, "AuthenticationRequired", "Invalid identifier or password")


def factor_required() -> Response:
    """Only with the account's own password, never with an app password."""
    return error(401, "AuthFactorTokenRequired", "A sign in code has been sent to your email address")


def taken_down() -> Response:
    return error(401, "AccountTakedown", "Account has been taken down")


def deactivated() -> Response:
    return error(401, "AccountDeactivated", "Account is deactivated")


def no_account() -> Response:
    return error(403, "AccountNotFound", "Account not found")


def auth_missing() -> Response:
    return error(401, "AuthMissing", "Authentication Required")


def expired_token(message: str = "Token has expired") -> Response:
    return error(400, "ExpiredToken", message)


def invalid_token(message: str = "Token could not be verified") -> Response:
    return error(400, "InvalidToken", message)


def not_this_repo() -> Response:
    """The repo in the body is not the token's."""
    return error(401, "AuthenticationRequired", "Authentication Required")


def was_at(cid: str) -> Response:
    return error(400, "InvalidSwap", f"Record was at {cid}")


def no_record(address: str) -> Response:
    return error(400, "RecordNotFound", f"Could not locate record: {address}")


def no_blob(cid: str) -> Response:
    return error(400, "BlobNotFound", f"Could not find blob: {cid}")


def not_supported() -> Response:
    return error(404, "XRPCNotSupported", "XRPCNotSupported")


def too_large() -> Response:
    return error(413, "PayloadTooLarge", "request entity too large")


def unsupported_type() -> Response:
    return error(415, "UnsupportedMediaType", "Unsupported Media Type")


def too_many() -> Response:
    return error(429, "RateLimitExceeded", "Rate Limit Exceeded")


def internal() -> Response:
    """The cause is hidden."""
    return error(500, "InternalServerError", "Internal Server Error")


def not_implemented() -> Response:
    return error(501, "MethodNotImplemented", "Method Not Implemented")


def upstream_failure() -> Response:
    return error(502, "UpstreamFailure", "Upstream Failure")


def not_enough_resources() -> Response:
    return error(503, "NotEnoughResources", "Not Enough Resources")


def upstream_timeout() -> Response:
    return error(504, "UpstreamTimeout", "Upstream Timeout")
