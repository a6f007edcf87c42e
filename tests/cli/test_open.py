"""./daily open: the pages about what is deployed; printed, and opened where there is a browser."""

from __future__ import annotations

import webbrowser

import pytest

from cli.browser import has_browser
from fitbit_daily.adapters.executions import console_link
from tests.cli.deployed_stack import DeployedStack, stack
from tests.cli.step_functions import MACHINE

__all__ = ["stack"]


@pytest.fixture(autouse=True)
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """By a browser that is there."""
    pages: list[str] = []
    monkeypatch.setattr("cli.commands.open.has_browser", lambda: True)
    monkeypatch.setattr("cli.commands.open.open_browser", pages.append)
    return pages


def test_it_is_the_state_machine_in_the_console_where_nothing_else_is_named(
    stack: DeployedStack, opened: list[str]
) -> None:
    told = stack.daily("open")
    assert told == stack.daily("open", "console")
    assert told.startswith("https://eu-central-1.console.aws.amazon.com/states/") and told.endswith(f"/{MACHINE}\n")
    assert opened == [told.strip()] * 2


def test_without_a_browser_the_address_is_printed_alone(
    stack: DeployedStack, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.commands.open.has_browser", lambda: False)
    assert stack.daily("open").startswith("https://") and opened == []


def test_an_execution_is_the_last_one_or_that_of_a_day(stack: DeployedStack) -> None:
    earlier, last = stack.ran("2026-11-19"), stack.ran("2026-11-20")
    assert stack.daily("open", "execution") == f"{console_link(last)}\n"
    assert stack.daily("open", "execution", "11-19") == f"{console_link(earlier)}\n"
    assert "No execution about 2026-11-01 is known" in stack.refused("open", "execution", "2026-11-01")


def test_the_posts_are_those_of_the_last_day_that_has_any_or_of_a_day(stack: DeployedStack) -> None:
    stack.write("2026-11-18", "activity", post_id="4711")
    stack.write("2026-11-19", "activity", post_id="4712")
    stack.write("2026-11-19", "sleep", post_id="4713")
    assert stack.daily("open", "post").split() == [f"https://x.com/i/status/{post_id}" for post_id in (4712, 4713)]
    assert stack.daily("open", "post", "2026-11-18") == "https://x.com/i/status/4711\n"
    assert "No post of 2026-11-17 is known" in stack.refused("open", "post", "2026-11-17")


def test_the_console_has_no_day(stack: DeployedStack) -> None:
    assert "DATE is for execution and post" in stack.refused("open", "console", "yesterday", exit_code=2)


def test_the_local_stack_has_its_timeline_and_else_a_command(
    stack: DeployedStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    stack.environment["X_API_URL"] = "http://127.0.0.1:2"
    assert stack.daily("open", "post") == "http://127.0.0.1:2\n"
    for what, command in (("console", "status --executions"), ("dashboard", "history"), ("execution", "status")):
        told = stack.refused("open", what)
        assert told.startswith("The local stack has no AWS console.") and told.endswith(f": ./daily {command}")


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
