"""X's length of a text, and what X takes for a URL, counted for the simulator alone.

The rule: https://docs.x.com/fundamentals/counting-characters and
https://github.com/twitter/twitter-text/blob/master/config/v3.json (NFC; light ranges weigh 1, all else 2,
an emoji 2 however many code points it has, a URL 23). The program that is tested has a count of its own.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

LIMIT = 280
URL_WEIGHT = 23
_LIGHT = ((0x0000, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037))


def _url_pattern() -> re.Pattern[str]:
    """X links a domain without a scheme, too, if it is ASCII and ends in a top-level domain that exists."""
    lines = Path(__file__).with_name("tlds.txt").read_text(encoding="utf-8").splitlines()
    domains = " ".join(line for line in lines if not line.startswith("#")).split()
    top = "|".join(sorted((*map(re.escape, domains), r"xn--[-0-9a-z]+"), key=len, reverse=True))
    end = r"(?![0-9a-z@+\-])"
    accents = "À-ÖØ-öø-ɏ"
    # A dot before it ends a word, unless that word is not ASCII: then X reads both as one domain.
    before = r"(?<![0-9a-z@＠$#＃\-_/])(?<![\x00-\x7f]\.)(?<!^\.)"
    bare = rf"{before}(?:[0-9a-z{accents}][0-9a-z\-{accents}]*\.)+(?:{top}){end}"
    with_scheme = rf"(?<![0-9a-z@＠$#＃])https?://(?:[^\s!-,./:-@\[-^`{{-~]+\.)+(?:{top}){end}"
    char = rf"[0-9a-z!*';:=+,.$/%#\[\]\-–_~@|&Ѐ-ӿ{accents}]"
    balanced = rf"\({char}*\)"
    path = rf"/(?:(?:{char}|{balanced})*(?:[0-9a-z=_#/+\-Ѐ-ӿ{accents}]|{balanced}))?"
    query = r"(?:\?[0-9a-z!?*'@();:&=+$/%#\[\]\-_.,~|]*[0-9a-z\-_&=#/])?"
    port = "(?::[0-9]+)?"
    short = r"(?<![0-9a-z@＠$#＃])https?://t\.co/[0-9a-z]+"
    # Without a scheme, a port and a query count only around a path.
    pattern = rf"{short}|{with_scheme}{port}(?:{path})?{query}|{bare}(?:{port}{path}{query})?"
    return re.compile(pattern, re.IGNORECASE)


def _emoji_pattern() -> re.Pattern[str]:
    """Sequences of several code points that are one emoji: https://unicode.org/reports/tr51/"""
    pictures = (
        "\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u25fe\u2600-\u27bf"
        "\u2934\u2935\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001faff©®"
    )
    one = f"[{pictures}](?:[\U0001f3fb-\U0001f3ff]|\ufe0f)?"
    flag = "[\U0001f1e6-\U0001f1ff]{2}"
    tagged = f"{one}[\U000e0020-\U000e007e]+\U000e007f"
    return re.compile(f"{flag}|[0-9#*]\ufe0f?\u20e3|{tagged}|{one}(?:\u200d{one})*")


URL = _url_pattern()
_EMOJI = _emoji_pattern()
_HEAVY = "字"


def _weigh(text: str) -> int:
    points = map(ord, _EMOJI.sub(_HEAVY, text))
    return sum(1 if any(low <= point <= high for low, high in _LIGHT) else 2 for point in points)


def weighted_length(text: str) -> int:
    between = URL.split(unicodedata.normalize("NFC", text))
    return sum(map(_weigh, between)) + URL_WEIGHT * (len(between) - 1)


def urls(text: str) -> list[str]:
    return URL.findall(unicodedata.normalize("NFC", text))
