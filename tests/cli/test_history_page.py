"""./daily history --open and --html: the page is made, shown in a browser, and found where there is none."""

from __future__ import annotations

import stat
import webbrowser
from datetime import timedelta
from pathlib import Path

import pytest

import cli.page_file
from fitbit_daily.adapters.history_table import HistoryTable
from tests.cli.deployed_stack import DeployedStack, stack
from tests.cli.test_history import YESTERDAY
from tests.domain.history_days import record

__all__ = ["stack"]


@pytest.fixture
def page(stack: DeployedStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where --open puts it; there are days of two years."""
    for back in (0, 1, 400):
        day = YESTERDAY - timedelta(days=back)
        HistoryTable("history").write(record(day, steps=7_000 + back, asleep=400))
    file = tmp_path / ".local" / "history.html"
    monkeypatch.setattr(cli.page_file, "FILE", file)
    return file


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that the browser was given."""
    addresses: list[str] = []
    monkeypatch.setattr(cli.page_file, "has_browser", lambda: True)

    def open_(address: str) -> bool:
        addresses.append(address)
        return True

    monkeypatch.setattr(webbrowser, "open", open_)
    return addresses


def test_the_whole_history_opens_in_the_browser_in_the_language_of_the_posts(
    stack: DeployedStack, page: Path, opened: list[str]
) -> None:
    told = stack.daily("history", "--open")
    assert opened == [page.as_uri()] and "Your browser shows" in told
    html = page.read_text(encoding="utf-8")
    assert '<html lang="ja">' in html and "<svg" in html
    assert "2026-11-21" in html and "2025-10-17" in html


def test_without_a_browser_it_says_where_the_file_is(
    stack: DeployedStack, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none() -> None:
        raise webbrowser.Error

    monkeypatch.delenv("BROWSER", raising=False)
    monkeypatch.setattr(webbrowser, "get", none)
    told = " ".join(stack.daily("history", "--open").split())
    assert told.startswith("There is no browser here. Open this file in one:")
    assert str(page) in told.replace(" ", "") and page.exists()


def test_a_browser_that_does_not_open_is_none(
    stack: DeployedStack, page: Path, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webbrowser, "open", lambda address: False)
    assert "There is no browser here" in stack.daily("history", "--open")


def test_under_wsl_the_file_has_the_name_that_windows_gives_it(
    stack: DeployedStack, page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "wslpath"
    program.write_text('#!/bin/sh\necho "C:\\\\$1"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(cli.page_file, "has_browser", lambda: False)
    assert "C:\\-w" in stack.daily("history", "--open")


def test_a_file_of_ones_own_is_written_for_its_owner_alone_and_not_opened(
    stack: DeployedStack, page: Path, opened: list[str], tmp_path: Path
) -> None:
    file = tmp_path / "mine.html"
    told = stack.daily("history", "--html", str(file))
    assert opened == [] and not page.exists() and "mine.html" in told
    assert file.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    stack.daily("history", "--html", str(file), "--open")
    assert opened == [file.as_uri()]


def test_it_ends_with_the_day_that_is_given(stack: DeployedStack, page: Path, opened: list[str]) -> None:
    stack.daily("history", "--open", "--to", "2026-11-20")
    html = page.read_text(encoding="utf-8")
    assert "2026-11-21" not in html and "2026-11-20" in html


def test_a_history_without_a_day_is_a_page_that_says_how_to_fill_it(stack: DeployedStack, tmp_path: Path) -> None:
    stack.daily("history", "--html", str(tmp_path / "empty.html"))
    assert "./daily backfill --from" in (tmp_path / "empty.html").read_text(encoding="utf-8")


def test_a_file_that_cannot_be_written_is_one_sentence(stack: DeployedStack, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert "cannot be written" in stack.refused("history", "--html", str(blocked / "page.html"))


@pytest.mark.parametrize(
    ("words", "says"), [(["--csv"], "one of"), (["--json"], "one of"), (["--from", "2026-11-20"], "leave out --from")]
)
def test_what_a_page_does_not_go_with_is_refused(words: list[str], says: str, stack: DeployedStack) -> None:
    assert says in stack.refused("history", "--open", *words, exit_code=2)
