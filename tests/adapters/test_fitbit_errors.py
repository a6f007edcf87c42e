"""Every way in which the Fitbit Web API is known to fail, and the one error that it becomes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import pytest
import requests

from fitbit_daily.adapters.fitbit_web import API, FitbitWeb
from fitbit_daily.domain.authorization import AccessToken, Credentials
from fitbit_daily.errors import (
    AccessRefused,
    AuthorizationLost,
    ScopeNotGranted,
    SourceRateLimited,
    SourceRefusedRequest,
    SourceSwitchedOff,
    SourceUnavailable,
    StepError,
)
from local.simulators.base import Dropped, Hanging
from tests.adapters.fixtures import activity_of, sleep_of
from tests.canaries import escaped
from tests.wsgi import connected

ACCESS, REFRESH, SECRET = "eyJhbGciOiJIUzI1NiJ9.access", "c643a63c072f0f05478e9d18b991db80", "5a2a5c1d8e0fcanary"
CANARIES = (ACCESS, REFRESH, SECRET)
TOKEN = AccessToken(ACCESS, datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC), "1")
DAY = date(2026, 11, 21)
DAY_ENDS_AT = datetime(2026, 11, 22, tzinfo=UTC)

ASKS: dict[str, Callable[[], Any]] = {
    "devices": lambda: FitbitWeb().synced_until(TOKEN, day_ends_at=DAY_ENDS_AT, now=DAY_ENDS_AT + timedelta(hours=1)),
    "activity": lambda: activity_of(FitbitWeb(), TOKEN, DAY),
    "sleep": lambda: sleep_of(FitbitWeb(), TOKEN, DAY),
    "token": lambda: FitbitWeb().refresh(Credentials("22CANARY", SECRET, REFRESH, "1")),
}
READS = ("devices", "activity", "sleep")


def errors(*types: str, message: str = f"{ACCESS} {REFRESH} {SECRET}. Visit https://dev.fitbit.com/docs/oauth2") -> str:
    """Fitbit's sentence repeats what it complains about: here, all that must not get out."""
    return json.dumps({"errors": [{"errorType": each, "message": message} for each in types], "success": False})


HTML = "<html><head><title>502 Bad Gateway</title></head></html>"
BLANKET_403 = '{"error": {"code": 403, "message": "The caller may not", "status": "PERMISSION_DENIED"}}'
EXHAUSTED = '{"error": {"code": 403, "message": "Resource has been exhausted.", "status": "RESOURCE_EXHAUSTED"}}'
ODD_BODIES = ["", HTML, "[]", "null", '{"errors": 5}', '{"errors": [5]}', '{"errors": [{}]}', '{"errors": [{"errorTy']

