"""Format posts: data in, finished texts out, and nothing else is touched."""

from __future__ import annotations

import json
from typing import Any

import pytest

from local.simulators.days import SPECIAL_DAYS
from tests.handlers.world import ARTICLES_POSTS, World


def fetched(world: World, day: str) -> dict[str, Any]:
    return world.fetch(world.run("Choose date", world.begin(date=day)))


def formatted(world: World, day: str) -> dict[str, Any]:
    return world.run("Format posts", fetched(world, day))


def test_the_posts_join_the_state(world: World) -> None:
    state = fetched(world, "2021-05-23")
    after = world.run("Format posts", state)
    assert after == state | {
        "posts": [
            {"kind": kind, "text": text} for kind, text in zip(("activity", "sleep"), ARTICLES_POSTS, strict=True)
        ],
        "skipped": [],
    }


def test_it_asks_nobody_anything(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    state = fetched(world, "2021-05-23")
    exchanges = len(world.wire.exchanges)
    for name in world.environment:
        if name not in ("LANGUAGE", "STYLE", "TIME_ZONE"):
            monkeypatch.delenv(name)
    world.run("Format posts", state)
    assert len(world.wire.exchanges) == exchanges


def test_the_language_is_a_setting(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "en")
    activity, sleep = formatted(world, "2021-05-23")["posts"]
    assert "Steps: 1781 (1.213 km)" in activity["text"]
    assert "Asleep: 12.433 hours" in sleep["text"]


@pytest.mark.parametrize("day", SPECIAL_DAYS)
def test_of_every_special_day_x_accepts_what_is_made_of_it(
    day: Any, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = fetched(world, day.isoformat()) | {"force": True}
    made: list[str] = []
    for language in ("ja", "en"):
        monkeypatch.setenv("LANGUAGE", language)
        after = world.run("Format posts", state | {"execution": language})
        output = world.run("Tweet", after)
        assert len(output["posts"]) + len(output["skipped"]) == 2
        made += [post["text"] for post in after["posts"]]
    assert world.texts() == made
    assert "None" not in json.dumps(made)
    assert {str(post.price) for post in world.x.posts} <= {"0.015"}, "no URL, which would cost 13 times as much"
