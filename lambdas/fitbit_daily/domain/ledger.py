"""What is known of one post (a destination, a date, a kind), and what may be done about it.

    nothing ──begin──▶ attempting ──posted──▶ posted ──begin, by force──▶ attempting, a generation later
                        ▲      │
                        │      ├──not posted──▶ not posted   (certainly; the next attempt may say something newer)
                        │      └──unknown─────▶ unknown      (the destination may have it; the text is frozen)
                        └──────begin──────────┘

An attempt is written before its request, with a lease longer than the function can live. A lapsed lease without an
outcome is an unknown outcome. X has no idempotency key, so there unknown is settled by reading the account's own
timeline back: found, it is posted; cleanly not found, the same text is sent again. Bluesky and LINE know the same
request again, so there it is sent again, as long as they know it.

Beside the posts stands a plan for each day, written by the first execution about it: which posts the day has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from fitbit_daily.domain.posts import Picture

# All that rows can be about; which of them are in use is a setting.
DESTINATIONS = ("x", "bluesky", "line")

# Longer than Tweet's function can live (a test compares them), so that a live lease means a living sender.
LEASE = timedelta(minutes=4)

# How long X may take to show a post among the account's own after it took it, and the time a request may last.
SETTLE_AFTER = timedelta(minutes=10)

# Clocks differ; a post is looked for from a little before the attempt on.
CLOCK_SKEW = timedelta(minutes=2)

# How long from the first attempt on a destination knows the same request again; without an end where none is named.
# https://developers.line.biz/en/docs/messaging-api/retrying-api-request/
KEY_LIVES = {"line": timedelta(hours=24) - CLOCK_SKEW}

# X compares a text with those of about the last day. A post that it calls a duplicate is looked for this far back, and
# this often, before a person is asked.
DUPLICATE_WINDOW = timedelta(hours=48)
DUPLICATE_LOOKS = 2


class Status(StrEnum):
    ATTEMPTING = "attempting"
    POSTED = "posted"
    NOT_POSTED = "not posted"
    UNKNOWN = "unknown"
    # The day is complete and has no such number.
    NOTHING = "nothing to post"
    # The day never became complete, and is too old to do so.
    TOO_OLD = "too old"


class Move(StrEnum):
    """What may be done next."""

    SEND = "send a fresh text"
    SETTLE = "settle it, then send the same text again if it is not there"
    WAIT_FOR_LEASE = "another attempt is under way"
    WAIT_TO_SETTLE = "too early to settle"
    NOTHING = "it is posted"
    REFUSED = "this execution has sent it, and it was refused for good"
    ASK = "only a person can tell whether it is posted"


@dataclass(frozen=True)
class Plan:
    """Which posts a day has at a destination. Written once; only who is at work on it changes.

    under_way   the executions that took the day on, by name, and until when each may be at it. This is information for
                others: only an attempt's lease protects a request
    last        the last one that took it on
    """

    destination: str
    date: date
    kinds: tuple[str, ...]
    under_way: Mapping[str, datetime]
    last: str

    def at_work(self, now: datetime) -> list[str]:
        return [name for name, until in self.under_way.items() if now < until]


@dataclass(frozen=True)
class Due:
    """From which day on a kind is expected at a destination; until (exclusive) where it has left the settings."""

    destination: str
    kind: str
    since: date
    until: date | None = None

    def covers(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True)
class Pause:
    """`until` is None while it lasts; both are aware."""

    since: datetime
    until: datetime | None = None

    def holds(self, moment: datetime) -> bool:
        return self.since <= moment and (self.until is None or moment < self.until)


@dataclass(frozen=True)
class Entry:
    """One post's row.

    version             counts the writes; each write names the version it read
    generation          1, and one more each time a person forces the day to be posted again
    attempt             1, and one more for each fresh text of the generation
    execution           the execution of the last attempt
    earlier_executions  those of the attempts before it, one a line
    picture             sent with the text, and frozen with it; kept until the post is made
    first_attempt_at    the first attempt since the destination may hold this text; reading back begins there
    last_attempt_at     the last attempt
    text_sent_before    this very text may have reached the destination in an attempt before the last one
    incomplete          the text says that the day's numbers were not all there yet
    post_id             the destination's id; None while not posted
    failure, failed_in  the class of the last failure, and the execution that met it
    duplicate           the destination called the text a duplicate; not_found: so often it was looked for in vain since
    earlier_posts       what earlier generations posted: texts and ids
    """

    destination: str
    date: str
    kind: str
    version: int
    generation: int
    status: Status
    text: str
    execution: str
    first_attempt_at: datetime | None = None
    last_attempt_at: datetime | None = None
    lease_until: datetime | None = None
    text_sent_before: bool = False
    incomplete: bool = False
    post_id: str | None = None
    failure: str = ""
    failed_in: str = ""
    duplicate: bool = False
    not_found: int = 0
    earlier_posts: tuple[tuple[str, str], ...] = ()
    earlier_executions: str = ""
    attempt: int = 1
    picture: Picture | None = None

    def was_tried_by(self, execution: str) -> bool:
        return execution in (self.execution, *self.earlier_executions.splitlines())

    @property
    def is_settled(self) -> bool:
        """By any generation: what became of a forced one is its starter's affair."""
        return self.generation > 1 or self.status in (Status.POSTED, Status.NOTHING, Status.TOO_OLD)

    @property
    def may_be_there(self) -> bool:
        """The destination may hold the text, and the text is frozen."""
        return self.status in (Status.ATTEMPTING, Status.UNKNOWN)


