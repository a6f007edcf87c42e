"""The help: of every command, and of all of them without the libraries that they need."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from cli.__main__ import VERBS, daily
from cli.commands.authorize import authorize
from cli.group import Commands

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize("name", [*VERBS, "deploy"])
def test_every_command_has_a_help(name: str) -> None:
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


def test_the_help_needs_no_library_that_takes_long() -> None:
    program = (
        "import sys; from cli.__main__ import daily; daily(['--help'], standalone_mode=False); "
        "print({'boto3', 'botocore', 'requests', 'rich'} & sys.modules.keys(), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert "Usage:" in done.stdout and done.stderr == "set()\n"


def test_the_history_is_shown_without_what_draws() -> None:
    program = (
        "import sys; import cli.terminal; cli.terminal.prepare(); import cli.commands.history; "
        "print({'boto3', 'requests', 'rich', 'stacks.settings', 'cli.page'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "set()\n"


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
