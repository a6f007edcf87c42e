"""The local stack begins and ends without a word that is not meant for the person, again and again, on a busy machine.

Takes minutes: part of `make thorough` alone.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

pytestmark = [pytest.mark.thorough, pytest.mark.xdist_group("twenty starts")]

ROOT = Path(__file__).parent.parent.parent
STARTS = 20
# More at a time than there are processors: the load.
AT_A_TIME = (os.cpu_count() or 2) + 2


def demo(interrupted_after: float | None = None) -> tuple[int, str, str]:
    """Its exit code, and what it printed on stdout and stderr; it leaves nothing behind."""
    given = {name: value for name, value in os.environ.items() if not name.endswith("_URL") and name != "LANGUAGE"}
    process = subprocess.Popen(
        [sys.executable, "-m", "local", "demo"],
        cwd=ROOT,
        env={**given, "DATE": "2021-05-23"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    if interrupted_after is not None:
        with suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=interrupted_after)
        process.send_signal(signal.SIGINT)
    printed, complaints = process.communicate(timeout=300)
    assert list((ROOT / ".local").glob(f"run-{process.pid}-*")) == []
    return process.returncode, printed, complaints


def test_a_demo_ends_with_its_posts_and_nothing_else() -> None:
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        for code, printed, complaints in pool.map(demo, [None] * STARTS):
            assert (code, complaints) == (0, ""), printed + complaints
            assert printed.rstrip().endswith("The timeline as a page: .local/timeline.html"), printed


def test_a_demo_that_is_interrupted_at_any_moment_ends_without_a_traceback() -> None:
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        for code, printed, complaints in pool.map(demo, range(1, STARTS + 1)):
            assert "Traceback" not in printed + complaints, complaints
            # The last: before it could prepare for that.
            assert code in (0, 1, -signal.SIGINT), complaints
