"""The local stack, brought up once by its own command."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.driver import Stack, read_env

ROOT = Path(__file__).parent.parent.parent

# Four hours between two looks, so that a day that never syncs is given up after few of them.
SETTINGS = ["--hurry", "--context", "look_every_minutes=240", "--context", "destinations=x,bluesky,line"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What judges all calls that were made comes when they are made."""
    items.sort(key=lambda item: item.path.name == "test_rights.py")


@pytest.fixture(scope="session")
def running_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    env = tmp_path_factory.mktemp("local") / "env"
    # Nobody reads along, and the mails would fill a pipe.
    printed = env.with_name("printed")
    process = subprocess.Popen(
        [sys.executable, "-m", "local", "up", "--env", str(env), *SETTINGS],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.endswith("_URL") and name != "LANGUAGE"},
        stdout=printed.open("w"),
        stderr=subprocess.STDOUT,
    )
    try:
        deadline = time.monotonic() + 90
        while not env.exists():
            assert process.poll() is None, printed.read_text()
            assert time.monotonic() < deadline, "the local stack did not come up within 90 s"
            time.sleep(0.1)
        stack = Stack(read_env(env))
        # The rights are there for all; what is told of is X, but where a test wants the others.
        stack.post_to("x")
        yield stack
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)
    assert not env.exists()
    _, down, afterwards = printed.read_text(encoding="utf-8").rpartition("The local stack is down.")
    assert down and "Traceback" not in afterwards, afterwards


@pytest.fixture
def stack(running_stack: Stack) -> Iterator[Stack]:
    running_stack.clear_faults()
    yield running_stack
    running_stack.clear_faults()
