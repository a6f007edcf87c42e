"""The week as a picture: what is drawn is what is seen, and every letter of it."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from fitbit_daily.adapters.rasteriser import FONTS, SCALE, png_of
from fitbit_daily.domain.drawing.words import WORDS
from fitbit_daily.domain.history import DayRecord
from fitbit_daily.domain.posts import LANGUAGES
from fitbit_daily.domain.week import HEIGHT, WIDTH, drawing
from tests.domain.history_days import record

GOLDEN = Path(__file__).parent / "golden"
SUNDAY = date(2026, 11, 22)

# Of all pixels, how many may differ: nothing but the rims of letters, should another resvg round otherwise.
TOLERANCE = 0.002


def week(*, friday: int = 8219) -> dict[date, DayRecord]:
    """Two weeks; of the second one day is missing, and the last is not synced."""
    steps = [6200, 5100, 9000, 7400, 3000, 12_000, 8000, 5748, 2034, 2464, None, friday, 10_117, 4201]
    days = {SUNDAY - timedelta(days=13 - number): each for number, each in enumerate(steps) if each is not None}
    return {
        day: record(
            day,
            steps=each,
            asleep=400 + each % 100,
            light_minutes=each // 100,
            moderate_minutes=each // 300,
            vigorous_minutes=each // 500,
            complete=day != SUNDAY,
        )
        for day, each in days.items()
    }


def picture(language: str, *, friday: int = 8219) -> bytes:
    svg, _ = drawing(week(friday=friday), SUNDAY, language)
    return png_of(svg)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_picture_of_a_week_is_the_one_that_was_looked_at(language: str) -> None:
    golden = (GOLDEN / f"week.{language}.png").read_bytes()
    assert size(golden) == size(picture(language)) == (SCALE * WIDTH, SCALE * HEIGHT)
    assert len(golden) < 100_000, "a state may hold 256 KB, as text"
    assert differing(picture(language), golden) <= TOLERANCE


def test_the_share_of_pixels_that_differ_is_counted() -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="20"><rect width="{}" height="20"/></svg>'
    assert differing(png_of(svg.format(20, 10)), png_of(svg.format(20, 12))) == pytest.approx(0.1)


@pytest.mark.thorough
def test_a_bar_that_is_drawn_a_little_too_high_is_seen() -> None:
    golden = (GOLDEN / "week.ja.png").read_bytes()
    assert differing(picture("ja", friday=8719), golden) > TOLERANCE


@pytest.mark.parametrize("font", sorted(path.name for path in FONTS.glob("*.ttf")))
def test_the_fonts_have_a_glyph_for_every_letter_of_the_drawings(font: str) -> None:
    known = glyphs_of((FONTS / font).read_bytes())
    needed = {letter for words in WORDS.values() for text in texts(vars(words)) for letter in text}
    for language in LANGUAGES:
        svg, _ = drawing(week(), SUNDAY, language)
        needed |= set(svg)
    missing = {letter for letter in needed if letter.isprintable()} - known
    assert len(needed) > 100 and not missing, "see lambdas/fitbit_daily/fonts/README.md"
    assert "歩" in known and "猫" not in known


def texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, tuple):
        for each in value:
            yield from texts(each)


def size(png: bytes) -> tuple[int, ...]:
    return struct.unpack(">II", png[16:24])


def differing(one: bytes, other: bytes) -> float:
    """The share of pixels of which a colour differs by an eighth or more."""
    if one == other:
        return 0.0
    pairs = list(zip(pixels(one), pixels(other), strict=True))
    return sum(max(abs(a - b) for a, b in zip(*pair, strict=True)) >= 32 for pair in pairs if pair[0] != pair[1]) / len(
        pairs
    )


def pixels(png: bytes) -> list[bytes]:
    """Of a PNG of 8-bit RGBA, as resvg writes it: https://www.w3.org/TR/png-3/#9Filter-types"""
    data, at = b"", 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            data += png[at + 8 : at + 8 + length]
        at += 12 + length
    raw, stride = zlib.decompress(data), 4 * size(png)[0]
    # Four bytes before each line stand for the pixel that is not there.
    above, found = bytes(4 + stride), []
    for start in range(0, len(raw), stride + 1):
        line = bytearray(4) + raw[start + 1 : start + 1 + stride]
        _unfilter(raw[start], line, above)
        above = bytes(line)
        found += [above[index : index + 4] for index in range(4, 4 + stride, 4)]
    return found


def _unfilter(filter_: int, line: bytearray, above: bytes) -> None:
    for index in range(4, len(line)) if filter_ else ():
        left, up, corner = line[index - 4], above[index], above[index - 4]
        if filter_ == 4:
            a, b, c = abs(up - corner), abs(left - corner), abs(left + up - corner - corner)
            predicted = left if a <= b and a <= c else up if b <= c else corner
        else:
            predicted = (0, left, up, (left + up) // 2)[filter_]
        line[index] = (line[index] + predicted) & 255


# Which letters a font has: its table `cmap`, https://learn.microsoft.com/typography/opentype/spec/cmap, format 4.


def glyphs_of(font: bytes) -> set[str]:
    (tables,) = struct.unpack(">H", font[4:6])
    offsets = {
        font[12 + 16 * n : 16 + 16 * n]: struct.unpack(">I", font[20 + 16 * n : 24 + 16 * n])[0] for n in range(tables)
    }
    cmap = font[offsets[b"cmap"] :]
    (count,) = struct.unpack(">H", cmap[2:4])
    starts = [struct.unpack(">I", cmap[8 + 8 * n : 12 + 8 * n])[0] for n in range(count)]
    found: set[str] = set()
    for start in starts:
        if cmap[start : start + 2] == b"\0\4":
            found |= _format_4(cmap[start:])
    return found


def _format_4(table: bytes) -> set[str]:
    (twice,) = struct.unpack(">H", table[6:8])
    segments = twice // 2

    def column(number: int, form: str = "H") -> tuple[int, ...]:
        # After the ends is a word of padding.
        at = 14 + number * twice + (2 if number else 0)
        return struct.unpack(f">{segments}{form}", table[at : at + twice])

    found = set()
    for index, (end, begin, delta, offset) in enumerate(
        zip(column(0), column(1), column(2, "h"), column(3), strict=True)
    ):
        for code in range(begin, min(end, 0xFFFE) + 1):
            glyph = code + delta
            if offset:
                at = 16 + 3 * twice + 2 * index + offset + 2 * (code - begin)
                (glyph,) = struct.unpack(">H", table[at : at + 2])
            if glyph & 0xFFFF:
                found.add(chr(code))
    return found
