"""What a function reads from its environment is what the stack wrote for it, in its types."""

from __future__ import annotations

from datetime import time
from zoneinfo import ZoneInfo

import pytest

from fitbit_daily.environment import CatchUpEnvironment, KeepHistoryEnvironment
from fitbit_daily.errors import UnexpectedError

CATCH_UP = CatchUpEnvironment(
    time_zone=ZoneInfo("Asia/Tokyo"),
    time_of_day=time(0, 10),
    give_up_at=time(12),
    catch_up_days=3,
    destinations=("x", "line"),
    ledger_table="ledger",
)
VARIABLES = {
    "TIME_ZONE": "Asia/Tokyo",
    "TIME_OF_DAY": "00:10",
    "GIVE_UP_AT": "12:00",
    "CATCH_UP_DAYS": "3",
    "DESTINATIONS": "x; line",
    "LEDGER_TABLE": "ledger",
}


def test_a_variable_has_its_fields_name_in_capitals_and_is_read_back_whatever_else_is_there() -> None:
    assert CATCH_UP.variables() == VARIABLES
    assert CatchUpEnvironment.read(VARIABLES | {"PATH": "/bin"}) == CATCH_UP


@pytest.mark.parametrize("rules", [(), ("steps below 6000 for 3 days", "hours asleep below 6")])
def test_several_texts_are_one_variable(rules: tuple[str, ...]) -> None:
    zone = ZoneInfo("Europe/Berlin")
    written = KeepHistoryEnvironment(source="fitbit", time_zone=zone, alerts=rules, history_table="history")
    assert KeepHistoryEnvironment.read(written.variables()).alerts == rules


def test_a_variable_that_is_missing_is_named() -> None:
    with pytest.raises(UnexpectedError, match="variable GIVE_UP_AT is missing"):
        CatchUpEnvironment.read({name: text for name, text in VARIABLES.items() if name != "GIVE_UP_AT"})


@pytest.mark.parametrize(
    ("name", "text"),
    [("CATCH_UP_DAYS", "three"), ("TIME_OF_DAY", "24:00:01"), ("TIME_ZONE", "Mars/Olympus"), ("TIME_ZONE", "Europe")],
)
def test_one_that_cannot_be_read_is_named_and_its_text_is_not_told(name: str, text: str) -> None:
    with pytest.raises(UnexpectedError, match=f"variable {name} is not what it must be") as raised:
        CatchUpEnvironment.read(VARIABLES | {name: text})
    assert text not in str(raised.value)
