"""The browser of the person at this machine."""

from __future__ import annotations

import os
import webbrowser


def has_browser() -> bool:
    """Is there one with windows? One that would take over the terminal does not count."""
    if os.environ.get("BROWSER"):
        return True
    try:
        return type(webbrowser.get()) is not webbrowser.GenericBrowser
    except webbrowser.Error:
        return False


def open_browser(address: str) -> bool:
    """Did it open?"""
    return webbrowser.open(address)
