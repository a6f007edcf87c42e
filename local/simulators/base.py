"""What every simulator is made of: routes that can fail, a page that switches the faults, and a server.

A fault's name is endpoint × failure: `rollup-503`, `token-drop`, `post-html`. Every endpoint has the generic failures;
a vendor adds its own, and replaces a generic one of the same name. So a new vendor is a `Simulator` with its routes and
`self.faults = Faults(endpoints)`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, NoReturn, cast

from flask import Flask, Response, current_app, jsonify, request
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

Make = Callable[[], Response]
# Gets what makes the true answer, and does the work meanwhile; returns an answer or raises.
Strike = Callable[[Make], Response]


class Dropped(ConnectionError):
    """The connection is closed without an answer."""


class Hanging(ConnectionError):
    """The connection stays open and nothing is ever sent: the client must give up by itself."""


class Refusal(Exception):
    """A vendor's error answer. Whatever view raises it is answered with it."""

    def answer(self) -> Response:
        raise NotImplementedError


def json_answer(status: int, body: Any, headers: Mapping[str, str] | None = None) -> Response:
    answer = jsonify(body)
    answer.status_code = status
    answer.headers.update(headers or {})
    return answer


def html_page(status: int, title: str = "") -> Response:
    """What a front end answers when the API has not seen the request."""
    title = title or f"{status} {HTTPStatus(status).phrase}"
    page = f"<!DOCTYPE html><html lang=en><title>{title}</title><h1>{title}</h1></html>"
    return Response(page, status, content_type="text/html; charset=UTF-8")


# Failures


def instead(make: Make) -> Strike:
    """Nothing is done, and this is answered."""
    return lambda true: make()


def after(make: Make) -> Strike:
    """The work is done, and this is answered; what would be refused still is."""

    def strike(true: Make) -> Response:
        answer = true()
        return make() if answer.status_code < 400 else answer

    return strike


def drop() -> NoReturn:
    raise Dropped


def hang() -> NoReturn:
    raise Hanging


