"""Every way in which the Messaging API is known to fail.

push-accepted-then-…: the message is sent and its answer is lost.
"""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response, url_for

from local.simulators.base import Endpoint, Failure, Make, after, drop, hang, html_page, instead
from local.simulators.line import answers

Answers = dict[str, tuple[str, Make]]


def endpoints() -> Iterator[Endpoint]:
    anywhere = _refusals(_REFUSALS | _BREAKDOWNS)
    lost = {
        f"accepted-then-{name}": Failure(f"the message is sent, then {says}", after(make))
        for name, (says, make) in _LOST.items()
    }
    known = {"409-without-ids": Failure("a known key is answered without ids", _without_ids)}
    yield Endpoint("push", "the message", frozenset({"push"}), anywhere | _refusals(_PUSHES) | lost | known)
    yield Endpoint("quota", "the quota", frozenset({"quota"}), anywhere)
    yield Endpoint("used", "what is used of the quota", frozenset({"used"}), anywhere)


def _refusals(told: Answers) -> dict[str, Failure]:
    return {name: Failure(says, instead(make)) for name, (says, make) in told.items()}


def _without_ids(true: Make) -> Response:
    answer = true()
    return answers.error(409, "The retry key is already accepted") if answer.status_code == 409 else answer


def _redirect() -> Response:
    # To an address that answers a GET like a success: a client that follows believes that it has sent.
    return Response(status=301, headers={"Location": url_for("moved", _external=True)})


def _not_json() -> Response:
    return Response("OK, but this is not JSON", 200, content_type="application/json; charset=utf-8")


_REFUSALS: Answers = {
    "401": ("the channel access token is not valid, or was replaced", answers.invalid_token),
    "403": ("the account may not use this", answers.not_available),
    "404": ("the address is gone", answers.not_found),
    "408": ("what stands before LINE gave up waiting", lambda: html_page(408)),
    "429-rate": ("there were too many requests", answers.rate_limit),
}
_BREAKDOWNS: Answers = {
    "500": ("an internal error", answers.internal),
    "503": ("LINE is not available", answers.unavailable),
    "301": ("a redirect to an address that answers GET like a success", _redirect),
    "200-not-json": ("success, with a body that is not JSON, and nothing is done", _not_json),
    "200-list": ("success, with a list for a body, and nothing is done", lambda: answers.answer(200, [])),
    "200-empty": ("success, with an empty object for a body, and nothing is done", lambda: answers.answer(200, {})),
}
_PUSHES: Answers = {
    "400": (
        "LINE finds the request invalid",
        lambda: answers.invalid([{"message": "May not be empty", "property": "messages[0].text"}]),
    ),
    "400-failed-to-send": ("LINE does not know the recipient", answers.failed_to_send),
    "413": ("the request is too large", answers.too_large),
    "429-month": ("the messages of the month are used up", answers.monthly_limit),
}
_LOST: Answers = {
    "dropped": ("the connection is closed without an answer", drop),
    "hang": ("nothing is ever answered", hang),
    "500": ("the answer is an internal error", answers.internal),
    "502-html": ("the answer is a gateway's web page", lambda: html_page(502)),
    "503": ("the answer is that LINE is not available", answers.unavailable),
    "garbage": ("the answer is 200 with a body that is not JSON", _not_json),
}
