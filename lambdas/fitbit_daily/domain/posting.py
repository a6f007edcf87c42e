"""Sends a text at most once, by its ledger, whatever has happened before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from fitbit_daily.domain import ledger
from fitbit_daily.domain.cures import SERVICES, UNSYNCED
from fitbit_daily.domain.ledger import Entry, Move, Status
from fitbit_daily.domain.posts import Picture, Post, mark_reposted
from fitbit_daily.errors import (
    DuplicateOnTimeline,
    PostInProgress,
    PostOutcomeUnknown,
    PostRejected,
    Retryable,
    RetryKeyExpired,
    StepError,
    UnexpectedError,
)


class DuplicateText(Exception):
    """The destination refuses the text because the account is said to have posted the very same recently."""


class NotPosted(Exception):
    """The request certainly made no post; `error` says why."""

    def __init__(self, error: StepError) -> None:
        super().__init__(str(error))
        self.error = error


@dataclass(frozen=True)
class OwnPost:
    """One of the account's own posts.

    without_link   its text, without the link that X appends for a picture; None where it ends with no link
    """

    id: str
    text: str
    without_link: str | None = None

    def says(self, entry: Entry) -> bool:
        """Has it this very text?"""
        return self.text == entry.text or (entry.picture is not None and self.without_link == entry.text)


class AnotherIsThere(Exception):
    """Where this post belongs, the destination holds one with another text."""

    def __init__(self, there: OwnPost) -> None:
        super().__init__(there.id)
        self.there = there


class Account(Protocol):
    """An account at a destination, as far as this program needs it. The entry is stored, and will not change."""

    def post(self, entry: Entry) -> str | None:
        """The post's id, None where the destination tells none.

        Raises NotPosted, DuplicateText, AnotherIsThere, or PostOutcomeUnknown.
        """

    def settle(self, entry: Entry) -> str | None:
        """What became of a post of unknown outcome: its id, or None where posting it once more makes no second one.

        Raises a StepError where it cannot tell.
        """


class Timeline(Protocol):
    """An account that can be read back."""

    def post(self, text: str, picture: Picture | None) -> str:
        """The new post's id. Raises NotPosted, DuplicateText, or PostOutcomeUnknown."""

    def own_posts_since(self, moment: datetime) -> Sequence[OwnPost]:
        """All of the account's own posts since then. Raises PostOutcomeUnknown where it cannot tell."""


@dataclass(frozen=True)
class ReadBack:
    """The Account of a destination that takes the same text twice: it is looked for first."""

    timeline: Timeline

    def post(self, entry: Entry) -> str:
        return self.timeline.post(entry.text, entry.picture)

    def settle(self, entry: Entry) -> str | None:
        """The id of the account's own post with this very text."""
        posts = self.timeline.own_posts_since(ledger.looked_for_since(entry))
        return next((post.id for post in posts if post.says(entry)), None)


@dataclass(frozen=True)
class NoAccount:
    """The Account of a destination that cannot be reached at all, such as one whose keys are missing."""

    why: StepError

    def post(self, entry: Entry) -> str:
        raise NotPosted(self.why)

    def settle(self, entry: Entry) -> str:
        raise self.why


class Ledger(Protocol):
    def read(self, destination: str, date: str, kind: str) -> Entry | None: ...

    def write(self, entry: Entry) -> None:
        """Stores the entry over its previous version; raises PostInProgress where that is not what is stored."""


@dataclass(frozen=True)
class Sent:
    """What became of a text: its outcome as the execution's output tells it."""

    kind: str
    destination: str
    text: str
    status: str
    id: str | None


