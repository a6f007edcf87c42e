"""Whether this machine has a browser that a page can be opened in."""

from __future__ import annotations

import webbrowser

import pytest

from cli.browser import has_browser


def test_a_browser_inside_the_terminal_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BROWSER", raising=False)
    monkeypatch.setattr(webbrowser, "get", lambda: webbrowser.GenericBrowser("w3m"))
    assert not has_browser()
    monkeypatch.setattr(webbrowser, "get", lambda: webbrowser.BackgroundBrowser("xdg-open"))
    assert has_browser()


def test_a_machine_without_any_browser_has_none_unless_the_person_names_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> None:
        raise webbrowser.Error

    monkeypatch.setattr(webbrowser, "get", none)
    monkeypatch.delenv("BROWSER", raising=False)
    assert not has_browser()
    monkeypatch.setenv("BROWSER", "my-browser %s")
    assert has_browser()
