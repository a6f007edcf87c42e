"""Every terminal and every shell: what is printed, where file names begin, and how Ctrl-C ends."""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
TEXT = "✓ 運動 é 😀"
PRINT = f"from cli import terminal; terminal.prepare(); import json; print(json.dumps({TEXT!r}, ensure_ascii=False))"
ENCODINGS = ("cp932", "utf-8")


def run(program: str, **environ: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-c", program], cwd=ROOT, env={**os.environ, **environ}, capture_output=True)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_what_is_piped_keeps_every_character_for_a_reader_of_json(encoding: str) -> None:
    done = run(PRINT, PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout.decode(encoding)) == TEXT


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_terminal_that_cannot_show_a_character_shows_another(encoding: str) -> None:
    ours, theirs = pty.openpty()
    environ = {**os.environ, "PYTHONIOENCODING": encoding}
    done = subprocess.run([sys.executable, "-c", PRINT], cwd=ROOT, env=environ, stdout=theirs, stderr=subprocess.PIPE)
    os.close(theirs)
    shown = os.read(ours, 1000).decode(encoding).strip()
    os.close(ours)
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(shown) == TEXT.encode(encoding, "replace").decode(encoding)


@pytest.mark.parametrize("program", ["cli", "local"])
def test_both_programs_are_made_ready_before_their_libraries_are_read(program: str) -> None:
    source = (ROOT / program / "__main__.py").read_text(encoding="utf-8")
    assert source.index("terminal.prepare()") < source.index(
        f"from {program}.{'group' if program == 'cli' else 'commands'}"
    )
    assert "terminal.run(" in source


def test_ctrl_c_while_libraries_are_read_is_no_traceback_and_a_fault_still_is_one() -> None:
    prepared = "from cli import terminal; terminal.prepare(); "
    assert run(f"{prepared} raise KeyboardInterrupt").stderr == b"Aborted!\n"
    assert b"ZeroDivisionError" in run(f"{prepared} 1 / 0").stderr


def test_a_proxy_is_never_asked_for_what_is_on_this_machine() -> None:
    program = (
        "from cli import terminal; terminal.prepare(); from requests.utils import get_environ_proxies as ask; "
        "print(ask('http://127.0.0.1:4566'), ask('http://localhost:1'), bool(ask('https://api.x.com')))"
    )
    proxy = "http://proxy.example:3128"
    done = run(program, HTTP_PROXY=proxy, HTTPS_PROXY=proxy, no_proxy="intranet.example")
    assert done.stdout == b"{} {} True\n"


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder of the caller's, with a file; ./daily is reached by a link to a link; make has nothing to do."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "make").write_text("#!/bin/sh\nexit 0\n")
    (tmp_path / "bin" / "make").chmod(0o755)
    (tmp_path / "first").symlink_to(ROOT / "daily")
    (tmp_path / "bin" / "daily").symlink_to("../first")
    folder = tmp_path / "a folder of mine"
    folder.mkdir()
    (folder / "keys.json").write_text("{}")
    return folder


@pytest.mark.parametrize("typed", ["../bin/daily", "daily", "{root}/daily"])
def test_relative_file_names_are_the_callers(elsewhere: Path, typed: str) -> None:
    path = os.pathsep.join([str(elsewhere.parent / "bin"), os.environ["PATH"]])
    environ = {**os.environ, "PATH": path, "CDPATH": str(elsewhere.parent)}
    # By a shell, which looks where a name without a slash is.
    words = ["sh", "-c", '"$@"', "sh", typed.format(root=ROOT), "authorize", "x", "--keys-file", "keys.json"]
    done = subprocess.run(words, cwd=elsewhere, env=environ, capture_output=True, text=True)
    told = done.stdout + done.stderr
    assert "lacks" in told or "consumer_key" in told


def test_a_checkout_of_windows_git_is_still_a_script_of_a_shell(tmp_path: Path) -> None:
    (tmp_path / "from").mkdir()
    for name in (".gitattributes", "daily", "Makefile"):
        shutil.copy(ROOT / name, tmp_path / "from" / name)
    git = ["git", "-c", "user.name=n", "-c", "user.email=e@example.com", "-c", "init.defaultBranch=b"]
    for words in (["init"], ["add", "."], ["commit", "--message", "m"]):
        subprocess.run([*git, *words], cwd=tmp_path / "from", check=True, capture_output=True)
    clone = [*git, "clone", "--config", "core.autocrlf=true", "--config", "core.eol=crlf", "from", "to"]
    subprocess.run(clone, cwd=tmp_path, check=True, capture_output=True)
    assert b"\r" not in b"".join((tmp_path / "to" / name).read_bytes() for name in ("daily", "Makefile"))


def recipe(tool: str) -> str:
    """The line of make setup that calls it."""
    shown = subprocess.run(
        ["make", "--dry-run", "--what-if=requirements.txt", "setup"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    (line,) = (line for line in shown.stdout.splitlines() if line.startswith(tool))
    return line


def test_setup_lets_npm_say_why_it_failed(tmp_path: Path) -> None:
    npm = tmp_path / "npm"
    npm.write_text('#!/bin/sh\ncase "$*" in *silent*) ;; *) echo reason >&2 ;; esac\necho chatter\nexit 3\n')
    npm.chmod(0o755)
    environ = {**os.environ, "PATH": os.pathsep.join([str(tmp_path), os.environ["PATH"]])}
    done = subprocess.run(["sh", "-c", recipe("npm")], env=environ, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (3, "", "reason\n")


@pytest.mark.thorough
def test_setup_says_why_npm_failed(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"dependencies": {"aws-cdk": "1.0.0"}}')
    (tmp_path / "package-lock.json").write_text('{"lockfileVersion": 3, "packages": {}}')
    done = subprocess.run(["sh", "-c", recipe("npm")], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode and "aws-cdk" in done.stderr


def test_setup_says_why_uv_failed(tmp_path: Path) -> None:
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    (tmp_path / "requirements.txt").write_text(f"there-is-no-such-package==1 --hash=sha256:{'0' * 64}\n")
    environ = {**os.environ, "UV_OFFLINE": "1", "UV_NO_CACHE": "1"}
    done = subprocess.run(
        ["sh", "-c", recipe(".venv/bin/uv")], cwd=tmp_path, env=environ, capture_output=True, text=True
    )
    assert done.returncode and "there-is-no-such-package" in done.stderr
