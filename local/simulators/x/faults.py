"""Every way in which X is known to fail, by name.

post-…  strikes POST /2/tweets, read-…  GET /2/users/:id/tweets, me-…  GET /2/users/me.
post-accepted-then-…: the post is made and its answer is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NoReturn

from flask import Response, url_for

from local.simulators.base import Dropped, Fault, Hanging, json_answer
from local.simulators.x import answers

Truth = Callable[[], Response]
Clock = Callable[[], datetime]

_ENDPOINTS = {"post": "create_post", "read": "user_posts", "me": "me"}


def known_faults(now: Clock) -> list[Fault]:
    faults = [
        Fault(f"{prefix}-{name}", endpoint, says, _instead(make))
        for prefix, endpoint in _ENDPOINTS.items()
        for name, (says, make) in (_REFUSALS | _limits(now) | _BREAKDOWNS).items()
    ]
    faults += [Fault(f"post-{name}", "create_post", says, _instead(make)) for name, (says, make) in _POSTS.items()]
    faults += [
        Fault(f"post-accepted-then-{name}", "create_post", f"The post is made, then {says}.", _after_the_truth(make))
        for name, (says, make) in _LOST.items()
    ]
    faults += [Fault(f"read-{name}", "user_posts", says, strike) for name, (says, strike) in _READS.items()]
    return faults


def _instead(make: Truth) -> Callable[[Truth], Response]:
    return lambda truth: make()


def _after_the_truth(make: Truth) -> Callable[[Truth], Response]:
    """The truth raises its refusals, so that only an accepted post loses its answer."""

    def strike(truth: Truth) -> Response:
        truth()
        return make()

    return strike


def _drop() -> NoReturn:
    raise Dropped


def _hang() -> NoReturn:
    raise Hanging


def _redirect() -> Response:
    # To an address that answers a GET like a success: a client that follows believes that it has posted.
    return Response(status=301, headers={"Location": url_for("moved", _external=True)})


def _not_json(status: int) -> Response:
    return Response("OK, but this is not JSON", status, content_type="application/json; charset=utf-8")


def _list_of_errors() -> Response:
    return json_answer(500, [{"code": 131, "message": "Internal error"}])


def _only_errors() -> Response:
    return answers.answer(200, {"errors": [answers.not_found("tweet", "id", "1")]})


def _limits(now: Clock) -> dict[str, tuple[str, Truth]]:
    """The five forms of 429. The two with 24 hours leave room in the window of 15 minutes."""

    def with_headers(make: Truth, minutes: int, left: int = 0, **more: int) -> Truth:
        def limited() -> Response:
            reset = int(now().timestamp())
            headers = {"limit": 100, "remaining": left, "reset": reset + 60 * minutes}
            response = make()
            response.headers.update({f"x-rate-limit-{name}": str(figure) for name, figure in headers.items()})
            for whose, limit in more.items():
                day = {"limit": limit, "remaining": 0, "reset": reset + 5 * 3600}
                response.headers.update({f"x-{whose}-limit-24hour-{name}": str(day[name]) for name in day})
            return response

        return limited

    title, code = answers.too_many_requests, answers.rate_limit_exceeded
    return {
        "429": ("The limit of 15 minutes is used up; the reset is in 15 minutes.", with_headers(title, 15)),
        "429-code-88": ("The same in the older form, code 88.", with_headers(code, 15)),
        "429-without-reset": ("The limit is used up, and no header says until when.", title),
        "429-user-24h": (
            "The account's limit of 24 hours is used up for 5 hours, while 15 minutes have room.",
            with_headers(title, 15, left=57, user=17),
        ),
        "429-app-24h": (
            "The app's limit of 24 hours is used up for 5 hours, while 15 minutes have room.",
            with_headers(title, 15, left=57, app=10_000),
        ),
    }


_REFUSALS: dict[str, tuple[str, Truth]] = {
    "400": ("X finds the request invalid.", lambda: answers.invalid("$.text: is not valid")),
    "401": ("X does not accept the credentials: revoked, or the app is suspended.", answers.unauthorized),
    "402": ("The prepaid credits are used up.", answers.no_credits),
    "402-new-type": (
        "The same with the problem type's new host, api.x.com.",
        lambda: answers.no_credits(problems="https://api.x.com/2/problems"),
    ),
    "403-credits": ("The prepaid credits are used up, in the form of a 403.", answers.credits_refused),
    "403-spend-cap": ("The spend cap of the billing cycle is reached.", answers.spend_cap_reached),
    "403-usage-capped": ("The posts of the month are used up.", answers.usage_capped),
    "403-html": ("A web page of what stands before X.", answers.gateway),
    "403-forbidden": ("X refuses without saying why.", lambda: answers.problem(403, "Forbidden", "Forbidden")),
    "403-oauth1-permissions": ("The token was made while the app was read-only.", answers.oauth1_permissions),
    "403-unsupported-authentication": (
        "X takes the credentials for another kind, as it sometimes does with good ones.",
        lambda: answers.unsupported_authentication("Unknown"),
    ),
    "403-client-forbidden": ("The app is not enrolled.", answers.client_forbidden),
    "403-not-permitted": ("The account may not do this (locked, or suspended).", answers.not_permitted),
    "404": ("The address is gone.", lambda: answers.problem(404, "Not Found", "Not Found")),
    "408": ("X gave up waiting.", lambda: answers.problem(408, "Request Timeout", "Request Timeout")),
}
_BREAKDOWNS: dict[str, tuple[str, Truth]] = {
    "500": ("An internal error, as JSON.", answers.server_error),
    "500-list": ("An internal error whose JSON is a list.", _list_of_errors),
    "503": ("X is over capacity.", answers.unavailable),
    "520": ("Cloudflare's HTML page instead of X.", answers.cloudflare),
    "301": ("A redirect to an address that answers GET like a success.", _redirect),
    "hang": ("Nothing is ever answered, and nothing is done.", _hang),
    "drop": ("The connection is closed without an answer, and nothing is done.", _drop),
    "200-not-json": ("Success, with a body that is not JSON, and nothing is done.", lambda: _not_json(200)),
    "200-only-errors": ("Success, with nothing but `errors`, and nothing is done.", _only_errors),
}
_POSTS: dict[str, tuple[str, Truth]] = {
    "403-duplicate": ("The text is called a duplicate although it is none.", answers.duplicate),
    "201-not-json": ("Created, with a body that is not JSON, and nothing is done.", lambda: _not_json(201)),
    "201-without-id": (
        "Created, with a body without an id, and nothing is done.",
        lambda: answers.answer(201, {"data": {"text": ""}}),
    ),
}
_LOST: dict[str, tuple[str, Truth]] = {
    "dropped": ("the connection is closed without an answer", _drop),
    "hang": ("nothing is ever answered", _hang),
    "500": ("the answer is an internal error", answers.server_error),
    "503": ("the answer is that X is over capacity", answers.unavailable),
    "520": ("the answer is Cloudflare's HTML page", answers.cloudflare),
    "garbage": ("the answer is 201 with a body that is not JSON", lambda: _not_json(201)),
}


def _empty(truth: Truth) -> Response:
    """The truth raises its refusals here, too."""
    truth()
    return answers.answer(200, {"meta": {"result_count": 0}})


def _truncated(truth: Truth) -> Response:
    whole = truth()
    return Response(whole.get_data()[:-9], whole.status_code, content_type=whole.content_type)


_READS: dict[str, tuple[str, Callable[[Truth], Response]]] = {
    "empty": ("The timeline is cleanly empty although there are posts.", _empty),
    "truncated-json": ("The answer's JSON stops before its end.", _truncated),
}
