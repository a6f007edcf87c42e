"""./daily authorize google_health: through the consent page, over HTTP, into the secret; or one clear sentence."""

from __future__ import annotations

import json
import re
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
import pytest

import cli.consent
from cli.errors import CliError
from cli.google import CLIENTS, Client, Granted, local_port, read_client_file, same_rules
from cli.oauth import Attempt
from fitbit_daily.adapters.google_health import SCOPES
from tests.cli.authorizing import Terminal, terminal

__all__ = ["terminal"]

RANDOM = "Xh3kP0v9_random"
AGAIN = "Type: ./daily authorize google_health"


def authorize(terminal: Terminal, *words: str, answers: tuple[str, ...] | None = None) -> click.testing.Result:
    """With the client's id and secret typed, unless something else is."""
    typed = terminal.client if answers is None else answers
    return terminal.type("authorize", "google_health", *words, answers=typed)


def assert_refused(terminal: Terminal, result: click.testing.Result, *says: str) -> None:
    """One sentence, nothing stored, nothing shown."""
    assert result.exit_code == 1
    error = result.stderr.partition("Error: ")[2]
    assert error.count("\n") == 1
    for words in says:
        assert words in error
    assert terminal.stored("source") == RANDOM
    assert terminal.shown_secrets() == []


# It goes well


def test_what_google_granted_is_stored_and_works_and_no_secret_is_on_the_screen(terminal: Terminal) -> None:
    result = authorize(terminal)
    assert result.exit_code == 0
    stored = terminal.stored("source")
    assert (stored["client_id"], stored["client_secret"]) == terminal.client
    assert stored["refresh_token"] in terminal.google.tokens.refresh_tokens
    assert stored["refresh_token"] != terminal.google.tokens.credentials.refresh_token
    assert terminal.shown_secrets() == []
    assert "Google lets you in, with everything that is needed." in result.stdout
    assert "The tracker last synced at 2021-05-24 11:55" in result.stdout
    assert "Testing" not in result.stdout
    assert result.stdout.endswith("Next: ./daily authorize x\n")
    (address,) = terminal.browser.opened
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/[\w-]{43}", address), "nothing of the request is in it"
    asked, *_, last = terminal.browser.pages
    assert last.status_code == 200 and "go back to the terminal" in last.text
    assert last.headers["Cache-Control"] == "no-store"
    for parameter in ("access_type=offline", "prompt=consent", "code_challenge_method=S256"):
        assert parameter in asked.url
    scopes = re.findall(r"googlehealth\.([a-z_]+\.[a-z]+)", asked.url)
    assert sorted(scopes) == sorted(scope.rpartition("googlehealth.")[2] for scope in SCOPES)


def test_another_client_can_be_typed_instead_of_the_stored_one(terminal: Terminal) -> None:
    terminal.store("source", {"client_id": "1-x.apps.googleusercontent.com", "client_secret": "old"})
    terminal.store("x", terminal.x_keys)
    result = authorize(terminal, answers=("n", *terminal.client))
    assert result.exit_code == 0 and result.stdout.endswith("Next: ./daily doctor\n")
    assert terminal.stored("source")["client_id"] == terminal.client[0]


def test_what_is_mistyped_is_asked_for_again_and_given_up_after_three_times(terminal: Terminal) -> None:
    result = authorize(terminal, answers=("nonsense", f"{terminal.client[0]} ", terminal.client[1]))
    assert result.exit_code == 0 and "ends in .apps.googleusercontent.com" in result.stderr
    terminal.store("source", {})
    result = authorize(terminal, answers=("one", "t w o", ""))
    assert result.exit_code != 0 and terminal.stored("source") == {}


# Testing


def test_an_app_in_testing_is_warned_of_with_its_last_day_and_how_to_publish_it(terminal: Terminal) -> None:
    terminal.google.faults.switch_on("testing")
    result = authorize(terminal)
    assert result.exit_code == 0 and terminal.stored("source") != RANDOM
    assert "in 'Testing': this authorisation ends after 7 days, on 2021-05-31" in result.stdout
    assert "https://console.cloud.google.com/auth/audience" in result.stdout and "Authorise once more" in result.stdout
    assert result.stdout.rstrip().endswith("./daily authorize google_health")
    # A week from noon, less the second that Google takes off.
    before = terminal.stored("source")
    assert before["authorization_expires_at"] == "2021-05-31T02:59:59+00:00"
    terminal.google.faults.clear()
    terminal.google.tokens.refresh_tokens.clear()
    result = authorize(terminal, answers=("",))
    assert result.exit_code == 0 and "Google Cloud project 123456789 is stored already" in result.stdout
    after = terminal.stored("source")
    assert after["refresh_token"] not in ("", before["refresh_token"]) and "authorization_expires_at" not in after
    assert terminal.shown_secrets() == []


