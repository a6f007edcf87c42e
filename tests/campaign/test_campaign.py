"""A share of the campaign, and that it can fail: `make faults` runs the rest."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime

import pytest

from tests.campaign.__main__ import EXPECTED_TRANSITIONS, plan_for, plan_of, run_plan, run_seed
from tests.campaign.defects import DEFECTS
from tests.campaign.plan import Strike
from tests.campaign.run import Machine
from tests.campaign.scheduler import Scheduler
from tests.campaign.shrink import shrink

# All of these share one machine: they go to one worker.
pytestmark = pytest.mark.xdist_group("campaign")

# Three of them post beside X or in its place, and none has more than three nights.
SEEDS = range(5, 10)

# Of each defect, a seed that finds it: `make faults DEFECT=all` looks for others.
FOUND_BY = {
    "conditional-write-removed": 7274,
    "sent-again-without-reading-back": 8024,
    "text-rendered-anew-while-unknown": 7257,
    "server-errors-taken-for-not-posted": 7090,
    "rotated-token-stored-after-its-first-use": 8052,
    "credentials-overwritten-after-a-new-authorisation": 7272,
    "history-written-over-a-later-reading": 8343,
    "missing-printed-as-zero": 7002,
    "live-lease-ignored": 8162,
    "force-opens-a-generation-at-every-attempt": 7060,
    "one-failing-post-keeps-the-other-back": 8009,
    "tweet-fails-for-one-post-only": 8009,
    "executions-name-without-the-night": 10164,
    "catch-up-that-catches-up": 8361,
    "failed-force-that-reopens-a-day": 8176,
    "under-way-never-lapses": 8361,
    "way-back-renews-the-deadline": 8361,
    "duplicate-believed": 7128,
    "day-before-due-since-posted": 8000,
    "incomplete-day-without-numbers-called-settled": 9020,
    "two-notifies-at-once": 9015,
    "daily-look-left-out": 9009,
    "notify-looks-at-x-alone": 9011,
    "lines-day-is-its-first-text": 9013,
}


def test_no_run_breaks_the_promise(machine: Machine) -> None:
    outcomes = [run_seed(machine, "", seed) for seed in SEEDS]
    assert {outcome.plan.seed: outcome.violations for outcome in outcomes if outcome.violations} == {}
    transitions: Counter[str] = sum((outcome.transitions for outcome in outcomes), Counter())
    faults = sum((outcome.faults for outcome in outcomes), Counter())
    nights = sum((outcome.nights for outcome in outcomes), Counter())
    assert transitions["attempting -> posted"] > 15 and nights["catch-ups"] and nights["daily looks"]
    assert sum(faults.values()) > 6 and len(transitions) >= len(EXPECTED_TRANSITIONS) - 5
    assert run_seed(machine, "", SEEDS[0]) == outcomes[0], "a seed gives the same run each time"


def test_every_deliberate_defect_has_its_seed() -> None:
    assert set(FOUND_BY) == set(DEFECTS)


@pytest.mark.thorough
@pytest.mark.parametrize(("defect", "seed"), FOUND_BY.items())
def test_a_deliberate_defect_is_found(machine: Machine, defect: str, seed: int) -> None:
    assert run_seed(machine, defect, seed).violations


def test_a_failing_plan_is_shortened_to_what_still_fails() -> None:
    plan = plan_of(1).with_schedule([Strike("post", number, "503") for number in range(6)])

    def fails(candidate: object) -> bool:
        return {Strike("post", 2, "503"), Strike("post", 5, "503")} <= set(candidate.schedule)  # type: ignore[attr-defined]

    assert shrink(plan, fails).schedule == (Strike("post", 2, "503"), Strike("post", 5, "503"))


@pytest.mark.thorough
def test_a_run_without_the_defect_is_clean(machine: Machine) -> None:
    """Else a defect would be found by anything."""
    for plan in {plan_for(defect, seed) for defect, seed in FOUND_BY.items()}:
        assert run_plan(machine, "", plan).violations == []


def interleaving(seed: int, in_step: bool) -> list[str]:
    scheduler = Scheduler(random.Random(seed), datetime(2026, 1, 1, tzinfo=UTC), in_step=in_step)
    seen: list[str] = []

    def work(name: str) -> None:
        for _ in range(4):
            seen.append(name)
            scheduler.switch()

    for name in "ab":
        scheduler.spawn(name, lambda name=name: work(name))  # type: ignore[misc]
    scheduler.run()
    return seen


def test_the_scheduler_interleaves_by_the_seed_or_in_step() -> None:
    assert interleaving(1, in_step=False) == interleaving(1, in_step=False)
    assert len({tuple(interleaving(seed, in_step=False)) for seed in range(20)}) > 5
    assert interleaving(1, in_step=True) == list("abababab")


def test_time_jumps_to_the_first_task_to_wake() -> None:
    scheduler = Scheduler(random.Random(1), datetime(2026, 1, 1, tzinfo=UTC))
    woke: list[tuple[str, datetime]] = []

    def sleep(name: str, seconds: float) -> None:
        scheduler.sleep(seconds)
        woke.append((name, scheduler.now()))

    scheduler.spawn("late", lambda: sleep("late", 86_400))
    scheduler.spawn("early", lambda: sleep("early", 60))
    scheduler.run()
    assert [name for name, _ in woke] == ["early", "late"]
    assert woke[1][1] == datetime(2026, 1, 2, tzinfo=UTC)
