"""X's length of a text, and what X takes for a URL, by twitter-text: the program that is tested counts for itself.

https://github.com/twitter/twitter-text, as ported by the package twitter-text-parser
"""

from __future__ import annotations

import functools
import sys
import unicodedata
from importlib.resources import files
from types import ModuleType
from typing import Any
from unittest.mock import patch


def _twitter_text() -> Any:
    """It reads one file by pkg_resources, which is deprecated, and not in every virtual environment."""
    stand_in: Any = ModuleType("pkg_resources")
    stand_in.resource_string = lambda module, name: (files("twitter_text.regexp") / name).read_bytes()
    with patch.dict(sys.modules, pkg_resources=stand_in):
        import twitter_text

        return twitter_text


_parser = _twitter_text()
LIMIT = 280


@functools.cache
def weighted_length(text: str) -> int:
    length: int = _parser.parse_tweet(text).weightedLength
    return length


def urls(text: str) -> list[str]:
    found: list[str] = _parser.extract_urls(unicodedata.normalize("NFC", text))
    return found


def wrapped(text: str, link: str) -> str:
    """Every URL replaced by `link`, with the number of the URL put into its {}."""
    for number, found in reversed(list(enumerate(_parser.extract_urls_with_indices(text)))):
        begin, end = found["indices"]
        text = f"{text[:begin]}{link.format(number)}{text[end:]}"
    return text
