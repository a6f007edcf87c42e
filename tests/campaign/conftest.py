"""The deployed definition, synthesised once for all of the campaign's tests."""

from __future__ import annotations

import pytest

from tests.campaign.machine import deployed_machine
from tests.campaign.run import Machine


@pytest.fixture(scope="session")
def machine() -> Machine:
    return deployed_machine()


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
