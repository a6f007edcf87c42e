"""The page of the history as a file, and its way into a browser."""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import date
from pathlib import Path

from cli.browser import has_browser, open_browser
from cli.errors import CliError
from cli.page import page
from cli.prose import tell
from fitbit_daily.domain.statistics import Records

# In the clone, whose folder .local git ignores. Not in /tmp: a browser that is a snap does not see it.
FILE = Path(__file__).resolve().parent.parent / ".local" / "history.html"


def make_page(records: Records, last: date, language: str, *, file: Path | None, in_browser: bool) -> None:
    """file: where it is wanted, if not in FILE."""
    file = file or FILE
    _write(file, page(records, last, language))
    if in_browser:
        _open(file)
    else:
        tell(f"The page is in {file}.")


def _write(file: Path, html: str) -> None:
    """Health data: for its owner's eyes alone."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as opened:
            opened.write(html)
    except OSError as error:
        raise CliError(f"{file} cannot be written: {error.strerror}.") from None


def _open(file: Path) -> None:
    """Where no window can open, the person is told where to find it."""
    if has_browser() and open_browser(file.resolve().as_uri()):
        tell(f"Your browser shows {file}.")
    else:
        tell(f"There is no browser here. Open this file in one: {_as_seen_from_windows(file) or file}")


def _as_seen_from_windows(file: Path) -> str | None:
    """Under WSL the browser is one of Windows, which has another path for the file."""
    if not shutil.which("wslpath"):
        return None
    found = subprocess.run(["wslpath", "-w", str(file)], capture_output=True, text=True, check=False)
    return found.stdout.strip() or None
