"""What has to become of each day, worked out from what happened: from the timelines, the true data and the executions.

Nothing here asks domain/days.py, which is judged by it.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial

from fitbit_daily.domain.day import EARLIEST
from fitbit_daily.domain.days import DayStatus, judge
from fitbit_daily.domain.ledger import Status
from fitbit_daily.environment import CalendarEnvironment
from tests.campaign.oracle import KINDS_OF, ONE_MESSAGE_A_DAY, kinds_at, numbers_of, read_title
from tests.campaign.seen import Ran
from tests.campaign.world import World

# After the nights of faults come these: what one cannot catch up, because somebody is still at it, the next one does.
GOOD_NIGHTS = 2
ONE_DAY = timedelta(days=1)
# From what a night reads in the ledger to what it starts.
A_WHILE = timedelta(minutes=10)
TRACKERS_REMEMBER = timedelta(days=30)
# X has called a post a duplicate and does not show it; LINE no longer knows the request again.
ONLY_A_PERSON_CAN_TELL = ("DuplicateOnTimeline", "RetryKeyExpired")


def posts_by_day(world: World, destination: str) -> dict[date, dict[str, list[str]]]:
    """The texts at a destination by their day and kind, oldest first."""
    found: dict[date, dict[str, list[str]]] = defaultdict(partial(defaultdict, list))
    for post in reversed(world.shown(destination)):
        day, kind = read_title(post.text)
        found[day]["day" if destination in ONE_MESSAGE_A_DAY else kind].append(post.text)
    return found


class Days:
    """The days as they stand at a moment: the timelines, the true data, and the ledger's bare rows."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.posts = {each: posts_by_day(world, each) for each in world.plan.destinations}
        self.rows = world.ledger().rows(EARLIEST)
        self.all = [world.plan.day(night) for night in range(world.plan.nights + GOOD_NIGHTS)]

    def planned(self, day: date) -> set[tuple[str, str]]:
        """Where it goes and as what: the posts of the day's own style at each destination."""
        return {(each, kind) for each in self.world.plan.destinations for kind in kinds_at(each, self.style(day))}

    def wanted(self, day: date) -> set[tuple[str, str]]:
        """What must be there in the end: the planned posts of which there are numbers."""
        final, source = self.world.final_days(day)[-1], self.world.plan.source
        return {(each, kind) for each, kind in self.planned(day) if numbers_of(final, kind, source)}

    def there(self, day: date) -> set[tuple[str, str]]:
        return {(each, kind) for each, by_day in self.posts.items() for kind in by_day[day]}

    def style(self, day: date) -> str:
        """That of the first execution about the day, which wrote down what it would post; else the present one."""
        plans = [self.rows.plans.get((each, day)) for each in self.world.plan.destinations]
        written = next((set(plan.kinds) for plan in plans if plan), set())
        return next((style for style, kinds in KINDS_OF.items() if written == set(kinds)), os.environ["STYLE"])

    def done(self, day: date) -> bool:
        return self.wanted(day) <= self.there(day)

    def left_open(self, day: date) -> list[str]:
        """What the day's plans want, and is not settled."""
        plans = {each: plan for (each, about), plan in self.rows.plans.items() if about == day}
        settled = {
            (each, kind) for (each, about, kind), row in self.rows.entries.items() if about == day and row.is_settled
        }
        wanted = [(each, kind) for each, plan in plans.items() for kind in plan.kinds]
        return [f"{kind} at {each}" for each, kind in wanted if (each, kind) not in settled]

    def paused(self, day: date) -> bool:
        return paused(self.world, day)

    def needs_a_person(self, day: date) -> bool:
        return any(entry.failure in ONLY_A_PERSON_CAN_TELL for entry in self.rows.of(day))


def paused(world: World, day: date) -> bool:
    """Was the start about the day within a pause?"""
    start = start_about(world, day)
    return any(span.since <= start and (span.until is None or start < span.until) for span in world.seen.pauses)


def start_about(world: World, day: date) -> datetime:
    return world.plan.start_of((day - world.plan.first_day).days)


def due_since(world: World, before: datetime, *, surely: bool) -> date | None:
    """The first day of which the schedule's days count, as it was known at a moment; None if there was none.

    surely: only what an execution has settled at one destination at least; else whatever one that began may have.
    """
    for ran in sorted(world.seen.ran, key=lambda ran: ran.ended):
        if ran.dry_run or ran.caught_up or ran.date is None or ran.began >= before:
            continue
        if surely and not (ran.ended < before and (settles(ran) or settles_somewhere(world, ran))):
            continue
        if not surely and ran.last_state != "Tweet":
            continue
        day = date.fromisoformat(ran.date)
        yesterday = ran.began.astimezone(world.zone).date() - ONE_DAY
        # Between a day of the past that somebody asks for and the next start, nothing is owed.
        return day if ran.scheduled or day >= yesterday else yesterday + ONE_DAY
    return None


def settles(ran: Ran) -> bool:
    """It said of every post of the day that it is there, or that there is nothing to say."""
    if ran.output is None or "posts" not in ran.output:
        return False
    too_old = ran.ended - datetime.fromisoformat(f"{ran.date}T00:00Z") > TRACKERS_REMEMBER + 2 * ONE_DAY
    return bool(ran.output["complete"] or not ran.output["skipped"] or too_old)