# What is refused or goes wrong on the way


def test_a_refusal_on_the_consent_page_is_said(terminal: Terminal) -> None:
    terminal.browser.decision = "cancel"
    assert_refused(terminal, authorize(terminal), "Access was refused on the consent page.", AGAIN)


@pytest.mark.parametrize(
    ("scope", "box"),
    [
        ("sleep", "See your Google Health sleep data"),
        ("settings", "See your Google Health settings"),
        ("activity", "See your Google Health activity and fitness data"),
    ],
)
def test_a_box_left_unticked_is_named_in_googles_words(terminal: Terminal, scope: str, box: str) -> None:
    terminal.browser.untick = scope
    assert_refused(terminal, authorize(terminal), f"'{box}'", "Tick every box this time.", AGAIN)


def test_a_code_that_was_used_already_is_refused(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    redeem = terminal.google.tokens.codes.redeem

    def used_before(form: dict[str, str]) -> object:
        redeem(form)
        return redeem(form)

    monkeypatch.setattr(terminal.google.tokens.codes, "redeem", used_before)
    assert_refused(
        terminal, authorize(terminal), "does not take the code: each works once", ": ./daily authorize google_health"
    )


def test_a_page_loaded_again_changes_nothing(terminal: Terminal) -> None:
    def twice(address: str) -> str:
        terminal.browser.visit(address)
        return address

    terminal.browser.change = twice
    assert authorize(terminal).exit_code == 0
    assert "answered already" in terminal.browser.pages[-1].text


def test_where_google_keeps_the_browser_the_hints_on_the_screen_say_what_to_do(terminal: Terminal) -> None:
    terminal.browser.closed = True
    result = authorize(terminal)
    assert_refused(terminal, result, "Nothing came back from the browser", AGAIN, "--no-browser")
    assert "403: access_denied" in result.stdout and "add yourself as a test user" in result.stdout


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("token-invalid-client", "does not know this client, or its secret is another one"),
        ("token-503", "Google's token endpoint answered 503."),
        ("token-drop", "could not be reached"),
        ("token-no-access-token", "without an access token"),
        ("health-400-not-linked", "This Google account has no Fitbit data"),
        ("health-403-disabled", "not enabled in your Google Cloud project"),
        ("health-403-disabled", "Google accepts no new projects at the moment"),
        ("health-401", "Google refuses the access token"),
    ],
)
def test_whatever_keeps_a_person_out_is_said_and_nothing_is_stored(terminal: Terminal, fault: str, says: str) -> None:
    terminal.google.faults.switch_on(fault)
    result = authorize(terminal)
    assert_refused(terminal, result, says, "./daily authorize google_health")
    assert "./daily run" not in result.stderr and "{date}" not in result.stderr


@pytest.mark.parametrize("fault", ["health-503", "health-drop"])
def test_an_authorisation_is_not_lost_because_google_health_is_out_of_order(terminal: Terminal, fault: str) -> None:
    terminal.google.faults.switch_on(fault)
    result = authorize(terminal)
    assert result.exit_code == 0 and "could not be tried out" in result.stdout
    assert terminal.stored("source")["refresh_token"] in terminal.google.tokens.refresh_tokens


def test_another_time_zone_at_google_is_pointed_out(terminal: Terminal) -> None:
    terminal.zone = ZoneInfo("Japan")
    assert "as your time zone" not in authorize(terminal).stdout, "nor is another name of it"
    terminal.zone = ZoneInfo("Europe/Berlin")
    result = authorize(terminal, answers=("",))
    assert result.exit_code == 0
    assert "Your Google account's time zone is Asia/Tokyo, but the setting is Europe/Berlin" in result.stdout


def test_what_is_wrong_with_the_stack_is_said_before_anything_is_asked(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*says: str) -> None:
        result = authorize(terminal)
        assert_refused(terminal, result, *says)
        assert terminal.browser.opened == [] and "Client ID" not in result.output

    terminal.is_local = False
    refused("left over from a local stack", "Open a new terminal")
    terminal.is_local = True
    monkeypatch.setenv("SOURCE_SECRET_ARN", "arn:aws:secretsmanager:eu-central-1:123456789012:secret:gone-AAAAAA")
    refused("not there", "source .local/env", "make deploy")
    terminal.settings["SOURCE"] = "fitbit"
    refused("reads fitbit, not google_health")


