"""Every way in which a PDS is known to fail, by name.

login-…  strikes createSession, put-…  putRecord, read-…  getRecord, upload-…  uploadBlob.
put-accepted-then-…: the record is written and its answer is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from flask import Response, g, url_for

from local.simulators.base import Fault, json_answer
from local.simulators.bluesky import answers
from local.simulators.striking import (
    Strike,
    Truth,
    after_the_truth,
    drop,
    hang,
    instead,
    not_json,
    redirect,
    truncated,
    web_page,
)

Clock = Callable[[], datetime]

_ENDPOINTS = {"login": "create_session", "put": "put_record", "read": "get_record", "upload": "upload_blob"}
_WITH_TOKEN = ("put", "upload")


def known_faults(now: Clock) -> list[Fault]:
    struck = [
        *((prefix, name, says, instead(make)) for prefix in _ENDPOINTS for name, (says, make) in _of_any(now).items()),
        *((prefix, name, says, instead(make)) for prefix in _WITH_TOKEN for name, (says, make) in _TOKENS.items()),
        *(("login", name, says, strike) for name, (says, strike) in _LOGINS.items()),
        *(("put", name, says, strike) for name, (says, strike) in _PUTS.items()),
        *(
            ("put", f"accepted-then-{name}", f"The record is written, then {says}.", after_the_truth(make))
            for name, (says, make) in _LOST.items()
        ),
        *(("read", name, says, strike) for name, (says, strike) in _READS.items()),
        *(("upload", name, says, strike) for name, (says, strike) in _UPLOADS.items()),
    ]
    return [Fault(f"{prefix}-{name}", _ENDPOINTS[prefix], says, strike) for prefix, name, says, strike in struck]


def _moved() -> Response:
    # To an address that answers a GET like a success: a client that follows believes that it has written.
    return redirect(url_for("moved", _external=True))


def _of_any(now: Clock) -> dict[str, tuple[str, Truth]]:
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
        "429": ("The requests of five minutes are used up.", limited),
        "429-without-reset": ("The same, and no header says until when.", without_reset),
        **_REFUSALS,
        **_BREAKDOWNS,
    }


_REFUSALS: dict[str, tuple[str, Truth]] = {
    "400": ("The server finds the request invalid.", lambda: answers.invalid("Input must be an object")),
    "401-taken-down": ("The account has been taken down.", answers.taken_down),
    "403-html": ("A web page of what stands before the server.", lambda: web_page(403)),
    "403-no-account": ("The server does not know the account any more.", answers.no_account),
    "403-forbidden": ("The server refuses without saying why.", lambda: answers.error(403, "Forbidden", "Forbidden")),
    "404": ("The server does not know the method: it is no PDS.", answers.not_supported),
    "408": ("What stands before the server gave up waiting.", lambda: web_page(408)),
    "413": ("The request is too large.", answers.too_large),
    "415": ("The server does not take such a body.", answers.unsupported_type),
}
_BREAKDOWNS: dict[str, tuple[str, Truth]] = {
    "500": ("An internal error.", answers.internal),
    "501": ("The method is not implemented.", answers.not_implemented),
    "502": ("Whatever the server itself asks has failed.", answers.upstream_failure),
    "502-html": ("A web page of what stands before the server, which is down.", lambda: web_page(502)),
    "503": ("The server lacks resources.", answers.not_enough_resources),
    "504": ("Whatever the server itself asks is too slow.", answers.upstream_timeout),
    "301": ("A redirect to an address that answers GET like a success.", _moved),
    "hang": ("Nothing is ever answered, and nothing is done.", hang),
    "drop": ("The connection is closed without an answer, and nothing is done.", drop),
    "200-not-json": ("Success, with a body that is not JSON, and nothing is done.", not_json),
    "200-list": ("Success, with a list for a body, and nothing is done.", lambda: json_answer(200, [])),
    "200-empty": ("Success, with an empty object for a body, and nothing is done.", lambda: json_answer(200, {})),
}
_TOKENS: dict[str, tuple[str, Truth]] = {
    "400-expired-token": ("The token has expired.", answers.expired_token),
    "400-revoked-token": ("The token was revoked.", lambda: answers.expired_token("Token has been revoked")),
    "400-invalid-token": ("The token cannot be verified.", answers.invalid_token),
    "400-token-scope": ("The token is of another scope.", lambda: answers.invalid_token("Bad token scope")),
    "400-malformed-token": ("The token is none.", lambda: answers.invalid_token("Malformed token")),
    "401-auth-missing": ("The server sees no token.", answers.auth_missing),
    "401-deactivated": ("The account is deactivated.", answers.deactivated),
    "401-not-this-repo": ("The repository is not the token's.", answers.not_this_repo),
}
_LOGINS: dict[str, tuple[str, Strike]] = {
    "401-wrong-password": ("The app password is wrong, or was revoked.", instead(answers.wrong_password)),
    "401-factor-required": (
        "The password is the account's own, and a code was sent by mail.",
        instead(answers.factor_required),
    ),
}
_PUTS: dict[str, tuple[str, Strike]] = {
    "400-invalid-record": (
        "The record is called invalid.",
        instead(lambda: answers.invalid("Invalid app.bsky.feed.post record: Record/text must not be longer")),
    ),
    "400-invalid-swap": (
        "Another record is said to be there although there is none.",
        instead(lambda: answers.was_at("bafyreigbtj4x7ip5legnfznufuopl4sg4knzc2cof6duas4b3q2fy6swua")),
    ),
    "400-blob-not-found": ("A blob of the record is gone.", instead(lambda: answers.no_blob("bafkrei"))),
}
_LOST: dict[str, tuple[str, Truth]] = {
    "dropped": ("the connection is closed without an answer", drop),
    "hang": ("nothing is ever answered", hang),
    "500": ("the answer is an internal error", answers.internal),
    "502": ("the answer is that what the server asks has failed", answers.upstream_failure),
    "502-html": ("the answer is a gateway's web page", lambda: web_page(502)),
    "503": ("the answer is that the server lacks resources", answers.not_enough_resources),
    "504": ("the answer is that what the server asks is too slow", answers.upstream_timeout),
    "garbage": ("the answer is 200 with a body that is not JSON", not_json),
}
_READS: dict[str, tuple[str, Strike]] = {
    "400-not-found": (
        "The record is not found although it is there.",
        instead(lambda: answers.no_record("at://did:plc:x/app.bsky.feed.post/x")),
    ),
    "truncated-json": ("The answer's JSON stops before its end.", truncated),
}
_UPLOADS: dict[str, tuple[str, Strike]] = {
    "accepted-then-dropped": ("The blob is stored, then the connection is closed.", after_the_truth(drop)),
    "accepted-then-500": (
        "The blob is stored, then the answer is an internal error.",
        after_the_truth(answers.internal),
    ),
}
