"""X, Bluesky, LINE and the ledger's table as Tweet meets them, in memory, with all that can go wrong at each effect."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest

from fitbit_daily.domain import ledger
from fitbit_daily.domain.idempotency_keys import record_key, retry_key
from fitbit_daily.domain.ledger import Entry, Status
from fitbit_daily.domain.posting import (
    Account,
    AnotherIsThere,
    DuplicateText,
    NotPosted,
    OwnPost,
    ReadBack,
    Sender,
    Sent,
)
from fitbit_daily.domain.posts import Picture, Post
from fitbit_daily.errors import (
    AwsUnavailable,
    DestinationRateLimited,
    PostInProgress,
    PostOutcomeUnknown,
    PostRejected,
    XOutOfCredits,
    XRateLimited,
)

START = datetime(2021, 5, 23, 15, 10, tzinfo=UTC)
DATE = "2021-05-23"
MINUTE = timedelta(minutes=1)

# What may become of an effect. "killed" and "answer lost" come after it was done, all others instead of it.
DONE, FAILED, ANSWER_LOST, KILLED, LATE = "done", "failed", "answer lost", "killed", "taken late"
REFUSED, REJECTED, CALLED_DUPLICATE = "refused", "rejected", "called a duplicate"
OUTCOMES = {
    "read": (DONE, FAILED, KILLED),
    "write": (DONE, FAILED, ANSWER_LOST, KILLED),
    "post": (DONE, REFUSED, REJECTED, CALLED_DUPLICATE, FAILED, ANSWER_LOST, KILLED, LATE),
    "read back": (DONE, FAILED, REJECTED, KILLED),
}


class Killed(BaseException):
    """The function is gone: no code of its own runs after this."""


@dataclass(frozen=True)
class Taken:
    """A post that was taken: of which kind and generation it was, when it was taken and when it is shown."""

    post: OwnPost
    kind: str
    generation: int
    at: datetime
    shown_at: datetime


@dataclass
class World:
    """What outlives every execution. `lag` is how long X takes to show a post, `memory` to forget a duplicate."""

    destination: ClassVar[str] = "x"

    now: datetime = START
    lag: timedelta = timedelta(seconds=5)
    memory: timedelta = 30 * MINUTE
    rows: dict[tuple[str, str], Entry] = field(default_factory=dict)
    taken: list[Taken] = field(default_factory=list)
    requests: int = 0
    asked: list[tuple[str, Picture | None]] = field(default_factory=list)
    # What X shows behind a text.
    link: str = ""
    forced_by: list[str] = field(default_factory=list)
    # The text that the destination may hold, as far as this program can know, by kind and generation.
    may_be_there: dict[tuple[str, int], str] = field(default_factory=dict)

    def wait(self, time: timedelta) -> None:
        self.now += time

    def row(self, kind: str = "activity") -> Entry:
        return self.rows[DATE, kind]

    def texts(self, kind: str = "activity") -> list[str]:
        return [taken.post.text for taken in self.taken if taken.kind == kind]

    def sender(self, execution: str, *, force: bool = False, before: Callable[[str], str] = lambda _: DONE) -> Sender:
        """A sender of its own for one try of an execution; `before` decides each effect's outcome."""
        return Sender(
            destination=self.destination,
            account=self.account(before),
            ledger=LedgerFake(self, before),
            now=lambda: self.now,
            language="en",
            execution=execution,
            force=force,
        )

    def account(self, before: Callable[[str], str]) -> Account:
        return ReadBack(XFake(self, before))

    def promised(self, text: str) -> Entry:
        """No request without its attempt in the ledger."""
        rows = [row for row in self.rows.values() if row.text == text]
        assert len(rows) == 1, f"{text!r} is not in the ledger"
        assert rows[0].status is Status.ATTEMPTING
        assert rows[0].lease_until and self.now < rows[0].lease_until
        return rows[0]


