"""A day's sleep from the source's sessions: each minute counts once.

Sources have some sleeps twice: two trackers, an entry by hand beside the tracker's own, a session that was split and
kept. Of sessions that overlap, the union of their stages counts, where all of them have stages; else the one with
more minutes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from fitbit_daily.domain.numbers import Sleep, measured

Span = tuple[datetime, datetime]

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Session:
    """One sleep. All its times are aware, or all are of one wall clock.

    minutes_asleep   the source's own sum; None where it has none, or none that a day can hold
    asleep           when, of all the time in bed, by its stages; None where it has none
    processing       the source says that it is still processing it
    """

    start: datetime
    end: datetime
    minutes_asleep: int | None
    asleep: tuple[Span, ...] | None = None
    processing: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "minutes_asleep", measured("minutes_asleep", self.minutes_asleep))

    def overlaps(self, other: Session) -> bool:
        return self.start < other.end and other.start < self.end


def sleep_of(sessions: Iterable[Session], *, processing: bool = False) -> Sleep:
    """The sleep of one day; `processing`: there is another session that is not among these yet.

    A session without its minutes is still in processing.
    """
    sessions = list(sessions)
    known = [session for session in sessions if session.minutes_asleep is not None]
    unfinished = processing or len(known) < len(sessions) or any(session.processing for session in sessions)
    return Sleep(sum(map(_minutes, _joined(_counted(known)))) if known else None, unfinished)


def without(spans: Iterable[Span], gaps: Iterable[Span]) -> Iterator[Span]:
    """The spans, with the gaps cut out of them; both in the order of time."""
    gaps = list(gaps)
    for start, end in spans:
        for gap_start, gap_end in gaps:
            if start < gap_start < end:
                yield start, gap_start
            if gap_start < end and start < gap_end:
                start = gap_end
        if start < end:
            yield start, end


def _counted(sessions: list[Session]) -> list[Session]:
    """Sessions with more minutes come first; one that overlaps them is left out, unless all have stages."""
    counted: list[Session] = []
    for session in sorted(sessions, key=_rank):
        rivals = [other for other in counted if other.overlaps(session)]
        if not rivals or all(each.asleep is not None for each in (session, *rivals)):
            counted.append(session)
    return counted


def _rank(session: Session) -> tuple[int, bool, datetime, datetime, tuple[Span, ...]]:
    """A complete order: the result does not depend on the order of the source's sessions."""
    return -(session.minutes_asleep or 0), session.asleep is None, session.start, session.end, session.asleep or ()


def _joined(sessions: Iterable[Session]) -> list[list[Session]]:
    """Sessions that overlap, directly or by way of others, together."""
    groups: list[list[Session]] = []
    for session in sorted(sessions, key=lambda session: session.start):
        if groups and any(session.overlaps(other) for other in groups[-1]):
            groups[-1].append(session)
        else:
            groups.append([session])
    return groups


def _minutes(group: list[Session]) -> int:
    if len(group) == 1:
        return group[0].minutes_asleep or 0
    return _length(span for session in group for span in session.asleep or ()) // _MINUTE


def _length(spans: Iterable[Span]) -> timedelta:
    """The length of all spans together; what several share counts once."""
    total = timedelta()
    reached: datetime | None = None
    for start, end in sorted(spans):
        begin = max(start, reached or start)
        total += max(end - begin, timedelta())
        reached = max(end, reached or end)
    return total
