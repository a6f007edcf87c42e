"""What this clone has been told by its owner plays no part in any test."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import cli.remembered
from stacks.settings_file import FILE

os.environ[FILE] = "/nonexistent/settings.json"


@pytest.fixture
def own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The file of the person's own settings; it is not there yet."""
    monkeypatch.setenv(FILE, str(tmp_path / "settings.json"))
    return tmp_path / "settings.json"


@pytest.fixture(autouse=True)
def _nothing_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli.remembered, "FILE", Path("/nonexistent/deployment.json"))