def next_move(entry: Entry | None, *, execution: str, force: bool, now: datetime) -> Move:
    """What this execution may do about a post.

    `force` asks for a new generation once: not again by an execution that has tried already, whoever finished it.
    """
    if entry is None:
        return Move.SEND
    if entry.generation > 1 and not force:
        return Move.NOTHING
    if entry.status is Status.POSTED:
        return Move.SEND if force and not entry.was_tried_by(execution) else Move.NOTHING
    if not entry.may_be_there:
        return Move.REFUSED if is_refused(entry, execution) else Move.SEND
    if entry.not_found >= DUPLICATE_LOOKS:
        return Move.ASK
    if entry.status is Status.ATTEMPTING and entry.lease_until and now < entry.lease_until:
        return Move.WAIT_FOR_LEASE
    if too_early_to_settle(entry, now):
        return Move.WAIT_TO_SETTLE
    return Move.ASK if key_has_expired(entry, now) else Move.SETTLE


def settle_after(destination: str) -> timedelta:
    """How long after an attempt it may be settled: where a request is known again, its sender only must be gone."""
    return SETTLE_AFTER if destination == "x" else LEASE


def too_early_to_settle(entry: Entry, now: datetime) -> bool:
    """May the destination still hide a post that it took?"""
    return entry.last_attempt_at is not None and now < entry.last_attempt_at + settle_after(entry.destination)


def key_has_expired(entry: Entry, now: datetime) -> bool:
    """Would the destination take the same request for a new one?"""
    lives = KEY_LIVES.get(entry.destination)
    return lives is not None and entry.first_attempt_at is not None and now >= entry.first_attempt_at + lives


def is_refused(entry: Entry, execution: str) -> bool:
    """Has the destination refused the post for good since this execution first tried it?"""
    return entry.failure == "PostRejected" and entry.was_tried_by(execution)


