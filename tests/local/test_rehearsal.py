"""python -m local up --empty-secrets: what is written can be used as it is printed, and AWS is not reached by it."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cli.asking import any_text, keys_in
from cli.commands.authorize_bluesky import CHECKS as OF_BLUESKY
from cli.commands.authorize_x import CHECKS
from cli.google import read_client_file
from fitbit_daily.adapters.secrets import SOURCE_KEYS
from local import rehearsal
from local.commands import _AWS_STAYS_HERE
from local.simulators.bluesky import BlueskySimulator
from local.simulators.fitbit import FitbitSimulator
from local.simulators.google import GoogleSimulator
from local.simulators.line import LineSimulator
from local.simulators.wearer import Wearer
from local.simulators.x import XSimulator
from local.stack import Choices


def now() -> datetime:
    return datetime(2026, 11, 25, tzinfo=UTC)


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    (tmp_path / ".local").mkdir()
    monkeypatch.setattr(rehearsal, "ROOT", tmp_path)
    monkeypatch.setattr(rehearsal, "STATE", tmp_path / ".local")
    monkeypatch.chdir(tmp_path)
    wearer = Wearer(ZoneInfo("UTC"), now)
    return SimpleNamespace(
        environment={"SOURCE": "google_health"},
        google=GoogleSimulator(wearer=wearer, now=now),
        fitbit=FitbitSimulator(wearer=wearer, now=now),
        x=XSimulator(now=now),
        bluesky=BlueskySimulator(now=now),
        line=LineSimulator(now=now),
        choices=Choices(context=["destinations=x,bluesky"]),
    )


def test_the_files_are_as_the_commands_read_them_and_are_removed_at_the_end(stack: Any) -> None:
    begun = rehearsal.Rehearsal(stack)
    assert begun.commands == [
        "./daily authorize google_health --client-file .local/client_secret.json",
        "./daily authorize x --keys-file .local/x_keys.json",
        "./daily authorize bluesky --keys-file .local/bluesky_keys.json",
    ]
    client = read_client_file(Path(".local/client_secret.json"))
    assert client.client_id == stack.google.tokens.credentials.client_id and client.redirect_uris is None
    assert keys_in(Path(".local/x_keys.json"), CHECKS)["consumer_key"] == stack.x.credentials.consumer_key
    assert keys_in(Path(".local/bluesky_keys.json"), OF_BLUESKY)["handle"] == stack.bluesky.credentials.handle
    begun.end()
    assert list(Path(".local").iterdir()) == []


def test_with_the_fitbit_web_api_the_keys_are_those_of_its_simulator(stack: Any) -> None:
    stack.environment["SOURCE"] = "fitbit"
    assert "./daily authorize fitbit --keys-file .local/fitbit_keys.json" in rehearsal.Rehearsal(stack).commands
    keys = keys_in(Path(".local/fitbit_keys.json"), dict.fromkeys(SOURCE_KEYS, any_text))
    assert keys["refresh_token"] == stack.fitbit.tokens.credentials.refresh_token


def test_the_aws_cli_of_any_version_is_told_where_the_local_stack_is(tmp_path: Path) -> None:
    (tmp_path / "aws").write_text('#!/bin/sh\nfor word in "$@"; do echo "$word"; done\n')
    (tmp_path / "aws").chmod(0o755)

    def typed(environ: str) -> list[str]:
        script = f'PATH="{tmp_path}:$PATH"\n{environ}\n{_AWS_STAYS_HERE}aws s3 ls "a b"'
        return subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True).stdout.splitlines()

    url = "http://127.0.0.1:1"
    assert typed(f"export AWS_ENDPOINT_URL={url}") == [f"--endpoint-url={url}", "s3", "ls", "a b"]
    assert typed("unset AWS_ENDPOINT_URL") == ["s3", "ls", "a b"]
