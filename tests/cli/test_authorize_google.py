"""./daily authorize google_health: through the consent page, over HTTP, into the secret; or one clear sentence."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from fitbit_daily.adapters.google_health import SCOPES
from tests.cli.authorizing import Terminal, terminal, with_query

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


def test_the_browser_is_given_a_short_address_without_anything_of_the_request(terminal: Terminal) -> None:
    authorize(terminal)
    (address,) = terminal.browser.opened
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/[\w-]{43}", address)
    last = terminal.browser.pages[-1]
    assert last.status_code == 200 and "go back to the terminal" in last.text
    assert last.headers["Cache-Control"] == "no-store"


def test_it_asks_for_what_is_needed_and_nothing_else_and_for_a_refresh_token(terminal: Terminal) -> None:
    authorize(terminal)
    page = terminal.browser.pages[0].url
    assert "access_type=offline" in page and "prompt=consent" in page and "code_challenge_method=S256" in page
    asked = re.findall(r"googlehealth\.([a-z_]+\.[a-z]+)", page)
    assert sorted(asked) == sorted(scope.rpartition("googlehealth.")[2] for scope in SCOPES)


def test_the_client_is_taken_from_its_downloaded_file(terminal: Terminal, tmp_path: Path) -> None:
    result = authorize(terminal, "--client-file", terminal.client_file(tmp_path), answers=())
    assert result.exit_code == 0
    assert terminal.stored("source")["client_secret"] == terminal.client[1]
    assert terminal.shown_secrets() == []


def test_the_stored_client_is_offered_again_so_that_a_dead_authorisation_is_cured_without_typing(
    terminal: Terminal,
) -> None:
    authorize(terminal)
    before = terminal.stored("source")
    terminal.google.tokens.refresh_tokens.clear()
    result = authorize(terminal, answers=("",))
    assert result.exit_code == 0 and "Google Cloud project 123456789 is stored already" in result.stdout
    assert terminal.stored("source")["refresh_token"] not in ("", before["refresh_token"])
    assert terminal.shown_secrets() == []


def test_a_client_that_was_pasted_with_a_byte_order_mark_is_offered_too(terminal: Terminal) -> None:
    client_id, client_secret = terminal.client
    terminal.store("source", {"client_id": client_id, "client_secret": client_secret}, before="\ufeff")
    assert authorize(terminal, answers=("",)).exit_code == 0
    assert terminal.stored("source")["client_id"] == client_id


def test_another_client_can_be_typed_instead_of_the_stored_one(terminal: Terminal) -> None:
    terminal.store("source", {"client_id": "1-x.apps.googleusercontent.com", "client_secret": "old"})
    result = authorize(terminal, answers=("n", *terminal.client))
    assert result.exit_code == 0
    assert terminal.stored("source")["client_id"] == terminal.client[0]


def test_once_x_is_filled_in_too_a_dry_run_comes_next(terminal: Terminal) -> None:
    terminal.store("x", terminal.x_keys)
    assert authorize(terminal).stdout.endswith("Next: ./daily doctor\n")


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
    assert terminal.stored("source")["authorization_expires_at"] == "2021-05-31T02:59:59+00:00"


def test_once_it_is_published_an_authorisation_has_no_end_that_would_be_stored(terminal: Terminal) -> None:
    terminal.google.faults.switch_on("testing")
    authorize(terminal)
    terminal.google.faults.clear()
    assert authorize(terminal, answers=("",)).exit_code == 0
    assert "authorization_expires_at" not in terminal.stored("source")


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


def test_an_answer_with_another_state_is_not_taken(terminal: Terminal) -> None:
    terminal.browser.change = lambda address: with_query(address, state="someone-elses")
    assert_refused(terminal, authorize(terminal), "Nothing came back from the browser", AGAIN)
    assert "the answer to another request" in terminal.browser.pages[-1].text
    assert terminal.browser.pages[-1].status_code == 400
    assert "POST /token" not in terminal.google.calls


@pytest.mark.parametrize("changes", [{"state": ""}, {"state": "a&state=b"}])
def test_an_answer_without_one_state_is_not_taken(terminal: Terminal, changes: dict[str, str]) -> None:
    terminal.browser.change = lambda address: with_query(address, **changes)
    assert_refused(terminal, authorize(terminal), "Nothing came back from the browser", AGAIN)
    assert terminal.browser.pages[-1].status_code == 400


def test_after_answers_that_are_none_the_right_one_still_ends_the_wait(terminal: Terminal) -> None:
    def disturbed(address: str) -> str:
        base = address.partition("?")[0]
        for wrong in ("?error=access_denied", "?code=1", "?code=1&state=guessed", "?error=1&state=guessed"):
            assert terminal.browser.visit(f"{base}{wrong}").status_code == 400
        return address

    terminal.browser.change = disturbed
    assert authorize(terminal).exit_code == 0


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


def test_a_closed_browser_is_not_waited_for_for_ever(terminal: Terminal) -> None:
    terminal.browser.closed = True
    assert_refused(terminal, authorize(terminal), "Nothing came back from the browser", AGAIN, "--no-browser")


def test_what_else_browsers_ask_for_is_no_answer(terminal: Terminal) -> None:
    def curious(address: str) -> str:
        base = address.partition("?")[0].rstrip("/")
        assert terminal.browser.visit(f"{base}/favicon.ico").status_code == 404
        assert terminal.browser.visit(f"{base}/x?code=1").status_code == 404
        assert terminal.browser.visit(f"{base}/").status_code == 404
        return address

    terminal.browser.change = curious
    assert authorize(terminal).exit_code == 0


@pytest.mark.parametrize("fault", ["consent-not-a-tester", "consent-admin-policy"])
def test_where_google_keeps_the_browser_the_hints_on_the_screen_say_what_to_do(terminal: Terminal, fault: str) -> None:
    terminal.google.faults.switch_on(fault)
    terminal.browser.change = lambda address: None
    result = authorize(terminal)
    assert_refused(terminal, result, "Nothing came back", AGAIN)
    assert "403: access_denied" in result.stdout and "add yourself as a test user" in result.stdout


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("token-invalid-client", "does not know this client, or its secret is another one"),
        ("token-503", "Google's token endpoint answered 503."),
        ("token-429", "wants fewer calls"),
        ("token-drop", "could not be reached"),
        ("token-html", "without an access token"),
        ("token-truncated", "without an access token"),
        ("token-no-access-token", "without an access token"),
        ("health-400-not-linked", "This Google account has no Fitbit data"),
        ("health-403-disabled", "not enabled in your Google Cloud project"),
        ("health-403-disabled", "Google accepts no new projects at the moment"),
        ("health-403-permission", "Google refuses everything"),
        ("health-403-uber-mint", "an old Fitbit account"),
        ("health-401", "Google refuses the access token"),
    ],
)
def test_whatever_keeps_a_person_out_is_said_and_nothing_is_stored(terminal: Terminal, fault: str, says: str) -> None:
    terminal.google.faults.switch_on(fault)
    result = authorize(terminal)
    assert_refused(terminal, result, says, "./daily authorize google_health")
    assert "./daily run" not in result.stderr and "{date}" not in result.stderr


@pytest.mark.parametrize("fault", ["health-503", "health-429", "health-drop"])
def test_an_authorisation_is_not_lost_because_google_health_is_out_of_order(terminal: Terminal, fault: str) -> None:
    terminal.google.faults.switch_on(fault)
    result = authorize(terminal)
    assert result.exit_code == 0 and "could not be tried out" in result.stdout
    assert terminal.stored("source")["refresh_token"] in terminal.google.tokens.refresh_tokens


def test_another_name_of_the_same_time_zone_is_not(terminal: Terminal) -> None:
    terminal.zone = terminal.zone.__class__("Japan")
    result = authorize(terminal)
    assert result.exit_code == 0 and "as your time zone" not in result.stdout


def test_another_time_zone_at_google_is_pointed_out(terminal: Terminal) -> None:
    terminal.zone = terminal.zone.__class__("Europe/Berlin")
    result = authorize(terminal)
    assert result.exit_code == 0
    assert "Your Google account's time zone is Asia/Tokyo, but the setting is Europe/Berlin" in result.stdout
