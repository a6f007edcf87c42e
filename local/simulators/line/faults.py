"""Every way in which the Messaging API is known to fail, by name.

push-…  strikes POST /v2/bot/message/push, quota-… and used-…  the two addresses of the quota.
push-accepted-then-…: the message is sent and its answer is lost.
"""

from __future__ import annotations

from flask import Response, url_for

from local.simulators.base import Fault
from local.simulators.line import answers
from local.simulators.striking import Truth, after_the_truth, drop, hang, instead, not_json, redirect, web_page

_ENDPOINTS = {"push": "push", "quota": "quota", "used": "used"}


def known_faults() -> list[Fault]:
    faults = [
        Fault(f"{prefix}-{name}", endpoint, says, instead(make))
        for prefix, endpoint in _ENDPOINTS.items()
        for name, (says, make) in (_REFUSALS | _BREAKDOWNS).items()
    ]
    faults += [Fault(f"push-{name}", "push", says, instead(make)) for name, (says, make) in _PUSHES.items()]
    faults += [
        Fault(f"push-accepted-then-{name}", "push", f"The message is sent, then {says}.", after_the_truth(make))
        for name, (says, make) in _LOST.items()
    ]
    faults.append(Fault("push-409-without-ids", "push", "A known key is answered without ids.", _without_ids))
    return faults


def _without_ids(truth: Truth) -> Response:
    answer = truth()
    return answers.error(409, "The retry key is already accepted") if answer.status_code == 409 else answer


def _moved() -> Response:
    # To an address that answers a GET like a success: a client that follows believes that it has sent.
    return redirect(url_for("moved", _external=True))


_REFUSALS: dict[str, tuple[str, Truth]] = {
    "401": ("The channel access token is not valid, or was replaced.", answers.invalid_token),
    "403": ("The account may not use this.", answers.not_available),
    "403-html": ("A web page of what stands before LINE.", lambda: web_page(403)),
    "404": ("The address is gone.", answers.not_found),
    "408": ("What stands before LINE gave up waiting.", lambda: web_page(408)),
    "429-rate": ("There were too many requests.", answers.rate_limit),
}
_BREAKDOWNS: dict[str, tuple[str, Truth]] = {
    "500": ("An internal error.", answers.internal),
    "502-html": ("A web page of what stands before LINE, which is down.", lambda: web_page(502)),
    "503": ("LINE is not available.", answers.unavailable),
    "301": ("A redirect to an address that answers GET like a success.", _moved),
    "hang": ("Nothing is ever answered, and nothing is done.", hang),
    "drop": ("The connection is closed without an answer, and nothing is done.", drop),
    "200-not-json": ("Success, with a body that is not JSON, and nothing is done.", not_json),
    "200-list": ("Success, with a list for a body, and nothing is done.", lambda: answers.answer(200, [])),
    "200-empty": ("Success, with an empty object for a body, and nothing is done.", lambda: answers.answer(200, {})),
}
_PUSHES: dict[str, tuple[str, Truth]] = {
    "400": (
        "LINE finds the request invalid.",
        lambda: answers.invalid([{"message": "May not be empty", "property": "messages[0].text"}]),
    ),
    "400-failed-to-send": ("LINE does not know the recipient.", answers.failed_to_send),
    "413": ("The request is too large.", answers.too_large),
    "429-month": ("The messages of the month are used up.", answers.monthly_limit),
}
_LOST: dict[str, tuple[str, Truth]] = {
    "dropped": ("the connection is closed without an answer", drop),
    "hang": ("nothing is ever answered", hang),
    "500": ("the answer is an internal error", answers.internal),
    "502-html": ("the answer is a gateway's web page", lambda: web_page(502)),
    "503": ("the answer is that LINE is not available", answers.unavailable),
    "garbage": ("the answer is 200 with a body that is not JSON", not_json),
}
