"""What somebody really gets, week by week: each story is the list of its subjects, after the day a night was about."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from fitbit_daily.domain.cures import UNSYNCED
from fitbit_daily.domain.notice_kinds import GivenUp, Notice, WorksAgain
from tests.domain.happenings import GOOD, Owner, in_february, owner_after_a_good_night


def lived_through(owner: Owner, nights: Iterable[str]) -> Owner:
    for outcome in nights:
        owner.night(outcome)
    return owner


def last(owner: Owner) -> Notice:
    return owner.heard[-1][1]


def works_again(*missing: int, day: int, tried: tuple[int, ...] = (), back: int = 0, told: bool = False) -> WorksAgain:
    """told: there are other open days, and they were told before."""
    dates = tuple(map(in_february, missing))
    return WorksAgain(in_february(day), dates, tuple(map(in_february, tried)), back, none_open=not (missing or told))


@pytest.mark.parametrize("failure", ["AuthorizationLost", "XOutOfCredits"])
def test_what_needs_a_person_for_ten_days(failure: str) -> None:
    owner = lived_through(owner_after_a_good_night(), [failure] * 10 + [GOOD] * 3)
    assert owner.story == ["2: 02 needs you", "9: still failing since 02", "12: it works again"]
    assert last(owner) == works_again(2, 3, 4, 5, 6, 7, 8, day=12, back=12)


def test_the_authorisation_that_dies_again_soon_after_is_told_at_once_and_without_the_days_that_were_told() -> None:
    owner = lived_through(owner_after_a_good_night(), ["AuthorizationLost"] * 10 + [GOOD, "AuthorizationLost", GOOD])
    assert owner.story[3:] == ["13: 13 needs you", "14: it works again"]
    assert last(owner) == works_again(day=14, told=True)


def test_google_is_out_for_five_nights() -> None:
    owner = lived_through(owner_after_a_good_night(), ["SourceUnavailable"] * 5 + [GOOD] * 3)
    assert owner.story == [
        "2: 02 is not posted yet",
        "3: 03 is not posted yet",
        "4: 04 is not posted yet",
        "5: 05 is not posted yet",
        "6: 06 is not posted yet",
        "7: it works again",
    ]
    assert last(owner) == works_again(2, 3, day=7, back=7)


def test_the_tracker_is_off_for_two_weeks() -> None:
    owner = lived_through(owner_after_a_good_night(), [UNSYNCED] * 14 + [GOOD] * 3)
    assert owner.story == ["2: the tracker does not sync", "9: the tracker does not sync", "16: it works again"]
    assert last(owner) == works_again(*range(2, 13), day=16, back=16)


def test_the_tracker_syncs_each_evening_when_the_day_before_was_given_up_at_noon() -> None:
    owner = owner_after_a_good_night()
    for _ in range(16):
        owner.night(UNSYNCED, dict.fromkeys(range(1, 20), GOOD))
    assert owner.story == [
        "2: the tracker does not sync",
        "9: the tracker does not sync",
        "16: the tracker does not sync",
    ]


def test_x_rejects_the_post_of_one_day_only() -> None:
    owner = owner_after_a_good_night()
    owner.night("PostRejected")
    for _ in range(10):
        owner.night(GOOD, {2: "PostRejected"})
    assert owner.story == ["2: 02 needs you", "3: it works again"]
    assert last(owner) == works_again(2, day=3, back=3)


def test_what_x_did_with_one_post_is_never_found_out() -> None:
    owner = owner_after_a_good_night()
    owner.night("PostOutcomeUnknown")
    for _ in range(10):
        owner.night(GOOD, {2: "PostOutcomeUnknown"})
    assert owner.story == ["2: 02 is not posted yet", "3: it works again", "5: 02 is not tried again"]
    assert owner.heard[1][1] == works_again(2, day=3, tried=(2,), back=3)


def test_a_first_deployment_that_nobody_authorises() -> None:
    owner = lived_through(Owner(), ["SourceSecretNotFilledIn"] * 9 + [GOOD] * 3)
    assert owner.story == ["1: 01 needs you", "8: still failing since 01", "10: it works again"]
    assert last(owner) == works_again(day=10)


def test_nothing_is_caught_up() -> None:
    nights = ["SourceUnavailable", GOOD, *["AuthorizationLost"] * 2, GOOD, *[UNSYNCED] * 2, GOOD, GOOD]
    owner = lived_through(owner_after_a_good_night(catch_up_days=0), nights)
    assert owner.story == [
        "2: 02 is not tried again",
        "3: it works again",
        "4: 04 needs you",
        "6: it works again",
        "7: the tracker does not sync",
        "9: it works again",
    ]
    assert [notice for _, notice in owner.heard if isinstance(notice, WorksAgain)] == [
        works_again(day=3, told=True),
        works_again(4, 5, day=6, back=4),
        works_again(7, 8, day=9, back=4),
    ]


def test_a_pause_in_the_middle() -> None:
    owner = lived_through(owner_after_a_good_night(), ["AuthorizationLost"] * 2)
    owner.pause()
    lived_through(owner, [GOOD] * 8)
    owner.resume()
    lived_through(owner, ["AuthorizationLost", GOOD, GOOD])
    assert owner.story == ["2: 02 needs you", "12: still failing since 02", "13: it works again"]
    assert last(owner) == works_again(2, 3, day=13, back=13)


def test_a_lost_start() -> None:
    owner = owner_after_a_good_night()
    owner.lose_start()
    lived_through(owner, [GOOD] * 3)
    assert owner.story == ["2: 02 is not posted yet", "3: it works again"]


def test_a_day_that_is_cured_by_hand_the_same_morning() -> None:
    owner = owner_after_a_good_night()
    owner.night("XOutOfCredits", look=False)
    owner.by_hand(2)
    owner.look()
    lived_through(owner, [GOOD] * 3)
    assert owner.story == ["2: 02 needs you", "2: it works again"]


def test_days_that_fail_in_turn_by_what_passes_and_by_what_does_not() -> None:
    nights = ["SourceUnavailable", "AuthorizationLost", "SourceUnavailable", "AuthorizationLost", GOOD]
    owner = lived_through(owner_after_a_good_night(), nights)
    assert owner.story == [
        "2: 02 is not posted yet",
        "3: 03 needs you",
        "4: 04 is not posted yet",
        "6: it works again",
    ]
    assert not any(isinstance(notice, GivenUp) for _, notice in owner.heard)
