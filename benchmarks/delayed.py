"""A remote API at a distance: every request is answered so long after it came, and is noted."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.test import run_wsgi_app

# As a part of the delay.
BEFORE_WORK = 0.3

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass(frozen=True)
class Call:
    """One request; `began` and `ended` are seconds of one clock, `connection` is the client's end of it."""

    what: str
    connection: str
    began: float
    ended: float


class Delayed:
    """A WSGI application in front of another, whose own working time is part of the delay."""

    def __init__(
        self,
        application: Application,
        seconds: float,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._application = application
        self._seconds = seconds
        self._sleep = sleep
        self._clock = clock
        self.calls: list[Call] = []

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        began = self._clock()
        # While those side by side with it arrive, this machine's few CPUs are theirs: a remote API has its own.
        self._sleep(self._seconds * BEFORE_WORK)
        answer = list(self._application(environ, start_response))
        self._sleep(max(0.0, began + self._seconds - self._clock()))
        what = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
        connection = f"{environ.get('REMOTE_PORT')} to {environ['SERVER_PORT']}"
        self.calls.append(Call(what, connection, began, self._clock()))
        return answer


def rounds(calls: Sequence[Call]) -> int:
    """How many calls had to wait for one another: the longest chain in which each began after the last had ended."""
    number, free_at = 0, float("-inf")
    for call in sorted(calls, key=lambda call: call.ended):
        if call.began >= free_at:
            number, free_at = number + 1, call.ended
    return number


def connections(calls: Sequence[Call]) -> int:
    return len({call.connection for call in calls})


class _Handler(WSGIRequestHandler):
    """Keeps the connection open, which werkzeug's own never does."""

    protocol_version = "HTTP/1.1"
    # Headers and body in one packet: in two they meet Nagle's algorithm and delayed ACK.
    wbufsize = -1
    disable_nagle_algorithm = True

    def run_wsgi(self) -> None:
        environ = self.make_environ()
        # The whole body: what an application leaves of it would be taken for the connection's next request.
        environ["wsgi.input"] = io.BytesIO(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        answer, status, headers = run_wsgi_app(self.server.app, environ)
        content = b"".join(answer)
        headers["Content-Length"] = str(len(content))
        self.send_response_only(int(status.partition(" ")[0]))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def served(applications: Mapping[str, Application], seconds: float) -> Iterator[tuple[dict[str, str], list[Delayed]]]:
    """The applications at a distance, by name: their addresses on this machine, and what they note."""
    delayed = {name: Delayed(application, seconds) for name, application in applications.items()}
    servers = {name: _serve(each) for name, each in delayed.items()}
    try:
        yield (
            {name: f"http://127.0.0.1:{server.server_port}" for name, server in servers.items()},
            list(delayed.values()),
        )
    finally:
        for server in servers.values():
            server.shutdown()
            server.server_close()


def _serve(application: Application) -> BaseWSGIServer:
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=_Handler)
    server.daemon_threads = True  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return server
