"""Bluesky and LINE as Tweet meets them, in memory: each knows the same request again, by a key of its own."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar

from fitbit_daily.domain.idempotency_keys import record_key, retry_key
from fitbit_daily.domain.ledger import Entry
from fitbit_daily.domain.posting import Account, AnotherIsThere, NotPosted, OwnPost
from fitbit_daily.errors import DestinationRateLimited, PostOutcomeUnknown, PostRejected
from tests.domain.outside import (
    ANSWER_LOST,
    CALLED_DUPLICATE,
    FAILED,
    KILLED,
    LATE,
    REFUSED,
    REJECTED,
    Killed,
    Taken,
    World,
)

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
