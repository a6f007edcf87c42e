"""What an alert rule tells over some nights, as Keep history and Notify work them: read, merge, evaluate, tell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from fitbit_daily.domain.alerts import evaluate, parse_all
from fitbit_daily.domain.days import Day, DayStatus
from fitbit_daily.domain.events import SUCCEEDED, ExecutionEnded, Facts
from fitbit_daily.domain.history import DayRecord, merge
from fitbit_daily.domain.memory import Memory
from fitbit_daily.domain.notice_kinds import AlertChanged, Notice
from fitbit_daily.domain.notices import Look, decide
from tests.domain.happenings import TOKYO, in_february
from tests.domain.history_days import record

RULE = "steps below 6000 for 3 days"
LOW, FINE, UNKNOWN = 3000, 9000, None


def told(days: Sequence[int | None], synced_late: dict[int, int]) -> list[Notice]:
    """The mails of nights that each read four days; `synced_late` by a day's number: after how many nights."""
    table: dict[date, DayRecord] = {}
    memory, told = Memory(), list[Notice]()
    for night in range(len(days)):
        now: datetime = TOKYO.gives_up_at(in_february(night + 1))
        for number in range(max(0, night - 3), night + 1):
            complete, day = night >= number + synced_late.get(number, 0), in_february(number + 1)
            steps = days[number] if complete else 1
            table[day] = merge(table.get(day), record(day, steps=steps, complete=complete, fetched_at=now))
        day = in_february(night + 1)
        facts = Facts.from_state({"alerts": evaluate(parse_all([RULE]), table, day), "complete": True})
        ended = ExecutionEnded(f"night {night}", SUCCEEDED, day, by_itself=True, facts=facts)
        look = Look([Day(day, DayStatus.SETTLED)], paused=False, ever_worked=True, event=ended, now=now)
        memory, notices = decide(memory, look, calendar=TOKYO, catch_up_days=3)
        told += notices
    return told


def test_a_rule_is_told_by_what_is_known_that_night_and_late_days_count_when_they_come() -> None:
    days = [FINE, LOW, LOW, UNKNOWN, LOW, LOW, LOW, LOW, FINE, LOW, LOW, LOW]
    assert told(days, synced_late={7: 1, 8: 2}) == [
        AlertChanged(in_february(7), RULE, True),
        # The ninth was fine, which is known only now; and the day itself is low.
        AlertChanged(in_february(11), RULE, False),
        AlertChanged(in_february(12), RULE, True),
    ]
