"""The documents: their text, and what of it stands in code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
DOCUMENTS = sorted((*ROOT.glob("README*.md"), *(ROOT / "docs").glob("*.md")))

_FENCE = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True)
class Code:
    text: str
    where: str
    # A line of a block, to be typed as it is; not a word of a sentence.
    is_line: bool


def named(document: Path) -> str:
    return str(document.relative_to(ROOT))


def code_of(document: Path) -> Iterator[Code]:
    """Each line of a block, its comment left out and continued lines joined; and each piece in backticks."""
    text = document.read_text(encoding="utf-8")
    for block in _FENCE.findall(text):
        for line in block.replace("\\\n", " ").splitlines():
            yield Code(re.sub(r"(^|\s)#.*", "", line).strip(), named(document), is_line=True)
    for piece in _INLINE.findall(_FENCE.sub("", text)):
        yield Code(piece, named(document), is_line=False)


def prose_of(document: Path) -> str:
    return _FENCE.sub("", document.read_text(encoding="utf-8"))
