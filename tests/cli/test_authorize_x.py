"""./daily authorize x: four values, looked at for free, into the secret; or one clear sentence."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest
from flask import Response

from local.simulators.base import json_answer
from tests.cli.authorizing import Terminal, terminal

__all__ = ["terminal"]

RANDOM = "Xh3kP0v9_random"


def authorize(terminal: Terminal, *words: str) -> click.testing.Result:
    return terminal.type("authorize", "x", *words, answers=tuple(terminal.x_keys.values()))


def assert_refused(terminal: Terminal, result: click.testing.Result, *says: str) -> None:
    assert result.exit_code == 1
    for words in says:
        assert words in result.stderr
    assert terminal.stored("x") == RANDOM and terminal.shown_secrets() == []


def test_the_four_values_are_tried_without_a_charge_and_stored_and_never_shown(terminal: Terminal) -> None:
    terminal.x.account.publish("of this morning")
    terminal.clock.moment = terminal.clock.moment.replace(hour=9)
    result = authorize(terminal)
    assert result.exit_code == 0
    assert terminal.stored("x") == terminal.x_keys
    assert terminal.shown_secrets() == []
    assert "They post as https://x.com/i/user/1396280318500671488" in result.stdout
    assert "'Automated'" in result.stdout
    assert result.stdout.endswith("Next: ./daily authorize google_health\n")
    assert terminal.x.calls == ["GET /2/users/1396280318500671488/tweets"]
    assert len(terminal.x.posts) == 1, "and X returned none, for which it would charge"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_the_keys_can_come_from_a_file_with_a_byte_order_mark_too(
    encoding: str, terminal: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "x.json"
    file.write_text(json.dumps(terminal.x_keys | {"note": "mine"}), encoding=encoding)
    result = terminal.type("authorize", "x", "--keys-file", str(file))
    assert result.exit_code == 0 and terminal.stored("x") == terminal.x_keys
    assert terminal.shown_secrets() == []


def test_a_file_that_is_not_right_is_said(terminal: Terminal, tmp_path: Path) -> None:
    for text, says in [
        ("{", "is not a JSON object with consumer_key, consumer_secret, access_token, access_token_secret."),
        ('{"consumer_key": "a", "consumer_secret": " "}', "lacks consumer_secret, access_token, access_token_secret."),
        (
            '{"consumer_key": "1-a", "consumer_secret": "b", "access_token": "1-c", "access_token_secret": "d"}',
            "consumer_key: That is an access token",
        ),
        (
            '{"consumer_key": "a", "consumer_secret": "b", "access_token": "c", "access_token_secret": "d"}',
            "access_token: An access token of X begins with digits and a hyphen.",
        ),
        (
            '{"consumer_key": "a a", "consumer_secret": "b", "access_token": "1-c", "access_token_secret": "d"}',
            "consumer_key: There is a space or a line break in it",
        ),
    ]:
        file = tmp_path / "x.json"
        file.write_text(text)
        assert_refused(terminal, terminal.type("authorize", "x", "--keys-file", str(file)), says)
        assert terminal.x.calls == []


def test_keys_typed_in_the_wrong_order_are_noticed(terminal: Terminal) -> None:
    keys = terminal.x_keys
    mixed = (keys["access_token"], *keys.values())
    result = terminal.type("authorize", "x", answers=mixed)
    assert result.exit_code == 0 and "That is an access token" in result.stderr
    assert terminal.stored("x") == keys


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("read-401", ("X refuses the keys", "Read and write", ": ./daily authorize x")),
        ("read-402", ("The credits at X are used up", "https://console.x.com", "./daily authorize x")),
        ("read-503", ("X answered 503", "It is not known whether X takes the keys", "./daily authorize x --no-check")),
        ("read-drop", ("could not be asked", "--no-check")),
    ],
)
def test_keys_that_x_does_not_take_are_not_stored(terminal: Terminal, fault: str, says: tuple[str, ...]) -> None:
    terminal.x.faults.switch_on(fault)
    result = authorize(terminal)
    assert_refused(terminal, result, *says)
    assert "./daily run" not in result.stderr


def test_keys_that_may_only_read_are_not_stored(terminal: Terminal) -> None:
    def read_only(answer: Response) -> Response:
        answer.headers["x-access-level"] = "read"
        return answer

    terminal.x.after_request(read_only)
    assert_refused(
        terminal, authorize(terminal), "read, but not post", "'Read and write'", "make a new access token for it"
    )


def test_keys_can_be_stored_unchecked(terminal: Terminal) -> None:
    terminal.x.faults.switch_on("read-503")
    assert authorize(terminal, "--no-check").exit_code == 0
    assert terminal.stored("x") == terminal.x_keys and terminal.x.calls == []


def test_an_answer_that_is_none_stores_nothing(terminal: Terminal) -> None:
    terminal.x.before_request(lambda: json_answer(200, []))
    assert_refused(terminal, authorize(terminal), "It is not known whether X takes the keys")
