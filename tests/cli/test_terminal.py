"""What a terminal and a shell get: whole words, commands to copy, every character, completion, and the help."""

from __future__ import annotations

import ast
import io
import json
import os
import pty
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from cli.__main__ import VERBS, daily
from cli.asking import with_options
from cli.commands.authorize import authorize
from cli.group import Commands
from cli.prose import laid_out, tell_at_length

ROOT = Path(__file__).parent.parent.parent
ARN = f"arn:aws:sns:eu-central-1:123456789012:{'x' * 60}"


def test_each_command_and_address_after_a_colon_has_a_line_of_its_own() -> None:
    for text, lines in [
        ("All is well.", ["All is well."]),
        ("\nNext: ./daily doctor", ["", "Next:", "  ./daily doctor"]),
        ("Its address: https://console.x.com", ["Its address:", "  https://console.x.com"]),
        ("To change it, type: git pull; make deploy", ["To change it, type:", "  git pull", "  make deploy"]),
        (
            f"For a new mail, type: aws sns subscribe --topic-arn {ARN}; then: ./daily confirm",
            ["For a new mail, type:", f"  aws sns subscribe --topic-arn {ARN}", "then:", "  ./daily confirm"],
        ),
        (
            "Type: ./daily authorize x; or, unchecked: ./daily authorize x --no-check. It is stored then.",
            [
                "Type:",
                "  ./daily authorize x",
                "or, unchecked:",
                "  ./daily authorize x --no-check",
                "It is stored then.",
            ],
        ),
        ("Log in: aws login (AWS CLI 2.32 or newer)", ["Log in:", "  aws login", "(AWS CLI 2.32 or newer)"]),
    ]:
        assert laid_out(text, 80).split("\n") == lines


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_no_word_and_no_command_that_is_only_mentioned_is_broken(columns: int) -> None:
    text = "  " + "Whatever happens here, ./daily resume goes on, and make deploy changes nothing of it. " * 4
    lines = laid_out(text.rstrip(), columns).split("\n")
    assert all(len(line) <= min(columns, 100) and line.startswith("  ") for line in lines)
    assert " ".join(line.strip() for line in lines) == text.strip()
    assert not [line for line in lines if line.endswith(("./daily", "make"))]


def test_japanese_is_broken_between_its_characters_and_no_stop_begins_a_line() -> None:
    text = "認可が失効しました。やり直すコマンド: invalid_grant, says Google"
    lines = ["認可が失効しまし", "た。やり直すコマ", "ンド:", "invalid_grant,", "says Google"]
    assert laid_out(text, 16).split("\n") == lines


def shown(*words: str) -> list[str]:
    """What `./daily` shows on stderr, at a terminal of 80 columns."""
    ours, theirs = pty.openpty()
    environ = {**os.environ, "COLUMNS": "80", "AWS_ENDPOINT_URL": "https://example.com"}
    subprocess.run([sys.executable, "-m", "cli", *words], cwd=ROOT, env=environ, stdout=theirs, stderr=theirs)
    os.close(theirs)
    told = os.read(ours, 10_000).decode()
    os.close(ours)
    return told.splitlines()


def test_an_error_is_laid_out_and_so_is_wrong_usage() -> None:
    assert shown("status") == [
        "Error: AWS_ENDPOINT_URL is 'https://example.com', neither AWS nor the local",
        "stack. Open a new terminal.",
    ]
    file = f"no-such-folder-{'x' * 20}/no-such-file-{'x' * 20}.json"
    usage, *_, first, second, third = shown("authorize", "x", "--keys-file", file)
    assert usage == "Usage: ./daily authorize x [OPTIONS]"
    assert (first, second, third) == ("Error: Invalid value for '--keys-file': File", f"'{file}'", "does not exist.")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stdout", "lines", "paged"), [(Terminal(), 24, True), (Terminal(), 23, False), (io.StringIO(), 24, False)]
)
def test_what_a_terminal_cannot_show_at_once_is_paged_and_what_is_piped_never_is(
    monkeypatch: pytest.MonkeyPatch, stdout: io.StringIO, lines: int, paged: bool
) -> None:
    pages: list[str] = []
    monkeypatch.setattr(click, "echo_via_pager", pages.append)
    monkeypatch.setattr(sys, "stdout", stdout)
    monkeypatch.setattr(shutil, "get_terminal_size", lambda: os.terminal_size((80, 24)))
    text = "\n".join(["a day"] * lines)
    tell_at_length(text)
    assert (pages, stdout.getvalue()) == (([text], "") if paged else ([], f"{text}\n"))


def test_what_is_to_be_typed_again_has_the_options_that_were_given() -> None:
    @click.command()
    @click.option("--client-file")
    @click.option("--browser/--no-browser", default=None)
    @click.option("--check/--no-check", default=True)
    def command(**_: object) -> None:
        click.echo(with_options("./daily it"))

    def typed(*words: str) -> str:
        return CliRunner().invoke(command, words).stdout.strip()

    assert typed() == "./daily it"
    assert typed("--no-browser", "--client-file", "my file") == "./daily it --client-file 'my file' --no-browser"


