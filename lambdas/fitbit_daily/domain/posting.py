"""Sends a text at most once, by its ledger, whatever has happened before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from fitbit_daily.domain import ledger
from fitbit_daily.domain.ledger import Entry, Move, Status
from fitbit_daily.domain.posts import KINDS_OF, Post, mark_reposted
from fitbit_daily.errors import (
    DuplicateOnTimeline,
    PostInProgress,
    PostOutcomeUnknown,
    Retryable,
    StepError,
    UnexpectedError,
)

# Why a post is left out whose day X has in the other style.
IN_ANOTHER_STYLE = "the day is posted in another style"


class DuplicateText(Exception):
    """X refuses the text because the account has posted the very same recently."""


class NotPosted(Exception):
    """The request certainly made no post; `error` says why."""

    def __init__(self, error: StepError) -> None:
        super().__init__(str(error))
        self.error = error


@dataclass(frozen=True)
class Tweet:
    """One of the account's own posts."""

    id: str
    text: str


class Timeline(Protocol):
    """X, as far as this program needs it."""

    def post(self, text: str) -> str:
        """The new post's id. Raises NotPosted, DuplicateText, or PostOutcomeUnknown."""

    def own_posts_since(self, moment: datetime) -> Sequence[Tweet]:
        """All of the account's own posts since then. Raises PostOutcomeUnknown where it cannot tell."""


class Ledger(Protocol):
    def read(self, date: str, kind: str) -> Entry | None: ...

    def write(self, entry: Entry) -> None:
        """Stores the entry over its previous version; raises PostInProgress where that is not what is stored."""


@dataclass(frozen=True)
class Sent:
    """What became of a text: its outcome as the execution's output tells it."""

    kind: str
    text: str
    status: str
    tweet_id: str | None


@dataclass(frozen=True)
class Sender:
    """Everything that sending needs; `now` is asked anew for each step, for a request may take long."""

    timeline: Timeline
    ledger: Ledger
    now: Callable[[], datetime]
    language: str
    execution: str
    force: bool

    def send(self, date: str, post: Post) -> Sent:
        """Posts the text, unless it is posted already. Raises a StepError where neither is certain."""
        entry = self.ledger.read(date, post.kind)
        move = ledger.next_move(entry, execution=self.execution, force=self.force, now=self.now())
        if move is Move.SETTLE and entry is not None:
            found = self._find(entry)
            if found is None:
                return self._request(ledger.begin_again(entry, execution=self.execution, now=self.now()))
            entry = ledger.posted(entry, found)
            self.ledger.write(entry)
            move = ledger.next_move(entry, execution=self.execution, force=self.force, now=self.now())
        if move is Move.SEND:
            text = mark_reposted(post.text, ledger.texts_of_earlier_generations(entry), self.language)
            return self._request(
                ledger.begin(entry, date=date, kind=post.kind, text=text, execution=self.execution, now=self.now())
            )
        if move is Move.NOTHING and entry is not None:
            own = entry.execution == self.execution
            return Sent(post.kind, entry.text, "posted" if own else "already_posted", entry.post_id)
        if move is Move.WAIT_FOR_LEASE:
            raise PostInProgress(f"Another attempt to post the {post.kind} of {date} is under way.")
        raise PostOutcomeUnknown(f"Whether the {post.kind} of {date} reached X cannot be known yet.")

    def in_another_style(self, date: str, posts: Sequence[Post]) -> list[Post]:
        """What X may hold of the day in a style that none of these posts is of, as it was sent; nothing, if forced."""
        if self.force:
            return []
        made = {post.kind for post in posts}
        other_kinds = [kind for kinds in KINDS_OF.values() if not made & set(kinds) for kind in kinds]
        entries = [self.ledger.read(date, kind) for kind in other_kinds]
        return [Post(entry.kind, entry.text) for entry in entries if entry and entry.status is not Status.NOT_POSTED]

    def _request(self, entry: Entry) -> Sent:
        self.ledger.write(entry)
        try:
            post_id = self.timeline.post(entry.text)
        except NotPosted as refused:
            self.ledger.write(ledger.not_posted(entry))
            raise refused.error from refused
        except DuplicateText as duplicate:
            return self._duplicate(entry, duplicate)
        except PostOutcomeUnknown:
            self.ledger.write(ledger.unknown(entry))
            raise
        self.ledger.write(ledger.posted(entry, post_id))
        return Sent(entry.kind, entry.text, "posted", post_id)

    def _duplicate(self, entry: Entry, refusal: DuplicateText) -> Sent:
        """After an attempt of our own, "duplicate" means that it is there, though not yet shown."""
        if not entry.text_sent_before:
            self.ledger.write(ledger.not_posted(entry))
            raise DuplicateOnTimeline(
                f"X says that the text of the {entry.kind} of {entry.date} is on the timeline already, "
                "though this program did not put it there."
            ) from refusal
        self.ledger.write(ledger.posted(entry, None))
        return Sent(entry.kind, entry.text, "posted", None)

    def _find(self, entry: Entry) -> str | None:
        since = entry.first_attempt_at - ledger.CLOCK_SKEW
        return next((tweet.id for tweet in self.timeline.own_posts_since(since) if tweet.text == entry.text), None)


def send_all(sender: Sender, date: str, posts: Sequence[Post]) -> list[Sent]:
    """Tries every post of a day, whatever becomes of the others; then raises the error that best leads on.

    Where several failed, one that a retry may cure comes first: those that a person must cure will come back.
    A day that X may hold in another style is left as it is there: these posts would say it all again.
    """
    sent: list[Sent] = []
    errors: list[StepError] = []
    for post in sender.in_another_style(date, posts) or posts:
        try:
            sent.append(sender.send(date, post))
        except StepError as error:
            error.kind = post.kind
            errors.append(error)
        except Exception as error:
            errors.append(UnexpectedError.of(error))
    if errors:
        raise next((error for error in errors if isinstance(error, Retryable)), errors[0])
    return sent
