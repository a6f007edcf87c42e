"""A picture is part of its text: frozen with it before it is sent, and kept as long as it may have to be sent again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from fitbit_daily.domain import ledger
from fitbit_daily.domain.ledger import Entry, Status
from fitbit_daily.domain.posting import NotPosted, OwnPost, ReadBack, Sender
from fitbit_daily.domain.posts import Picture, Post
from fitbit_daily.errors import PostOutcomeUnknown, XUnavailable

NOW = datetime(2026, 11, 22, 15, 10, tzinfo=UTC)
DATE = "2026-11-22"
PICTURE, NEWER = Picture(b"\x89PNG", "7日間"), Picture(b"other", "")


@dataclass
class Outside:
    """X and the ledger. `fails` is what the next request to post raises; if X took the post, it `shows` it so."""

    now: datetime = NOW
    rows: dict[str, Entry] = field(default_factory=dict)
    asked: list[tuple[str, Picture | None]] = field(default_factory=list)
    fails: Exception | None = None
    shows: list[OwnPost] = field(default_factory=list)

    def read(self, destination: str, date: str, kind: str) -> Entry | None:
        return self.rows.get(kind)

    def write(self, entry: Entry) -> None:
        self.rows[entry.kind] = entry

    def post(self, text: str, picture: Picture | None) -> str:
        row = self.rows["week"]
        assert (row.text, row.picture, row.status) == (text, picture, Status.ATTEMPTING), "stored before it is sent"
        self.asked.append((text, picture))
        if self.fails:
            raise self.fails
        return "1"

    def own_posts_since(self, moment: datetime) -> Sequence[OwnPost]:
        return self.shows

    def send(self, text: str = "a week", picture: Picture | None = PICTURE) -> str | None:
        sender = Sender("x", ReadBack(self), self, lambda: self.now, "ja", "E1", force=False)
        return sender.send(DATE, Post("week", text, picture)).id


def test_it_is_sent_with_its_picture_which_is_forgotten_once_it_is_posted() -> None:
    outside = Outside()
    assert outside.send() == "1"
    assert outside.asked == [("a week", PICTURE)]
    assert outside.rows["week"].picture is None


def test_what_may_have_arrived_is_sent_again_with_the_very_same_picture() -> None:
    outside = Outside(fails=PostOutcomeUnknown("?"))
    with pytest.raises(PostOutcomeUnknown):
        outside.send()
    outside.now += timedelta(hours=1)
    outside.fails = None
    assert outside.send("a newer week", NEWER) == "1"
    assert outside.asked == [("a week", PICTURE)] * 2


def test_what_certainly_did_not_arrive_is_made_anew() -> None:
    outside = Outside(fails=NotPosted(XUnavailable("no")))
    with pytest.raises(XUnavailable):
        outside.send()
    outside.fails = None
    outside.send("a newer week", NEWER)
    assert outside.asked[1] == ("a newer week", NEWER)


@pytest.mark.parametrize("link", ["", " https://t.co/AbC123"])
def test_it_is_found_by_its_text_whether_x_appends_a_link_or_not(link: str) -> None:
    outside = Outside(fails=PostOutcomeUnknown("?"), shows=[OwnPost("7", f"a week{link}", "a week" if link else None)])
    with pytest.raises(PostOutcomeUnknown):
        outside.send()
    outside.now += timedelta(hours=1)
    assert outside.send() == "7"
    assert len(outside.asked) == 1


def test_a_text_without_a_picture_is_not_found_in_one_that_ends_with_a_link() -> None:
    row = ledger.begin(None, destination="x", date=DATE, kind="day", text="a", execution="E1", now=NOW)
    assert not OwnPost("7", "a https://t.co/AbC123", "a").says(row)
    assert OwnPost("7", "a https://t.co/AbC123", "a").says(replace(row, picture=PICTURE))


def test_a_person_who_settles_it_needs_its_picture_no_longer() -> None:
    row = ledger.begin(
        None, destination="x", date=DATE, kind="week", text="a", execution="E1", now=NOW, picture=PICTURE
    )
    assert ledger.settled_by_hand(row, posted=True, post_id="7").picture is None
