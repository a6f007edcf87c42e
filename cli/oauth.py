"""OAuth 2.0 with PKCE, answered on a port of this machine.

https://developers.google.com/identity/protocols/oauth2/native-app

The terminal shows, and the browser is given, a short address of this machine that leads on to the consent page: so the
request (client id, state, challenge) is in no list of processes and on no screen.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import parse_qs, urlencode, urlsplit

HOST = "127.0.0.1"


class ConsentError(Exception):
    """Nothing was granted; the text says why, in a sentence, and never what came along."""


class AnotherAnswer(ConsentError):
    """It has not the state of this attempt: anybody may have brought it."""


class PortTaken(Exception):
    """Another program listens on the port that the answer is to come to."""


def _random() -> str:
    # 43 characters of those that RFC 7636 allows a verifier to have.
    return secrets.token_urlsafe(32)


@dataclass(frozen=True)
class Attempt:
    """One way through the consent page, with its own state and verifier."""

    consent_page: str
    client_id: str
    redirect_uri: str
    scopes: Sequence[str]
    offline: bool
    state: str = field(default_factory=_random, repr=False)
    verifier: str = field(default_factory=_random, repr=False)

    @property
    def address(self) -> str:
        """Where the browser has to go."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": " ".join(self.scopes),
            "state": self.state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            "access_type": "offline" if self.offline else "online",
            # Without it, a second authorisation comes without a refresh token.
            "prompt": "consent",
        }
        return f"{self.consent_page}?{urlencode(asked)}"

    def code_in(self, address: str) -> str:
        """The code in the address that the browser was sent back to; raises ConsentError."""
        try:
            answer = parse_qs(urlsplit(address.strip()).query)
        except ValueError:
            answer = {}
        if not answer.keys() & {"code", "error"}:
            raise ConsentError("That address holds no answer: it is to be the whole one, from http to its end.")
        states = answer.get("state", [])
        if len(states) != 1 or not hmac.compare_digest(states[0].encode(), self.state.encode()):
            raise AnotherAnswer("That was the answer to another request, perhaps from an older page of the browser.")
        if answer.get("error") == ["access_denied"]:
            raise ConsentError("Access was refused on the consent page.")
        codes = answer.get("code", [])
        if "error" in answer or len(codes) != 1:
            raise ConsentError("The consent page ended with an error.")
        return codes[0]


class Loopback:
    """Listens on this machine alone while the context lasts; raises PortTaken."""

    def __init__(self, port: int = 0) -> None:
        try:
            self._server = _Server((HOST, port), _Handler)
        except (OSError, OverflowError) as error:
            raise PortTaken(str(port)) from error
        self.port = self._server.server_port

    def __enter__(self) -> Loopback:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def begin(self, attempt: Attempt) -> str:
        """The short address that leads to the consent page; nobody else on this machine can guess it."""
        self._server.attempt = attempt
        return f"http://{HOST}:{self.port}{self._server.beginning}"

    def code(self, patience: float) -> str | None:
        """The code that the browser brings, or None if it brings nothing for so many seconds; raises ConsentError.

        Answers to anything but this attempt are nothing.
        """
        if not self._server.answered.wait(patience):
            return None
        if self._server.failure is not None:
            raise self._server.failure
        return self._server.code


class _Server(ThreadingHTTPServer):
    # A thread for each connection: browsers open some in advance and send nothing on them.
    daemon_threads = True

    attempt: Attempt | None = None
    code: str | None = None
    failure: ConsentError | None = None

    def __init__(self, *args: object) -> None:
        self.answered = threading.Event()
        # It leads to the state, which is what an answer is known by. The answer itself comes to a path that others
        # choose: of a desktop app, Google documents no redirect address with one.
        # https://developers.google.com/identity/protocols/oauth2/native-app
        self.beginning = f"/{_random()}"
        super().__init__(*args)  # type: ignore[arg-type]

    def is_meant_by(self, host: str | None) -> bool:
        """A name that a web page had rebound to this machine is none of ours."""
        return host in {f"{name}:{self.server_port}" for name in (HOST, "localhost")}


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 10

    def do_GET(self) -> None:
        attempt = self.server.attempt
        path, _, query = self.path.partition("?")
        if attempt is None or not self.server.is_meant_by(self.headers.get("Host")):
            self._page(404, "There is nothing here.")
        elif hmac.compare_digest(path.encode(), self.server.beginning.encode()):
            self.send_response(302)
            self.send_header("Location", attempt.address)
            self._end(b"")
        elif path == (urlsplit(attempt.redirect_uri).path or "/") and parse_qs(query).keys() & {"code", "error"}:
            self._take(attempt)
        else:
            self._page(404, "There is nothing here.")

    def _take(self, attempt: Attempt) -> None:
        """Only the first answer to the attempt counts: a page that is loaded again changes nothing."""
        if self.server.answered.is_set():
            self._page(200, "You have answered already. Go back to the terminal.")
            return
        try:
            self.server.code = attempt.code_in(self.path)
        except AnotherAnswer as ignored:
            self._page(400, f"{ignored} Go back to the terminal.")
            return
        except ConsentError as failure:
            self.server.failure = failure
            self._page(400, f"{failure} Go back to the terminal.")
        else:
            self._page(200, "Thank you. You may close this page, and go back to the terminal.")
        self.server.answered.set()

    def _page(self, status: int, says: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        page = f'<!DOCTYPE html><html lang="en"><title>fitbit-daily</title><p>{escape(says)}</p></html>'
        self._end(page.encode())

    def _end(self, body: bytes) -> None:
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Referrer-Policy", "no-referrer")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the path holds the code."""
