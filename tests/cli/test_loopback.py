"""Where the browser brings Google's answer: only the right one counts, whoever else on this machine speaks up."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from cli.oauth import Attempt, Loopback


@pytest.fixture
def loopback() -> Iterator[Loopback]:
    with Loopback() as listening:
        yield listening


def begin(loopback: Loopback, redirect_uri: str = "http://127.0.0.1:{port}") -> tuple[Attempt, str]:
    """An attempt, and the path of the address that the person's browser opens."""
    address = redirect_uri.format(port=loopback.port)
    attempt = Attempt("https://accounts.google.com/o/oauth2/v2/auth", "id", address, ["s"], True)
    return attempt, urlsplit(loopback.begin(attempt)).path


def get(loopback: Loopback, path: str, **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", loopback.port, timeout=5)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    answer.read()
    return answer


@pytest.mark.parametrize(
    "query", ["error=access_denied", "error=1", "code=THEIRS", "code=THEIRS&state=guessed", "state={}&state=b&code=1"]
)
def test_no_other_page_can_end_the_wait_or_bring_a_code(loopback: Loopback, query: str) -> None:
    attempt, _ = begin(loopback)
    assert get(loopback, f"/?{query.format(attempt.state)}").status == 400
    assert loopback.code(0) is None
    assert get(loopback, f"/?code=good&state={attempt.state}").status == 200
    assert loopback.code(1) == "good"


def test_the_state_is_given_only_to_who_knows_the_address_that_the_browser_opens(loopback: Loopback) -> None:
    attempt, path = begin(loopback)
    for guess in ("/", "/x", path[:-1], f"{path}x"):
        answer = get(loopback, guess)
        assert (answer.status, answer.headers["Location"]) == (404, None)
    with Loopback() as another:
        assert begin(another)[1] != path
    location = get(loopback, path).headers["Location"]
    assert parse_qs(urlsplit(location).query)["state"] == [attempt.state]


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", ""])
def test_a_name_that_was_rebound_to_this_machine_leads_nowhere(loopback: Loopback, host: str) -> None:
    attempt, path = begin(loopback)
    theirs = host.format(port=loopback.port)
    assert get(loopback, path, Host=theirs).status == 404
    assert get(loopback, f"/?code=good&state={attempt.state}", Host=theirs).status == 404
    assert loopback.code(0) is None


def test_a_registered_address_of_a_web_client_has_its_own_name_and_path(loopback: Loopback) -> None:
    attempt, _ = begin(loopback, "http://localhost:{port}/back")
    assert get(loopback, f"/?code=good&state={attempt.state}").status == 404
    answer = get(loopback, f"/back?code=good&state={attempt.state}", Host=f"localhost:{loopback.port}")
    assert (answer.status, loopback.code(1)) == (200, "good")
