"""What is known of one post, a (date, kind), and what may be done about it. X has no idempotency key: this is ours.

    nothing ──begin──▶ attempting ──posted──▶ posted ──begin, by force──▶ attempting, a generation later
                        ▲      │
                        │      ├──not posted──▶ not posted   (certainly; the next attempt may say something newer)
                        │      └──unknown─────▶ unknown      (X may have it; the text is frozen)
                        └──────begin──────────┘

An attempt is written before its request, with a lease longer than the function can live. A lapsed lease without an
outcome is an unknown outcome. Unknown is settled by reading the account's own timeline back: found, it is posted;
cleanly not found, the same text is sent again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

# Longer than Tweet's function can live (a test compares them), so that a live lease means a living sender.
LEASE = timedelta(minutes=4)

# How long X may take to show a post among the account's own after it took it, and the time a request may last.
SETTLE_AFTER = timedelta(minutes=10)

# Clocks differ; a post is looked for from a little before the attempt on.
CLOCK_SKEW = timedelta(minutes=2)


class Status(StrEnum):
    ATTEMPTING = "attempting"
    POSTED = "posted"
    NOT_POSTED = "not posted"
    UNKNOWN = "unknown"


class Move(StrEnum):
    """What may be done next."""

    SEND = "send a fresh text"
    SETTLE = "read back, then send the same text again if it is not there"
    WAIT_FOR_LEASE = "another attempt is under way"
    WAIT_TO_SETTLE = "too early to read back"
    NOTHING = "it is posted"


@dataclass(frozen=True)
class Entry:
    """One row of the ledger.

    version             counts the writes; each write names the version it read
    generation          1, and one more each time a person forces the day to be posted again
    execution           the execution of the last attempt
    earlier_executions  those of the attempts before it, one a line
    first_attempt_at    the first attempt since X may hold this text; reading back begins there
    last_attempt_at     the last attempt
    text_sent_before    this very text may have reached X in an attempt before the last one
    post_id             X's id; None while not posted, or where X only said that it is a duplicate
    earlier_texts       what earlier generations posted
    """

    date: str
    kind: str
    version: int
    generation: int
    status: Status
    text: str
    execution: str
    first_attempt_at: datetime
    last_attempt_at: datetime
    lease_until: datetime
    text_sent_before: bool = False
    post_id: str | None = None
    earlier_texts: tuple[str, ...] = ()
    earlier_executions: str = ""

    def was_tried_by(self, execution: str) -> bool:
        return execution in (self.execution, *self.earlier_executions.splitlines())


def next_move(entry: Entry | None, *, execution: str, force: bool, now: datetime) -> Move:
    """What this execution may do about a post.

    `force` asks for a new generation once: not again by an execution that has tried already, whoever finished it.
    """
    if entry is None or entry.status is Status.NOT_POSTED:
        return Move.SEND
    if entry.status is Status.POSTED:
        return Move.SEND if force and not entry.was_tried_by(execution) else Move.NOTHING
    if entry.status is Status.ATTEMPTING and now < entry.lease_until:
        return Move.WAIT_FOR_LEASE
    return Move.WAIT_TO_SETTLE if now < entry.last_attempt_at + SETTLE_AFTER else Move.SETTLE


def begin(entry: Entry | None, *, date: str, kind: str, text: str, execution: str, now: datetime) -> Entry:
    """The row to write before a fresh text is sent."""
    fresh = Entry(
        date=date,
        kind=kind,
        version=1,
        generation=1,
        status=Status.ATTEMPTING,
        text=text,
        execution=execution,
        first_attempt_at=now,
        last_attempt_at=now,
        lease_until=now + LEASE,
    )
    if entry is None:
        return fresh
    return replace(
        fresh,
        version=entry.version + 1,
        generation=entry.generation + (entry.status is Status.POSTED),
        earlier_texts=tuple(texts_of_earlier_generations(entry)),
        earlier_executions=_executions(entry),
    )


def begin_again(entry: Entry, *, execution: str, now: datetime) -> Entry:
    """The row to write before a frozen text is sent once more."""
    return replace(
        entry,
        version=entry.version + 1,
        status=Status.ATTEMPTING,
        execution=execution,
        earlier_executions=_executions(entry),
        last_attempt_at=now,
        lease_until=now + LEASE,
        text_sent_before=True,
    )


def posted(entry: Entry, post_id: str | None) -> Entry:
    return replace(entry, version=entry.version + 1, status=Status.POSTED, post_id=post_id)


def not_posted(entry: Entry) -> Entry:
    """The last attempt certainly failed. A text that an earlier attempt may have brought to X stays frozen."""
    status = Status.UNKNOWN if entry.text_sent_before else Status.NOT_POSTED
    return replace(entry, version=entry.version + 1, status=status)


def unknown(entry: Entry) -> Entry:
    return replace(entry, version=entry.version + 1, status=Status.UNKNOWN)


def settled_by_hand(entry: Entry, post_id: str | None) -> Entry:
    """A person has looked: posted with this id, or (None) not posted, so that a fresh text may be sent."""
    status = Status.NOT_POSTED if post_id is None else Status.POSTED
    return replace(entry, version=entry.version + 1, status=status, post_id=post_id, text_sent_before=False)


def texts_of_earlier_generations(entry: Entry | None) -> Sequence[str]:
    """What a fresh text must differ from."""
    if entry is None:
        return ()
    return (*entry.earlier_texts, entry.text) if entry.status is Status.POSTED else entry.earlier_texts


def _executions(entry: Entry) -> str:
    """Every execution that has tried so far, one a line."""
    return "\n".join(dict.fromkeys([*entry.earlier_executions.splitlines(), entry.execution]))