TEXT = "✓ 運動 é 😀"
PRINT = f"from cli import terminal; terminal.prepare(); import json; print(json.dumps({TEXT!r}, ensure_ascii=False))"


def run(program: str, **environ: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-c", program], cwd=ROOT, env={**os.environ, **environ}, capture_output=True)


def test_what_is_piped_keeps_every_character_for_a_reader_of_json() -> None:
    done = run(PRINT, PYTHONIOENCODING="cp932")
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout.decode("cp932")) == TEXT


def test_a_terminal_that_cannot_show_a_character_shows_another() -> None:
    ours, theirs = pty.openpty()
    environ = {**os.environ, "PYTHONIOENCODING": "cp932"}
    done = subprocess.run([sys.executable, "-c", PRINT], cwd=ROOT, env=environ, stdout=theirs, stderr=subprocess.PIPE)
    os.close(theirs)
    shown = os.read(ours, 1000).decode("cp932").strip()
    os.close(ours)
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(shown) == TEXT.encode("cp932", "replace").decode("cp932")


def test_both_programs_are_made_ready_before_their_libraries_are_read() -> None:
    for program in ["cli", "local"]:
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


def test_relative_file_names_are_the_callers(elsewhere: Path) -> None:
    for typed in ["../bin/daily", "daily"]:
        path = os.pathsep.join([str(elsewhere.parent / "bin"), os.environ["PATH"]])
        environ = {**os.environ, "PATH": path, "CDPATH": str(elsewhere.parent)}
        # By a shell, which looks where a name without a slash is.
        words = ["sh", "-c", '"$@"', "sh", typed, "authorize", "x", "--keys-file", "keys.json"]
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


def test_setup_says_why_uv_failed(tmp_path: Path) -> None:
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    (tmp_path / "requirements.txt").write_text(f"there-is-no-such-package==1 --hash=sha256:{'0' * 64}\n")
    environ = {**os.environ, "UV_OFFLINE": "1", "UV_NO_CACHE": "1"}
    done = subprocess.run(
        ["sh", "-c", recipe(".venv/bin/uv")], cwd=tmp_path, env=environ, capture_output=True, text=True
    )
    assert done.returncode and "there-is-no-such-package" in done.stderr


SHELLS = {"bash": ("bash", "--norc", "--noprofile", "-i"), "zsh": ("zsh", "-f", "-i")}

# Of seconds, for a machine that is busy.
PATIENCE = 60


def test_verbs_options_and_what_follows_them_are_completed() -> None:
    for words, completed in [
        ("./daily sta", {"status"}),
        ("./daily dep", set()),
        ("./daily status --ex", {"--executions"}),
        ("./daily open d", {"dashboard"}),
        ("./daily authorize g", {"google_health"}),
    ]:
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


def test_every_command_has_a_help() -> None:
    for name in [*VERBS, "deploy"]:
        shown = CliRunner().invoke(daily, [name, "--help"], prog_name="./daily")
        assert shown.exit_code == 0 and shown.stdout.startswith(f"Usage: ./daily {name}")


@pytest.mark.parametrize("group", [daily, authorize])
def test_the_help_of_a_group_has_the_first_sentence_of_each_command(group: Commands) -> None:
    ctx = click.Context(group)
    shown = " ".join(group.get_help(ctx).split())
    for verb in group.verbs:
        command = group.get_command(ctx, verb)
        assert command is not None and command.help is not None
        said = " ".join(command.help.split("\n\n")[0].split())
        assert f"{verb} {said.split('. ')[0].rstrip('.')}" in shown


def test_the_help_needs_no_library_that_takes_long_and_the_history_nothing_that_draws() -> None:
    done = run(
        "import sys; from cli.__main__ import daily; daily(['--help'], standalone_mode=False); "
        "slow = {'boto3', 'requests', 'rich'}; print((slow | {'botocore'}) & sys.modules.keys(), file=sys.stderr); "
        "import cli.commands.history; "
        "print((slow | {'stacks.settings', 'cli.page'}) & sys.modules.keys(), file=sys.stderr)"
    )
    assert b"Usage:" in done.stdout and done.stderr == b"set()\nset()\n"


def test_what_commands_share_is_beside_them() -> None:
    """No command imports another; nor does what they share, nor the local stack."""
    files = [*(ROOT / "cli").rglob("*.py"), *(ROOT / "local").rglob("*.py")]
    importing = {
        file.relative_to(ROOT): module
        for file in files
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        for module in [getattr(node, "module", None) or ""]
        if isinstance(node, ast.ImportFrom) and module.startswith("cli.commands")
    }
    assert importing == {} and len(files) > 40
