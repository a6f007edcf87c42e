"""Every way in which X is known to fail.

post-accepted-then-…: the post is made and its answer is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from flask import Response, url_for

from local.simulators.base import Endpoint, Failure, Make, after, drop, hang, instead, json_answer
from local.simulators.x import answers

Clock = Callable[[], datetime]


def endpoints(now: Clock) -> Iterator[Endpoint]:
    anywhere = {name: Failure(says, instead(make)) for name, (says, make) in (_REFUSALS | _limits(now)).items()}
    post = {name: Failure(says, instead(make)) for name, (says, make) in _POSTS.items()}
    lost = {
        f"accepted-then-{name}": Failure(f"the post is made, then {says}", after(make))
        for name, (says, make) in _LOST.items()
    }
    read = {"empty": Failure("the timeline is cleanly empty although there are posts", after(_nothing))}
    yield Endpoint("post", "posting", frozenset({"create_post"}), anywhere | post | lost)
    without_id = Failure(
        "200 without an id, and nothing is kept", instead(lambda: answers.answer(200, {"data": {"size": 1}}))
    )
    too_large = Failure("X finds the picture too large", instead(_too_large))
    yield Endpoint(
        "upload",
        "the upload of a picture",
        frozenset({"upload"}),
        anywhere | {"413": too_large, "200-without-id": without_id},
    )
    yield Endpoint("describe", "the words of a picture", frozenset({"describe"}), anywhere)
    yield Endpoint("read", "the timeline", frozenset({"user_posts"}), anywhere | read)
    yield Endpoint("me", "the account", frozenset({"me"}), anywhere)


def _redirect() -> Response:
    # To an address that answers a GET like a success: a client that follows believes that it has posted.
    return Response(status=301, headers={"Location": url_for("moved", _external=True)})


def _too_large() -> Response:
    return answers.problem(413, "Payload Too Large", "Media size exceeds the limit.")


def _not_json(status: int) -> Response:
    return Response("OK, but this is not JSON", status, content_type="application/json; charset=utf-8")


def _list_of_errors() -> Response:
    return json_answer(500, [{"code": 131, "message": "Internal error"}])


def _only_errors() -> Response:
    return answers.answer(200, {"errors": [answers.not_found("tweet", "id", "1")]})


def _nothing() -> Response:
    return answers.answer(200, {"meta": {"result_count": 0}})


def _limits(now: Clock) -> dict[str, tuple[str, Make]]:
    """The five forms of 429. The two with 24 hours leave room in the window of 15 minutes."""

    def with_headers(make: Make, minutes: int, left: int = 0, **more: int) -> Make:
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
        "429": ("the limit of 15 minutes is used up; the reset is in 15 minutes", with_headers(title, 15)),
        "429-code-88": ("the same in the older form, code 88", with_headers(code, 15)),
        "429-without-reset": ("the limit is used up, and no header says until when", title),
        "429-user-24h": (
            "the account's limit of 24 hours is used up for 5 hours, while 15 minutes have room",
            with_headers(title, 15, left=57, user=17),
        ),
        "429-app-24h": (
            "the app's limit of 24 hours is used up for 5 hours, while 15 minutes have room",
            with_headers(title, 15, left=57, app=10_000),
        ),
    }


_REFUSALS: dict[str, tuple[str, Make]] = {
    "400": ("X finds the request invalid", lambda: answers.invalid("$.text: is not valid")),
    "401": ("X does not accept the credentials: revoked, or the app is suspended", answers.unauthorized),
    "402": ("the prepaid credits are used up", answers.no_credits),
    "402-new-type": (
        "the same with the problem type's new host, api.x.com",
        lambda: answers.no_credits(problems="https://api.x.com/2/problems"),
    ),
    "403-credits": ("the prepaid credits are used up, in the form of a 403", answers.credits_refused),
    "403-spend-cap": ("the spend cap of the billing cycle is reached", answers.spend_cap_reached),
    "403-usage-capped": ("the posts of the month are used up", answers.usage_capped),
    "403-forbidden": ("X refuses without saying why", lambda: answers.problem(403, "Forbidden", "Forbidden")),
    "403-oauth1-permissions": ("the token was made while the app was read-only", answers.oauth1_permissions),
    "403-unsupported-authentication": (
        "X takes the credentials for another kind, as it sometimes does with good ones",
        lambda: answers.unsupported_authentication("Unknown"),
    ),
    "403-client-forbidden": ("the app is not enrolled", answers.client_forbidden),
    "403-not-permitted": ("the account may not do this (locked, or suspended)", answers.not_permitted),
    "404": ("the address is gone", lambda: answers.problem(404, "Not Found", "Not Found")),
    "408": ("X gave up waiting", lambda: answers.problem(408, "Request Timeout", "Request Timeout")),
    "500": ("an internal error, as JSON", answers.server_error),
    "500-list": ("an internal error whose JSON is a list", _list_of_errors),
    "503": ("X is over capacity", answers.unavailable),
    "520": ("Cloudflare's HTML page instead of X", answers.cloudflare),
    "301": ("a redirect to an address that answers GET like a success", _redirect),
    "200-not-json": ("200 with a body that is not JSON, and nothing is done", lambda: _not_json(200)),
    "200-only-errors": ("200 with nothing but `errors`, and nothing is done", _only_errors),
}
_POSTS: dict[str, tuple[str, Make]] = {
    "403-duplicate": ("the text is called a duplicate although it is none", answers.duplicate),
    "201-not-json": ("201 with a body that is not JSON, and nothing is done", lambda: _not_json(201)),
    "201-without-id": (
        "201 with a body without an id, and nothing is done",
        lambda: answers.answer(201, {"data": {"text": ""}}),
    ),
}
_LOST: dict[str, tuple[str, Make]] = {
    "dropped": ("the connection is closed without an answer", drop),
    "hang": ("nothing is ever answered", hang),
    "500": ("the answer is an internal error", answers.server_error),
    "503": ("the answer is that X is over capacity", answers.unavailable),
    "520": ("the answer is Cloudflare's HTML page", answers.cloudflare),
    "garbage": ("the answer is 201 with a body that is not JSON", lambda: _not_json(201)),
}
