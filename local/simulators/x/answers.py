"""What X answers, to the letter of the recorded answers that each function names.

X's specification moved the problem types from api.twitter.com to api.x.com on 2026-08-07; the recorded answers
still have api.twitter.com, so a client may only look at the end of them.
"""

from __future__ import annotations

from typing import Any

from flask import Response

from local.simulators.base import json_answer

PROBLEMS = "https://api.twitter.com/2/problems"
_AUTH_LAYER = {"Content-Type": "application/problem+json"}  # PLhery/node-twitter-api-v2#500
_PLAIN = {"Content-Type": "application/json; charset=utf-8"}


def answer(status: int, body: Any) -> Response:
    return json_answer(status, body, _PLAIN)


def problem(status: int, title: str, detail: str) -> Response:
    return answer(status, {"title": title, "detail": detail, "type": "about:blank", "status": status})


def invalid(message: str, **parameters: list[str]) -> Response:
    """abraham/twitteroauth#1082"""
    body = {
        "errors": [{"parameters": parameters, "message": message}],
        "title": "Invalid Request",
        "detail": "One or more parameters to your request was invalid.",
        "type": f"{PROBLEMS}/invalid-request",
    }
    return answer(400, body)


def not_in_schema(name: str) -> Response:
    """atymic/twitter#419"""
    return invalid(f"$.{name}: is not defined in the schema and the schema does not allow additional properties")


def too_long() -> Response:
    """The message: gundogan8/FotBot#22. X's documentation does not show the body around it."""
    return invalid(
        "Your Tweet text is too long. For more information on how Twitter determines text length see "
        "https://github.com/twitter/twitter-text."
    )


def unauthorized() -> Response:
    """PLhery/node-twitter-api-v2#594"""
    body = {"title": "Unauthorized", "type": "about:blank", "status": 401, "detail": "Unauthorized"}
    return json_answer(401, body, _AUTH_LAYER)


def no_credits(account_id: str = "2051096097834344448", problems: str = PROBLEMS) -> Response:
    """tryethernal/ethernal#927; it has no `status`."""
    detail = f"Your enrolled account [{account_id}] does not have any credits to fulfill this request."
    body = {
        "account_id": int(account_id),
        "title": "CreditsDepleted",
        "detail": detail,
        "type": f"{problems}/credits",
    }
    return answer(402, body)


def credits_refused() -> Response:
    """The same as a 403, as X answers since 2026."""
    whole = no_credits()
    whole.status_code = 403
    return whole


def spend_cap_reached(reset_date: str = "2026-12-14", **more: str) -> Response:
    """It has no `status`. X lifts the cap by itself on that day."""
    body = {
        "title": "SpendCapReached",
        "detail": "Your enrolled account [1] has reached its billing cycle spend cap. "
        f"Your next cycle begins on {reset_date}.",
        "reset_date": reset_date,
        "type": f"{PROBLEMS}/credits",
    }
    return answer(403, body | more)


def usage_capped() -> Response:
    """The problem of X's specification: https://docs.x.com/x-api/fundamentals/response-codes-and-errors"""
    body = {
        "title": "UsageCapExceeded",
        "detail": "Usage cap exceeded: Monthly product cap",
        "period": "Monthly",
        "scope": "Product",
        "type": f"{PROBLEMS}/usage-capped",
    }
    return answer(403, body)


def duplicate() -> Response:
    """akrherz/iembot#163"""
    return problem(403, "Forbidden", "You are not allowed to create a Tweet with duplicate content.")


def not_permitted() -> Response:
    return problem(403, "Forbidden", "You are not permitted to perform this action.")


def oauth1_permissions() -> Response:
    """PLhery/node-twitter-api-v2#493: the token was made while the app was read-only."""
    body = {
        "title": "Forbidden",
        "status": 403,
        "detail": "Your client app is not configured with the appropriate oauth1 app permissions for this endpoint.",
        "type": f"{PROBLEMS}/oauth1-permissions",
    }
    return json_answer(403, body, _AUTH_LAYER)


def unsupported_authentication(used: str = "OAuth 2.0 Application-Only") -> Response:
    """justinmerrell/Twitter-AutoPost#1, with both its blanks. A header that X cannot read is "Unknown"."""
    detail = (
        f"Authenticating with {used} is forbidden for this endpoint.  Supported authentication types are "
        "[OAuth 1.0a User Context, OAuth 2.0 User Context]."
    )
    body = {
        "title": "Unsupported Authentication",
        "detail": detail,
        "type": f"{PROBLEMS}/unsupported-authentication",
        "status": 403,
    }
    return json_answer(403, body, _AUTH_LAYER)


def client_forbidden() -> Response:
    """geduldig/TwitterAPI#226; it has no `status`."""
    body = {
        "client_id": "26924600",
        "detail": "When authenticating requests to the Twitter API v2 endpoints, you must use keys and tokens from a "
        "Twitter developer App that is attached to a Project. You can create a project via the developer portal.",
        "registration_url": "https://developer.twitter.com/en/docs/projects/overview",
        "title": "Client Forbidden",
        "required_enrollment": "Appropriate Level of API Access",
        "reason": "client-not-enrolled",
        "type": f"{PROBLEMS}/client-forbidden",
    }
    return json_answer(403, body, _AUTH_LAYER)


def reply_not_allowed() -> Response:
    """Replies to others are closed since 2026-02-23: https://docs.x.com/changelog"""
    body = {
        "title": "Forbidden",
        "detail": "You can only reply to or quote posts where you are mentioned or are the author.",
        "type": "https://api.x.com/2/problems/not-authorized-for-resource",
        "status": 403,
    }
    return answer(403, body)


def not_found(kind: str, parameter: str, value: str) -> dict[str, Any]:
    """One entry of `errors`, which comes with status 200.

    https://docs.x.com/x-api/fundamentals/response-codes-and-errors
    """
    return {
        "value": value,
        "detail": f"Could not find {kind} with {parameter}: [{value}].",
        "title": "Not Found Error",
        "resource_type": kind,
        "parameter": parameter,
        "resource_id": value,
        "type": f"{PROBLEMS}/resource-not-found",
    }


def too_many_requests() -> Response:
    return problem(429, "Too Many Requests", "Too Many Requests")


def rate_limit_exceeded() -> Response:
    """The other form: https://docs.x.com/x-api/fundamentals/rate-limits"""
    return answer(429, {"errors": [{"code": 88, "message": "Rate limit exceeded"}]})


def server_error() -> Response:
    detail = "Something is broken. This is usually a temporary error, for example in a high load situation."
    return problem(500, "Internal Server Error", detail)


def unavailable() -> Response:
    return problem(503, "Service Unavailable", "Service Unavailable")


def cloudflare() -> Response:
    """akrherz/iembot, tests/test_twitter.py: not JSON"""
    page = "<html><head><title>api.x.com | 520: Web server is returning an unknown error</title></head></html>"
    return Response(page, 520, content_type="text/html; charset=UTF-8")
