"""Every way in which a PDS is known to fail.

put-accepted-then-…: the record is written and its answer is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from flask import Response, g, url_for

from local.simulators.base import Endpoint, Failure, Make, after, drop, hang, html_page, instead, json_answer
from local.simulators.bluesky import answers

Clock = Callable[[], datetime]
Answers = dict[str, tuple[str, Make]]


def endpoints(now: Clock) -> Iterator[Endpoint]:
    anywhere = _refusals(_of_any(now))
    lost = {
        f"accepted-then-{name}": Failure(f"the record is written, then {says}", after(make))
        for name, (says, make) in _LOST.items()
    }
    stored = {
        "accepted-then-dropped": Failure("the blob is stored, then the connection is closed", after(drop)),
        "accepted-then-500": Failure(
            "the blob is stored, then the answer is an internal error", after(answers.internal)
        ),
    }
    token = _refusals(_TOKENS)
    yield Endpoint("login", "the login", frozenset({"create_session"}), anywhere | _refusals(_LOGINS))
    yield Endpoint("put", "the record", frozenset({"put_record"}), anywhere | token | _refusals(_PUTS) | lost)
    yield Endpoint("record", "reading a record", frozenset({"get_record"}), anywhere | _refusals(_READS))
    yield Endpoint("upload", "the picture", frozenset({"upload_blob"}), anywhere | token | stored)


def _refusals(told: Answers) -> dict[str, Failure]:
    return {name: Failure(says, instead(make)) for name, (says, make) in told.items()}


def _redirect() -> Response:
    # To an address that answers a GET like a success: a client that follows believes that it has written.
    return Response(status=301, headers={"Location": url_for("moved", _external=True)})


def _not_json() -> Response:
    return Response("OK, but this is not JSON", 200, content_type="application/json; charset=utf-8")


def _of_any(now: Clock) -> Answers:
    def without_reset() -> Response:
        g.limits = {}
        return answers.too_many()

    def limited() -> Response:
        answer = without_reset()
        reset = int((now() + timedelta(minutes=5)).timestamp())
        figures = {"Limit": 3000, "Remaining": 0, "Reset": reset, "Policy": "3000;w=300"}
        answer.headers.update({f"RateLimit-{name}": str(figure) for name, figure in figures.items()})
        answer.headers["Retry-After"] = "300"
        return answer

    return {
        "429": ("the requests of five minutes are used up", limited),
        "429-without-reset": ("the same, and no header says until when", without_reset),
        **_REFUSALS,
        **_BREAKDOWNS,
    }


_REFUSALS: Answers = {
    "400": ("the server finds the request invalid", lambda: answers.invalid("Input must be an object")),
    "401-taken-down": ("the account has been taken down", answers.taken_down),
    "403-no-account": ("the server does not know the account any more", answers.no_account),
    "403-forbidden": ("the server refuses without saying why", lambda: answers.error(403, "Forbidden", "Forbidden")),
    "404": ("the server does not know the method: it is no PDS", answers.not_supported),
    "408": ("what stands before the server gave up waiting", lambda: html_page(408)),
    "413": ("the request is too large", answers.too_large),
    "415": ("the server does not take such a body", answers.unsupported_type),
}
_BREAKDOWNS: Answers = {
    "500": ("an internal error", answers.internal),
    "501": ("the method is not implemented", answers.not_implemented),
    "502": ("whatever the server itself asks has failed", answers.upstream_failure),
    "503": ("the server lacks resources", answers.not_enough_resources),
    "504": ("whatever the server itself asks is too slow", answers.upstream_timeout),
    "301": ("a redirect to an address that answers GET like a success", _redirect),
    "200-not-json": ("success, with a body that is not JSON, and nothing is done", _not_json),
    "200-list": ("success, with a list for a body, and nothing is done", lambda: json_answer(200, [])),
    "200-empty": ("success, with an empty object for a body, and nothing is done", lambda: json_answer(200, {})),
}
_TOKENS: Answers = {
    "400-expired-token": ("the token has expired", answers.expired_token),
    "400-revoked-token": ("the token was revoked", lambda: answers.expired_token("Token has been revoked")),
    "400-invalid-token": ("the token cannot be verified", answers.invalid_token),
    "400-token-scope": ("the token is of another scope", lambda: answers.invalid_token("Bad token scope")),
    "400-malformed-token": ("the token is none", lambda: answers.invalid_token("Malformed token")),
    "401-auth-missing": ("the server sees no token", answers.auth_missing),
    "401-deactivated": ("the account is deactivated", answers.deactivated),
    "401-not-this-repo": ("the repository is not the token's", answers.not_this_repo),
}
_LOGINS: Answers = {
    "401-wrong-password": ("the app password is wrong, or was revoked", answers.wrong_password),
    "401-factor-required": (
        "the password is the account's own, and a code was sent by mail",
        answers.factor_required,
    ),
}
_PUTS: Answers = {
    "400-invalid-record": (
        "the record is called invalid",
        lambda: answers.invalid("Invalid app.bsky.feed.post record: Record/text must not be longer"),
    ),
    "400-invalid-swap": (
        "another record is said to be there although there is none",
        lambda: answers.was_at("bafyreigbtj4x7ip5legnfznufuopl4sg4knzc2cof6duas4b3q2fy6swua"),
    ),
    "400-blob-not-found": ("a blob of the record is gone", lambda: answers.no_blob("bafkrei")),
}
_LOST: Answers = {
    "dropped": ("the connection is closed without an answer", drop),
    "hang": ("nothing is ever answered", hang),
    "500": ("the answer is an internal error", answers.internal),
    "502": ("the answer is that what the server asks has failed", answers.upstream_failure),
    "502-html": ("the answer is a gateway's web page", lambda: html_page(502)),
    "503": ("the answer is that the server lacks resources", answers.not_enough_resources),
    "504": ("the answer is that what the server asks is too slow", answers.upstream_timeout),
    "garbage": ("the answer is 200 with a body that is not JSON", _not_json),
}
_READS: Answers = {
    "400-not-found": (
        "the record is not found although it is there",
        lambda: answers.no_record("at://did:plc:x/app.bsky.feed.post/x"),
    ),
}