@dataclass(frozen=True)
class XFake:
    world: World
    before: Callable[[str], str]

    def post(self, text: str, picture: Picture | None = None) -> str:
        outcome = self.before("post")
        self.world.requests += 1
        self.world.asked.append((text, picture))
        row = self.world.promised(text)
        assert row.picture == picture
        if outcome == REFUSED:
            raise NotPosted(XRateLimited("Later."))
        if outcome == REJECTED:
            raise NotPosted(PostRejected("Never."))
        self.world.may_be_there[row.kind, row.generation] = text
        if outcome == FAILED:
            raise PostOutcomeUnknown("The connection was lost before X read it.")
        if outcome == CALLED_DUPLICATE or any(
            taken.post.text == text and self._remembered(taken) for taken in self.world.taken
        ):
            self._end(outcome)
            raise DuplicateText
        at = self.world.now + (2 * MINUTE if outcome == LATE else timedelta(0))
        post = OwnPost(str(1000 + len(self.world.taken)), text)
        self.world.taken.append(Taken(post, row.kind, row.generation, at, at + self.world.lag))
        self._end(outcome)
        return post.id

    def own_posts_since(self, moment: datetime) -> Sequence[OwnPost]:
        outcome = self.before("read back")
        if outcome == FAILED:
            raise PostOutcomeUnknown("X does not answer.")
        if outcome == REJECTED:
            raise XOutOfCredits("X wants money for telling.")
        if outcome == KILLED:
            raise Killed
        seen = [taken.post for taken in self.world.taken if taken.shown_at <= self.world.now and taken.at >= moment]
        link = self.world.link
        return [OwnPost(post.id, post.text + link, post.text if link else None) for post in seen]

    def _remembered(self, taken: Taken) -> bool:
        return taken.at <= self.world.now < taken.at + self.world.memory

    def _end(self, outcome: str) -> None:
        if outcome == KILLED:
            raise Killed
        if outcome in (ANSWER_LOST, LATE):
            raise PostOutcomeUnknown("X took it, and its answer was lost.")


@dataclass(frozen=True)
class LedgerFake:
    world: World
    before: Callable[[str], str]

    def read(self, destination: str, date: str, kind: str) -> Entry | None:
        outcome = self.before("read")
        if outcome == FAILED:
            raise AwsUnavailable("No.")
        if outcome == KILLED:
            raise Killed
        return self.world.rows.get((date, kind))

    def write(self, entry: Entry) -> None:
        outcome = self.before("write")
        if outcome == FAILED:
            raise AwsUnavailable("No.")
        stored = self.world.rows.get((entry.date, entry.kind))
        if (stored.version if stored else 0) != entry.version - 1:
            raise PostInProgress("Another execution was faster.")
        frozen = self.world.may_be_there.get((entry.kind, entry.generation), entry.text)
        assert entry.text == frozen, "a text changed though the destination may hold the one before"
        if stored and entry.generation != stored.generation:
            assert stored.status is Status.POSTED and entry.generation == stored.generation + 1
            earlier = [text for text, _ in entry.earlier_posts]
            assert stored.text in earlier and entry.text not in earlier
            assert entry.execution not in self.world.forced_by, "one execution forced two posts"
            self.world.forced_by.append(entry.execution)
        self.world.rows[entry.date, entry.kind] = entry
        if outcome == ANSWER_LOST:
            raise AwsUnavailable("No answer.")
        if outcome == KILLED:
            raise Killed


def settled(world: World, kind: str = "activity") -> None:
    """A person looks at the timeline and settles the row by what is there."""
    row = world.row(kind)
    found = next((t.post.id for t in world.taken if (t.kind, t.generation) == (kind, row.generation)), None)
    world.rows[DATE, kind] = ledger.settled_by_hand(row, posted=found is not None, post_id=found)
    if found is None:
        world.may_be_there.pop((kind, row.generation), None)


