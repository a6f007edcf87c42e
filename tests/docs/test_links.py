"""Every link between the documents leads somewhere, and to the reader's own language."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.documents import DOCUMENTS, ROOT, named, prose_of

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)


def slug(heading: str) -> str:
    """A heading's anchor on GitHub: lower case, no punctuation, a hyphen for each space.

    The rules: https://docs.github.com/en/get-started/writing-on-github (section links).
    """
    kept = [
        character
        for character in heading.lower()
        if character in "-_ " or not (character in string.punctuation or unicodedata.category(character)[0] in "PSC")
    ]
    return "".join(kept).replace(" ", "-")


def anchors(document: Path) -> set[str]:
    """Of headings that are alike, the second's has -1 at its end."""
    found: list[str] = []
    for heading in _HEADING.findall(prose_of(document)):
        anchor = slug(re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading))
        found.append(f"{anchor}-{found.count(anchor)}" if anchor in found else anchor)
    return set(found)


def links(document: Path) -> Iterator[tuple[Path, str]]:
    """The file and the anchor of each link that stays in this repository."""
    for target in _LINK.findall(prose_of(document)):
        if not re.match(r"[a-z]+:", target):
            path, _, anchor = target.partition("#")
            yield ((document.parent / path).resolve() if path else document), anchor


def broken(document: Path) -> list[str]:
    return [
        f"{named(document)}: {target.name}#{anchor}"
        for target, anchor in links(document)
        if not target.exists() or (anchor and anchor not in anchors(target))
    ]


def in_the_other_language(document: Path) -> Path:
    is_japanese = document.name.endswith(".ja.md")
    return document.with_name(document.name.replace(".ja.md", ".md") if is_japanese else f"{document.stem}.ja.md")


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_link_leads_to_a_file_and_a_heading_that_exist(document: Path) -> None:
    assert broken(document) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_document_exists_in_both_languages_and_leads_to_the_other_at_its_top(document: Path) -> None:
    target, _ = next(links(document))
    assert target == in_the_other_language(document)


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_no_other_link_leads_out_of_the_readers_language(document: Path) -> None:
    counterpart = in_the_other_language(document)
    leading_out = [
        target.name
        for target, _ in links(document)
        if target in DOCUMENTS and target != counterpart and in_the_other_language(target).exists()
        if target.name.endswith(".ja.md") != document.name.endswith(".ja.md")
    ]
    assert leading_out == []


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("What it costs, and what CloudWatch shows", "what-it-costs-and-what-cloudwatch-shows"),
        ("The style `compact`", "the-style-compact"),
        ("1. Clone it", "1-clone-it"),
        ("投稿する、投稿し直す", "投稿する投稿し直す"),
        ("2 つの取得元の違い", "2-つの取得元の違い"),
        ("シークレットとサーバー", "シークレットとサーバー"),
    ],
)
def test_anchors_are_those_of_github(heading: str, anchor: str) -> None:
    assert slug(heading) == anchor


def test_a_broken_link_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.docs.documents.ROOT", tmp_path)
    page = tmp_path / "page.md"
    page.write_text("# A page\n\n[to it](#a-page) [nowhere](no.md) [no heading](#no-heading)\n", encoding="utf-8")
    assert broken(page) == ["page.md: no.md#", "page.md: page.md#no-heading"]


def test_the_sweep_has_seen_links_with_and_without_anchors() -> None:
    every = [link for document in DOCUMENTS for link in links(document)]
    assert len(every) > 100 and sum(bool(anchor) for _, anchor in every) > 50 and (ROOT / "README.md") in DOCUMENTS
