"""Carries the program's HTTP requests to WSGI applications in this process: no socket, no waiting.

What a simulator raises instead of answering becomes what `requests` raises where that happens on a real connection;
tests/adapters/test_http.py holds the two side by side. Redirects, cookies and the rest stay with `requests`.
`served` is the real connection, and `nobody` one that is refused.
"""

from __future__ import annotations

import io
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import RemoteDisconnected
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

import requests
from flask import Flask
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPResponse
from urllib3.connection import HTTPConnection
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError, ReadTimeoutError
from werkzeug.test import EnvironBuilder

from fitbit_daily.adapters.http import HttpSession
from local.simulators.base import Dropped, Hanging, serve

Application = Callable[[dict[str, Any], Callable[..., Any]], Any]


@dataclass(frozen=True)
class Exchange:
    """A request that was made; `status` is None where there was no answer."""

    method: str
    origin: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    timeout: Any
    status: int | None


class Wire(HTTPAdapter):
    """`applications` by origin, such as "https://api.x.com". `unplugged` origins refuse every connection.

    A request to any other origin is an AssertionError: tests have no network.
    """

    def __init__(self, applications: Mapping[str, Application]) -> None:
        super().__init__()
        self.applications = dict(applications)
        self.unplugged: set[str] = set()
        self.exchanges: list[Exchange] = []

    def statuses(self) -> list[int | None]:
        return [exchange.status for exchange in self.exchanges]

    def send(self, request: requests.PreparedRequest, *_: Any, timeout: Any = None, **__: Any) -> requests.Response:
        url = urlsplit(str(request.url))
        origin = f"{url.scheme}://{url.netloc}"
        body = request.body.encode() if isinstance(request.body, str) else bytes(request.body or b"")
        status = None
        try:
            status, headers, content = self._carry(request, origin, body, timeout)
        finally:
            exchange = Exchange(
                str(request.method), origin, request.path_url, dict(request.headers), body, timeout, status
            )
            self.exchanges.append(exchange)
        raw = HTTPResponse(
            io.BytesIO(content),
            headers,
            status,
            preload_content=False,
            decode_content=False,
            request_method=request.method,
        )
        return self.build_response(request, raw)

    def _carry(self, request: requests.PreparedRequest, origin: str, body: bytes, timeout: Any) -> Any:
        pool = HTTPConnectionPool(urlsplit(origin).netloc)
        if origin in self.unplugged:
            refused = NewConnectionError(HTTPConnection(pool.host), "Connection refused")
            raise requests.ConnectionError(MaxRetryError(pool, request.path_url, refused), request=request)
        if origin not in self.applications:
            raise AssertionError(f"nobody is at {origin}")
        started: list[Any] = []
        try:
            answer = self.applications[origin](
                _environ(request, origin, body), lambda *status_and_headers, **_: started.extend(status_and_headers)
            )
            content = b"".join(answer)
        except Dropped:
            lost = RemoteDisconnected("Remote end closed connection without response")
            raise requests.ConnectionError(ProtocolError("Connection aborted.", lost), request=request) from None
        except Hanging:
            read = timeout[1] if isinstance(timeout, tuple) else timeout
            assert read is not None, "without a time-out, this request would never end"
            late = ReadTimeoutError(pool, request.path_url, f"Read timed out. (read timeout={read})")
            raise requests.ReadTimeout(late, request=request) from None
        return int(started[0].split()[0]), started[1], content


@contextmanager
def connected(applications: Mapping[str, Application]) -> Iterator[Wire]:
    """Every session of the program speaks to these applications and to nothing else."""
    wire = Wire(applications)
    with patch.object(HttpSession, "get_adapter", lambda session, url: wire):
        yield wire


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The base address of an application on a real socket."""
    server = serve(app)
    try:
        yield "http://{}:{}".format(*server.server_address[:2])
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def nobody() -> Iterator[str]:
    """An address that refuses connections: bound, and not listened to."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"


def _environ(request: requests.PreparedRequest, origin: str, body: bytes) -> dict[str, Any]:
    builder = EnvironBuilder(
        path=request.path_url,
        base_url=origin,
        method=str(request.method),
        headers=[*request.headers.items()],
        data=body,
    )
    environ: dict[str, Any] = builder.get_environ()
    return environ
