"""The changelog is kept: its newest entry is this version's."""

from __future__ import annotations

import re
from pathlib import Path

from fitbit_daily import VERSION

CHANGELOG = Path(__file__).parent.parent.parent / "CHANGELOG.md"


def test_the_newest_entry_is_of_this_version() -> None:
    assert re.findall(r"^## (\S+)", CHANGELOG.read_text(encoding="utf-8"), re.MULTILINE)[0] == VERSION
