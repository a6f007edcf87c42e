"""Whole executions, from the input to the output, through all handlers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from fitbit_daily.errors import PostOutcomeUnknown
from tests.handlers.world import ARTICLES_POSTS, World


def test_the_day_of_the_article_is_posted_with_the_articles_numbers(world: World) -> None:
    output = world.execute(date="2021-05-23")
    assert world.texts() == ARTICLES_POSTS
    assert set(world.wire.statuses()) <= {200, 201}, "the strict simulators accept every request"
    ids = [post.id for post in reversed(world.x.posts)]
    assert output == {
        "date": "2021-05-23",
        "complete": True,
        "posts": [
            {"kind": kind, "text": text, "status": "posted", "destination": "x", "id": post_id}
            for kind, text, post_id in zip(("activity", "sleep"), ARTICLES_POSTS, ids, strict=True)
        ],
        "skipped": [],
    }


def test_an_answer_of_x_that_was_lost_is_settled_by_reading_back(world: World) -> None:
    state = world.run("Format posts", world.fetch(world.run("Choose date", world.begin(date="2021-05-23"))))
    world.x.faults.switch_on("post-accepted-then-dropped", times=1)
    with pytest.raises(PostOutcomeUnknown):
        world.run("Tweet", state)
    assert world.texts() == ARTICLES_POSTS, "the other post of the day was tried all the same"
    with pytest.raises(PostOutcomeUnknown):
        world.run("Tweet", state)
    world.clock.turn(seconds=PostOutcomeUnknown.retry.first_wait)
    output = world.run("Tweet", state)
    assert world.texts() == ARTICLES_POSTS
    assert [post["id"] for post in output["posts"]] == [post.id for post in reversed(world.x.posts)]


# Outages of the source


@pytest.mark.parametrize(
    ("fault", "error"),
    [("rollup-404", "SourceRefusedRequest"), ("token-503", "SourceUnavailable"), ("health-401", "AuthorizationLost")],
)
def test_one_without_an_end_ends_the_execution_at_its_deadline_under_its_own_name(
    fault: str, error: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Google's access tokens last for an hour: each look of theirs leads back once, and renews no patience."""
    monkeypatch.setenv("LOOK_EVERY_MINUTES", "120")
    world.google.faults.switch_on(fault)
    deadline = world.clock() + timedelta(hours=11, minutes=50)
    assert world.ends("daily 1", scheduled_time="2026-11-21T15:10:00Z") == error
    # Where Refresh token itself fails, nobody shortens the last wait.
    assert timedelta(0) <= world.clock() - deadline <= timedelta(hours=2 if fault == "token-503" else 0)
    world.google.faults.clear()
    assert world.ends("daily 1", scheduled_time="2026-11-21T15:10:00Z") == ""
    assert len(world.texts()) == 2


def test_what_was_read_by_the_last_look_is_posted_though_looks_before_it_failed(world: World) -> None:
    world.google.faults.switch_on("not-synced")
    noon = world.clock() + timedelta(hours=11, minutes=50)
    world.google.faults.switch_on("rollup-503")
    world.when(lambda: world.clock() >= noon, world.google.wearer.sync)
    world.when(lambda: world.clock() >= noon, world.google.faults.clear)
    assert world.execute()["complete"]


def test_a_day_too_old_to_be_synced_that_never_was_in_full_is_posted_as_incomplete(world: World) -> None:
    world.google.wearer.stay_unsynced(None)
    world.clock.turn(days=40)
    output = world.execute("by hand", date="2026-11-21")
    assert output["complete"] is False
    assert not world.history("2026-11-21")[date(2026, 11, 21)].complete
    activity, sleep = (world.row("2026-11-21", kind) for kind in ("activity", "sleep"))
    assert activity is not None and activity.incomplete
    assert sleep is not None and sleep.is_settled
