"""The week's post through all steps: once, with its picture, when its days are settled, or by its last night."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest

import format_posts
from fitbit_daily.adapters.aws import client
from fitbit_daily.adapters.ledger_table import LedgerTable
from fitbit_daily.domain.cures import WEEK_WAITS
from fitbit_daily.domain.days import DayStatus
from fitbit_daily.domain.ledger import Status
from local.simulators.x.account import Post
from local.simulators.x.media import is_png
from tests.handlers.test_tweet import settled_days
from tests.handlers.world import World
from tests.tables import put_directly_into

# What one keeps for the others is there in one worker.
pytestmark = pytest.mark.xdist_group("weeks")

# World.night() begins with the night after the 21st, a Saturday: the first whole week ends with this Friday.
FRIDAY = "2026-11-27"
MOST_OF_A_STATE = 256 * 1024


@pytest.fixture(autouse=True)
def _weekly(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEEKLY", "friday")
    monkeypatch.setenv("LOOK_EVERY_MINUTES", "240")


def nights(world: World, count: int) -> None:
    for _ in range(count):
        assert set(world.night().values()) == {""}


# What the tables hold after so many nights: those of the first test are run, and kept for the others.
_KEPT: dict[int, dict[str, list[dict[str, Any]]]] = {}


def nights_before(world: World, count: int) -> None:
    """So many nights that no test is about; X has the posts of the first test's alone."""
    database = client("dynamodb")
    if count not in _KEPT:
        nights(world, count)
        _KEPT[count] = {table: database.scan(TableName=table)["Items"] for table in ("ledger", "history")}
        return
    for table, items in _KEPT[count].items():
        put_directly_into(table, items)
    world.next_start += timedelta(days=count)


def failed_night(world: World) -> None:
    world.google.faults.switch_on("rollup-503")
    assert world.night().popitem()[1]
    world.google.faults.clear()


def weeks(world: World) -> list[Post]:
    return [post for post in reversed(world.x.posts) if post.text.startswith("1週間")]


def test_a_week_whose_days_are_settled_is_posted_once_with_its_picture_and_its_words(world: World) -> None:
    nights(world, 6)
    assert weeks(world) == []
    nights(world, 1)
    (week,) = weeks(world)
    history = world.history("2026-11-21", FRIDAY)
    total = sum(int(record.activity.steps or 0) for record in history.values())
    assert len(history) == 7 and f"合計歩数: {total:,}歩" in week.text
    (picture,) = week.pictures
    assert is_png(picture.content) and picture.alt.startswith("2026年11月21日〜11月27日の歩数・睡眠・運動の棒グラフ")
    assert max(len(state.encode()) for state in world.states) < MOST_OF_A_STATE / 2
    output = world.states[-1]
    assert "posts" in json.loads(output) and "png" not in output and len(output) < 2000
    assert "iVBOR" not in world.log.getvalue()
    nights(world, 7)
    assert [post.text[:26] for post in weeks(world)] == [
        "1週間(2026-11-21〜2026-11-27)",
        "1週間(2026-11-28〜2026-12-04)",
    ]
    assert "前週比" in weeks(world)[1].text and "前週比" not in week.text


