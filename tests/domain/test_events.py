"""What an execution tells by its last step's state."""

from __future__ import annotations

from datetime import UTC, date, datetime

from fitbit_daily.domain.events import Facts


def test_the_facts_of_a_night_are_read_from_its_last_state_and_what_is_not_there_is_unknown() -> None:
    state = {
        "complete": False,
        "authorization_expires_at": "2026-02-08T12:30:00+09:00",
        "battery_low": True,
        "history_failed": "AwsUnavailable",
        "catch_up_failed": "AwsUnavailable",
        "caught_up": ["2026-02-01"],
        "alerts": [{"rule": "steps below 6000", "firing": True}, {"rule": "steps above 1", "firing": None}],
    }
    assert Facts.from_state(state) == Facts(
        complete=False,
        authorization_expires_at=datetime(2026, 2, 8, 3, 30, tzinfo=UTC),
        battery_low=True,
        history_failed=True,
        catch_up_failed=True,
        caught_up=(date(2026, 2, 1),),
        alerts={"steps below 6000": True, "steps above 1": None},
    )
    assert Facts.from_state({}) == Facts()
    assert Facts.from_state({"complete": "yes"}) == Facts()
