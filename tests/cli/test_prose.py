"""What a terminal of 80 columns shows: whole words, and commands that can be copied whole."""

from __future__ import annotations

import io
import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from cli.asking import with_options
from cli.prose import laid_out, tell_at_length

ROOT = Path(__file__).parent.parent.parent
ARN = f"arn:aws:sns:eu-central-1:123456789012:{'x' * 60}"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
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
    ],
)
def test_each_command_and_address_after_a_colon_has_a_line_of_its_own(text: str, lines: list[str]) -> None:
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
