"""Which letters a font has: its table `cmap`, https://learn.microsoft.com/typography/opentype/spec/cmap, format 4."""

from __future__ import annotations

import struct


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
