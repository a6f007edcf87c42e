"""Refresh token: a usable access token is stored before anything reads it, and no authorisation is lost."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest

from fitbit_daily.adapters.secrets import SOURCE_KEYS, read_secret
from fitbit_daily.errors import (
    AuthorizationLost,
    SourceSecretNotFilledIn,
)
from tests.adapters.fixtures import fill
from tests.handlers.world import World


def refresh(world: World, **more: Any) -> dict[str, Any]:
    return world.run("Refresh token", world.run("Choose date", world.begin()) | more)


def stored_refresh_token(world: World) -> str:
    values, _ = read_secret(world.environment["SOURCE_SECRET_ARN"], SOURCE_KEYS, "google_health")
    return values["refresh_token"]


def asked(world: World) -> int:
    return world.google.calls.count("POST /token")


def test_the_first_run_stores_a_token_that_the_source_accepts_and_hands_the_state_on(world: World) -> None:
    state = world.run("Choose date", world.begin())
    assert world.run("Refresh token", state) == state | {"authorization_expires_at": None}
    assert world.google.tokens.valid(world.token())


def test_when_the_authorisation_is_known_to_end_is_handed_on_also_with_a_token_that_is_kept(world: World) -> None:
    ends = "2026-11-28T12:00:00+09:00"
    known = asdict(world.google.tokens.credentials) | {"authorization_expires_at": ends}
    fill(world.environment["SOURCE_SECRET_ARN"], known)
    for _ in range(2):
        assert refresh(world)["authorization_expires_at"] == ends
    assert asked(world) == 1


def test_a_refused_token_is_renewed_although_its_time_is_not_over_and_the_refusal_is_not_handed_on(
    world: World,
) -> None:
    refresh(world)
    old = world.token()
    world.clock.turn(minutes=6)
    state = refresh(world, refused={"Error": "AccessTokenExpired", "Cause": "..."})
    assert "refused" not in state
    assert world.token() != old


def test_a_rotated_refresh_token_is_stored_and_works_the_next_time(world: World) -> None:
    world.google.faults.switch_on("token-rotates", times=1)
    refresh(world)
    assert {stored_refresh_token(world)} == world.google.tokens.refresh_tokens
    world.clock.turn(hours=1)
    refresh(world)
    assert asked(world) == 2 and world.google.tokens.valid(world.token())


def test_an_authorisation_that_is_gone_is_lost(world: World) -> None:
    world.google.faults.switch_on("token-invalid-grant")
    with pytest.raises(AuthorizationLost, match="run --date 2026-11-21"):
        refresh(world)


def test_a_secret_that_was_not_filled_in_is_named_before_the_source_is_asked(world: World) -> None:
    fill(world.environment["SOURCE_SECRET_ARN"], "random-string-of-CDK")
    with pytest.raises(SourceSecretNotFilledIn, match="The source secret"):
        refresh(world)
    assert asked(world) == 0