def _truncated(true: Make) -> Response:
    answer = true()
    answer.set_data(answer.get_data()[: len(answer.get_data()) // 2])
    return answer


def _slow(true: Make) -> Response:
    time.sleep(cast(Simulator, current_app).slow_seconds)
    return true()


def _page(status: int) -> Strike:
    return instead(lambda: html_page(status))


@dataclass(frozen=True)
class Failure:
    """A way to fail, at whatever endpoint; `says` is a phrase for the list of faults."""

    says: str
    strike: Strike


GENERIC: Mapping[str, Failure] = {
    "drop": Failure("the connection closes without an answer, and nothing is done", instead(drop)),
    "hang": Failure("the connection stays open without an answer, and nothing is done", instead(hang)),
    "truncated": Failure("the work is done, and the answer's body ends in the middle", _truncated),
    "slow": Failure("the right answer, some seconds late", _slow),
    "html": Failure("200 with an HTML page, and nothing is done", _page(200)),
    **{
        f"{status}-html": Failure(f"{status} with an HTML page of what stands before the API", _page(status))
        for status in (403, 500, 502, 503, 504)
    },
}


@dataclass(frozen=True)
class Endpoint:
    """What faults strike; their names begin with its name.

    views  Flask's names of its routes
    own    the vendor's failures there, beside the generic ones
    """

    name: str
    says: str
    views: frozenset[str]
    own: Mapping[str, Failure] = field(default_factory=dict)

    @property
    def failures(self) -> Mapping[str, Failure]:
        return {**GENERIC, **self.own}


@dataclass(frozen=True)
class Fault:
    """A failure at an endpoint."""

    name: str
    says: str
    views: frozenset[str]
    strike: Strike


class Looks:
    """Counts down looks; None is until told otherwise."""

    def __init__(self) -> None:
        self.left: int | None = 0
        self.going_on = False

    def start(self, looks: int | None) -> None:
        self.left, self.going_on = looks, looks is None or looks > 0

    def stop(self) -> None:
        self.left, self.going_on = 0, False

    def take(self) -> None:
        """One look: the one after the last ends it."""
        if self.left == 0:
            self.going_on = False
        elif self.left is not None:
            self.left -= 1


@dataclass(frozen=True)
class Scenario:
    """Nothing fails, but the service or its user is not as usual; switched like a fault, though no request strikes it.

    looks  what its `times` count; None where it lasts until it is cleared
    """

    name: str
    says: str
    start: Callable[[int | None], None]
    stop: Callable[[], None]
    looks: Looks | None = None


def flag(name: str, says: str, of: object, attribute: str, value: object) -> Scenario:
    """The scenario that an attribute has another value than usual."""
    usual = getattr(of, attribute)
    return Scenario(name, says, lambda times: setattr(of, attribute, value), lambda: setattr(of, attribute, usual))


class Faults:
    """What a simulator can fail by; each is switched on for so many requests or looks, or until cleared (times=None).

    known  what each fault and scenario is about, by name
    """

    def __init__(self, endpoints: Iterable[Endpoint] = (), scenarios: Iterable[Scenario] = ()) -> None:
        self.endpoints = tuple(endpoints)
        self.scenarios = {scenario.name: scenario for scenario in scenarios}
        self._faults = {
            f"{at.name}-{name}": Fault(f"{at.name}-{name}", f"{at.says}: {failure.says}", at.views, failure.strike)
            for at in self.endpoints
            for name, failure in at.failures.items()
        }
        self.known: Mapping[str, str] = {
            **{name: fault.says for name, fault in self._faults.items()},
            **{name: scenario.says for name, scenario in self.scenarios.items()},
        }
        self._left: dict[str, int | None] = {}
        self._started: dict[str, Scenario] = {}
        self._lock = threading.Lock()

    def switch_on(self, name: str, times: int | None = None) -> None:
        """Raises KeyError for an unknown name."""
        if name in self.scenarios:
            self._started[name] = self.scenarios[name]
            self.scenarios[name].start(times)
            return
        with self._lock:
            self._left[self._faults[name].name] = times

    def clear(self) -> None:
        with self._lock:
            self._left.clear()
        for scenario in self._started.values():
            scenario.stop()
        self._started.clear()

    def on(self) -> dict[str, int | None]:
        """With what is left of each; a scenario whose looks have run out is no longer on."""
        with self._lock:
            on = dict(self._left)
        for name, scenario in self._started.items():
            if scenario.looks is None or scenario.looks.going_on:
                on[name] = scenario.looks.left if scenario.looks else None
        return on

    def next_for(self, view: str | None) -> Fault | None:
        """The first fault switched on for this view, counted down by one request."""
        with self._lock:
            for name, left in list(self._left.items()):
                if view not in self._faults[name].views:
                    continue
                if left is not None and left <= 1:
                    del self._left[name]
                elif left is not None:
                    self._left[name] = left - 1
                return self._faults[name]
        return None


class Simulator(Flask):
    """A Flask application whose routes can be struck by faults, with a page to switch them:

    GET /simulator/faults (known and switched on), POST {"name", "times"?}, DELETE (all off).

    calls         method and path of every request to the API, for counting; never a query or a token
    slow_seconds  how late a slow answer is
    """

    def __init__(self, title: str) -> None:
        super().__init__(type(self).__module__)
        self.config["PROPAGATE_EXCEPTIONS"] = True
        self.title = title
        self.faults = Faults()
        self.calls: list[str] = []
        self.slow_seconds = 3.0
        self.before_request(self._note)
        self.register_error_handler(Refusal, lambda refusal: refusal.answer())
        self.add_url_rule("/simulator/faults", "faults", self._switch, methods=["GET", "POST", "DELETE"])

    def dispatch_request(self) -> Any:
        """Flask's hook around every view: the fault, if one strikes, decides what becomes of the true answer."""
        fault = self.faults.next_for(request.endpoint)
        if fault is None:
            return super().dispatch_request()
        return fault.strike(lambda: self.make_response(super(Simulator, self).dispatch_request()))

    def _note(self) -> None:
        if request.path != "/" and not request.path.startswith("/simulator/"):
            self.calls.append(f"{request.method} {request.path}")

    def _switch(self) -> Response:
        if request.method == "POST":
            wanted = request.get_json()
            if wanted.get("name") not in self.faults.known:
                return json_answer(
                    404, {"error": f"no fault {wanted.get('name')!r}", "known": sorted(self.faults.known)}
                )
            self.faults.switch_on(wanted["name"], wanted.get("times"))
        elif request.method == "DELETE":
            self.faults.clear()
        return json_answer(200, {"on": self.faults.on(), "known": dict(self.faults.known)})


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
                # A body that nobody has read; b"" when the client has closed its end.
                while self.connection.recv(65536):
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
