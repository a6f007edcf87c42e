"""No token or key gets into states, logs, errors or outputs; no health data into logs or errors."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path

import pytest

from fitbit_daily.domain.posts import Picture, Post
from fitbit_daily.errors import StepError
from fitbit_daily.log import logger
from tests.canaries import forms
from tests.handlers.world import ARTICLES_POSTS, World

# Of the article's day, in every unit and sum in which a program might mention them.
NUMBERS = ("1781", "551", "1988", "1560", "428", "746", "611", "135", "1212860", "1.21286", "1.213", "12.433", "33060")

PICTURE = Picture((Path(__file__).parent.parent / "adapters/golden/week.ja.png").read_bytes(), ARTICLES_POSTS[0])


def secrets_of(world: World) -> set[str]:
    tokens = world.google.tokens
    known = {*asdict(tokens.credentials).values(), *asdict(world.x.credentials).values()}
    return known | tokens.refresh_tokens | set(tokens._access_tokens)


def found_secrets(text: str, world: World) -> list[str]:
    """Every simulated secret has CANARY in it; encoded, it does not show. Upper and lower case are the same here."""
    lower = text.lower()
    found = [secret for secret in secrets_of(world) if any(form.lower() in lower for form in forms(secret))]
    return found + ["canary"] * lower.count("canary")


def found_health_data(text: str) -> list[str]:
    numbers = [number for number in NUMBERS if re.search(rf"(?<![\d.]){re.escape(number)}(?!\d|\.\d)", text)]
    return numbers + [post for post in ARTICLES_POSTS if post in text or json.dumps(post)[1:-1] in text]


@pytest.fixture
def printed(world: World, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    """All that would be in CloudWatch: our log without its own clock, other logs, and what is printed."""
    caplog.set_level(logging.INFO)

    def text() -> str:
        lines = [{name: value for name, value in line.items() if name != "timestamp"} for line in world.log_lines()]
        out, err = capfd.readouterr()
        return "\n".join([json.dumps(lines, ensure_ascii=False), out, err, *world.errors, caplog.text])

    return text


def try_to_run(world: World, name: str, state: dict[str, object]) -> None:
    with suppress(StepError):
        world.run(name, state)


def test_a_pass_that_ends_well_leaves_nothing_behind(world: World, printed: Callable[[], str]) -> None:
    world.execute(date="2021-05-23")
    text = printed()
    assert found_health_data(text) == []
    assert found_secrets(text + "\n".join(world.states), world) == []


def test_no_fault_of_google_brings_anything_to_light(world: World, printed: Callable[[], str]) -> None:
    begun = world.run("Choose date", world.begin(date="2021-05-23"))
    steps = {"token": "Refresh token", "devices": "Fetch activity", "rollup": "Fetch activity", "sleep": "Fetch sleep"}
    failed, alive = 0, set[str]()
    for name in world.google.faults.known:
        if name.partition("-")[0] not in steps:
            continue
        world.google.faults.clear()
        # Whatever was rotated stays alive: this is not about who is refused.
        alive |= world.google.tokens.refresh_tokens
        world.google.tokens.refresh_tokens |= alive
        world.run("Refresh token", begun | {"refused": {}})
        world.google.faults.switch_on(name)
        world.clock.turn(hours=2 if name.startswith("token") else 0)
        errors = len(world.errors)
        try_to_run(world, steps[name.partition("-")[0]], begun | {"synced_until": None})
        failed += len(world.errors) > errors
    assert failed > 60, "the sweep has seen them"
    text = printed()
    assert len(text) > 10_000
    assert found_health_data(text) == []
    assert found_secrets(text + "\n".join(world.states), world) == []


def test_no_fault_of_x_brings_anything_to_light(world: World, printed: Callable[[], str]) -> None:
    state = world.run("Format posts", world.fetch(world.run("Choose date", world.begin(date="2021-05-23"))))
    failed = 0
    post = set(world.x.faults.endpoints[0].failures)
    swept = {f"post-{failure}" for failure in post}
    # What all have is answered alike wherever it comes from.
    for at in world.x.faults.endpoints[1:]:
        swept |= {f"{at.name}-{failure}" for failure in (at.failures.keys() - post) | {"503", "drop", "401"}}
    for number, name in enumerate(sorted(swept)):
        picture = PICTURE if name.startswith(("upload-", "describe-")) else None
        texts = [Post("activity", ARTICLES_POSTS[0], picture).to_state()]
        day = state | {"date": f"{date(2021, 6, 1) + timedelta(days=number)}", "posts": texts}
        if name.startswith("read-"):
            world.x.faults.switch_on("post-503", times=1)
            try_to_run(world, "Tweet", day)
            world.clock.turn(minutes=11)
        errors = len(world.errors)
        world.x.faults.switch_on(name)
        try_to_run(world, "Tweet", day)
        failed += len(world.errors) > errors
        world.x.faults.clear()
        world.clock.turn(hours=25)
    assert failed > 50, "the sweep has seen them"
    text = printed()
    assert len(text) > 10_000
    assert found_health_data(text) == []
    assert found_secrets(text + "\n".join(world.states), world) == []


def test_an_unexpected_error_tells_nothing_of_what_it_met(world: World, printed: Callable[[], str]) -> None:
    state = world.fetch(world.run("Choose date", world.begin(date="2021-05-23")))
    try_to_run(world, "Format posts", state | {"activity": {"steps": 1781}})
    try_to_run(world, "Format posts", state | {"activity": state["activity"] | {"steps": ["1781"]}})
    try_to_run(world, "Tweet", state | {"posts": ARTICLES_POSTS})
    assert len(world.errors) == 3
    text = printed()
    assert found_health_data(text) == []
    assert found_secrets(text, world) == []


# That the search finds what there is to find


@pytest.mark.parametrize("way", ["printed", "to standard error", "our log", "another log", "an error"])
def test_a_planted_secret_and_a_planted_number_are_found_wherever_they_go(
    way: str, world: World, printed: Callable[[], str]
) -> None:
    plant = f"GOCSPX {world.x.credentials.consumer_secret} after 1781 steps"
    if way in ("printed", "to standard error"):
        print(plant, file=sys.stderr if "error" in way else sys.stdout)
    elif way == "our log":
        logger.info("fetched", extra={"answer": plant})
    elif way == "another log":
        logging.getLogger("tweepy.client").warning(plant)
    else:
        world.errors.append(plant)
    text = printed()
    assert found_secrets(text, world)
    assert found_health_data(text) == ["1781"]
