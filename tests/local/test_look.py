"""python -m local look: the daily look, for the asking."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from local import commands


class Functions:
    """Lambda with these handlers; `asked` are the invocations."""

    def __init__(self, *handlers: str, **more: Any) -> None:
        self.handlers, self.more, self.asked = handlers, more, list[tuple[str, bytes]]()

    def list_functions(self) -> dict[str, Any]:
        return {"Functions": [{"FunctionName": f"F-{handler}", "Handler": handler} for handler in self.handlers]}

    def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:
        self.asked.append((FunctionName, Payload))
        return {"Payload": io.BytesIO(b"it broke"), **self.more}


def look(functions: Functions, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("LOCAL_STACK_URL", "http://127.0.0.1:1")
    monkeypatch.setattr(commands, "find_target", lambda: SimpleNamespace(client=lambda service: functions))
    return CliRunner().invoke(commands.local, ["look"])


def test_notify_is_invoked_with_nothing_and_what_it_cannot_do_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    functions = Functions("tweet.handler", "notify.handler")
    assert look(functions, monkeypatch).exit_code == 0
    assert functions.asked == [("F-notify.handler", b"{}")]
    assert "it broke" in look(Functions("notify.handler", FunctionError="Unhandled"), monkeypatch).output
    assert "'email' is empty" in look(Functions("tweet.handler"), monkeypatch).output
    monkeypatch.delenv("LOCAL_STACK_URL")
    told = CliRunner().invoke(commands.local, ["look"])
    assert told.exit_code == 1 and "source .local/env" in told.output