@dataclass(frozen=True)
class Sender:
    """Everything that sending needs; `now` is asked anew for each step, for a request may take long.

    incomplete   the texts say that the day's numbers were not all there yet
    """

    destination: str
    account: Account
    ledger: Ledger
    now: Callable[[], datetime]
    language: str
    execution: str
    force: bool
    incomplete: bool = False

    def send(self, date: str, post: Post) -> Sent:
        """Posts the text, unless it is posted already. Raises a StepError where neither is certain."""
        entry = self.ledger.read(self.destination, date, post.kind)
        move = self._next_move(entry)
        if move is Move.SETTLE and entry is not None:
            found = self._settle(entry)
            if found is None:
                if entry.duplicate:
                    raise self._not_found(entry)
                if ledger.is_refused(entry, self.execution):
                    raise _refused(entry)
                return self._request(ledger.begin_again(entry, execution=self.execution, now=self.now()))
            entry = ledger.posted(entry, found)
            self.ledger.write(entry)
            move = self._next_move(entry)
        if move is Move.SEND:
            text = mark_reposted(post.text, ledger.texts_of_earlier_generations(entry), self.language)
            return self._request(
                ledger.begin(
                    entry,
                    destination=self.destination,
                    date=date,
                    kind=post.kind,
                    text=text,
                    execution=self.execution,
                    now=self.now(),
                    picture=post.picture,
                    incomplete=self.incomplete,
                )
            )
        assert entry is not None  # noqa: S101 - every other move is made of a row
        match move:
            case Move.NOTHING:
                return self._sent_already(entry)
            case Move.WAIT_FOR_LEASE:
                raise PostInProgress(f"Another attempt to post the {post.kind} of {date} is under way.")
            case Move.REFUSED:
                raise _refused(entry)
            case Move.ASK:
                error = _only_a_person_can_tell(entry)
                self._note(entry, type(error).__name__)
                raise error
            case _:
                at = SERVICES[self.destination]
                raise PostOutcomeUnknown(f"Whether the {post.kind} of {date} reached {at} cannot be known yet.")

    def _next_move(self, entry: Entry | None) -> Move:
        return ledger.next_move(entry, execution=self.execution, force=self.force, now=self.now())

    def _sent_already(self, entry: Entry) -> Sent:
        """As the last generation that is known to be there."""
        text, post_id = entry.text, entry.post_id
        if entry.status is not Status.POSTED and entry.earlier_posts:
            text, post_id = entry.earlier_posts[-1]
        own = entry.status is Status.POSTED and entry.execution == self.execution
        return Sent(entry.kind, self.destination, text, "posted" if own else "already_posted", post_id or None)

    def _request(self, entry: Entry) -> Sent:
        self.ledger.write(entry)
        try:
            post_id = self.account.post(entry)
        except NotPosted as refused:
            self.ledger.write(ledger.not_posted(entry, type(refused.error).__name__))
            raise refused.error from refused
        except DuplicateText as duplicate:
            self.ledger.write(ledger.unknown(entry, PostOutcomeUnknown.__name__, duplicate=True))
            raise PostOutcomeUnknown(
                f"{SERVICES[self.destination]} calls the {entry.kind} of {entry.date} a duplicate: "
                "whether it is on the timeline is read back."
            ) from duplicate
        except AnotherIsThere as found:
            self.ledger.write(ledger.posted(replace(entry, text=found.there.text), found.there.id))
            return Sent(entry.kind, self.destination, found.there.text, "already_posted", found.there.id)
        except PostOutcomeUnknown:
            self.ledger.write(ledger.unknown(entry, PostOutcomeUnknown.__name__))
            raise
        self.ledger.write(ledger.posted(entry, post_id))
        return Sent(entry.kind, self.destination, entry.text, "posted", post_id)

    def _settle(self, entry: Entry) -> str | None:
        """What stops it stands in the row."""
        try:
            return self.account.settle(entry)
        except StepError as error:
            self._note(entry, type(error).__name__)
            raise

    def _not_found(self, entry: Entry) -> StepError:
        last = entry.not_found + 1 >= ledger.DUPLICATE_LOOKS
        error = DuplicateOnTimeline if last else PostOutcomeUnknown
        entry = ledger.not_found(entry, error.__name__, self.execution)
        self.ledger.write(entry)
        if last:
            return _only_a_person_can_tell(entry)
        return PostOutcomeUnknown(
            f"{SERVICES[self.destination]} calls the {entry.kind} of {entry.date} a duplicate, and does not show it."
        )

    def _note(self, entry: Entry, failure: str) -> None:
        if (entry.failure, entry.failed_in) != (failure, self.execution):
            self.ledger.write(ledger.failed(entry, failure, self.execution))


def send_all(senders: Iterable[Sender], date: str, posts: Mapping[str, Sequence[Post]]) -> list[Sent]:
    """Tries every post of a day at every destination, whatever becomes of the others; then raises what best leads on.

    Where several failed, one that a retry may cure comes first: those that a person must cure will come back.
    """
    sent: list[Sent] = []
    errors: list[StepError] = []
    for sender in senders:
        for post in posts[sender.destination]:
            try:
                sent.append(sender.send(date, post))
            except StepError as error:
                error.kind, error.destination = post.kind, sender.destination
                errors.append(error)
            except Exception as error:
                errors.append(UnexpectedError.of(error))
    if errors:
        raise next((error for error in errors if isinstance(error, Retryable)), errors[0])
    return sent


def leave_out(
    entry: Entry | None,
    *,
    destination: str,
    date: str,
    kind: str,
    complete: bool,
    waits_for: str = "",
    too_old: bool,
    execution: str,
) -> Entry | None:
    """The row to write for a post that is not made: certain only of a complete day, or of one that will never be.

    None where the post has been made already, or may have been. waits_for: a failure, for which a later execution makes
    it.
    """
    if entry is not None and (entry.is_settled or entry.may_be_there):
        return None
    status = Status.NOTHING if complete else Status.TOO_OLD if too_old else Status.NOT_POSTED
    if waits_for:
        status = Status.NOT_POSTED
    return ledger.without_post(
        entry,
        destination=destination,
        date=date,
        kind=kind,
        status=status,
        failure=waits_for or (UNSYNCED if status is Status.NOT_POSTED else ""),
        execution=execution,
    )


def _refused(entry: Entry) -> PostRejected:
    at = SERVICES[entry.destination]
    return PostRejected(f"{at} has refused the {entry.kind} of {entry.date}; this execution does not send it again.")


def _only_a_person_can_tell(entry: Entry) -> DuplicateOnTimeline | RetryKeyExpired:
    at = SERVICES[entry.destination]
    if entry.not_found >= ledger.DUPLICATE_LOOKS:
        return DuplicateOnTimeline(
            f"{at} calls the {entry.kind} of {entry.date} a duplicate, but it is not among the account's posts."
        )
    return RetryKeyExpired(
        f"Whether {at} has the {entry.kind} of {entry.date} was not found out in time: now it would be sent twice."
    )
