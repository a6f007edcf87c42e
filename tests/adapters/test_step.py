"""What every step has in common: it ends with a result or with a named error, and logs no more than that."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from fitbit_daily.errors import StateFromAnotherVersion, StepError, UnexpectedError, all_errors
from fitbit_daily.log import logger
from fitbit_daily.step import VERSION, State, step

STATE: State = {"version": VERSION, "execution": "daily 1", "date": "2026-11-21", "steps": 8123}


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[dict[str, Any]]]:
    """The log's lines so far, read as JSON."""
    stream = io.StringIO()
    monkeypatch.setattr(logger, "stream", stream)
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def raising(error: BaseException) -> Any:
    @step
    def handler(state: State) -> State:
        raise error

    return handler


def test_a_step_that_ends_well_returns_its_state_and_logs_only_that_and_for_which_day(log: Any) -> None:
    assert step(lambda state: state | {"more": 1})(STATE, None) == STATE | {"more": 1}
    (line,) = log()
    assert (line["message"], line["date"], line["execution"]) == ("done", "2026-11-21", "daily 1")
    assert "8123" not in json.dumps(line)


@pytest.mark.parametrize("version", [None, 0, VERSION + 1, str(VERSION)])
def test_a_state_of_another_version_ends_the_step_before_it_begins(version: Any, log: Any) -> None:
    with pytest.raises(StateFromAnotherVersion) as raised:
        raising(AssertionError("it began"))(STATE | {"version": version}, None)
    assert raised.value.remedy.endswith("./daily run --date 2026-11-21")
    assert log()[0]["error"] == "StateFromAnotherVersion"


@pytest.mark.parametrize("error", all_errors())
def test_each_error_of_the_closed_set_comes_out_as_itself_with_the_date_in_its_remedy(
    error: type[StepError], log: Any
) -> None:
    with pytest.raises(error) as raised:
        raising(error("It happened."))(STATE, None)
    assert type(raised.value) is error
    assert str(raised.value).startswith("It happened.\n")
    assert "{date}" not in str(raised.value) and "YYYY" not in str(raised.value)
    [line] = log()
    assert (line["level"], line["error"], line["message"]) == ("ERROR", error.__name__, str(raised.value))
    assert (line["execution"], line["date"]) == ("daily 1", "2026-11-21")


@pytest.mark.parametrize("error", [KeyError("CANARY 8123"), UnicodeError("CANARY 8123")])
def test_anything_else_becomes_an_unexpected_error_that_tells_where_but_not_what(error: Exception, log: Any) -> None:
    with pytest.raises(UnexpectedError) as raised:
        raising(error)(STATE, None)
    sentence = str(raised.value)
    assert f"Unexpected {type(error).__name__} in test_step.py, line " in sentence
    for text in (sentence, json.dumps(log())):
        assert "CANARY" not in text and "8123" not in text


@pytest.mark.parametrize("end", [SystemExit, KeyboardInterrupt])
def test_the_end_of_the_process_is_not_caught(end: type[BaseException]) -> None:
    with pytest.raises(end):
        raising(end())(STATE, None)


def test_a_warm_function_does_not_log_the_keys_of_the_execution_before(log: Any) -> None:
    for state in (STATE, {"version": VERSION, "execution": "daily 2"}):
        with pytest.raises(UnexpectedError) as raised:
            raising(RuntimeError())(state, None)
    assert "--date YYYY-MM-DD" in str(raised.value), "before a date is chosen, the remedy says how to write one"
    first, second = log()
    assert (first["execution"], first.get("date")) == ("daily 1", "2026-11-21")
    assert (second["execution"], second.get("date")) == ("daily 2", None)
