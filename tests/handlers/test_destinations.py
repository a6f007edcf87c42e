"""Several destinations: each has its own posts, rows and failures; what happens at one changes nothing at another."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from fitbit_daily.adapters.aws import client
from fitbit_daily.adapters.ledger_table import LedgerTable
from fitbit_daily.domain.days import DayStatus
from fitbit_daily.domain.ledger import Status
from fitbit_daily.errors import (
    DestinationSecretNotFilledIn,
    LineQuotaUsedUp,
    PostOutcomeUnknown,
    UnexpectedError,
    XOutOfCredits,
    XSecretNotFilledIn,
)
from tests.adapters.fixtures import fill, parameter, refusing
from tests.handlers.test_tweet import DAY, READY, settled_days
from tests.handlers.world import World

ALL = ("x", "bluesky", "line")
ACTIVITY, SLEEP, BOTH = "8123 steps", "7.5 hours", "8123 steps\n\n7.5 hours"
EVERYWHERE = READY | {
    "kinds": {"x": ["activity", "sleep"], "bluesky": ["activity", "sleep"], "line": ["day"]},
    "posts": [*READY["posts"], {"kind": "day", "text": BOTH}],
}
SENT = {"x": [ACTIVITY, SLEEP], "bluesky": [ACTIVITY, SLEEP], "line": [BOTH]}


@pytest.fixture(autouse=True)
def _all_three(monkeypatch: pytest.MonkeyPatch, world: World) -> None:
    monkeypatch.setenv("DESTINATIONS", "; ".join(ALL))
    # A night looks a few times, not fifty.
    monkeypatch.setenv("LOOK_EVERY_MINUTES", "240")


def statuses(world: World, destination: str) -> list[Status | None]:
    kinds = EVERYWHERE["kinds"][destination]
    return [row.status if (row := world.row(DAY, kind, destination)) else None for kind in kinds]


# Tweet


def test_a_days_posts_go_to_each_of_them_and_each_tells_its_own_ids(world: World) -> None:
    output = world.run("Tweet", EVERYWHERE)
    assert world.everywhere() == SENT
    told = {(post["destination"], post["kind"]): post["id"] for post in output["posts"]}
    assert told["bluesky", "sleep"] == world.bluesky.posts[0].uri
    assert told["line", "day"] == world.line.posts[0].id
    assert all((row := world.row(DAY, kind, to)) and row.post_id == told[to, kind] for to, kind in told)


@pytest.mark.parametrize("failing", ALL)
def test_one_that_refuses_neither_stops_nor_repeats_the_others(
    failing: str, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    fault = {"x": "post-402", "bluesky": "put-401-deactivated", "line": "push-429-month"}[failing]
    simulator = {"x": world.x, "bluesky": world.bluesky, "line": world.line}[failing]
    simulator.faults.switch_on(fault)
    for _ in range(2):
        assert world.ends("again", date=DAY) != ""
        sent = world.everywhere()
        assert {len(texts) for to, texts in sent.items() if to != failing} <= {1, 2} and sent[failing] == []
        assert len(sent["x"]) in (0, 2) and len(sent["line"]) in (0, 1)
    assert settled_days(capsys.readouterr().out) == 0
    simulator.faults.clear()
    assert world.ends("at last", date=DAY) == ""
    assert {to: len(texts) for to, texts in world.everywhere().items()} == {"x": 2, "bluesky": 2, "line": 1}


@pytest.mark.parametrize(
    ("missing", "error"),
    [("x", XSecretNotFilledIn), ("bluesky", DestinationSecretNotFilledIn), ("line", DestinationSecretNotFilledIn)],
)
def test_missing_keys_are_named_and_stop_their_own_destination_alone(
    missing: str, error: type[Exception], world: World
) -> None:
    if missing == "x":
        fill(world.environment["X_SECRET_ARN"], {})
    else:
        parameter(world.environment[f"{missing.upper()}_PARAMETER"], {})
    with pytest.raises(error, match=f"authorize {missing}"):
        world.run("Tweet", EVERYWHERE)
    assert world.everywhere() == SENT | {missing: []}
    assert set(statuses(world, missing)) == {Status.NOT_POSTED}
    row = world.row(DAY, EVERYWHERE["kinds"][missing][0], missing)
    assert row is not None and row.failure == error.__name__


def test_rights_that_are_missing_stop_their_own_destination_alone(world: World) -> None:
    with refusing("secretsmanager.GetSecretValue", "AccessDeniedException"), pytest.raises(UnexpectedError):
        world.run("Tweet", EVERYWHERE)
    assert world.everywhere() == SENT | {"x": []}


def test_an_outcome_that_is_unknown_is_waited_for_though_another_needs_a_person(world: World) -> None:
    world.line.faults.switch_on("push-429-month")
    world.bluesky.faults.switch_on("put-accepted-then-503", times=1)
    with pytest.raises(PostOutcomeUnknown):
        world.run("Tweet", EVERYWHERE)
    world.clock.turn(seconds=PostOutcomeUnknown.retry.first_wait)
    with pytest.raises(LineQuotaUsedUp):
        world.run("Tweet", EVERYWHERE)
    assert {to: sorted(texts) for to, texts in world.everywhere().items()} == {
        "x": sorted(SENT["x"]),
        "bluesky": sorted(SENT["bluesky"]),
        "line": [],
    }


@pytest.mark.parametrize("to", ["bluesky", "line"])
def test_a_lost_answer_ends_with_one_post_and_nobody_is_asked(to: str, world: World) -> None:
    if to == "bluesky":
        world.bluesky.faults.switch_on("put-accepted-then-dropped", times=2)
    else:
        world.line.faults.switch_on("push-accepted-then-dropped", times=1)
    with pytest.raises(PostOutcomeUnknown):
        world.run("Tweet", EVERYWHERE)
    world.clock.turn(seconds=PostOutcomeUnknown.retry.first_wait)
    output = world.run("Tweet", EVERYWHERE)
    assert {each: sorted(texts) for each, texts in world.everywhere().items()} == {
        each: sorted(texts) for each, texts in SENT.items()
    }
    assert all(post["id"] for post in output["posts"])


def test_what_is_no_longer_in_the_settings_is_not_posted_to_by_a_redrive(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESTINATIONS", "bluesky")
    world.run("Tweet", EVERYWHERE)
    assert world.everywhere() == {"x": [], "bluesky": [ACTIVITY, SLEEP], "line": []}


def test_once_one_has_worked_all_are_due_so_that_what_fails_at_first_is_made_good(world: World) -> None:
    begins = [{"destination": to, "kind": kind, "since": DAY} for to in ALL for kind in EVERYWHERE["kinds"][to]]
    world.x.faults.switch_on("post-402")
    with pytest.raises(XOutOfCredits):
        world.run("Tweet", EVERYWHERE | {"begins_to_be_due": begins})
    due = LedgerTable("ledger").rows(date.fromisoformat(DAY)).due
    assert len(due) == len(begins) and {each.since for each in due.values()} == {date.fromisoformat(DAY)}


def test_where_none_works_nothing_is_due_yet(world: World) -> None:
    world.x.faults.switch_on("post-402")
    begins = [{"destination": "x", "kind": "activity", "since": DAY}]
    with pytest.raises(XOutOfCredits):
        world.run("Tweet", READY | {"begins_to_be_due": begins})
    assert not LedgerTable("ledger").rows(date.fromisoformat(DAY)).due


# Whole nights


@pytest.mark.parametrize("destinations", ["bluesky", "line"])
def test_without_x_nothing_of_x_is_needed(destinations: str, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESTINATIONS", destinations)
    client("secretsmanager").delete_secret(SecretId=world.environment["X_SECRET_ARN"], ForceDeleteWithoutRecovery=True)
    assert set(world.night().values()) == {""}
    assert world.judged("2026-11-21").status is DayStatus.SETTLED
    sent = world.everywhere()
    assert sent["x"] == [] and world.x.calls == []
    assert (len(sent["bluesky"]), len(sent["line"])) == (2 * ("bluesky" in destinations), "line" in destinations)


def test_lines_message_has_both_texts_and_a_sleep_that_comes_later_is_not_sent(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.google.wearer.stay_unsynced(None)
    world.night()
    (text,) = world.everywhere()["line"] or [""]
    assert text == "\n\n".join(world.texts())
    before = world.everywhere()["line"]
    world.night()
    assert world.everywhere()["line"][: len(before)] == before


def test_a_day_given_up_unsynced_is_settled_at_line_alone_and_not_counted(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = [post for post in EVERYWHERE["posts"] if post["kind"] != "sleep"]
    world.run("Tweet", EVERYWHERE | {"complete": False, "posts": texts})
    assert statuses(world, "line") == [Status.POSTED] and Status.POSTED not in statuses(world, "x")[1:]
    assert settled_days(capsys.readouterr().out) == 0


def test_a_destination_that_is_added_posts_from_then_on_and_nothing_of_the_past(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESTINATIONS", "x")
    world.night()
    world.x.faults.switch_on("post-503")
    world.night()
    world.x.faults.clear()
    monkeypatch.setenv("DESTINATIONS", "x; line")
    ended = world.night()
    # The day before is caught up, at X alone.
    assert len(ended) == 2 and set(ended.values()) == {""}
    assert len(world.texts()) == 6 and len(world.line.posts) == 1
    assert world.line.posts[0].text.startswith("本日(2026-11-23)")
    world.night()
    assert len(world.line.posts) == 2


def test_a_destination_that_comes_back_after_a_month_posts_from_then_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESTINATIONS", "x; line")
    world.night()
    monkeypatch.setenv("DESTINATIONS", "x")
    world.next_start += timedelta(days=28)
    for _ in range(2):
        assert set(world.night().values()) == {""}
    assert len(world.line.posts) == 1
    monkeypatch.setenv("DESTINATIONS", "x; line")
    ended = world.night()
    assert list(ended.values()) == [""] and len(world.line.posts) == 2


def test_one_that_fails_every_night_holds_nothing_of_the_others_back_catching_up_included(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.night()
    world.line.faults.switch_on("push-429-month")
    for night in range(4):
        if night == 1:
            world.bluesky.faults.switch_on("put-401-taken-down")
        world.night()
        world.bluesky.faults.clear()
    assert len(world.texts()) == 10 and len(world.bluesky.posts) == 10, "the third night's came a night later"
    assert len(world.line.posts) == 1
    assert (row := world.row("2026-11-25", "day", "line")) and row.failure == "LineQuotaUsedUp"
    world.line.faults.clear()
    world.night()
    # The last three days are caught up, and the new one is posted.
    assert len(world.line.posts) == 1 + 3 + 1
    assert world.clock() - world.line.posts[0].sent_at < timedelta(days=1)
