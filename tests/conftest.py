"""What holds for every test: no example has a deadline, and what this clone's owner has chosen is not there."""

from __future__ import annotations

import functools
import os
from pathlib import Path

import botocore.loaders
import hypothesis
import pytest

import cli.last_deployment
from local import moto_speed
from stacks.settings_file import FILE

# Whether an example took long says how busy the machine is, not whether the code is right.
hypothesis.settings.register_profile("without a deadline", deadline=None)
hypothesis.settings.load_profile("without a deadline")

# Each test makes clients of its own; what botocore reads of a service for each of them is the same every time.
_load = functools.cache(botocore.loaders.JSONFileLoader().load_file)
botocore.loaders.JSONFileLoader.load_file = lambda _, path: _load(path)  # type: ignore[assignment, method-assign]

moto_speed.answer_quickly()
moto_speed.watch_botocore_alone()

os.environ[FILE] = "/nonexistent/settings.json"


def pytest_collection_finish(session: pytest.Session) -> None:
    """Raises: UsageError where xdist would silently spread a group over its workers, as it does with pytest 9.2."""
    if session.config.getoption("loadgroup", False):
        for item in session.items:
            for group in item.iter_markers("xdist_group"):
                if not item.nodeid.endswith(f"@{group.args[0]}"):
                    raise pytest.UsageError(f"xdist does not keep the group '{group.args[0]}' together")


@pytest.fixture
def own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The file of the person's own settings; it is not there yet."""
    monkeypatch.setenv(FILE, str(tmp_path / "settings.json"))
    return tmp_path / "settings.json"


@pytest.fixture(autouse=True)
def _nothing_was_deployed_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli.last_deployment, "FILE", Path("/nonexistent/deployment.json"))