def begin(
    entry: Entry | None,
    *,
    destination: str,
    date: str,
    kind: str,
    text: str,
    execution: str,
    now: datetime,
    picture: Picture | None = None,
    incomplete: bool = False,
) -> Entry:
    """The row to write before a fresh text is sent."""
    fresh = Entry(
        destination=destination,
        date=date,
        kind=kind,
        version=1,
        generation=1,
        status=Status.ATTEMPTING,
        text=text,
        execution=execution,
        picture=picture,
        first_attempt_at=now,
        last_attempt_at=now,
        lease_until=now + LEASE,
        incomplete=incomplete,
    )
    if entry is None:
        return fresh
    again = entry.status is Status.POSTED
    return replace(
        fresh,
        version=entry.version + 1,
        generation=entry.generation + again,
        attempt=1 if again else entry.attempt + 1,
        earlier_posts=_earlier_posts(entry),
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


def without_post(
    entry: Entry | None,
    *,
    destination: str,
    date: str,
    kind: str,
    status: Status,
    failure: str = "",
    execution: str,
) -> Entry:
    """The row of a post that is not made: nothing to post, too old, or (not posted) given up for want of a sync."""
    fresh = Entry(
        destination=destination,
        date=date,
        kind=kind,
        version=1,
        generation=1,
        status=status,
        text="",
        execution=execution,
        failure=failure,
        failed_in=execution if failure else "",
    )
    if entry is None:
        return fresh
    return replace(fresh, version=entry.version + 1, attempt=entry.attempt, earlier_executions=_executions(entry))


def posted(entry: Entry, post_id: str | None) -> Entry:
    return replace(
        entry,
        version=entry.version + 1,
        status=Status.POSTED,
        post_id=post_id,
        picture=None,
        failure="",
        failed_in="",
        not_found=0,
    )


def not_posted(entry: Entry, failure: str) -> Entry:
    """The last attempt certainly failed. A text that an earlier attempt may have brought over stays frozen."""
    status = Status.UNKNOWN if entry.text_sent_before else Status.NOT_POSTED
    return failed(replace(entry, status=status), failure, entry.execution)


def unknown(entry: Entry, failure: str, *, duplicate: bool = False) -> Entry:
    return failed(
        replace(entry, status=Status.UNKNOWN, duplicate=entry.duplicate or duplicate), failure, entry.execution
    )


def not_found(entry: Entry, failure: str, execution: str) -> Entry:
    """What the destination called a duplicate is not on the timeline."""
    return failed(replace(entry, status=Status.UNKNOWN, not_found=entry.not_found + 1), failure, execution)


def failed(entry: Entry, failure: str, execution: str) -> Entry:
    """The same row with its last failure."""
    return replace(entry, version=entry.version + 1, failure=failure, failed_in=execution)


def settled_by_hand(entry: Entry, *, posted: bool, post_id: str | None = None) -> Entry:
    """A person has looked: posted, with this id if it is known; or not, so that a fresh text may be sent."""
    status = Status.POSTED if posted else Status.NOT_POSTED
    return replace(
        entry,
        version=entry.version + 1,
        status=status,
        post_id=post_id,
        picture=None,
        text_sent_before=False,
        duplicate=False,
        not_found=0,
        failure="",
        failed_in="",
    )


def looked_for_since(entry: Entry) -> datetime:
    """From when on the destination's posts are read back."""
    if entry.first_attempt_at is None:
        raise ValueError("nothing was attempted")
    return entry.first_attempt_at - (DUPLICATE_WINDOW if entry.duplicate else CLOCK_SKEW)


def texts_of_earlier_generations(entry: Entry | None) -> Sequence[str]:
    """What a fresh text must differ from."""
    return [text for text, _ in _earlier_posts(entry)] if entry else []


def _earlier_posts(entry: Entry) -> tuple[tuple[str, str], ...]:
    if entry.status is not Status.POSTED:
        return entry.earlier_posts
    return (*entry.earlier_posts, (entry.text, entry.post_id or ""))


def _executions(entry: Entry) -> str:
    """Every execution that has tried so far, one a line."""
    return "\n".join(dict.fromkeys([*entry.earlier_executions.splitlines(), entry.execution]))