def test_giving_up_ends_cleanly(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(address: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli.consent, "open_browser", interrupted)
    result = authorize(terminal)
    assert result.exit_code == 130 and result.stderr.endswith("\nGiven up. Nothing was stored.\n")
    assert terminal.stored("source") == RANDOM


def test_without_a_browser_the_pasted_address_is_taken(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli.consent, "has_browser", lambda: False)
    shown: list[str] = []
    monkeypatch.setattr(cli.consent, "hidden", lambda label: _elsewhere(terminal, shown))
    monkeypatch.setattr(cli.consent, "say", lambda console, line: shown.append(line))
    terminal.store("source", dict(zip(("client_id", "client_secret"), terminal.client, strict=True)), before="\ufeff")
    result = authorize(terminal, answers=("",))
    assert result.exit_code == 0
    assert terminal.stored("source")["refresh_token"] in terminal.google.tokens.refresh_tokens
    assert terminal.browser.opened == []


def _elsewhere(terminal: Terminal, shown: list[str]) -> str:
    """On another machine, the address bar ends with what Google sent the browser to."""
    (address,) = (line.strip() for line in shown if "/o/oauth2/v2/auth?" in line)
    return terminal.browser.consent(address)


def test_what_is_pasted_wrongly_is_said(terminal: Terminal) -> None:
    for pasted, says in [
        ("http://127.0.0.1:1/", "holds no answer"),
        ("http://[", "holds no answer"),
        ("http://127.0.0.1:1/?error=access_denied", "the answer to another request"),
    ]:
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


ID = "123456789-canary.apps.googleusercontent.com"
KEYS = {"client_id": ID, "client_secret": "GOCSPX-CANARY", "project_id": "p", "auth_uri": "https://a"}


def write(folder: Path, content: Any) -> Path:
    file = folder / "client_secret.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return file


def test_a_desktop_apps_file_gives_its_client_and_any_port_will_do(tmp_path: Path) -> None:
    client = read_client_file(write(tmp_path, {"installed": KEYS | {"redirect_uris": ["http://localhost"]}}))
    assert client == Client(ID, "GOCSPX-CANARY", None)
    assert client.project == "123456789"


def test_a_web_applications_file_gives_its_redirect_addresses_too(tmp_path: Path) -> None:
    uris = ["https://www.google.com", "http://localhost:8080/"]
    assert read_client_file(write(tmp_path, {"web": KEYS | {"redirect_uris": uris}})).redirect_uris == tuple(uris)
    assert read_client_file(write(tmp_path, {"web": KEYS})).redirect_uris == ()


def test_any_other_file_is_named_with_what_is_wrong_with_it(tmp_path: Path) -> None:
    for content, says in [
        ("", "is not the JSON file that Google's console offers"),
        ({"type": "service_account", "private_key": "CANARY"}, "is the key of a service account"),
        ([], "holds no OAuth client"),
        ({"installed": []}, "holds no OAuth client"),
        ({"installed": KEYS | {"client_id": "CANARY"}}, "holds no OAuth client"),
        ({"installed": {"client_id": ID}}, "has no client secret: Google gives it only with the first download"),
        ({"web": KEYS | {"client_secret": " "}}, "has no client secret"),
    ]:
        with pytest.raises(CliError, match="console") as raised:
            read_client_file(write(tmp_path, content))
        assert says in raised.value.message and CLIENTS in raised.value.message
        assert "CANARY" not in raised.value.message


def test_only_a_port_of_this_machine_can_be_listened_on() -> None:
    for address, port in [
        ("http://localhost:8080/", 8080),
        ("http://127.0.0.1:1/callback", 1),
        ("http://localhost", None),
        ("https://localhost:8080", None),
        ("http://localhost:99999", None),
        ("https://www.google.com", None),
        ("http://[", None),
    ]:
        assert local_port(address) == port


def test_neither_client_nor_grant_nor_attempt_shows_its_secrets() -> None:
    attempt = Attempt("https://a", ID, "http://127.0.0.1:1", ("s",), offline=True)
    granted = Granted("ya29-CANARY", timedelta(hours=1), "1//CANARY", None, frozenset())
    shown = repr(Client(ID, "GOCSPX-CANARY")) + repr(attempt) + repr(granted)
    assert "CANARY" not in shown and attempt.state not in shown and attempt.verifier not in shown
    assert len({attempt.state, attempt.verifier}) == 2 and len(attempt.state) >= 43 <= len(attempt.verifier) <= 128


NOW = datetime(2026, 11, 21, 15, 10, tzinfo=UTC)


def test_two_zones_are_the_same_if_their_clocks_are() -> None:
    for one, other, same in [
        ("Asia/Calcutta", "Asia/Kolkata", True),
        ("Europe/Paris", "Europe/Berlin", True),
        ("Asia/Tokyo", "Europe/Berlin", False),
        # The same offset at the moment, and not in summer; the other way round; the same changes, at another hour.
        ("Europe/Berlin", "Africa/Tunis", False),
        ("America/Havana", "America/New_York", False),
        ("Mars/Base", "Asia/Tokyo", False),
        ("Mars/Base", "Mars/Base", True),
        ("../localtime", "Asia/Tokyo", False),
    ]:
        assert same_rules(one, other, now=NOW) is same
        assert same_rules(other, one, now=NOW) is same
