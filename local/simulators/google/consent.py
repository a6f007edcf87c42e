"""GET /o/oauth2/v2/auth: the page on which a person accepts, accepts in part, or refuses.

https://developers.google.com/identity/protocols/oauth2/native-app and …/web-server. What is wrong with the request
itself is told on a page and never sent to the redirect address. PKCE with S256 is a recommendation of Google's and
a must here; so is a redirect address of the documented form, http://127.0.0.1:port, for a client of a desktop app.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import escape
from urllib.parse import urlencode

from flask import Request, Response

from .codes import Asked, Codes

AUTH = "/o/oauth2/v2/auth"
_LOOPBACK = re.compile(r"http://(127\.0\.0\.1|\[::1\]|localhost):\d{1,5}/?", re.ASCII)
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_REQUIRED = ("client_id", "redirect_uri", "response_type", "scope", "code_challenge", "code_challenge_method")
_OPTIONAL = ("state", "access_type", "prompt", "login_hint")
_FIXED = {"response_type": ("code",), "code_challenge_method": ("S256",), "access_type": ("online", "offline")}
_PREFIX = "https://www.googleapis.com/auth/"

# Google's own words, from the discovery document.
_SAYS = {
    "activity_and_fitness.readonly": "See your Google Health activity and fitness data",
    "health_metrics_and_measurements.readonly": "See your Google Health health metrics and measurement data",
    "profile.readonly": "See your Google Health profile data",
    "settings.readonly": "See your Google Health settings",
    "sleep.readonly": "See your Google Health sleep data",
}
SCOPES = {f"{_PREFIX}googlehealth.{name}": says for name, says in _SAYS.items()}


class Blocked(Exception):
    """Google's page "Access blocked": the browser stays there."""

    def __init__(self, status: int, error: str, says: str) -> None:
        super().__init__(says)
        self.status, self.error, self.says = status, error, says


class ConsentPage:
    """`client_id` tells the one client there is; `redirect_uris` are a web client's, none a desktop app's."""

    def __init__(self, *, codes: Codes, client_id: Callable[[], str], redirect_uris: Sequence[str] = ()) -> None:
        self._codes = codes
        self._client_id = client_id
        self.redirect_uris = tuple(redirect_uris)

    def answer(self, request: Request) -> Response:
        try:
            asked = self._read(request)
        except Blocked as blocked:
            return blocked_page(blocked.status, blocked.error, blocked.says)
        return self._decided(asked, request) if request.method == "POST" else _page(asked)

    def _decided(self, asked: Asked, request: Request) -> Response:
        ticked = tuple(scope for scope in asked.scopes if scope in request.form.getlist("scope"))
        if request.form.get("decision") != "continue" or not ticked:
            return _back(asked, error="access_denied")
        code = self._codes.issue(asked, ticked)
        return _back(asked, code=code, scope=" ".join(ticked), authuser="0", prompt="consent")

    def _read(self, request: Request) -> Asked:
        given = {name: request.args.getlist(name) for name in request.args}
        for name in given.keys() - {*_REQUIRED, *_OPTIONAL}:
            raise _invalid(f"Parameter not allowed for this message type: {name}")
        for name, values in given.items():
            if len(values) > 1:
                raise _invalid(f"OAuth 2 parameters can only have a single value: {name}")
        value = {name: values[0] for name, values in given.items() if values[0]}
        for name in _REQUIRED:
            if name not in value:
                raise _invalid(f"Missing required parameter: {name}")
        for name, allowed in _FIXED.items():
            if value.get(name, allowed[0]) not in allowed:
                raise _invalid(f"Invalid parameter value for {name}: {value[name]}")
        return self._read_values(value)

    def _read_values(self, value: dict[str, str]) -> Asked:
        if value["client_id"] != self._client_id():
            raise Blocked(401, "invalid_client", "The OAuth client was not found.")
        uri = value["redirect_uri"]
        if not (uri in self.redirect_uris if self.redirect_uris else _LOOPBACK.fullmatch(uri)):
            raise Blocked(400, "redirect_uri_mismatch", "This app's request is invalid.")
        scopes = tuple(dict.fromkeys(value["scope"].split(" ")))
        if unknown := [scope for scope in scopes if scope not in SCOPES]:
            raise Blocked(400, "invalid_scope", f"Some requested scopes were invalid: {unknown}")
        if not _CHALLENGE.fullmatch(value["code_challenge"]):
            raise _invalid("Invalid parameter value for code_challenge")
        prompts = set(value.get("prompt", "").split())
        if prompts - {"none", "consent", "select_account"} or ("none" in prompts and len(prompts) > 1):
            raise _invalid(f"Invalid parameter value for prompt: {value['prompt']}")
        return Asked(
            client_id=value["client_id"],
            redirect_uri=uri,
            scopes=scopes,
            state=value.get("state"),
            challenge=value["code_challenge"],
            offline=value.get("access_type") == "offline",
            prompts_consent="consent" in prompts,
        )


def _invalid(says: str) -> Blocked:
    return Blocked(400, "invalid_request", says)


def _back(asked: Asked, **answer: str) -> Response:
    """To the redirect address, the state as it came."""
    passed_through = {} if asked.state is None else {"state": asked.state}
    location = f"{asked.redirect_uri}?{urlencode(passed_through | answer)}"
    return Response(status=302, headers={"Location": location, "Cache-Control": "no-store"})


_STYLE = "body{font:1rem/1.6 system-ui,sans-serif;max-width:34rem;margin:2rem auto;padding:0 1rem}"


def _html(title: str, body: str, status: int = 200) -> Response:
    page = (
        f'<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style>'
        f"<h1>{escape(title)}</h1><p><em>A simulator on this machine, not Google.</em></p>{body}</html>"
    )
    return Response(page, status, content_type="text/html; charset=UTF-8", headers={"Cache-Control": "no-store"})


def _page(asked: Asked) -> Response:
    """Every box is ticked already, as nobody's are at Google: "accept all" is one click here."""
    boxes = "".join(
        f'<p><label><input type="checkbox" name="scope" value="{escape(scope)}" checked> {SCOPES[scope]}</label></p>'
        for scope in asked.scopes
    )
    # Without an action, the form goes to the very address of this page, the request in its query.
    return _html(
        "fitbit-daily wants access to your Google Account",
        f'<form method="post">{boxes}<p><button name="decision" value="continue">Continue</button> '
        '<button name="decision" value="cancel">Cancel</button></p></form>',
    )


def blocked_page(status: int, error: str, says: str) -> Response:
    return _html("Access blocked: Authorization Error", f"<p>{escape(says)}</p><p>Error {status}: {error}</p>", status)
