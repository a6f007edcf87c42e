"""Tweet: by its ledger, each text at most once; the execution's output is made here."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

import pytest

from fitbit_daily.adapters.ledger_table import LedgerTable
from fitbit_daily.domain.ledger import Status, settled_by_hand
from fitbit_daily.errors import (
    AwsUnavailable,
    DuplicateOnTimeline,
    PostOutcomeUnknown,
    PostRejected,
    StepError,
    UnexpectedError,
    XRateLimited,
    XSecretNotFilledIn,
)
from fitbit_daily.step import VERSION
from tests.adapters.fixtures import X_API, fill, refusing
from tests.adapters.test_x import POST
from tests.handlers.world import World

DAY = "2026-11-20"
READY: dict[str, Any] = {
    "version": VERSION,
    "execution": "daily 1",
    "date": DAY,
    "day_ends_at": "2026-11-21T00:00:00+09:00",
    "kinds": {"x": ["activity", "sleep"]},
    "begins_to_be_due": [],
    "complete": True,
    "dry_run": False,
    "force": False,
    "posts": [{"kind": "activity", "text": "8123 steps"}, {"kind": "sleep", "text": "7.5 hours"}],
    "skipped": [],
}
# The ledger goes by an answer's class, and later by whether X took the post: one answer for each pair.
ONE_OF_EACH = {(error, name.startswith("accepted")): name for name, (error, _) in POST.items()}.values()

HOUR = timedelta(hours=1)
NOT_PERMITTED = {
    "title": "Forbidden",
    "detail": "You are not permitted to perform this action.",
    "type": "about:blank",
    "status": 403,
}


def statuses(world: World) -> list[Status | None]:
    rows = [world.row(DAY, kind) for kind in ("activity", "sleep")]
    return [row.status if row else None for row in rows]


def test_both_texts_are_posted_in_their_order_and_the_ledger_has_their_ids(world: World) -> None:
    output = world.run("Tweet", READY)
    assert world.texts() == ["8123 steps", "7.5 hours"]
    assert set(output) == {"date", "complete", "posts", "skipped"}
    ids = [row.post_id for kind in ("activity", "sleep") if (row := world.row(DAY, kind))]
    assert [post["id"] for post in output["posts"]] == ids == [post.id for post in reversed(world.x.posts)]
    assert statuses(world) == [Status.POSTED] * 2


def test_an_attempt_is_written_before_the_request(world: World) -> None:
    seen: list[Any] = []

    def looking(environ: dict[str, Any], start: Any) -> Any:
        seen.append(statuses(world))
        return world.x(environ, start)

    world.wire.applications[X_API] = looking
    world.run("Tweet", READY)
    assert seen == [[Status.ATTEMPTING, None], [Status.POSTED, Status.ATTEMPTING]]


@pytest.mark.parametrize("name", ONE_OF_EACH)
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
    if isinstance(raised.value, PostRejected):
        with pytest.raises(PostRejected):
            world.run("Tweet", READY)
        assert world.texts() == before
    if name == "403-duplicate":
        # Nothing was there: a person looks, and says so.
        with pytest.raises(PostOutcomeUnknown):
            world.run("Tweet", READY)
        world.clock.turn(seconds=PostOutcomeUnknown.retry.first_wait)
        with pytest.raises(DuplicateOnTimeline, match=f"settle {DAY} activity --not-posted"):
            world.run("Tweet", READY)
        row = world.row(DAY, "activity")
        assert row is not None
        LedgerTable("ledger").write(settled_by_hand(row, posted=False))
    again = READY | {"execution": "a later one" if isinstance(raised.value, PostRejected) else "daily 1"}
    output = world.run("Tweet", again)
    assert sorted(world.texts()) == ["7.5 hours", "8123 steps"]
    assert world.texts()[: len(before)] == before
    assert {post["status"] for post in output["posts"]} <= {"posted", "already_posted"}
    assert [post["id"] for post in output["posts"]] == [
        next(post.id for post in world.x.posts if post.text == text["text"]) for text in output["posts"]
    ]


def test_what_is_certainly_not_posted_may_say_something_newer_the_next_time(world: World) -> None:
    world.x.faults.switch_on("post-402", times=1)
    with pytest.raises(StepError):
        world.run("Tweet", READY)
    assert statuses(world)[0] is Status.NOT_POSTED
    newer = {"execution": "a later one", "posts": [{"kind": "activity", "text": "9000 steps"}]}
    world.run("Tweet", READY | newer)
    assert "9000 steps" in world.texts() and "8123 steps" not in world.texts()


def test_while_x_may_have_a_text_it_is_frozen(world: World) -> None:
    world.x.faults.switch_on("post-503", times=1)
    with pytest.raises(PostOutcomeUnknown):
        world.run("Tweet", READY)
    world.clock.turn(seconds=PostOutcomeUnknown.retry.first_wait)
    newer = READY | {"posts": [{"kind": "activity", "text": "9000 steps"}]}
    assert world.run("Tweet", newer)["posts"][0]["text"] == "8123 steps"
    assert world.texts() == ["7.5 hours", "8123 steps"]


def test_a_row_that_cannot_be_written_means_that_nothing_is_sent(world: World) -> None:
    with refusing("dynamodb.PutItem", "InternalServerError", 500), pytest.raises(AwsUnavailable):
        world.run("Tweet", READY)
    with refusing("dynamodb.GetItem", "ThrottlingException"), pytest.raises(AwsUnavailable):
        world.run("Tweet", READY)
    with refusing("dynamodb.PutItem", "AccessDeniedException"), pytest.raises(UnexpectedError):
        world.run("Tweet", READY)
    assert world.x.calls == []


@pytest.mark.parametrize("force", [False, True])
def test_a_dry_run_needs_neither_secret_nor_ledger(force: bool, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("X_SECRET_ARN", "LEDGER_TABLE"):
        monkeypatch.delenv(name)
    output = world.run("Tweet", READY | {"dry_run": True, "force": force})
    assert [(post["destination"], post["status"], post["id"]) for post in output["posts"]] == [
        ("x", "dry_run", None)
    ] * 2
    assert world.x.calls == []


def test_where_nothing_is_to_be_posted_no_key_is_needed(world: World) -> None:
    fill(world.environment["X_SECRET_ARN"], {})
    assert world.run("Tweet", READY | {"posts": []})["posts"] == []
    assert world.x.calls == []


def test_an_x_secret_that_was_not_filled_in_is_named_and_nothing_is_sent(world: World) -> None:
    fill(world.environment["X_SECRET_ARN"], asdict(world.x.credentials) | {"access_token_secret": " "})
    with pytest.raises(XSecretNotFilledIn, match="The X secret lacks access_token_secret"):
        world.run("Tweet", READY)
    assert statuses(world) == [Status.NOT_POSTED] * 2 and world.x.calls == []


# What is not posted


def of_one(kind: str) -> list[dict[str, str]]:
    return [post for post in READY["posts"] if post["kind"] == kind]


@pytest.mark.parametrize(
    ("more", "status", "failure"),
    [
        ({}, Status.NOTHING, ""),
        ({"complete": False}, Status.NOT_POSTED, "Unsynced"),
        ({"complete": False, "day_ends_at": "2026-10-20T00:00:00+09:00"}, Status.TOO_OLD, ""),
    ],
)
def test_why_a_post_is_not_made_stands_in_its_row(more: Any, status: Status, failure: str, world: World) -> None:
    world.run("Tweet", READY | {"posts": of_one("activity")} | more)
    row = world.row(DAY, "sleep")
    assert row is not None and (row.status, row.failure) == (status, failure)
    assert statuses(world)[0] is Status.POSTED


def test_what_may_be_there_is_settled_though_its_number_is_gone(world: World) -> None:
    world.x.faults.switch_on("post-accepted-then-503", times=1)
    with pytest.raises(PostOutcomeUnknown):
        world.run("Tweet", READY)
    world.clock.turn(seconds=PostOutcomeUnknown.retry.first_wait)
    output = world.run("Tweet", READY | {"execution": "a later one", "posts": of_one("sleep")})
    assert [post["text"] for post in output["posts"]] == ["8123 steps", "7.5 hours"]
    assert len(world.texts()) == 2


def test_kinds_that_are_not_of_the_days_plan_are_not_posted(world: World) -> None:
    output = world.run("Tweet", READY | {"kinds": {"x": ["sleep"]}})
    assert [post["kind"] for post in output["posts"]] == ["sleep"]
    assert world.texts() == ["7.5 hours"]


def test_by_force_each_is_posted_again(world: World) -> None:
    world.run("Tweet", READY)
    world.run("Tweet", READY | {"execution": "by force", "force": True})
    assert [text.splitlines()[0] for text in world.texts()] == ["8123 steps", "7.5 hours"] * 2


# The day


def settled_days(printed: str) -> int:
    return printed.count('"DaysSettled":[1')


@pytest.fixture
def due_then() -> dict[str, Any]:
    return {"begins_to_be_due": [{"destination": "x", "kind": "activity", "since": DAY}]}


@pytest.mark.parametrize("more", [{}, {"posts": []}, {"execution": "by force", "force": True}])
def test_a_settled_day_is_counted_ends_its_executions_work_and_begins_what_is_due(
    more: Any, due_then: Any, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    table, state = LedgerTable("ledger"), READY | more | due_then
    table.take_on("x", date.fromisoformat(DAY), ["activity", "sleep"], state["execution"], world.clock() + HOUR)
    world.run("Tweet", state)
    rows = table.rows(date.fromisoformat(DAY))
    assert settled_days(capsys.readouterr().out) == 1
    assert [plan.at_work(world.clock()) for plan in rows.plans.values()] == [[]]
    assert list(rows.due) == [("x", "activity")]


@pytest.mark.parametrize("more", [{"complete": False, "posts": []}, {"complete": False, "posts": of_one("sleep")}])
def test_a_day_given_up_unsynced_is_neither_counted_nor_settled_but_nobody_is_at_work_on_it(
    more: Any, due_then: Any, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    table = LedgerTable("ledger")
    table.take_on("x", date.fromisoformat(DAY), ["activity", "sleep"], "daily 1", world.clock() + HOUR)
    world.run("Tweet", READY | more | due_then)
    rows = table.rows(date.fromisoformat(DAY))
    assert settled_days(capsys.readouterr().out) == 0
    assert [plan.at_work(world.clock()) for plan in rows.plans.values()] == [[]]
    assert not rows.due


def test_while_a_post_fails_the_day_is_neither_settled_nor_counted_and_still_at_work(
    due_then: Any, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    table = LedgerTable("ledger")
    table.take_on("x", date.fromisoformat(DAY), ["activity", "sleep"], "daily 1", world.clock() + HOUR)
    world.x.faults.switch_on("post-429", times=1)
    with pytest.raises(XRateLimited) as raised:
        world.run("Tweet", READY | due_then)
    assert raised.value.facts["kind"] == "activity" and raised.value.facts["destination"] == "x"
    rows = table.rows(date.fromisoformat(DAY))
    assert settled_days(capsys.readouterr().out) == 0 and not rows.due
    assert [plan.at_work(world.clock()) for plan in rows.plans.values()] == [["daily 1"]]


# X's whims
