"""A scripted year, run day by day: the alert mails are exactly those that an independent calculation says.

The calculation knows what was read of each day, and when; it writes each rule's days as a line of letters ("x" out of
bounds, "." within, "?" not known) and reads the verdict off its end.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from fitbit_daily.domain.alerts import DAYS_NEEDED, evaluate, parse_all
from fitbit_daily.domain.day import Calendar
from fitbit_daily.domain.days import Day, DayStatus
from fitbit_daily.domain.events import SUCCEEDED, ExecutionEnded, Facts
from fitbit_daily.domain.history import DayRecord, merge
from fitbit_daily.domain.memory import Memory
from fitbit_daily.domain.notice_kinds import AlertChanged
from fitbit_daily.domain.notices import Look, decide
from tests.domain.history_days import record

FIRST, DAYS = date(2025, 10, 1), 365
# Rule: which number, over how many days its average, which side, threshold, for how many days.
RULES = {
    "steps below 6000 for 3 days": ("steps", 1, "<", 6000, 3),
    "steps above 20000": ("steps", 1, ">", 20000, 1),
    "7-day average of hours asleep below 6": ("asleep", 7, "<", 360, 1),
    "minutes asleep below 300 for 2 days": ("asleep", 1, "<", 300, 2),
    "7-day average of steps below 7000 for 2 days": ("steps", 7, "<", 7000, 2),
    "28-day average of steps above 9000 for 5 days": ("steps", 28, ">", 9000, 5),
}
ENOUGH = {7: 4, 28: 14}
CALENDAR = Calendar(ZoneInfo("Asia/Tokyo"), time(0, 10), time(12))

Numbers = dict[str, int]
Mails = list[tuple[date, str, bool]]


@dataclass
class Scripted:
    """One day. From `synced` nights after its own on it is complete; until then there is a part of its numbers.

    corrected   after how many nights its numbers become `after`
    posted      False where the program did not run that night
    """

    numbers: Numbers
    synced: int = 0
    corrected: int = 99
    after: Numbers | None = None
    posted: bool = True

    def read(self, nights: int) -> tuple[Numbers, bool]:
        """What the source tells so many nights after the day's own, and whether that is all."""
        if nights < self.synced:
            return {name: number // 3 for name, number in self.numbers.items()}, False
        return (self.after if self.after is not None and nights >= self.corrected else self.numbers), True


def year() -> list[Scripted]:
    """Months of different habits, a week without tracker, one without program, and weeks of three nights late."""
    chance = random.Random(0)
    script = [a_day(chance, number) for number in range(DAYS)]
    for number in range(100, 107):
        script[number].numbers, script[number].after = {}, None
    for number in range(200, 208):
        script[number].posted = False
    for number in range(250, 300):
        script[number].synced = 3
    return script


def a_day(chance: random.Random, number: int) -> Scripted:
    habit = (9500, 4500, 12000, 6500, 7000, 5500)[number // 11 % 6]
    drawn = {"steps": max(0, int(chance.gauss(habit, 3000))), "asleep": int(chance.gauss(365, 60))}
    numbers = {name: value for name, value in drawn.items() if chance.random() > 0.06}
    happens = chance.choice(["", "", "", "", "late", "very late", "corrected", "taken back", "off", "not run"])
    day = Scripted({} if happens == "off" else numbers, posted=happens != "not run")
    if happens in ("late", "very late"):
        day.synced = chance.randrange(1, 4) if happens == "late" else chance.randrange(4, 9)
    if happens == "corrected":
        day.corrected, day.after = chance.randrange(1, 6), {name: value + 2500 for name, value in numbers.items()}
        day.after["asleep"] = chance.randrange(200, 500)
    if happens == "taken back":
        day.corrected, day.after = 1, {name: value // 2 for name, value in numbers.items() if name == "steps"}
    return day


def told_by_the_program(script: list[Scripted]) -> Mails:
    """Each night as Keep history and Notify work it: read four days, merge, evaluate, tell what changed."""
    rules = parse_all(RULES)
    table: dict[date, DayRecord] = {}
    memory, mails = Memory(), []
    for number, day in nights(script):
        now = datetime.combine(day + timedelta(days=1), time(12, 5), CALENDAR.zone).astimezone(UTC)
        for back in range(min(3, number), -1, -1):
            about = day - timedelta(days=back)
            numbers, complete = script[number - back].read(back)
            read = record(about, complete=complete, fetched_at=now, **numbers)
            table[about] = merge(table.get(about), read)
        kept = {each: table[each] for each in table if each > day - timedelta(days=DAYS_NEEDED)}
        alerts = evaluate(rules, kept, day)
        facts = Facts.from_state({"alerts": alerts, "complete": True})
        ended = ExecutionEnded(f"night {number}", SUCCEEDED, day, by_itself=True, facts=facts)
        look = Look([Day(day, DayStatus.SETTLED)], paused=False, ever_worked=True, event=ended, now=now)
        memory, notices = decide(memory, look, calendar=CALENDAR, catch_up_days=3)
        mails += [(each.day, each.rule, each.crossed) for each in notices if isinstance(each, AlertChanged)]
    return mails


def told_by_the_calculation(script: list[Scripted]) -> Mails:
    """From the readings alone, without records, merging or averages of the program's."""
    mails: Mails = []
    said = dict.fromkeys(RULES, False)
    for tonight, day in nights(script):
        known = [what_is_known(script, number, tonight) for number in range(max(0, tonight - 45), tonight + 1)]
        for rule, (name, over, side, threshold, for_days) in RULES.items():
            letters = "".join(letter(known, name, over, side, threshold, n) for n in range(len(known)))
            has_number = "".join("1" if name in each else "0" for each in known)
            verdict = read_off(letters, has_number, for_days)
            if verdict is not None and verdict != said[rule]:
                said[rule] = verdict
                mails.append((day, rule, verdict))
    return mails


def nights(script: list[Scripted]) -> Iterator[tuple[int, date]]:
    return ((n, FIRST + timedelta(days=n)) for n, each in enumerate(script) if each.posted)


def what_is_known(script: list[Scripted], number: int, tonight: int) -> Mapping[str, int]:
    """The complete numbers of a day, of the last night on which it was read; a number is not lost again."""
    read = [script[number].read(n - number) for n in range(number, min(number + 3, tonight) + 1) if script[n].posted]
    seen: Numbers = {}
    for numbers, _ in read:
        seen |= numbers
    return seen if any(complete for _, complete in read) else {}


def letter(known: list[Mapping[str, int]], name: str, over: int, side: str, threshold: int, number: int) -> str:
    values = [Fraction(each[name]) for each in known[max(0, number + 1 - over) : number + 1] if name in each]
    if len(values) < ENOUGH.get(over, 1):
        return "?"
    mean = sum(values) / len(values)
    return "x" if (mean < threshold if side == "<" else mean > threshold) else "."


def read_off(letters: str, has_number: str, for_days: int) -> bool | None:
    newest = re.search(r"10{0,3}$", has_number)
    if newest is None:
        return None
    line = letters[: newest.start() + 1].rjust(for_days, "?")[-for_days:]
    return False if "." in line else None if "?" in line else True


def test_the_mails_of_a_year_are_exactly_those_of_an_independent_calculation() -> None:
    script = year()
    mails = told_by_the_program(script)
    assert mails == told_by_the_calculation(script)
    for rule in RULES:
        crossed = [each[2] for each in mails if each[1] == rule]
        assert crossed == [number % 2 == 0 for number in range(len(crossed))], "crossed, back, crossed, back"
    assert len({rule for _, rule, _ in mails}) >= len(RULES) - 1 and len(mails) > 60


def test_the_script_has_everything_that_makes_a_year() -> None:
    script = year()
    assert sum(not day.posted for day in script) > 25
    assert sum(0 < day.synced <= 3 for day in script) > 20 and sum(day.synced > 3 for day in script) > 20
    assert sum(day.after is not None for day in script) > 50
    assert sum(not day.numbers for day in script) > 25


def test_a_story_told_by_hand() -> None:
    low, fine = {"steps": 3000}, {"steps": 9000}
    script = [Scripted(fine), Scripted(low), Scripted(low), Scripted({}), Scripted(low), Scripted(low)]
    script += [
        Scripted(low),
        Scripted(low, synced=1),
        Scripted(fine, synced=2),
        Scripted(low),
        Scripted(low),
        Scripted(low),
    ]
    rule = "steps below 6000 for 3 days"
    expected = [
        (FIRST + timedelta(days=6), rule, True),
        # The day before was fine, which is known only now; and the day itself is low.
        (FIRST + timedelta(days=10), rule, False),
        (FIRST + timedelta(days=11), rule, True),
    ]
    for told in (told_by_the_program, told_by_the_calculation):
        assert [mail for mail in told(script) if mail[1] == rule] == expected
