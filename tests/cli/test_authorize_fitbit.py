"""./daily authorize fitbit: the single-use token is used once, and its successor stored before anything else."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import pytest
from botocore.exceptions import ClientError

from cli.errors import CliError
from tests.cli.authorizing import Terminal, terminal

__all__ = ["terminal"]

RANDOM = "Xh3kP0v9_random"


@pytest.fixture
def fitbit(terminal: Terminal) -> Terminal:
    terminal.settings["SOURCE"] = "fitbit"
    return terminal


def keys_of(terminal: Terminal) -> dict[str, str]:
    return asdict(terminal.fitbit.tokens.credentials)


def authorize(terminal: Terminal, **changes: str) -> click.testing.Result:
    return terminal.type("authorize", "fitbit", answers=tuple((keys_of(terminal) | changes).values()))


def test_the_typed_token_is_used_up_and_its_successor_stored(fitbit: Terminal) -> None:
    typed = keys_of(fitbit)
    result = authorize(fitbit)
    assert result.exit_code == 0
    stored = fitbit.stored("source")
    assert stored == typed | {"refresh_token": fitbit.fitbit.tokens.refresh_token, "source": "fitbit"}
    assert stored["refresh_token"] != typed["refresh_token"]
    assert "Fitbit lets you in." in result.stdout and result.stdout.endswith("Next: ./daily authorize x\n")
    assert fitbit.shown_secrets() == []


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("token-invalid-grant", ("no longer accepts", "works only once", ": ./daily authorize fitbit")),
        ("token-410-json", ("switched off", "make deploy", "./daily authorize google_health")),
        ("token-503", ("answered 503", "./daily authorize fitbit")),
    ],
)
def test_what_fitbit_refuses_leaves_the_stored_authorisation_alone(
    fitbit: Terminal, fault: str, says: tuple[str, ...]
) -> None:
    fitbit.store("source", {"client_id": "kept"})
    fitbit.fitbit.faults.switch_on(fault)
    result = authorize(fitbit)
    assert result.exit_code == 1
    for words in says:
        assert words in result.stderr
    assert "./daily run" not in result.stderr and "{" not in result.stderr
    assert result.stderr.count("./daily authorize") == 1
    assert fitbit.stored("source") == {"client_id": "kept"} and fitbit.shown_secrets() == []


def test_where_nothing_can_be_stored_the_token_is_not_used(fitbit: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "not yours"}}, "PutSecretValue")

    monkeypatch.setattr("fitbit_daily.adapters.secrets.SourceSecret.check_writable", refuse)
    result = authorize(fitbit)
    assert result.exit_code == 1 and "may not do this: not yours" in result.stderr
    assert fitbit.fitbit.calls == [] and fitbit.stored("source") == RANDOM


def test_a_successor_that_could_not_be_stored_is_said_with_what_may_still_help(
    fitbit: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise CliError("AWS could not be reached.")

    monkeypatch.setattr("cli.secrets.Secret.write", fail)
    result = authorize(fitbit)
    assert result.exit_code == 1
    assert "AWS could not be reached." in result.stderr and "Type at once: ./daily authorize fitbit" in result.stderr
    assert fitbit.shown_secrets() == []


def test_an_authorisation_is_kept_when_only_the_look_with_it_fails(fitbit: Terminal, tmp_path: Path) -> None:
    fitbit.fitbit.faults.switch_on("devices-503")
    file = tmp_path / "fitbit.json"
    file.write_text(json.dumps(keys_of(fitbit)))
    result = fitbit.type("authorize", "fitbit", "--keys-file", str(file))
    assert result.exit_code == 0 and "could not be tried out" in result.stdout
    assert fitbit.stored("source")["refresh_token"] == fitbit.fitbit.tokens.refresh_token


def test_the_source_must_be_fitbit(terminal: Terminal) -> None:
    result = authorize(terminal)
    assert result.exit_code == 1
    assert "reads google_health, not fitbit" in result.stderr
    assert terminal.fitbit.calls == [] and terminal.stored("source") == RANDOM
