"""The local stack begins and ends without a word that is not meant for the person, again and again, on a busy machine.

Takes minutes: part of `make thorough` alone.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

pytestmark = [pytest.mark.thorough, pytest.mark.xdist_group("twenty starts")]

ROOT = Path(__file__).parent.parent.parent
STARTS = 20
# More at a time than there are processors: the load.
AT_A_TIME = (os.cpu_count() or 2) + 2


def demo() -> subprocess.Popen[str]:
    given = {name: value for name, value in os.environ.items() if not name.endswith("_URL") and name != "LANGUAGE"}
    return subprocess.Popen(
        [sys.executable, "-m", "local", "demo"],
        cwd=ROOT,
        env={**given, "DATE": "2021-05-23"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def to_its_end(process: subprocess.Popen[str], interrupted_after: float | None = None) -> tuple[int, str, str]:
    """Its exit code, and what it printed on stdout and stderr."""
    if interrupted_after is not None:
        with suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=interrupted_after)
        process.send_signal(signal.SIGINT)
    printed, complaints = process.communicate(timeout=300)
    return process.returncode, printed, complaints


def left_behind(process: subprocess.Popen[str]) -> list[Path]:
    return list((ROOT / ".local").glob(f"run-{process.pid}-*"))


def in_parallel(one: Callable[[int], None]) -> None:
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        list(pool.map(one, range(STARTS)))


def test_a_demo_ends_with_its_posts_and_nothing_else() -> None:
    def one(number: int) -> None:
        process = demo()
        code, printed, complaints = to_its_end(process)
        assert (code, complaints) == (0, ""), f"{number}: {printed}{complaints}"
        assert printed.rstrip().endswith("The timeline as a page: .local/timeline.html"), printed
        assert left_behind(process) == []

    in_parallel(one)


def test_a_demo_that_is_interrupted_at_any_moment_ends_without_a_traceback_and_leaves_nothing_behind() -> None:
    def one(number: int) -> None:
        process = demo()
        code, printed, complaints = to_its_end(process, interrupted_after=1 + number)
        assert "Traceback" not in printed + complaints, f"{number}: {complaints}"
        # The last: before it could prepare for that.
        assert code in (0, 1, -signal.SIGINT), f"{number}: {complaints}"
        assert left_behind(process) == []

    in_parallel(one)
