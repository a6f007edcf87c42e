"""What must hold after every run, whatever went wrong in it. Each check yields its violations, a sentence each."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from cli.__main__ import VERBS
from fitbit_daily.adapters.history_table import HistoryTable
from fitbit_daily.domain.history import DayRecord
from fitbit_daily.domain.ledger import Status
from fitbit_daily.errors import INTERRUPTIONS, all_errors
from tests.campaign.days import GOOD_NIGHTS, Days, deadline_of, keeps_its_deadline, starts_by_itself
from tests.campaign.oracle import (
    KINDS_OF,
    STYLES,
    kinds_at,
    numbers_of,
    numbers_said_by,
    read_numbers,
    read_title,
    says_incomplete,
)
from tests.campaign.plan import Deed, Outage, Strike
from tests.campaign.world import World
from tests.canaries import escaped

ERRORS = {error.__name__ for error in all_errors()} | set(INTERRUPTIONS)
COMMANDS = set(VERBS)
# Each execution reads so many days before its own again.
READ_AGAIN = timedelta(days=3)

# What can end an authorisation: the provider saying so, or a kill or a lost answer while it rotates. Being slow, and
# an AWS that refuses or repeats a call, cannot; nor can a person who authorises anew.
_ENDS_AUTHORISATION = re.compile(r"token|secretsmanager|40[013]|scope|grant|client|410|lambda")
_SAID_FOR_GOOD = ("invalid-grant", "invalid-client", "without-sleep", "410-html", "410-json")
_HARMLESS = ("slow", "throttled", "failing", "doubled", "lost")


def violations(world: World) -> Iterator[str]:
    days = Days(world)
    for destination in world.plan.destinations:
        yield from at_most_once(days, destination)
        yield from one_style_a_day(days, destination)
        yield from true_numbers(days, destination)
        yield from frozen_while_unknown(world, destination)
        yield from as_the_ledger_says(days, destination)
    yield from exactly_once_in_the_end(days)
    yield from starts_by_itself(days)
    yield from keeps_its_deadline(world)
    yield from says_what_it_did(world)
    yield from nothing_escaped(world)
    yield from history_is_true(world)
    yield from failures_are_named(world)
    yield from authorisation_is_not_lost_for_nothing(world)


def at_most_once(days: Days, destination: str) -> Iterator[str]:
    generations: Counter[tuple[str, str]] = Counter()
    for write in days.world.seen.writes:
        if write.entry.destination == destination:
            key = write.entry.date, write.entry.kind
            generations[key] = max(generations[key], write.entry.generation)
    for day, kinds in days.posts[destination].items():
        for kind, texts in kinds.items():
            allowed = min(1 + days.world.seen.forced[day], generations[str(day), kind])
            if len(texts) > allowed:
                yield f"{kind} of {day} is {len(texts)} times on {destination}, {allowed} were allowed"


def one_style_a_day(days: Days, destination: str) -> Iterator[str]:
    for day, kinds in days.posts[destination].items():
        if not any(kinds.keys() <= set(kinds_at(destination, style)) for style in STYLES):
            yield f"{day} was posted in two styles on {destination}: {sorted(kinds)}"


def exactly_once_in_the_end(days: Days) -> Iterator[str]:
    for day in days.all:
        if not days.done(day):
            yield f"{day} was never posted, or not wholly: {sorted(days.wanted(day))} is wanted"
        elif left := days.left_open(day):
            yield f"{day} is not settled: {left}"


def as_the_ledger_says(days: Days, destination: str) -> Iterator[str]:
    """What is called posted is there, with its id; what is there is known, or may be."""
    shown = {(post.text, post.id) for post in days.world.shown(destination)}
    texts = {text for text, _ in shown}
    mine = [entry for entry in days.rows.entries.values() if entry.destination == destination]
    for entry in mine:
        if entry.status is Status.POSTED and entry.text not in texts:
            yield f"{entry.kind} of {entry.date} is not on {destination}, but said to be"
        elif entry.post_id and (entry.text, entry.post_id) not in shown:
            yield f"{entry.kind} of {entry.date} has another id on {destination} than {entry.post_id}"
    known = {text for entry in mine for text, _ in [(entry.text, ""), *entry.earlier_posts]}
    for text in texts - known:
        yield f"nobody knows of a post on {destination} about {read_title(text)}"


def says_what_it_did(world: World) -> Iterator[str]:
    """An execution that ends well accounts for every post of the day, and what it says is there is there."""
    ids = {(each, post.id) for each in world.plan.destinations for post in world.shown(each)}
    for ran in world.seen.ran:
        if ran.output is None or "posts" not in ran.output or ran.dry_run:
            continue
        posts = ran.output["posts"]
        skipped = {each["kind"] for each in ran.output["skipped"]}
        for destination in world.plan.destinations:
            told = {post["kind"] for post in posts if post["destination"] == destination}
            whole = [set(kinds_at(destination, style)) for style in STYLES]
            nothing = any(skipped >= set(of_style) for of_style in KINDS_OF.values())
            if not any(told <= kinds <= told | (kinds if nothing else skipped) for kinds in whole):
                yield f"{ran.name} about {ran.date} ended well and tells of {sorted(told)} at {destination} only"
        said = {(post["destination"], post["id"]) for post in posts if post["id"]}
        if missing := said - ids:
            yield f"{ran.name} says that {sorted(missing)} is there"


def true_numbers(days: Days, destination: str) -> Iterator[str]:
    """What a post says stood in the data when it was fetched; and without the note, in the finished day."""
    for day, kinds in days.posts[destination].items():
        for kind, texts in kinds.items():
            for text in texts:
                for wrong in true_text(days.world, day, kind, text):
                    yield f"{kind} of {day} on {destination} {wrong}"


def true_text(world: World, day: date, kind: str, text: str) -> Iterator[str]:
    said = read_numbers(text)
    if not said:
        yield "says no number"
    data = [snapshot for _, snapshot in world.seen.snapshots[day]]
    if not says_incomplete(text):
        data = world.final_days(day)
    true = [numbers_said_by(text, kind, each, world.plan.source) for each in data]
    for name, value in said.items():
        if world.plan.source == "fitbit" and (says_incomplete(text) or name == "bmr"):
            continue  # Fitbit counts time that has not synced as rest, which the oracle does not
        if not any(numbers.get(name) == value for numbers in true):
            yield f"says {name} {value}; true is {sorted({numbers.get(name, 'nothing') for numbers in true})}"
    if not says_incomplete(text) and not any(said.keys() >= numbers.keys() for numbers in true):
        yield f"leaves out a number: {sorted(said)}"


def frozen_while_unknown(world: World, destination: str) -> Iterator[str]:
    """A text changes only after a certain end of the one before, and only what the ledger froze is there."""
    frozen: set[str] = set()
    for write in world.seen.writes:
        entry, before = write.entry, write.before
        if entry.destination != destination or entry.status is not Status.ATTEMPTING:
            continue
        frozen.add(entry.text)
        if before and before.status in (Status.ATTEMPTING, Status.UNKNOWN) and before.text != entry.text:
            yield f"the text of {entry.kind} of {entry.date} changed while an attempt on {destination} was unsettled"
    for post in world.shown(destination):
        if post.text not in frozen:
            yield f"{destination} has a text that the ledger did not write first: {post.text.splitlines()[0]}"


def history_is_true(world: World) -> Iterator[str]:
    """Once all is over, the finished day; on the way there, never back. And it never fails an execution."""
    days = [world.plan.day(night) for night in range(world.plan.nights + GOOD_NIGHTS)]
    kept = HistoryTable(world.history_table).read(days[0], days[-1])
    for day in days:
        # The last nights have read these again, whatever became of the history before.
        again = day >= days[-1] - READ_AGAIN
        if day not in kept:
            if again:
                yield f"the history has no {day}"
        elif kept[day].complete:
            yield from true_in_the_history(world, kept[day])
        elif again and any(ran.output.get("complete") for ran in world.seen.ran if ran.output and ran.date == str(day)):
            yield f"the history of {day} is not complete, though it was found to be"
    for write in world.seen.kept:
        if write.before and write.before["fetched_at"]["S"] > write.item["fetched_at"]["S"]:
            yield f"the history of {write.item['date']['S']} went back to an earlier reading"
        if write.before and write.before["complete"]["BOOL"] and not write.item["complete"]["BOOL"]:
            yield f"the history of {write.item['date']['S']} is no longer complete"
    if any(ran.error and ran.last_state in ("Keep history", "Catch up") for ran in world.seen.ran):
        yield "an execution failed for the sake of the history, or of other days"


def true_in_the_history(world: World, kept: DayRecord) -> Iterator[str]:
    """Each number is that of the finished day, in one of its revisions."""
    true: dict[str, set[str]] = defaultdict(set)
    for final in world.final_days(kept.date):
        said = numbers_of(final, "activity", world.plan.source)
        for name in ("sedentary", "light", "moderate", "vigorous"):
            true[f"{name}_minutes"].add(said.get(name, ""))
        true["steps"].add(said.get("steps", ""))
        true["minutes_asleep"].add(str(sum(sleep.minutes_asleep for sleep in final.sleeps)) if final.sleeps else "")
    for name, values in true.items():
        if "" not in values and str(kept.numbers().get(name)) not in values:
            yield f"the history of {kept.date} has {name} {kept.numbers().get(name)}; true is {sorted(values)}"


def nothing_escaped(world: World) -> Iterator[str]:
    texts = [world.logs.getvalue(), *(ran.texts for ran in world.seen.ran)]
    if escaped(texts, sorted(world.seen.canaries)):
        yield "a secret is in a state, a log, an error or an output"
    if "CANARY" in "".join(texts).upper():
        yield "a token is in a state, a log, an error or an output"


def failures_are_named(world: World) -> Iterator[str]:
    for ran in world.seen.ran:
        if ran.status in ("SUCCEEDED", "ABORTED"):
            continue
        if ran.error not in ERRORS:
            yield f"{ran.name} ended as {ran.error!r}, which is no name of ours: {ran.sentence}"
        commands = re.findall(r"\./daily (\S+)", ran.sentence)
        unknown = [command for command in commands if command.strip(",.;") not in COMMANDS]
        if unknown:
            yield f"{ran.error} names {unknown}, which is no command"
        if ran.error not in INTERRUPTIONS and not commands and "console" not in ran.sentence:
            yield f"{ran.error} does not say what to type: {ran.sentence}"


def authorisation_is_not_lost_for_nothing(world: World) -> Iterator[str]:
    """Neither does a person have to authorise where nothing touched the authorisation, nor for a whim of the source."""
    lost = [ran for ran in world.seen.ran if ran.error == "AuthorizationLost"]
    if lost and not any(_may_end_authorisation(item) for item in world.plan.schedule):
        yield f"the authorisation was lost though nothing touched it: {lost[0].sentence}"
    for ran in lost:
        # A dry run, and one whose deadline has come, has no time to wait and see.
        if ran.dry_run or ran.ended >= deadline_of(world, ran) or ran.name in world.seen.truly_lost:
            continue
        said = [fault for at, where, fault in world.effects.when if where == "token" and ran.began <= at <= ran.ended]
        if not any(fault.endswith(_SAID_FOR_GOOD) for fault in said):
            yield f"{ran.name} calls the authorisation lost, and it is not: {ran.sentence}"


def _may_end_authorisation(item: Strike | Outage | Deed) -> bool:
    if isinstance(item, Deed) or item.fault in _HARMLESS:
        return False
    return _ENDS_AUTHORISATION.search(f"{item.where} {item.fault}") is not None


def transitions(world: World) -> Counter[str]:
    """Which ways through the ledger were gone."""
    gone: Counter[str] = Counter()
    for write in world.seen.writes:
        before = str(write.before.status) if write.before else "nothing"
        again = " again" if write.entry.status is Status.ATTEMPTING and write.entry.text_sent_before else ""
        forced = " by force" if write.before and write.entry.generation > write.before.generation else ""
        gone[f"{before} -> {write.entry.status}{again}{forced}"] += 1
    return gone
