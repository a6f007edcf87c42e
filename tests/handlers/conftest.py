"""The fixtures of the tests in this folder."""

from __future__ import annotations

import pytest

from local.simulators.google import GoogleSimulator
from local.simulators.x import XSimulator
from tests.adapters.fixtures import *  # noqa: F403
from tests.adapters.fixtures import Clock, _aws_account, _nothing_waits
from tests.handlers.world import World, make
from tests.wsgi import Wire

__all__ = ["_aws_account", "_nothing_waits"]


@pytest.fixture
def world(
    clock: Clock,
    google: GoogleSimulator,
    x: XSimulator,
    wire: Wire,
    ledger_table: str,
    monkeypatch: pytest.MonkeyPatch,
) -> World:
    return make(clock, google, x, wire, ledger_table, monkeypatch)
