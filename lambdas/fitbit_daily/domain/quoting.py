"""Whether a vendor's words may be quoted: a post's text has health data in it, and errors are logged and mailed."""

from __future__ import annotations

import html
import re
import unicodedata

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMBER = re.compile(r"\d(?:[\d,.]*\d)?")


def repeats(words: str, text: str) -> bool:
    """Do the words contain a line of the text, or one of its numbers of three or more digits, other than its date?"""
    words, text = _plain(words), _plain(text)
    if any(line.strip() in words for line in text.splitlines() if line.strip()):
        return True
    said = _numbers(words)
    return any(number in each for number in _numbers(text) if len(number) >= 3 for each in said)


def _numbers(text: str) -> set[str]:
    """Their digits alone: 8,123 and 8123 are the same."""
    return {re.sub(r"\D", "", number) for number in _NUMBER.findall(_DATE.sub(" ", text))}


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", html.unescape(text)).casefold()
