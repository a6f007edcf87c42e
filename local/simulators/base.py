"""What the simulators share: named faults, a page to switch them with, and a server on a free port.

A fault strikes one endpoint. It is given the true answer as a function, so that "accepted, then dropped"
can do the work first. Two faults have no HTTP answer at all: `Dropped` and `Hanging`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, jsonify, request
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server


class Dropped(ConnectionError):
    """The connection is closed without an answer."""


class Hanging(ConnectionError):
    """The connection stays open and nothing is ever sent: the client must give up by itself."""


@dataclass(frozen=True)
class Fault:
    """One way in which an endpoint fails.

    name      as it is typed, e.g. "token-invalid-grant"
    endpoint  the Flask endpoint (view function) that it strikes
    says      one sentence for the list of faults
    answer    gets the true answer as a function that does the work when called; returns or raises
    endpoints strikes every one of these as well
    """

    name: str
    endpoint: str
    says: str
    answer: Callable[[Callable[[], Response]], Response]
    endpoints: frozenset[str] = frozenset()

    def strikes(self, endpoint: str | None) -> bool:
        return endpoint == self.endpoint or endpoint in self.endpoints


class Faults:
    """The faults switched on, each for so many requests or until cleared (times=None)."""

    def __init__(self, known: Iterable[Fault]) -> None:
        self.known: Mapping[str, Fault] = {fault.name: fault for fault in known}
        self._left: dict[str, int | None] = {}
        self._lock = threading.Lock()

    def switch_on(self, name: str, times: int | None = None) -> None:
        """Raises KeyError for an unknown name."""
        with self._lock:
            self._left[self.known[name].name] = times

    def clear(self) -> None:
        with self._lock:
            self._left.clear()

    def on(self) -> dict[str, int | None]:
        with self._lock:
            return dict(self._left)

    def strike(self, endpoint: str | None) -> Fault | None:
        """The first fault switched on for this endpoint, counted down by one request."""
        with self._lock:
            for name, left in list(self._left.items()):
                if not self.known[name].strikes(endpoint):
                    continue
                if left is not None and left <= 1:
                    del self._left[name]
                elif left is not None:
                    self._left[name] = left - 1
                return self.known[name]
        return None


def json_answer(status: int, body: Any, headers: Mapping[str, str] | None = None) -> Response:
    answer = jsonify(body)
    answer.status_code = status
    answer.headers.update(headers or {})
    return answer


class Simulator(Flask):
    """A Flask application whose every endpoint can be struck by a fault, with pages to switch them:

    GET /simulator/faults (known and switched on), POST {"name", "times"?}, DELETE (all off).
    """

    def __init__(self, name: str, faults: Iterable[Fault]) -> None:
        super().__init__(name)
        self.config["PROPAGATE_EXCEPTIONS"] = True
        self.faults = Faults(faults)
        self.add_url_rule("/simulator/faults", "faults", self._faults, methods=["GET", "POST", "DELETE"])

    def dispatch_request(self) -> Any:
        """Flask's hook around every view: the fault, if one strikes, decides what becomes of the true answer."""
        fault = self.faults.strike(request.endpoint)
        if fault is None:
            return super().dispatch_request()
        return fault.answer(lambda: self.make_response(super(Simulator, self).dispatch_request()))

    def _faults(self) -> Response:
        if request.method == "POST":
            wanted = request.get_json()
            if wanted.get("name") not in self.faults.known:
                return json_answer(
                    404, {"error": f"no fault {wanted.get('name')!r}", "known": sorted(self.faults.known)}
                )
            self.faults.switch_on(wanted["name"], wanted.get("times"))
        elif request.method == "DELETE":
            self.faults.clear()
        known = {fault.name: fault.says for fault in self.faults.known.values()}
        return json_answer(200, {"on": self.faults.on(), "known": known})


class _Handler(WSGIRequestHandler):
    """Answers in one packet, and can answer with silence."""

    # Headers and body in two writes meet Nagle's algorithm and delayed ACK: 42 ms for every kept-alive request.
    wbufsize = -1
    disable_nagle_algorithm = True
    protocol_version = "HTTP/1.1"

    def connection_dropped(self, error: BaseException, environ: Any = None) -> None:
        if isinstance(error, Hanging):
            self.connection.settimeout(60)
            try:
                while self.connection.recv(
                    65536
                ):  # a body that nobody has read; b"" when the client has closed its end
                    pass
            except OSError:
                pass
        self.close_connection = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def serve(app: Flask) -> BaseWSGIServer:
    """Serves the application on a free port of 127.0.0.1 in a daemon thread; `.server_port`, `.shutdown()`."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Handler)
    server.daemon_threads = True  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return server
