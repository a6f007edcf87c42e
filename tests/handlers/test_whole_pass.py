"""Whole executions, from the input to the output, through all handlers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from fitbit_daily.errors import PostInProgress, PostOutcomeUnknown, XOutOfCredits
from tests.handlers.world import ARTICLES_POSTS, World


def test_the_day_of_the_article_is_posted_with_the_articles_numbers(world: World) -> None:
    output = world.execute(date="2021-05-23")
    assert world.texts() == ARTICLES_POSTS
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


def test_every_request_of_a_pass_is_accepted_by_the_strict_simulators(world: World) -> None:
    world.execute()
    assert set(world.wire.statuses()) <= {200, 201}
    assert {exchange.timeout is not None for exchange in world.wire.exchanges} == {True}


def test_a_morning_waits_for_the_tracker_and_then_posts_complete_numbers(world: World) -> None:
    world.google.faults.switch_on("not-synced", times=3)
    begun = world.clock()
    output = world.execute(scheduled_time="2026-11-21T15:10:00Z")
    assert (output["date"], output["complete"]) == ("2026-11-21", True)
    assert world.clock() > begun
    assert len(world.texts()) == 2 and not any("途中" in text for text in world.texts())


def test_at_the_time_to_give_up_the_post_says_that_it_is_incomplete(world: World) -> None:
    world.google.faults.switch_on("not-synced")
    output = world.execute()
    assert output["complete"] is False
    assert all("同期前のため途中の値" in text for text in world.texts())
    assert f"{world.clock().astimezone(world.google.wearer.time_zone):%m-%d %H:%M}" == "11-22 12:00"


def test_a_second_execution_for_the_same_day_posts_nothing(world: World) -> None:
    first = world.execute(date="2021-05-23")
    second = world.execute("by hand", date="2021-05-23")
    assert world.texts() == ARTICLES_POSTS
    assert [post["status"] for post in second["posts"]] == ["already_posted"] * 2
    assert [post["id"] for post in second["posts"]] == [post["id"] for post in first["posts"]]


def test_a_start_delivered_twice_under_the_same_name_posts_once(world: World) -> None:
    outputs = [world.execute("the same", date="2021-05-23") for _ in range(2)]
    assert world.texts() == ARTICLES_POSTS
    assert outputs[0] == outputs[1]


def test_a_dry_run_posts_nothing_waits_for_nothing_and_leaves_the_ledger_alone(world: World) -> None:
    world.google.faults.switch_on("not-synced")
    begun = world.clock()
    output = world.execute(dry_run=True)
    assert world.texts() == [] and world.x.calls == []
    assert world.clock() == begun
    assert world.row("2026-11-21", "activity") is None
    assert {(post["status"], post["id"]) for post in output["posts"]} == {("dry_run", None)}


def test_a_dry_run_of_a_complete_day_shows_the_texts(world: World) -> None:
    output = world.execute(date="2021-05-23", dry_run=True)
    assert [post["text"] for post in output["posts"]] == ARTICLES_POSTS
    assert output["complete"] is True


def test_force_posts_a_day_again_and_the_repetition_says_so(world: World) -> None:
    world.execute(date="2021-05-23")
    output = world.execute("again", date="2021-05-23", force=True)
    again = [f"{text}\n\n（再投稿）" for text in ARTICLES_POSTS]
    assert world.texts() == ARTICLES_POSTS + again
    assert [post["text"] for post in output["posts"]] == again
    assert {post["status"] for post in output["posts"]} == {"posted"}
    world.execute("again", date="2021-05-23", force=True)
    assert len(world.texts()) == 4, "an execution forces a day once, however often its steps run"


def test_a_day_without_any_number_is_not_posted(world: World) -> None:
    output = world.execute(date="2026-02-03")
    assert world.texts() == [] and output["posts"] == []
    assert [skipped["kind"] for skipped in output["skipped"]] == ["activity", "sleep"]


def test_a_day_without_sleep_is_posted_without_it(world: World) -> None:
    output = world.execute(date="2026-02-08")
    assert [post["kind"] for post in output["posts"]] == ["activity"]
    assert [skipped["kind"] for skipped in output["skipped"]] == ["sleep"]


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


def test_a_read_back_that_x_refuses_leaves_the_outcome_open_and_names_the_command_to_settle_it(world: World) -> None:
    state = world.run("Format posts", world.fetch(world.run("Choose date", world.begin(date="2021-05-23"))))
    world.x.faults.switch_on("post-accepted-then-503", times=2)
    with pytest.raises(PostOutcomeUnknown):
        world.run("Tweet", state)
    world.x.faults.switch_on("read-403-forbidden")
    world.clock.turn(seconds=PostOutcomeUnknown.retry.first_wait)
    with pytest.raises(PostOutcomeUnknown, match=r"\./daily settle 2021-05-23 activity --posted ID"):
        world.run("Tweet", state)
    assert world.texts() == ARTICLES_POSTS


# Outages of the source


@pytest.mark.parametrize("fault", ["devices-503", "rollup-503", "rollup-429", "sleep-503", "token-503", "health-drop"])
@pytest.mark.parametrize("hours", [0.2, 3, 10])
def test_an_outage_costs_nothing_but_time(fault: str, hours: float, world: World) -> None:
    world.google.tells_last_sync = True
    begun = world.clock()
    ends = begun + timedelta(hours=hours)
    world.when(lambda: world.clock() >= ends, world.google.faults.clear)
    world.google.faults.switch_on(fault)
    output = world.execute(scheduled_time="2026-11-21T15:10:00Z")
    assert output["complete"] and [post["status"] for post in output["posts"]] == ["posted", "posted"]
    assert world.clock() - begun <= timedelta(hours=hours, minutes=30)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("devices-503", "SourceUnavailable"),
        ("rollup-503", "SourceUnavailable"),
        ("rollup-429", "SourceRateLimited"),
        ("sleep-drop", "SourceUnavailable"),
        ("token-503", "SourceUnavailable"),
        ("health-401", "AuthorizationLost"),
        ("rollup-404", "SourceRefusedRequest"),
    ],
)
def test_one_without_an_end_ends_the_execution_at_its_deadline_under_its_own_name(
    fault: str, error: str, world: World
) -> None:
    """Google's access tokens last for an hour: each look of theirs leads back once, and renews no patience."""
    world.google.faults.switch_on(fault)
    deadline = world.clock() + timedelta(hours=11, minutes=50)
    assert world.ends("daily 1", scheduled_time="2026-11-21T15:10:00Z") == error
    # Where Refresh token itself fails, nobody shortens the last wait.
    assert timedelta(0) <= world.clock() - deadline <= timedelta(minutes=30 if fault == "token-503" else 0)
    world.google.faults.clear()
    assert world.ends("daily 1", scheduled_time="2026-11-21T15:10:00Z") == ""
    assert len(world.texts()) == 2


