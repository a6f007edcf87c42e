"""Tweet: by its ledger, each text at most once; the execution's output is made here."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest

from fitbit_daily.domain.ledger import Status
from fitbit_daily.errors import (
    AwsUnavailable,
    PostOutcomeUnknown,
    PostRejected,
    StepError,
    UnexpectedError,
    XKeysRefused,
    XRateLimited,
    XSecretNotFilledIn,
    XUnavailable,
)
from fitbit_daily.state import VERSION
from tests.adapters.fixtures import X_API, fill, refusing
from tests.adapters.test_x import POST
from tests.handlers.world import World

DAY = "2026-11-20"
READY = {
    "version": VERSION,
    "execution": "daily 1",
    "date": DAY,
    "complete": True,
    "dry_run": False,
    "force": False,
    "posts": [{"kind": "activity", "text": "8123 steps"}, {"kind": "sleep", "text": "7.5 hours"}],
    "skipped": [],
}


def statuses(world: World) -> list[Status | None]:
    rows = [world.row(DAY, kind) for kind in ("activity", "sleep")]
    return [row.status if row else None for row in rows]


def test_both_texts_are_posted_in_their_order_and_the_ledger_has_their_ids(world: World) -> None:
    output = world.run("Tweet", READY)
    assert world.texts() == ["8123 steps", "7.5 hours"]
    assert set(output) == {"date", "complete", "posts", "skipped"}
    ids = [row.post_id for kind in ("activity", "sleep") if (row := world.row(DAY, kind))]
    assert [post["tweet_id"] for post in output["posts"]] == ids == [post.id for post in reversed(world.x.posts)]
    assert statuses(world) == [Status.POSTED] * 2


def test_an_attempt_is_written_before_the_request(world: World) -> None:
    seen: list[Any] = []

    def looking(environ: dict[str, Any], start: Any) -> Any:
        seen.append(statuses(world))
        return world.x(environ, start)

    world.wire.applications[X_API] = looking
    world.run("Tweet", READY)
    assert seen == [[Status.ATTEMPTING, None], [Status.POSTED, Status.ATTEMPTING]]


@pytest.mark.parametrize("name", POST)
def test_whatever_x_answers_to_the_first_post_the_second_is_tried_and_nothing_is_posted_twice(
    name: str, world: World
) -> None:
    """Then Step Functions comes back, at the error's own intervals, as long as its error is retried."""
    world.x.faults.switch_on(f"post-{name}", times=1)
    with pytest.raises(StepError) as raised:
        world.run("Tweet", READY)
    assert world.texts()[-1] == "7.5 hours"
    before = list(world.texts())
    retry = getattr(type(raised.value), "retry", None)
    world.clock.turn(seconds=retry.first_wait if retry else 3600)
    output = world.run("Tweet", READY)
    assert sorted(world.texts()) == ["7.5 hours", "8123 steps"]
    assert world.texts()[: len(before)] == before
    assert [post["status"] for post in output["posts"]] == ["posted"] * 2
    assert [post["tweet_id"] for post in output["posts"]] == [
        next(post.id for post in world.x.posts if post.text == text["text"]) for text in output["posts"]
    ]


@pytest.mark.parametrize("name", ["429", "400", "402", "403-not-permitted", "401"])
def test_what_is_certainly_not_posted_may_say_something_newer_the_next_time(name: str, world: World) -> None:
    world.x.faults.switch_on(f"post-{name}", times=1)
    with pytest.raises(StepError):
        world.run("Tweet", READY)
    assert statuses(world)[0] is Status.NOT_POSTED
    newer = READY | {"posts": [{"kind": "activity", "text": "9000 steps"}]}
    world.run("Tweet", newer)
    assert "9000 steps" in world.texts() and "8123 steps" not in world.texts()


def test_while_x_may_have_a_text_it_is_frozen(world: World) -> None:
    world.x.faults.switch_on("post-503", times=1)
    with pytest.raises(PostOutcomeUnknown):
        world.run("Tweet", READY)
    world.clock.turn(seconds=PostOutcomeUnknown.retry.first_wait)
    newer = READY | {"posts": [{"kind": "activity", "text": "9000 steps"}]}
    assert world.run("Tweet", newer)["posts"][0]["text"] == "8123 steps"
    assert world.texts() == ["7.5 hours", "8123 steps"]


def test_x_out_of_reach_is_certainly_not_posted_and_retried(world: World) -> None:
    world.wire.unplugged.add(X_API)
    with pytest.raises(XUnavailable):
        world.run("Tweet", READY)
    assert statuses(world) == [Status.NOT_POSTED] * 2
    world.wire.unplugged.clear()
    world.run("Tweet", READY)
    assert world.texts() == ["8123 steps", "7.5 hours"]


def test_an_error_that_waiting_cures_comes_before_one_that_needs_a_person(world: World) -> None:
    world.x.faults.switch_on("post-403-not-permitted", times=1)
    world.x.faults.switch_on("post-429", times=1)
    with pytest.raises(XRateLimited):
        world.run("Tweet", READY)
    world.x.faults.switch_on("post-403-not-permitted", times=1)
    with pytest.raises(PostRejected):
        world.run("Tweet", READY)


def test_a_row_that_cannot_be_written_means_that_nothing_is_sent(world: World) -> None:
    with refusing("dynamodb.PutItem", "InternalServerError", 500), pytest.raises(AwsUnavailable):
        world.run("Tweet", READY)
    with refusing("dynamodb.GetItem", "ThrottlingException"), pytest.raises(AwsUnavailable):
        world.run("Tweet", READY)
    with refusing("dynamodb.PutItem", "AccessDeniedException"), pytest.raises(UnexpectedError):
        world.run("Tweet", READY)
    assert world.x.calls == []


@pytest.mark.parametrize("more", [{"dry_run": True}, {"posts": []}])
def test_where_nothing_is_to_be_posted_neither_secret_nor_ledger_is_needed(
    more: Any, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("X_SECRET_ARN", "LEDGER_TABLE"):
        monkeypatch.delenv(name)
    output = world.run("Tweet", READY | more)
    assert {post["status"] for post in output["posts"]} <= {"dry_run"}
    assert world.x.calls == []


def test_a_forced_dry_run_is_a_dry_run(world: World) -> None:
    world.run("Tweet", READY | {"dry_run": True, "force": True})
    assert world.x.calls == [] and statuses(world) == [None, None]


def test_an_x_secret_that_was_not_filled_in_is_named_before_the_ledger_is_touched(world: World) -> None:
    fill(world.environment["X_SECRET_ARN"], asdict(world.x.credentials) | {"access_token_secret": " "})
    with pytest.raises(XSecretNotFilledIn, match="The X secret lacks access_token_secret"):
        world.run("Tweet", READY)
    assert statuses(world) == [None, None]


def test_wrong_keys_name_the_command_that_replaces_them_and_the_new_ones_work(world: World) -> None:
    fill(world.environment["X_SECRET_ARN"], asdict(world.x.credentials) | {"consumer_secret": "CANARY-wrong"})
    with pytest.raises(XKeysRefused, match=r"\./daily authorize x") as raised:
        world.run("Tweet", READY)
    assert "CANARY" not in str(raised.value)
    fill(world.environment["X_SECRET_ARN"], asdict(world.x.credentials))
    world.run("Tweet", READY)
    assert world.texts() == ["8123 steps", "7.5 hours"]
