"""Tab completes what follows ./daily: asked of real shells, in which it is typed."""

from __future__ import annotations

import os
import pty
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.__main__ import daily

ROOT = Path(__file__).parent.parent.parent
SHELLS = {"bash": ("bash", "--norc", "--noprofile", "-i"), "zsh": ("zsh", "-f", "-i")}
# Of seconds, for a machine that is busy.
PATIENCE = 60


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        ("./daily sta", {"status"}),
        ("./daily dep", set()),
        ("./daily status --ex", {"--executions"}),
        ("./daily open d", {"dashboard"}),
        ("./daily authorize g", {"google_health"}),
    ],
)
def test_verbs_options_and_what_follows_them_are_completed(words: str, completed: set[str]) -> None:
    asked = {"_DAILY_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(len(words.split()) - 1)}
    done = CliRunner(env=asked).invoke(daily, prog_name="./daily")
    assert {line.partition(",")[2] for line in done.stdout.split()} == completed


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Where ./daily is, set up already."""
    script = tmp_path / "daily"
    script.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m cli "$@"\n')
    script.chmod(0o755)
    return tmp_path


@pytest.mark.parametrize("shell", SHELLS)
def test_in_a_shell_that_was_told_tab_completes_the_command_as_it_is_typed_in_the_clone(
    shell: str, clone: Path
) -> None:
    if not shutil.which(shell):
        pytest.skip(f"there is no {shell} here")
    at_first = "autoload -Uz compinit; compinit -D; " if shell == "zsh" else ""
    told = f'{at_first}eval "$(_DAILY_COMPLETE={shell}_source ./daily)"; echo "tol"d\n'
    assert typed_in(SHELLS[shell], clone, (told, "told"), ("./daily op\tda\t", "dashboard"))


def typed_in(shell: tuple[str, ...], folder: Path, *steps: tuple[str, str]) -> bool:
    """Types, step by step, and waits for what it leads to."""
    terminal, theirs = pty.openpty()
    environ = {**os.environ, "TERM": "dumb", "PS1": "> "}
    running = subprocess.Popen(
        shell, cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs, env=environ, start_new_session=True
    )
    os.close(theirs)
    try:
        return all(_leads_to(terminal, *step) for step in steps)
    finally:
        running.kill()
        running.wait()
        os.close(terminal)


def _leads_to(terminal: int, typed: str, expected: str) -> bool:
    os.write(terminal, typed.encode())
    shown, until = "", time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if select.select([terminal], [], [], 1)[0]:
            shown += os.read(terminal, 4096).decode(errors="replace")
            if expected in shown.replace("\r", ""):
                return True
    raise AssertionError(shown)