def at(**outcomes: str) -> Callable[[str], str]:
    """Outcomes by effect; all others are done. A read-back is `read_back` here."""
    return lambda effect: outcomes.get(effect.replace(" ", "_"), DONE)


def send(
    world: World,
    execution: str = "E1",
    says: str = "A",
    *,
    force: bool = False,
    picture: Picture | None = None,
    **outcomes: str,
) -> Sent:
    """The outcome of one try to post the day's activity."""
    sender = world.sender(execution, force=force, before=at(**outcomes))
    return sender.send(DATE, Post("activity", says, picture))


def fails(world: World, error: type[BaseException], execution: str = "E1", **how: Any) -> None:
    """Sends, and sees it fail so."""
    with pytest.raises(error):
        send(world, execution, **how)


# Bluesky and LINE as Tweet meets them, in memory: each knows the same request again, by a key of its own.

RECIPIENT = "U0123456789abcdef0123456789abcdef"


@dataclass
class ReplayingWorld(World):
    """What the destination holds, by its key: the post, what was asked for, and since when."""

    held: dict[str, tuple[object, OwnPost, datetime]] = field(default_factory=dict)
    texts_by_key: dict[str, str] = field(default_factory=dict)

    def account(self, before: Callable[[str], str]) -> Account:
        return ReplayingFake(self, before)

    def take(self, key: str, asked: object, entry: Entry) -> OwnPost:
        post = OwnPost(str(1000 + len(self.taken)), entry.text)
        self.taken.append(Taken(post, entry.kind, entry.generation, self.now, self.now))
        self.held[key] = asked, post, self.now
        return post

    def look_at(self, entry: Entry) -> None:
        """Every request, whatever becomes of it."""

    @abstractmethod
    def replay(self, entry: Entry) -> OwnPost: ...


@dataclass
class BlueskyWorld(ReplayingWorld):
    """The same record at its address is left as it is, for ever; another one is refused."""

    destination: ClassVar[str] = "bluesky"
    refused: list[OwnPost] = field(default_factory=list)

    def replay(self, entry: Entry) -> OwnPost:
        address, record = record_key(entry), (entry.text, entry.first_attempt_at)
        if address not in self.held:
            return self.take(address, record, entry)
        there, post, _ = self.held[address]
        if there != record:
            self.refused.append(post)
            self.may_be_there[entry.kind, entry.generation] = post.text
            raise AnotherIsThere(post)
        return post


class LineWorld(ReplayingWorld):
    """The same request is known again for a day; then it is a new message."""

    destination: ClassVar[str] = "line"

    def look_at(self, entry: Entry) -> None:
        assert self.texts_by_key.setdefault(retry_key(entry, RECIPIENT), entry.text) == entry.text, (
            "another text, the same key"
        )

    def replay(self, entry: Entry) -> OwnPost:
        key = retry_key(entry, RECIPIENT)
        if key not in self.held or self.now >= self.held[key][2] + timedelta(hours=24):
            return self.take(key, entry.text, entry)
        return self.held[key][1]


@dataclass(frozen=True)
class ReplayingFake:
    world: ReplayingWorld
    before: Callable[[str], str]

    def post(self, entry: Entry) -> str:
        outcome = self.before("post")
        self.world.requests += 1
        assert self.world.promised(entry.text) == entry
        self.world.look_at(entry)
        if outcome == REFUSED:
            raise NotPosted(DestinationRateLimited("Later."))
        if outcome == REJECTED:
            raise NotPosted(PostRejected("Never."))
        self.world.may_be_there[entry.kind, entry.generation] = entry.text
        if outcome in (FAILED, CALLED_DUPLICATE):
            raise PostOutcomeUnknown("The connection was lost before the request arrived.")
        post = self.world.replay(entry)
        if outcome == KILLED:
            raise Killed
        if outcome in (ANSWER_LOST, LATE):
            raise PostOutcomeUnknown("It was taken, and the answer was lost.")
        return post.id

    def settle(self, entry: Entry) -> None:
        return None