def test_it_waits_for_a_day_that_is_open_and_is_made_by_the_night_that_finds_it_settled(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    nights_before(world, 5)
    failed_night(world)
    capsys.readouterr()
    nights(world, 1)
    # Friday itself and the day that it caught up: that the week waits is no silence.
    assert weeks(world) == [] and settled_days(capsys.readouterr().out) == 2
    day = world.judged(FRIDAY)
    assert (day.status, day.failure) == (DayStatus.WEEK_WAITS, WEEK_WAITS)
    nights(world, 1)
    assert len(weeks(world)) == 1 and world.judged(FRIDAY).status is DayStatus.SETTLED


def test_it_waits_for_its_own_day_to_be_synced(world: World) -> None:
    nights_before(world, 6)
    world.google.wearer.stay_unsynced(None)
    world.night()
    assert weeks(world) == []
    world.google.wearer.sync()
    nights(world, 1)
    (week,) = weeks(world)
    assert "途中" not in week.text


def test_its_last_night_makes_it_though_a_day_was_never_posted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CATCH_UP_DAYS", "2")
    nights(world, 1)
    world.next_start += timedelta(days=3)
    nights(world, 4)
    assert world.judged("2026-11-22").status is DayStatus.OPEN
    assert weeks(world) == []
    nights(world, 1)
    assert len(weeks(world)) == 1


def test_whoever_asks_for_the_last_day_of_a_week_gets_it_at_once(world: World) -> None:
    world.clock.turn(days=6)
    world.execute("by hand", date=FRIDAY)
    (week,) = weeks(world)
    assert "データのない日: 3日" in week.text


def test_a_dry_run_shows_it_and_keeps_nothing(world: World) -> None:
    world.clock.turn(days=6)
    output = world.execute("preview", date=FRIDAY, dry_run=True)
    assert [post["kind"] for post in output["posts"]] == ["activity", "sleep", "week"]
    assert world.x.posts == [] and world.row(FRIDAY, "week") is None


def test_a_lost_answer_ends_with_one_week(world: World) -> None:
    world.clock.turn(days=6)
    world.x.faults.switch_on("post-accepted-then-dropped")
    assert world.ends("by hand", date=FRIDAY) == "PostOutcomeUnknown"
    row = world.row(FRIDAY, "week")
    assert row and row.status is Status.UNKNOWN and row.picture and is_png(row.picture.png)
    world.x.faults.clear()
    world.clock.turn(days=1)
    assert world.ends("a day later", date=FRIDAY) == ""
    assert len(weeks(world)) == 1
    row = world.row(FRIDAY, "week")
    assert row and row.status is Status.POSTED and row.picture is None and row.post_id == weeks(world)[0].id


def test_a_picture_that_x_does_not_take_is_tried_again_by_the_next_night(world: World) -> None:
    nights_before(world, 6)
    before = len(world.x.posts)
    world.x.faults.switch_on("upload-503")
    assert world.night()["night of 2026-11-27"] == "XUnavailable"
    assert weeks(world) == [] and len(world.x.posts) == before + 2
    world.x.faults.clear()
    nights(world, 1)
    assert len(weeks(world)) == 1


def test_a_picture_that_cannot_be_made_holds_no_text_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(svg: str) -> bytes:
        raise ModuleNotFoundError("No module named 'resvg_py'")

    monkeypatch.setattr(format_posts, "png_of", broken)
    world.clock.turn(days=6)
    world.execute("by hand", date=FRIDAY)
    (week,) = weeks(world)
    assert week.pictures == ()
    assert any("ModuleNotFoundError" in line["message"] for line in world.log_lines())


def test_without_its_history_the_week_waits_for_the_next_night(world: World) -> None:
    nights_before(world, 6)
    world.clock.moment = world.next_start
    state = world.fetch(world.run("Choose date", world.begin("tonight", scheduled_time=world.next_start.isoformat())))
    state |= {"complete": True, "history_failed": {"Error": "AwsUnavailable"}}
    world.run("Tweet", world.run("Format posts", state))
    row = world.row(FRIDAY, "week")
    assert row and (row.status, row.failure) == (Status.NOT_POSTED, "AwsUnavailable")
    assert world.judged(FRIDAY).status is DayStatus.OPEN


def test_what_became_due_is_written_once_and_ends_with_the_setting(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    nights(world, 2)
    ledger = LedgerTable("ledger")
    assert ledger.rows(date(2026, 11, 1)).due["x", "week"].since == date(2026, 11, 27)
    monkeypatch.setenv("WEEKLY", "off")
    nights(world, 6)
    assert weeks(world) == []
    assert ledger.rows(date(2026, 11, 1)).due["x", "week"].until == date(2026, 11, 27)
