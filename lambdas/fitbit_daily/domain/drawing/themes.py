"""The colours of a drawing.

Every bar stands out from its paper by 3 to 1 and every text by 4.5 to 1 (WCAG 2.2, 1.4.11 and 1.4.3); the three
intensities are one hue from pale to deep, which no colour blindness takes away.
"""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Theme:
    """paper: what the drawing lies on. ink and quiet: texts. rule: the lines of the scale. gap: a day without data."""

    paper: str
    ink: str
    quiet: str
    rule: str
    gap: str
    steps: str
    line: str
    sleep: str
    hard: str
    active: str
    light: str


THEMES = {
    "light": Theme(
        paper="#ffffff",
        ink="#16191f",
        quiet="#545b64",
        rule="#d5dae1",
        gap="#e8ebef",
        steps="#4f94cd",
        line="#08306b",
        sleep="#8470b8",
        hard="#0b4a2a",
        active="#2e7d46",
        light="#5ea06b",
    ),
    "dark": Theme(
        paper="#161d26",
        ink="#ebebf0",
        quiet="#b6bec9",
        rule="#333d4a",
        gap="#28323f",
        steps="#3f86c6",
        line="#ffd479",
        sleep="#9b86d6",
        hard="#d8f5dc",
        active="#7cc58d",
        light="#3f8a54",
    ),
}

# Each colour as a variable that the page around the drawing sets.
VARIABLES = Theme(**{field.name: f"var(--{field.name})" for field in fields(Theme)})


def as_css(theme: Theme) -> str:
    """The variables' values."""
    return "".join(f"--{field.name}:{getattr(theme, field.name)};" for field in fields(Theme))
