"""The OAuth client's file as Google's console gives it out, and other files that people take for it."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cli.errors import CliError
from cli.google import CLIENTS, Client, Granted, local_port, read_client_file
from cli.oauth import Attempt

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


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_before_it_does_no_harm(encoding: str, tmp_path: Path) -> None:
    file = tmp_path / "client_secret.json"
    file.write_text(json.dumps({"installed": KEYS}), encoding=encoding)
    assert read_client_file(file) == Client(ID, "GOCSPX-CANARY", None)


def test_a_web_applications_file_gives_its_redirect_addresses_too(tmp_path: Path) -> None:
    uris = ["https://www.google.com", "http://localhost:8080/"]
    assert read_client_file(write(tmp_path, {"web": KEYS | {"redirect_uris": uris}})).redirect_uris == tuple(uris)
    assert read_client_file(write(tmp_path, {"web": KEYS})).redirect_uris == ()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "is not the JSON file that Google's console offers"),
        ("\x00\xff", "is not the JSON file"),
        ({"type": "service_account", "private_key": "CANARY"}, "is the key of a service account"),
        ([], "holds no OAuth client"),
        ("null", "holds no OAuth client"),
        ({"installed": []}, "holds no OAuth client"),
        ({"installed": KEYS | {"client_id": "CANARY"}}, "holds no OAuth client"),
        ({"installed": KEYS | {"client_id": 5}}, "holds no OAuth client"),
        ({"installed": {"client_id": ID}}, "has no client secret: Google gives it only with the first download"),
        ({"web": KEYS | {"client_secret": " "}}, "has no client secret"),
    ],
)
def test_any_other_file_is_named_with_what_is_wrong_with_it(tmp_path: Path, content: Any, says: str) -> None:
    with pytest.raises(CliError, match="console") as raised:
        read_client_file(write(tmp_path, content))
    assert says in raised.value.message and CLIENTS in raised.value.message
    assert "CANARY" not in raised.value.message


@pytest.mark.parametrize(
    ("address", "port"),
    [
        ("http://localhost:8080/", 8080),
        ("http://127.0.0.1:1/callback", 1),
        ("http://localhost", None),
        ("https://localhost:8080", None),
        ("http://localhost:99999", None),
        ("https://www.google.com", None),
        ("http://[", None),
    ],
)
def test_only_a_port_of_this_machine_can_be_listened_on(address: str, port: int | None) -> None:
    assert local_port(address) == port


def test_neither_client_nor_grant_nor_attempt_shows_its_secrets() -> None:
    attempt = Attempt("https://a", ID, "http://127.0.0.1:1", ("s",), offline=True)
    granted = Granted("ya29-CANARY", timedelta(hours=1), "1//CANARY", None, frozenset())
    shown = repr(Client(ID, "GOCSPX-CANARY")) + repr(attempt) + repr(granted)
    assert "CANARY" not in shown and attempt.state not in shown and attempt.verifier not in shown


def test_each_attempt_has_a_state_and_a_verifier_of_its_own() -> None:
    attempts = [Attempt("https://a", ID, "http://127.0.0.1:1", ("s",), offline=True) for _ in range(20)]
    values = {attempt.state for attempt in attempts} | {attempt.verifier for attempt in attempts}
    assert len(values) == 40 and all(43 <= len(value) <= 128 for value in values)
