"""What must hold at each destination beside X: by what is there, and the ledger's bare rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from fitbit_daily.domain.ledger import Entry, Status
from tests.campaign.days import Days
from tests.campaign.oracle import read_title
from tests.campaign.world import World


def each_elsewhere(days: Days) -> Iterator[str]:
    for destination in days.world.plan.destinations[1:]:
        yield from at_most_once(days.world, destination)
        yield from as_the_ledger_says(days, destination)
    for day in days.all:
        if left := left_elsewhere(days.world, day):
            yield f"{day} was never posted: {left}"


def at_most_once(world: World, destination: str) -> Iterator[str]:
    generations: Counter[tuple[str, str]] = Counter()
    for write in world.seen.writes:
        entry = write.entry
        if entry.destination == destination:
            generations[entry.date, entry.kind] = max(generations[entry.date, entry.kind], entry.generation)
    there: Counter[tuple[str, str]] = Counter()
    for post in world.shown(destination):
        day, kind = read_title(post.text)
        # LINE's one message begins with the first text of its day.
        there[str(day), "day" if destination == "line" else kind] += 1
    for (about, kind), times in there.items():
        allowed = min(1 + world.seen.forced[date.fromisoformat(about)], generations[about, kind])
        if times > allowed:
            yield f"{kind} of {about} is {times} times on {destination}, {allowed} were allowed"


def as_the_ledger_says(days: Days, destination: str) -> Iterator[str]:
    """What is called posted is there, with its id; what is there is known, or may be."""
    shown = {post.text: post.id for post in days.world.shown(destination)}
    rows = days.world.ledger().rows(date(2009, 1, 1)).entries.values()
    mine = [entry for entry in rows if entry.destination == destination]
    for entry in mine:
        if entry.status is Status.POSTED and entry.text not in shown:
            yield f"{entry.kind} of {entry.date} is not on {destination}, but said to be"
        elif entry.post_id and shown[entry.text] != entry.post_id:
            yield f"{entry.kind} of {entry.date} has another id on {destination} than {entry.post_id}"
    known = {text for entry in mine for text, _ in [(entry.text, ""), *entry.earlier_posts]}
    for text in shown.keys() - known:
        yield f"nobody knows of a post on {destination} about {read_title(text)}"


def left_elsewhere(world: World, day: date) -> list[str]:
    """What the day's plans want beside X, and is not settled."""
    rows = world.ledger().rows(day)

    def is_settled(entry: Entry | None) -> bool:
        return entry is not None and entry.is_settled

    return [
        f"{kind} at {destination}"
        for (destination, about), plan in rows.plans.items()
        for kind in plan.kinds
        if about == day and destination != "x" and not is_settled(rows.entries.get((destination, day, kind)))
    ]