# Asked for by; status, headers, body; the error, and words that the person must find in its sentence.
Row = tuple[str, int, dict[str, str], str, type[StepError], tuple[str, ...]]
WRITE_ANEW = "./daily authorize fitbit;"
SWITCH, MOVE = "./daily settings source=google_health", "./daily authorize google_health;"
TABLE: list[Row] = [
    ("reads", 401, {}, errors("expired_token"), AuthorizationLost, ("access token (expired_token)", WRITE_ANEW)),
    ("reads", 401, {}, errors("invalid_token"), AuthorizationLost, ("access token (invalid_token)", WRITE_ANEW)),
    ("reads", 401, {}, "", AuthorizationLost, ("access token.", WRITE_ANEW)),
    ("reads", 403, {}, errors("insufficient_scope"), ScopeNotGranted, ("(insufficient_scope)", "tick every box")),
    ("reads", 403, {}, errors("insufficient_permissions"), ScopeNotGranted, ("(insufficient_perm", WRITE_ANEW)),
    ("reads", 403, {}, "", AccessRefused, ("refuses everything.", "Disconnect this app", WRITE_ANEW)),
    ("reads", 403, {}, BLANKET_403, AccessRefused, ("everything (permission_denied)", "Disconnect", WRITE_ANEW)),
    ("reads", 400, {}, errors("validation"), SourceRefusedRequest, ("400 (validation)", "report it")),
    ("reads", 403, {}, errors("invalid_token"), AuthorizationLost, ("access token (invalid_token)", WRITE_ANEW)),
    ("reads", 403, {}, EXHAUSTED, SourceRateLimited, ("wants fewer calls",)),
    *(("reads", status, {}, HTML, SourceUnavailable, (str(status),)) for status in (400, 401, 403, 404)),
    ("reads", 400, {}, "", SourceRefusedRequest, ("400", "report it")),
    ("reads", 404, {}, errors("not_found"), SourceRefusedRequest, ("404 (not_found)", "report it")),
    ("reads", 409, {}, errors("conflict"), SourceRefusedRequest, ("409 (conflict)", "report it")),
    ("token", 400, {}, errors("invalid_grant"), AuthorizationLost, ("(invalid_grant)", "works only once", WRITE_ANEW)),
    ("token", 401, {}, errors("invalid_grant"), AuthorizationLost, ("refresh token", WRITE_ANEW)),
    ("token", 401, {}, errors("invalid_token"), AuthorizationLost, ("refresh token", WRITE_ANEW)),
    ("token", 401, {}, errors("invalid_client"), AuthorizationLost, ("client or its secret (inv", WRITE_ANEW)),
    ("token", 400, {}, errors("invalid_client"), AuthorizationLost, ("client or its secret", WRITE_ANEW)),
    ("token", 403, {}, errors("insufficient_scope"), ScopeNotGranted, ("tick every box",)),
    ("token", 400, {}, errors("invalid_request"), SourceRefusedRequest, ("(invalid_request)", "report it")),
    ("token", 400, {}, errors("unsupported_grant_type"), SourceRefusedRequest, ("unsupported", "report it")),
    *(("token", s, {}, body, SourceUnavailable, (str(s),)) for s, body in product((400, 401), ODD_BODIES)),
    ("all", 410, {}, "", SourceSwitchedOff, (SWITCH, "make deploy", MOVE)),
    ("all", 410, {}, errors("gone"), SourceSwitchedOff, (SWITCH,)),
    ("all", 429, {}, errors("rate_limit"), SourceRateLimited, ("wants fewer calls.",)),
    ("all", 429, {"Retry-After": "120"}, "", SourceRateLimited, ("come back after 120 s",)),
    ("all", 429, {"fitbit-rate-limit-reset": "1478"}, "", SourceRateLimited, ("come back after 1478 s",)),
    ("all", 429, {"Retry-After": f"x{ACCESS}"}, "", SourceRateLimited, ("wants fewer calls.",)),
    ("all", 408, {}, "", SourceUnavailable, ("408",)),
    *(("all", status, {}, HTML, SourceUnavailable, (str(status),)) for status in (500, 502, 503, 504)),
    ("all", 500, {}, errors("system"), SourceUnavailable, ("500",)),
    ("all", 204, {}, "", SourceUnavailable, ("204",)),
    *(("all", s, {"Location": "https://example.com/"}, "", SourceUnavailable, (str(s),)) for s in (301, 302, 307, 308)),
    *(("all", 200, {}, body, SourceUnavailable, ()) for body in ("", HTML, '{"access_token": "eyJh', "null")),
    ("token", 200, {}, "[]", SourceUnavailable, ()),
    ("token", 200, {}, json.dumps({"expires_in": REFRESH, "access_token": ACCESS}), SourceUnavailable, ()),
    ("token", 200, {}, json.dumps({"refresh_token": REFRESH, "expires_in": 28800}), SourceUnavailable, ()),
]
CASES = [(name, *row[1:]) for row in TABLE for name in {"reads": READS, "all": tuple(ASKS)}.get(row[0], (row[0],))]


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and everything that comes along with it, whether or not a traceback would show it."""
    if error is not None:
        yield error
        yield from chain(error.__cause__)
        yield from chain(error.__context__)


def assert_keeps_secrets(error: StepError) -> None:
    for each in chain(error):
        assert not isinstance(each, requests.RequestException), "it carries its request, and the request a token"
        assert not escaped([str(each), repr(each.args), repr(vars(each))], CANARIES)


@pytest.mark.parametrize(("asked", "status", "headers", "body", "error", "words"), CASES)
def test_each_answer_of_fitbit_becomes_exactly_one_error_that_keeps_every_secret(
    asked: str, status: int, headers: dict[str, str], body: str, error: type[StepError], words: tuple[str, ...]
) -> None:
    def fitbit(environ: dict[str, Any], start: Any) -> list[bytes]:
        start(f"{status} Whatever", [("Content-Type", "application/json"), *headers.items()])
        return [body.encode()]

    with connected({API: fitbit}) as wire, pytest.raises(StepError) as raised:
        ASKS[asked]()
    assert type(raised.value) is error
    assert error is SourceUnavailable or raised.value.facts["source"] == "fitbit"
    sentence = str(raised.value)
    assert all(word in sentence for word in (*words, "./daily run --date YYYY-MM-DD")), sentence
    assert_keeps_secrets(raised.value)
    asked_for = [exchange.target for exchange in wire.exchanges]
    assert len(asked_for) == len(set(asked_for)), "no redirect is followed, and waiting is the state machine's work"


@pytest.mark.parametrize("asked", ASKS)
@pytest.mark.parametrize("how", [Dropped, Hanging, None], ids=["dropped", "hanging", "unplugged"])
def test_a_connection_that_fails_means_later_and_does_not_bring_its_request_along(
    asked: str, how: type[Exception] | None
) -> None:
    def fitbit(environ: dict[str, Any], start: Any) -> list[bytes]:
        assert how is not None
        raise how

    with connected({API: fitbit}) as wire:
        wire.unplugged.update({API} if how is None else ())
        with pytest.raises(SourceUnavailable) as raised:
            ASKS[asked]()
    assert "could not be reached or did not answer in time" in str(raised.value)
    assert_keeps_secrets(raised.value)
