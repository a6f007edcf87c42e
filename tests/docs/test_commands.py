"""Every command that an error, a help text or a document names can be typed."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

import click
import pytest

from cli.__main__ import daily
from local.commands import local
from tests.docs.documents import DOCUMENTS, ROOT, code_of

PROGRAMS: dict[str, click.Group] = {"./daily": daily, "python -m local": local}
# What stands for something else: KIND, {date}, YYYY-MM-DD, <date>, client_secret_….json, ...
PLACEHOLDER = re.compile(r"[A-Z][A-Z_-]*|.*[{<\[…].*|.*\.\.\..*")

_PROGRAM = re.compile(r"(?:^|.*\s)(\./daily|python -m local)(?=\s|$)(.*)", re.DOTALL)
# In a sentence a command ends where the sentence does, at the latest.
_IN_A_SENTENCE = re.compile(r"(\./daily|python -m local)((?:[ ]+(?!\./daily|python )[^\s`'\"()|;#]+)*)")
_MAKE = re.compile(r"^make ([a-z][a-z-]*)")
# "then make a new one" is no command.
_MAKE_IN_A_SENTENCE = re.compile(
    r"(?:`|\b(?:[Tt]ype|[Tt]hen|[Ww]ith|else|or):? |\$ |^)make (?!(?:an?|it|its|the) )([a-z][a-z-]*)"
)


@dataclass(frozen=True)
class Named:
    """A command, and where it is named."""

    program: str
    words: tuple[str, ...]
    where: str
    # It may be named without what it needs: "`./daily settle` writes the ledger".
    in_passing: bool = False
    # Words of the sentence may follow.
    in_a_sentence: bool = False

    def __str__(self) -> str:
        return f"{' '.join((self.program, *self.words))} ({self.where})"


def of_the_documents() -> Iterator[Named]:
    for document in DOCUMENTS:
        for code in code_of(document):
            if match := _PROGRAM.match(code.text):
                words = tuple(takewhile(lambda word: word not in (">", "|", "&&"), shlex.split(match[2])))
                yield Named(match[1], words, code.where, in_passing=not code.is_line and len(words) == 1)


def of_the_code() -> Iterator[Named]:
    for text, where in strings():
        yield from commands_in(text, where)


def commands_in(text: str, where: str) -> Iterator[Named]:
    for match in _IN_A_SENTENCE.finditer(text):
        words: list[str] = []
        for word in match[2].split():
            words.append(word.rstrip(".,:?!"))
            if word.endswith((".", ",", ":", "?", "!")):
                break
        yield Named(match[1], tuple(filter(None, words)), where, in_passing=True, in_a_sentence=True)


def strings() -> Iterator[tuple[str, str]]:
    """Every string of the code that a person may come to read, with its place."""
    for folder in ("lambdas/fitbit_daily", "cli"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            for text, line in strings_of(ast.parse(file.read_text())):
                yield text, f"{file.relative_to(ROOT)}:{line}"


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


def what_is_wrong(named: Named) -> str | None:
    """None if click takes it. Nothing is run."""
    command: click.Command = PROGRAMS[named.program]
    words = list(named.words)
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(click.Context(command), words[0])
        if found is None:
            return None if PLACEHOLDER.fullmatch(words[0]) else f"there is no command {words[0]!r}"
        command = found
        del words[0]
    if words in (["--help"], ["-h"]):
        return None
    context = click.Context(command)
    try:
        given, left, _ = command.make_parser(context).parse_args(words)
        for parameter in command.params:
            _check(parameter, given.get(str(parameter.name)), context, in_passing=named.in_passing)
    except click.UsageError as error:
        return error.format_message()
    # Words of the sentence are none of the command's.
    if left and not (named.in_a_sentence and not PLACEHOLDER.fullmatch(left[0])):
        return f"there is no argument {left[0]!r}"
    return None


def _check(parameter: click.Parameter, value: object, context: click.Context, *, in_passing: bool) -> None:
    if not isinstance(value, str | list | tuple | bool):
        if parameter.required and not in_passing:
            raise click.MissingParameter(ctx=context, param=parameter)
    elif not (isinstance(value, str) and PLACEHOLDER.fullmatch(value)):
        parameter.type_cast_value(context, value)


def targets_of_the_documents() -> Iterator[tuple[str, str]]:
    for document in DOCUMENTS:
        for code in code_of(document):
            if match := _MAKE.match(code.text):
                yield match[1], code.where


def targets_of_the_code() -> Iterator[tuple[str, str]]:
    for text, where in strings():
        for target in _MAKE_IN_A_SENTENCE.findall(text):
            yield target, where


IN_DOCUMENTS = list(of_the_documents())
IN_CODE = list(of_the_code())


@pytest.mark.parametrize("sweep", [IN_DOCUMENTS, IN_CODE], ids=["documents", "code"])
def test_every_command_that_is_named_can_be_typed(sweep: list[Named]) -> None:
    wrong = [f"{named}: {what}" for named in sweep if (what := what_is_wrong(named))]
    assert wrong == []


def test_every_target_of_make_that_is_named_exists() -> None:
    there = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    every = [*targets_of_the_documents(), *targets_of_the_code()]
    assert [f"make {target} ({where})" for target, where in every if target not in there] == []
    assert {"deploy", "demo", "diff"} <= {target for target, _ in every}


def test_the_sweeps_have_seen_commands_of_all_kinds() -> None:
    assert {
        "./daily run --date PLACEHOLDER",
        "./daily settle {date} {kind} --posted ID",
        "./daily settle {date} {kind} --not-posted",
        "./daily authorize {source}",
        "./daily authorize google_health",
        "./daily try --date YYYY-MM-DD",
    } <= {" ".join((named.program, *named.words)) for named in IN_CODE}
    assert {
        "./daily try --client-file ~/Downloads/client_secret_….json",
        "./daily history --from 2026-01-01 --csv",
        "python -m local up -c give_up_at=09:00 -c style=compact",
    } <= {" ".join((named.program, *named.words)) for named in IN_DOCUMENTS}


@pytest.mark.parametrize(
    ("sentence", "wrong"),
    [
        ("Type: ./daily run --date {date}", None),
        ("./daily settle DATE KIND --posted ID, or ./daily run", None),
        ("Then ./daily run again and again.", None),
        ("SOURCE=fitbit python -m local up", None),
        ("./daily", None),
        ("./daily authorize NAME", None),
        ("./daily runs", "there is no command 'runs'"),
        ("./daily authorize google", "there is no command 'google'"),
        ("./daily run --day 2021-05-23", "No such option '--day'"),
        ("./daily run --date", "Option '--date' requires an argument."),
        ("./daily run DATE", "there is no argument 'DATE'"),
        ("python -m local down", "there is no command 'down'"),
    ],
)
def test_the_sweep_knows_what_can_be_typed_from_what_cannot(sentence: str, wrong: str | None) -> None:
    named, *_ = commands_in(sentence, "here")
    said = what_is_wrong(named)
    assert said is None if wrong is None else str(said).startswith(wrong)


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("run again", "there is no argument 'again'"),
        ("run --date 2026-21-11", "Invalid value"),
        ("settle 2026-11-21 slep --not-posted", "Invalid value"),
        ("backfill", "Missing option"),
        ("backfill --from 2023-01-01", None),
    ],
)
def test_what_a_block_has_is_taken_at_its_word(words: str, wrong: str | None) -> None:
    said = what_is_wrong(Named("./daily", tuple(words.split()), "here"))
    assert said is None if wrong is None else str(said).startswith(wrong)
