"""Whatever goes wrong in the nights of a week, its post is there once, with its picture, and its numbers are true.

A small campaign of its own: those of tests/campaign are too short for a whole week.
"""

from __future__ import annotations

import random
import re
from datetime import date, timedelta

import pytest

from fitbit_daily.domain.days import DayStatus
from tests.handlers.world import World

# The nights begin with that of the 21st, a Saturday: with "friday" these end the whole weeks.
FRIDAYS = (date(2026, 11, 27), date(2026, 12, 4))
GOOD_NIGHTS = 5
FAULTS_OF_X = (
    "post-503",
    "post-429",
    "post-drop",
    "post-accepted-then-dropped",
    "post-accepted-then-500",
    "upload-503",
    "upload-drop",
    "upload-200-without-id",
    "describe-503",
    "describe-drop",
    "read-503",
)
FAULTS_OF_GOOGLE = ("rollup-503", "sleep-503", "devices-503")


def bad_night(world: World, rng: random.Random) -> None:
    """Some fault for some requests, an unsynced tracker, or no start at all; then all is well again."""
    match rng.choice(["x", "x", "x", "google", "unsynced", "lost"]):
        case "x":
            for fault in rng.sample(FAULTS_OF_X, rng.randint(1, 3)):
                world.x.faults.switch_on(fault, times=rng.choice([1, 2, None]))
        case "google":
            world.google.faults.switch_on(rng.choice(FAULTS_OF_GOOGLE))
        case "unsynced":
            # Since noon of the day before the night, not before days that were read in full.
            world.clock.moment = world.next_start
            world.google.wearer.stay_unsynced(None)
        case "lost":
            world.next_start += timedelta(days=1)
            return
    world.night()
    world.x.faults.clear()
    world.google.faults.clear()
    world.google.wearer.sync()


@pytest.mark.thorough
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_each_week_is_posted_once_with_true_numbers(seed: int, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEEKLY", "friday")
    monkeypatch.setenv("LOOK_EVERY_MINUTES", "240")
    rng = random.Random(seed)
    world.night()
    while world.next_start.date() <= FRIDAYS[-1]:
        if world.next_start.date() in FRIDAYS:
            # What could make two of them, in every run.
            world.x.faults.switch_on("post-accepted-then-dropped", times=rng.choice([3, None]))
            world.night()
            world.x.faults.clear()
        elif rng.random() < 0.5:
            bad_night(world, rng)
        else:
            world.night()
    for _ in range(GOOD_NIGHTS):
        world.night()
    weeks = [post for post in world.x.posts if post.text.startswith("1週間")]
    ends = sorted(re.findall(r"〜(\S+)\)", post.text.splitlines()[0])[0] for post in weeks)
    assert [end for end in ends if date.fromisoformat(end) in FRIDAYS] == [str(friday) for friday in FRIDAYS]
    assert len(set(ends)) == len(ends)
    for post in weeks:
        assert len(post.pictures) == 1 and post.pictures[0].alt
        last = date.fromisoformat(re.findall(r"〜(\S+)\)", post.text)[0])
        days = world.history(str(last - timedelta(days=6)), str(last)).values()
        total = sum(int(record.activity.steps or 0) for record in days)
        assert f"合計歩数: {total:,}歩" in post.text
    for friday in FRIDAYS:
        assert world.judged(str(friday)).status is DayStatus.SETTLED
