"""Every command that an error, a help text or a document names can be typed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import pytest

from cli.__main__ import daily
from local.commands import local

ROOT = Path(__file__).parent.parent.parent
PROGRAMS: dict[str, click.Group] = {"./daily": daily, "python -m local": local}
# What stands for something else: KIND, {date}, YYYY-MM-DD, <date>, 2021-05-23, ...
PLACEHOLDER = re.compile(r"[A-Z][A-Z_-]*|\{.*|<.*|\[.*|\d.*|…|\.\.\.+|12345")
# A command ends where its sentence does.
_NAMED = re.compile(r"(\./daily|python -m local)((?:[ ]+(?!\./daily|python )[^\s`'\"()|;#]+)*)")
# "then make a new one" is no command.
_MAKE = re.compile(r"(?:`|\b(?:[Tt]ype|[Tt]hen|[Ww]ith|else|or):? |\$ |^)make (?!(?:an?|it|its|the) )([a-z][a-z-]*)")


@dataclass(frozen=True)
class Named:
    """A command, and where it is named."""

    program: str
    words: tuple[str, ...]
    where: str

    def __str__(self) -> str:
        return f"{' '.join((self.program, *self.words))} ({self.where})"


def texts() -> Iterator[tuple[str, str]]:
    """Every string of the code and every document, each with its place."""
    for folder in ("lambdas/fitbit_daily", "cli"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            for text, line in strings_of(ast.parse(file.read_text())):
                yield text, f"{file.relative_to(ROOT)}:{line}"
    for file in sorted((*ROOT.glob("README*.md"), *(ROOT / "docs").glob("*.md"))):
        for number, text in enumerate(file.read_text().splitlines(), 1):
            yield text, f"{file.relative_to(ROOT)}:{number}"


def strings_of(module: ast.Module) -> Iterator[tuple[str, int]]:
    """Strings as they are said: pieces joined, a module's own constants put in, anything else as a placeholder."""
    constants = {
        target.id: node.value.value
        for node in module.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    inner: set[int] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.JoinedStr):
            inner |= {id(piece) for piece in ast.walk(node) if piece is not node}
            if id(node) not in inner:
                yield "".join(_said(piece, constants) for piece in node.values), node.lineno
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inner:
            yield node.value, node.lineno


def _said(piece: ast.expr, constants: dict[str, str]) -> str:
    if isinstance(piece, ast.Constant):
        return str(piece.value)
    name = piece.value if isinstance(piece, ast.FormattedValue) else piece
    return constants.get(name.id, "PLACEHOLDER") if isinstance(name, ast.Name) else "PLACEHOLDER"


def commands_in(text: str, where: str) -> Iterator[Named]:
    for match in _NAMED.finditer(text):
        words: list[str] = []
        for word in match[2].split():
            words.append(word.rstrip(".,:?!"))
            if word.endswith((".", ",", ":", "?", "!")):
                break
        yield Named(match[1], tuple(filter(None, words)), where)


def what_is_wrong(named: Named) -> str | None:
    """None if it can be typed. Words of the sentence that follow a complete command are none of its."""
    command: click.Command = PROGRAMS[named.program]
    words = list(named.words)
    while isinstance(command, click.Group) and words:
        name = words.pop(0)
        if PLACEHOLDER.fullmatch(name):
            return None
        found = command.get_command(click.Context(command), name)
        if found is None:
            return f"there is no command {name!r}"
        command = found
    options = {option: each for each in command.params if isinstance(each, click.Option) for option in each.opts}
    options |= {name: each for each in options.values() for name in each.secondary_opts}
    arguments = sum(isinstance(each, click.Argument) for each in command.params)
    while words:
        word = words.pop(0)
        name, equals, _ = word.partition("=")
        if word.startswith("-"):
            if name in ("--help", "-h"):
                continue
            if name not in options:
                return f"there is no option {name!r}"
            if not options[name].is_flag and not equals and not (words and not words.pop(0).startswith("-")):
                return f"{name} lacks its value"
        elif arguments:
            arguments -= 1
        else:
            return f"there is no argument {word!r}" if PLACEHOLDER.fullmatch(word) else None
    return None


NAMED = [named for text, where in texts() for named in commands_in(text, where)]
TARGETS = [(target, where) for text, where in texts() for target in _MAKE.findall(text)]


def test_every_command_that_is_named_can_be_typed() -> None:
    wrong = [f"{named}: {what}" for named in NAMED if (what := what_is_wrong(named))]
    assert wrong == []


def test_every_target_of_make_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert [f"make {target} ({where})" for target, where in TARGETS if target not in targets] == []


def test_the_sweep_has_seen_the_commands_of_errors_and_of_the_commands_themselves() -> None:
    assert len(NAMED) > 40 and len(TARGETS) > 10
    seen = {" ".join((named.program, *named.words)) for named in NAMED}
    assert {
        "./daily run --date PLACEHOLDER",
        "./daily settle {date} {kind} --posted ID",
        "./daily settle {date} {kind} --not-posted",
        "./daily authorize {source}",
        "./daily authorize google_health",
        "./daily authorize x --no-check",
        "./daily try --date YYYY-MM-DD",
    } <= seen
    assert {"deploy"} <= {target for target, _ in TARGETS}


@pytest.mark.parametrize(
    ("sentence", "wrong"),
    [
        ("Type: ./daily run --date {date}", None),
        ("`./daily run --date 2021-05-23 --dry-run`", None),
        ("./daily settle DATE KIND --posted ID, or ./daily run", None),
        ("Then ./daily run again and again.", None),
        ("SOURCE=fitbit python -m local up", None),
        ("./daily", None),
        ("./daily authorize NAME", None),
        ("./daily runs", "there is no command 'runs'"),
        ("./daily authorize google", "there is no command 'google'"),
        ("./daily run --day 2021-05-23", "there is no option '--day'"),
        ("./daily run --date", "--date lacks its value"),
        ("./daily run --date --force", "--date lacks its value"),
        ("./daily run DATE", "there is no argument 'DATE'"),
        ("python -m local down", "there is no command 'down'"),
    ],
)
def test_the_sweep_knows_what_can_be_typed_from_what_cannot(sentence: str, wrong: str | None) -> None:
    named, *_ = commands_in(sentence, "here")
    assert what_is_wrong(named) == wrong
