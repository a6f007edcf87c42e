"""A drawing as a picture: SVG becomes PNG, by resvg and with the fonts beside this package alone.

So the same drawing is the same picture on every machine. resvg is in a layer of its own, which only the function has
that draws the week's post, and only where there is one: nothing here is imported before it is used.
"""

from __future__ import annotations

from pathlib import Path

FONTS = Path(__file__).parent.parent / "fonts"
FAMILY = "Noto Sans JP"

# Pixels of the picture to one of the drawing.
SCALE = 2


def png_of(svg: str) -> bytes:
    """Raises ImportError where resvg is not there."""
    from resvg_py import svg_to_bytes

    picture = svg_to_bytes(
        svg,
        zoom=SCALE,
        skip_system_fonts=True,
        font_files=[str(font) for font in sorted(FONTS.glob("*.ttf"))],
        font_family=FAMILY,
        sans_serif_family=FAMILY,
    )
    return bytes(picture)
