"""./daily authorize google_health on a machine without a browser, and with a client of type "Web application"."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

import cli.consent
from tests.cli.authorizing import Terminal, terminal
from tests.cli.test_authorize_google import AGAIN, RANDOM, assert_refused, authorize

__all__ = ["terminal"]


def test_without_a_browser_the_pasted_address_is_taken(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli.consent, "has_browser", lambda: False)
    shown: list[str] = []
    monkeypatch.setattr(cli.consent, "hidden", lambda label: _elsewhere(terminal, shown))
    monkeypatch.setattr(cli.consent, "say", lambda console, line: shown.append(line))
    terminal.store("source", dict(zip(("client_id", "client_secret"), terminal.client, strict=True)))
    result = authorize(terminal, answers=("",))
    assert result.exit_code == 0
    assert terminal.stored("source")["refresh_token"] in terminal.google.tokens.refresh_tokens
    assert terminal.browser.opened == []


def _elsewhere(terminal: Terminal, shown: list[str]) -> str:
    """On another machine, the address bar ends with what Google sent the browser to."""
    (address,) = (line.strip() for line in shown if "/o/oauth2/v2/auth?" in line)
    return terminal.browser.consent(address)


@pytest.mark.parametrize(
    ("pasted", "says"),
    [
        ("http://127.0.0.1:1/", "holds no answer"),
        ("nonsense", "holds no answer"),
        ("http://[", "holds no answer"),
        ("http://127.0.0.1:1/?state=x&code=4/0A", "the answer to another request"),
        ("http://127.0.0.1:1/?error=access_denied", "the answer to another request"),
    ],
)
def test_what_is_pasted_wrongly_is_said(terminal: Terminal, pasted: str, says: str) -> None:
    result = authorize(terminal, "--no-browser", answers=(*terminal.client, pasted))
    assert result.exit_code == 1 and says in result.stderr and AGAIN in result.stderr
    assert terminal.stored("source") == RANDOM


def test_a_web_applications_own_port_is_used(terminal: Terminal, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://localhost:{free.getsockname()[1]}/callback"
    terminal.google.consent.redirect_uris = ("https://www.google.com", address)
    file = terminal.client_file(tmp_path, "web", redirect_uris=["https://www.google.com", address])
    terminal.browser.change = lambda back: back.replace("localhost", "127.0.0.1")
    assert authorize(terminal, "--client-file", file, answers=()).exit_code == 0
    assert terminal.stored("source") != RANDOM


def test_a_port_that_is_taken_is_named_and_the_way_around_it(terminal: Terminal, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        file = terminal.client_file(tmp_path, "web", redirect_uris=[f"http://127.0.0.1:{port}"])
        result = authorize(terminal, "--client-file", file, answers=())
    assert_refused(terminal, result, f"Port {port}", "taken by another program", "--no-browser")


def test_googles_own_quick_start_client_works_by_pasting(terminal: Terminal, tmp_path: Path) -> None:
    """Its only redirect address is https://www.google.com: https://developers.google.com/health/setup"""
    file = terminal.client_file(tmp_path, "web", redirect_uris=["https://www.google.com"])
    result = authorize(terminal, "--client-file", file, answers=("https://www.google.com/?state=x&code=y",))
    assert "At the end the browser is sent to https://www.google.com" in result.stdout
    assert terminal.browser.opened == [] and "the answer to another request" in result.stderr
