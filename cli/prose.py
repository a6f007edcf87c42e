"""Sentences as a terminal shows them: wrapped at words, each command and address after a colon on a line of its own.

What is piped stays as it is written, one line however long: programs read it. Imports nothing that takes long.
"""

from __future__ import annotations

import io
import re
import shutil
import sys
from unicodedata import east_asian_width

import click

# Longer lines are hard to read, however wide the window is.
_WIDEST = 100

# How what is to be typed or opened begins.
_BEGINS = (
    r"(?:\./daily|make (?:setup|deploy|diff|demo|test|bench)\b|python -m|aws [a-z]|git pull"
    r"|export [A-Z]|unset [A-Z]|source \.|[A-Z]+=\S+ (?:make|python)|https?://)"
)
# After a colon, or after another one; it ends with the clause.
_TYPED = re.compile(rf"(?:(?<=: )|(?<=; )|^){_BEGINS}.*?(?=[;,.)]*$|[;,)]+\s|\.\s[A-Z]|\s\()")
_AFTER = re.compile(r"[;,.)]*\s*")
# One that a sentence only mentions.
_MENTIONED = re.compile(r"(?:\./daily|make|aws|python -m) \S+")
_NO_BREAK = "\N{NO-BREAK SPACE}"
# What no line break parts: a word; a character of Japanese, with the brackets and stops that stand by it.
_JAPANESE = r"\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60"
_PIECES = re.compile(rf" *(?:[（「『【]*[{_JAPANESE}][、。，．）」』】ーっゃゅょッャュョ:.,)]*|[^ {_JAPANESE}]+)")


def tell(text: str, *, err: bool = False) -> None:
    """Says it on stdout or stderr, laid out if that is a terminal."""
    stream = sys.stderr if err else sys.stdout
    click.echo(laid_out(text, columns()) if stream.isatty() else text, err=err)


def tell_at_length(text: str) -> None:
    """On stdout, as it is; where the terminal has fewer lines, in a pager."""
    if sys.stdout.isatty() and text.count("\n") + 1 >= shutil.get_terminal_size().lines:
        click.echo_via_pager(text)
    else:
        click.echo(text)


def in_lines(text: str) -> str:
    """As `tell` would say it on stdout."""
    return laid_out(text, columns()) if sys.stdout.isatty() else text


def show(error: click.ClickException) -> None:
    """An error as click shows it; its sentence laid out, if stderr is a terminal."""
    shown = io.StringIO()
    error.show(shown)
    # Before it, wrong usage has a line of its own; what has no sentence is a help.
    before, begins, sentence = re.split(r"^(Error: |\Z)", shown.getvalue(), maxsplit=1, flags=re.MULTILINE)
    click.echo(before, err=True, nl=False)
    if begins:
        tell(begins + sentence.removesuffix("\n"), err=True)


def columns() -> int:
    return shutil.get_terminal_size().columns


def laid_out(text: str, columns: int) -> str:
    """For so many columns. Line breaks that are there stay; so does a line's indentation."""
    return "\n".join(line for given in text.split("\n") for line in _lines(given, min(columns, _WIDEST)))


def _lines(line: str, columns: int) -> list[str]:
    words = line.lstrip(" ")
    indent = " " * (len(line) - len(words))
    lines: list[str] = []
    while typed := _TYPED.search(words):
        before = words[: typed.start()]
        lines += _wrapped(before, columns, indent)
        lines.append(f"{indent}  {typed[0]}" if lines else f"{indent}{typed[0]}")
        words = words[typed.end() :]
        words = words[_AFTER.match(words).end() :]  # type: ignore[union-attr]
        if not words:
            return lines
        # What follows directly is to be typed, too.
        if re.match(_BEGINS, words):
            words = f"; {words}"
    return lines + (_wrapped(words, columns, indent) or [""])


def _wrapped(words: str, columns: int, indent: str) -> list[str]:
    """Spaces within a line stay as they are."""
    kept = _MENTIONED.sub(lambda found: found[0].replace(" ", _NO_BREAK), words.removeprefix("; "))
    lines, width = [""], len(indent)
    for piece in _PIECES.findall(kept.rstrip()):
        if lines[-1] and width + _cells(piece) > columns:
            lines.append("")
            width = len(indent)
        added = piece if lines[-1] else piece.lstrip(" ")
        lines[-1] += added
        width += _cells(added)
    return [f"{indent}{line}".replace(_NO_BREAK, " ") for line in lines if line]


def _cells(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
