"""The HTTP session; and that the wire of tests/wsgi.py fails exactly as a real socket does."""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import pytest
import requests
from flask import Response, request
from urllib3.exceptions import MaxRetryError

from cli import terminal
from fitbit_daily.adapters import certificates
from fitbit_daily.adapters.http import TIMEOUT, HttpSession
from fitbit_daily.adapters.x import X
from fitbit_daily.domain.posting import NotPosted
from fitbit_daily.errors import XUnavailable
from local.simulators.base import Dropped, Hanging, Simulator, json_answer
from local.simulators.x import XSimulator
from tests.wsgi import connected, nobody, served

PUBLIC = "https://api.example.com"


class Peer(Simulator):
    """Answers, or fails, as the path says."""

    def __init__(self) -> None:
        super().__init__("peer")
        self.asked: list[str] = []
        self.add_url_rule("/<what>", "answer", self._answer, methods=["GET", "POST"])

    def _answer(self, what: str) -> Response:
        self.asked.append(f"{request.method} {what}")
        if what == "drop":
            raise Dropped
        if what == "hang":
            raise Hanging
        if what.isdecimal() and what.startswith("3"):
            return Response(status=int(what), headers={"Location": "/echo"})
        about = {name: request.headers.get(name) for name in ("Host", "Content-Type", "Authorization", "Cookie")}
        return json_answer(200, about | {"query": request.args, "body": request.get_data(as_text=True)})


def outcome(method: str, path: str, **options: Any) -> Any:
    """The status and what was received, or the error with what is inside it."""
    try:
        answer = HttpSession("PEER_URL", PUBLIC).request(method, f"{PUBLIC}/{path}", **options)
    except requests.RequestException as error:
        inside = error.args[0]
        inside = inside.reason if isinstance(inside, MaxRetryError) else inside
        parts = [type(part) for part in getattr(inside, "args", ())[1:]]
        return type(error), type(inside), parts, error.request is not None
    if answer.status_code != 200:
        return answer.status_code, answer.headers["Location"]
    return answer.json() | {"Host": None}


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("path", ["echo?a=%E6%97%A5&b=x%20y", "drop", "hang", "301", "307"])
def test_in_process_and_over_a_socket_the_outcome_is_the_same(
    method: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    options: dict[str, Any] = {"timeout": (1, 0.2), "headers": {"Authorization": "Bearer x"}}
    if method == "POST":
        options["json"] = {"text": "本日"}
    near, far = Peer(), Peer()
    with connected({PUBLIC: near}):
        in_process = outcome(method, path, **options)
    with served(far) as address:
        monkeypatch.setenv("PEER_URL", address)
        assert outcome(method, path, **options) == in_process
    assert near.asked == far.asked == [f"{method} {path.partition('?')[0]}"], "one request, and no redirect followed"


def test_in_process_and_over_a_socket_a_refused_connection_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    with connected({}) as wire:
        wire.unplugged.add(PUBLIC)
        in_process = outcome("POST", "echo")
    with nobody() as address:
        monkeypatch.setenv("PEER_URL", address)
        assert outcome("POST", "echo")[:2] == in_process[:2]


# The session


def test_every_request_has_a_time_out_and_no_caller_can_have_a_redirect_followed() -> None:
    with connected({PUBLIC: Peer()}) as wire:
        session = HttpSession("PEER_URL", PUBLIC)
        session.get(f"{PUBLIC}/302", allow_redirects=True)
        session.post(f"{PUBLIC}/307", json={})
        session.get(f"{PUBLIC}/echo", timeout=1)
    assert [(e.timeout, e.status) for e in wire.exchanges] == [(TIMEOUT, 302), (TIMEOUT, 307), (1, 200)]
    assert all(0 < seconds <= 15 for seconds in TIMEOUT)


def test_without_an_override_it_speaks_to_the_public_address_and_with_one_to_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("PEER_URL", raising=False)
    with connected({PUBLIC: Peer(), "http://127.0.0.1:8000": Peer()}) as wire:
        HttpSession("PEER_URL", PUBLIC).get(f"{PUBLIC}/echo")
        HttpSession("PEER_URL", PUBLIC, written_for="https://old.example.com").get("https://old.example.com/echo")
        monkeypatch.setenv("PEER_URL", "http://127.0.0.1:8000")
        HttpSession("PEER_URL", PUBLIC).get(f"{PUBLIC}/echo?of={PUBLIC}")
    assert [exchange.origin for exchange in wire.exchanges] == [PUBLIC, PUBLIC, "http://127.0.0.1:8000"]
    assert wire.exchanges[-1].target == f"/echo?of={PUBLIC}", "only the beginning of an address is replaced"


# X over a real socket


def test_x_at_a_name_that_nobody_knows_has_certainly_no_post(x: XSimulator, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(NotPosted) as raised:
        X(asdict(x.credentials)).post("text")
    assert type(raised.value.error) is XUnavailable


# Proxies and certificates: a function's, and a command's


@pytest.fixture
def behind_a_proxy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Peer]:
    """A machine that only gets out through a proxy, which is this peer, and that has a netrc."""
    proxy = Peer()
    monkeypatch.setattr(certificates, "trusted", None)
    hosts = ("api.invalid", "127.0.0.1")
    (tmp_path / "netrc").write_text("".join(f"machine {host} login me password mine\n" for host in hosts))
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with served(proxy) as address:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, address)
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.setenv(name, "127.0.0.1")
        yield proxy


def ask(url: str, **headers: str) -> Any:
    return HttpSession("PEER_URL", PUBLIC).get(url, headers=headers).json()


def test_a_function_goes_through_no_proxy_and_heeds_no_netrc(
    behind_a_proxy: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(requests.ConnectionError):
        ask("http://api.invalid/echo")
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.setenv("no_proxy", "")
    with served(Peer()) as address:
        assert ask(f"{address}/echo")["Authorization"] is None
    assert behind_a_proxy.asked == []


def test_a_command_goes_through_the_proxy_but_straight_to_what_is_on_this_machine_and_keeps_its_tokens(
    behind_a_proxy: Peer,
) -> None:
    certificates.heed_the_environment(None)
    told = ask("http://api.invalid/echo", Authorization="Bearer t")
    assert (told["Host"], told["Authorization"]) == ("api.invalid", "Bearer t")
    with served(Peer()) as address:
        ask(f"{address}/echo")
    assert behind_a_proxy.asked == ["GET echo"]


def test_a_command_trusts_the_certificates_of_this_machine_and_a_function_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(certificates, "trusted", None)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/etc/ours.pem")
    sent: list[Any] = []
    monkeypatch.setattr(requests.Session, "request", lambda *_, **options: sent.append(options.get("verify")))
    HttpSession("NOWHERE_URL", PUBLIC).get(PUBLIC)
    certificates.heed_the_environment("/etc/ours.pem")
    HttpSession("NOWHERE_URL", PUBLIC).get(PUBLIC)
    assert sent == [None, "/etc/ours.pem"]


def test_the_commands_tell_it_what_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificates, "trusted", None)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/etc/ours.pem")
    trusted: list[Any] = []
    command = click.Command("daily", callback=lambda: trusted.append(certificates.trusted))
    monkeypatch.setattr(sys, "argv", ["daily"])
    with pytest.raises(SystemExit):
        terminal.run(command, "./daily")
    assert trusted == ["/etc/ours.pem"]