def test_a_past_day_gives_its_source_three_hours_and_its_tracker_none(world: World) -> None:
    begun = world.clock()
    world.google.faults.switch_on("rollup-503")
    assert world.ends("by hand", date="2026-11-19") == "SourceUnavailable"
    assert world.clock() - begun == timedelta(hours=3)
    world.google.faults.clear()
    world.google.wearer.stay_unsynced(None)
    begun = world.clock()
    assert world.ends("by hand again", date="2026-11-20") == ""
    assert world.clock() == begun


def test_a_dry_run_tells_of_an_outage_at_once(world: World) -> None:
    begun = world.clock()
    world.google.faults.switch_on("rollup-503")
    assert world.ends("dry", dry_run=True) == "SourceUnavailable"
    assert world.clock() == begun


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
    row = world.row("2026-11-21", "sleep")
    assert row is not None and row.is_settled


def test_out_of_credits_is_cured_by_credits_and_another_run(world: World) -> None:
    world.x.account.credits = 0
    with pytest.raises(XOutOfCredits):
        world.execute(date="2021-05-23")
    world.x.account.credits = 10
    world.execute("after paying", date="2021-05-23")
    assert world.texts() == ARTICLES_POSTS


def test_a_function_that_died_while_posting_is_waited_for_and_then_settled(world: World) -> None:
    state = world.run("Format posts", world.fetch(world.run("Choose date", world.begin(date="2021-05-23"))))

    def dies(*_: object) -> None:
        raise SystemExit

    world.wire.applications["https://api.x.com"] = dies
    with pytest.raises(SystemExit):
        world.run("Tweet", state)
    world.wire.applications["https://api.x.com"] = world.x
    with pytest.raises(PostInProgress):
        world.run("Tweet", state)
    world.clock.turn(seconds=PostInProgress.retry.first_wait)
    with pytest.raises(PostOutcomeUnknown):
        world.run("Tweet", state)
    world.clock.turn(seconds=PostOutcomeUnknown.retry.first_wait)
    world.run("Tweet", state)
    assert sorted(world.texts()) == sorted(ARTICLES_POSTS)