def settles_somewhere(world: World, ran: Ran) -> bool:
    """It ended with what one destination answered, and all of the day's posts at another are settled."""
    last = {
        (write.entry.destination, write.entry.kind): write.entry
        for write in world.seen.writes
        if write.at <= ran.ended and write.entry.date == ran.date
    }
    settled = {post for post, entry in last.items() if entry.is_settled}
    answered = {entry.failure for post, entry in last.items() if entry.failed_in == ran.name and post not in settled}
    whole = [{(each, kind) for kind in kinds_at(each, style)} for each in world.plan.destinations for style in KINDS_OF]
    return ran.error in answered and any(posts <= settled for posts in whole)


def caught_up_by_itself(days: Days) -> Iterator[str]:
    """After a good night, each day that it could catch up is posted, and no command was typed."""
    world, plan = days.world, days.world.plan
    for night, day in enumerate(days.all):
        good = [g for g in range(plan.nights, plan.nights + GOOD_NIGHTS) if night <= g <= night + plan.catch_up_days]
        good = [g for g in good if not busy(world, day, plan.start_of(g))]
        if not good or paused(world, day) or days.needs_a_person(day):
            continue
        since = due_since(world, plan.start_of(good[-1]), surely=True)
        is_own = night >= plan.nights
        if (is_own or (since and since <= day)) and not days.done(day):
            there = sorted(days.there(day))
            yield f"{day} is not posted after a good night: wanted {sorted(days.wanted(day))}, there {there}"


def busy(world: World, day: date, start: datetime) -> bool:
    """An execution that began before was at work on the day while the night looked for open days."""
    return any(
        ran.date == day.isoformat() and not ran.dry_run and ran.began < start and ran.ended > start
        for ran in world.seen.ran
    )


def visible(days: Days) -> Iterator[str]:
    """What the program says of each day: settled is settled, and what is owed and not there is open."""
    world, now = days.world, days.world.scheduler.now()
    since = due_since(world, now, surely=True)
    for day in judge(days.rows, days.all[0], days.all[-1], calendar=CalendarEnvironment.read().calendar, now=now):
        if day.status is DayStatus.UNDER_WAY:
            yield f"{day.date} is said to be under way, long after every execution is over"
        elif days.done(day.date):
            continue
        elif day.status is DayStatus.SETTLED:
            not_there = sorted(days.wanted(day.date) - days.there(day.date))
            yield f"{day.date} is said to be settled, but {not_there} is not there"
        elif day.status is not DayStatus.OPEN and since and since <= day.date and not paused(world, day.date):
            yield f"{day.date} is owed and not posted, but said to be {day.status}"


def starts_by_itself(days: Days) -> Iterator[str]:
    """Only nights start executions, each at most one for a day, and only for days that are owed."""
    world = days.world
    ran = {each.name: each for each in world.seen.ran}
    seen: set[tuple[str, str]] = set()
    for started in world.seen.started:
        night, day = ran[started.by], date.fromisoformat(started.request["date"])
        if not night.scheduled:
            yield f"{started.by}, which no schedule started, starts {started.name}"
        about = date.fromisoformat(str(night.date))
        if not 0 < (about - day).days <= world.plan.catch_up_days:
            yield f"the night about {about} starts one about {day}"
        if (str(about), str(day)) in seen and started.name not in ran:
            yield f"{started.name} was started twice"
        seen.add((str(about), str(day)))
        since = due_since(world, started.at, surely=False)
        if since is None or day < since:
            yield f"{day} was posted by itself, though nothing is owed before {since}"
        before = [
            write.entry
            for write in world.seen.writes
            if write.entry.date == str(day) and write.at < started.at - A_WHILE
        ]
        known = {(entry.destination, entry.kind) for entry in before if entry.status is Status.POSTED}
        # What was given up unsynced may still come, though the day turns out to have no such number.
        given_up = {(entry.destination, entry.kind) for entry in before if entry.status is Status.NOT_POSTED}
        if days.wanted(day) and days.wanted(day) <= known and not given_up - known:
            yield f"{day} was begun by itself, though the ledger knew all of it to be there"
        if paused(world, day):
            yield f"{day} was posted by itself, though its start fell into a pause"


def deadline_of(world: World, ran: Ran) -> datetime:
    """Until when an execution asks a source that cannot be read, and its day's tracker that has not synced."""
    gives_up = world.plan.gives_up_at((date.fromisoformat(str(ran.date)) - world.plan.first_day).days)
    return gives_up if ran.began < gives_up else ran.began + timedelta(hours=3)


def keeps_its_deadline(world: World) -> Iterator[str]:
    """No execution goes on longer than until its deadline and what Tweet may take from there."""
    for ran in world.seen.ran:
        if ran.status == "TIMED_OUT":
            yield f"{ran.name} was ended by the definition's own limit"
        if ran.date is None:
            continue
        deadline = deadline_of(world, ran)
        if ran.ended > max(deadline, ran.began_this_time) + timedelta(hours=12):
            late = ran.ended.astimezone(UTC)
            yield f"{ran.name} about {ran.date} ended at {late:%m-%d %H:%M}, its deadline was {deadline:%m-%d %H:%M}"
