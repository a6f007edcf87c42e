"""Each minute of sleep counts once, whatever the source tells twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from fitbit_daily.domain.numbers import Sleep
from fitbit_daily.domain.sleep import Session, Span, sleep_of, without

MIDNIGHT = datetime(2026, 11, 21, tzinfo=UTC)


def at(minute: float) -> datetime:
    return MIDNIGHT + timedelta(minutes=minute)


def span(first: float, last: float) -> Span:
    return at(first), at(last)


def session(
    first: int, last: int, minutes: int | None = None, *, asleep: Sequence[tuple[int, int]] | None = None
) -> Session:
    """From minute to minute; with stages, the source's sum is theirs, unless another is given."""
    stages = None if asleep is None else tuple(span(*each) for each in asleep)
    if minutes is None and asleep is not None:
        minutes = sum(end - start for start, end in asleep)
    return Session(at(first), at(last), minutes, stages)


NIGHT = session(0, 480, asleep=[(10, 200), (220, 470)])
NAP = session(800, 840, 35)


@pytest.mark.parametrize(
    ("sessions", "minutes"),
    [
        ([], None),
        ([NIGHT], 440),
        ([NIGHT, NAP], 475),
        ([NIGHT, NIGHT], 440),
        ([NAP, NAP], 35),
        # One ends as the other begins.
        ([NAP, session(840, 900, 50)], 85),
        # The stages of both: what one tracker took for awake, the other did not.
        ([NIGHT, session(100, 500, asleep=[(190, 230), (460, 490)])], 480),
        # Without stages of both, the one with more minutes.
        ([NIGHT, session(100, 500, 400)], 440),
        ([NIGHT, session(100, 700, 590)], 590),
        ([session(0, 480, 300), session(100, 500, 400)], 400),
        # Two nights apart, and an entry by hand over both of them.
        ([session(0, 200, 190), session(300, 500, 180), session(100, 400, 290)], 290),
        ([session(0, 300, 290), session(310, 600, 280), session(290, 320, 20)], 570),
        # Overlapping by way of a third.
        (
            [
                session(0, 100, asleep=[(0, 90)]),
                session(150, 250, asleep=[(150, 240)]),
                session(80, 160, asleep=[(80, 160)]),
            ],
            240,
        ),
        # All of it awake.
        ([NIGHT, session(0, 480, asleep=[])], 440),
    ],
)
def test_sessions_that_overlap_count_each_minute_once_and_others_are_added(
    sessions: list[Session], minutes: int | None
) -> None:
    assert sleep_of(sessions) == Sleep(minutes)
    assert sleep_of(reversed(sessions)) == Sleep(minutes)


def test_a_session_alone_counts_as_the_source_adds_it_up_whatever_its_stages_say() -> None:
    assert sleep_of([replace(NIGHT, minutes_asleep=431)]) == Sleep(431)


@pytest.mark.parametrize("minutes", [None, -5, 100_000])
def test_a_session_without_its_minutes_or_with_absurd_ones_is_not_worked_out_yet(minutes: int | None) -> None:
    assert sleep_of([session(0, 480, minutes)]) == Sleep(None, processing=True)
    assert sleep_of([NAP, session(0, 480, minutes)]) == Sleep(35, processing=True)


def test_one_that_is_being_worked_out_keeps_the_day_so_even_where_another_one_counts() -> None:
    assert sleep_of([NIGHT, replace(session(0, 400, 300), processing=True)]) == Sleep(440, processing=True)
    assert sleep_of([NIGHT], processing=True) == Sleep(440, processing=True)
    assert sleep_of([], processing=True) == Sleep(None, processing=True)


@pytest.mark.parametrize(
    ("gaps", "left"),
    [
        ([], [(10, 20), (30, 40)]),
        ([(12, 14), (15, 16)], [(10, 12), (14, 15), (16, 20), (30, 40)]),
        ([(5, 12), (18, 32)], [(12, 18), (32, 40)]),
        ([(0, 50)], []),
        ([(20, 30)], [(10, 20), (30, 40)]),
        ([(10, 20)], [(30, 40)]),
    ],
)
def test_gaps_are_cut_out_of_spans(gaps: list[tuple[int, int]], left: list[tuple[int, int]]) -> None:
    spans, cut = [span(10, 20), span(30, 40)], [span(*gap) for gap in gaps]
    assert list(without(spans, cut)) == [span(*each) for each in left]
