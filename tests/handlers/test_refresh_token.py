"""Refresh token: a usable access token is stored before anything reads it, and no authorisation is lost."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest

from fitbit_daily.adapters.google_health import GoogleHealth
from fitbit_daily.adapters.secrets import SOURCE_KEYS, read_secret
from fitbit_daily.errors import (
    AuthorizationLost,
    LookAgain,
    ScopeNotGranted,
    SourceSecretNotFilledIn,
)
from tests.adapters.fixtures import fill, refusing
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


def test_a_token_that_will_do_is_kept(world: World) -> None:
    refresh(world)
    world.clock.turn(minutes=45)
    refresh(world)
    assert asked(world) == 1


def test_a_token_that_may_run_out_on_the_way_is_renewed(world: World) -> None:
    refresh(world)
    world.clock.turn(minutes=51)
    refresh(world)
    assert asked(world) == 2


def test_a_refused_token_is_renewed_although_its_time_is_not_over_and_the_refusal_is_not_handed_on(
    world: World,
) -> None:
    refresh(world)
    old = world.token()
    world.clock.turn(minutes=6)
    state = refresh(world, refused={"Error": "AccessTokenExpired", "Cause": "..."})
    assert "refused" not in state
    assert world.token() != old


def test_a_refused_token_that_another_execution_has_just_renewed_is_left_alone(world: World) -> None:
    refresh(world)
    world.clock.turn(minutes=4)
    refresh(world, refused={})
    assert asked(world) == 1


def test_a_new_authorisation_is_used_at_once(world: World) -> None:
    refresh(world)
    fill(world.environment["SOURCE_SECRET_ARN"], asdict(world.google.tokens.credentials))
    refresh(world)
    assert asked(world) == 2


def test_a_rotated_refresh_token_is_stored_and_works_the_next_time(world: World) -> None:
    world.google.faults.switch_on("token-rotates", times=1)
    refresh(world)
    assert {stored_refresh_token(world)} == world.google.tokens.refresh_tokens
    world.clock.turn(hours=1)
    refresh(world)
    assert asked(world) == 2 and world.google.tokens.valid(world.token())


def test_a_rotated_refresh_token_is_stored_before_the_access_token(world: World) -> None:
    world.google.faults.switch_on("token-rotates", times=1)
    with refusing("ssm.PutParameter", "InternalServerError", 500), pytest.raises(LookAgain, match="AwsUnavailable"):
        refresh(world)
    assert {stored_refresh_token(world)} == world.google.tokens.refresh_tokens
    refresh(world)
    assert world.google.tokens.valid(world.token())


def test_a_rotated_refresh_token_survives_a_failure_half_way_through_its_storing(world: World) -> None:
    world.google.faults.switch_on("token-rotates", times=1)
    half_way = refusing("secrets-manager.UpdateSecretVersionStage", "InternalServiceError", 500)
    with half_way, pytest.raises(LookAgain, match="AwsUnavailable"):
        refresh(world)
    refresh(world)
    assert {stored_refresh_token(world)} == world.google.tokens.refresh_tokens
    assert world.google.tokens.valid(world.token())


def test_where_the_source_rotates_a_secret_that_cannot_be_written_stops_before_the_source_is_asked(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(GoogleHealth, "rotates", True)
    with (
        refusing("secrets-manager.PutSecretValue", "InternalServiceError", 500),
        pytest.raises(LookAgain, match="AwsUnavailable"),
    ):
        refresh(world)
    assert asked(world) == 0


def test_an_authorisation_that_is_gone_is_lost(world: World) -> None:
    world.google.faults.switch_on("token-invalid-grant")
    with pytest.raises(AuthorizationLost, match="run --date 2026-11-21"):
        refresh(world)


def test_an_authorisation_that_a_person_renewed_meanwhile_is_not_called_lost(world: World) -> None:
    arn = world.environment["SOURCE_SECRET_ARN"]
    google = world.wire.applications["https://oauth2.googleapis.com"]

    def renewed_meanwhile(environ: dict[str, Any], start: Any) -> Any:
        fill(arn, asdict(world.google.tokens.credentials))
        return google(environ, start)

    fill(arn, asdict(world.google.tokens.credentials) | {"refresh_token": "1//0CANARY-dead"})
    world.wire.applications["https://oauth2.googleapis.com"] = renewed_meanwhile
    with pytest.raises(LookAgain, match="CredentialsReplaced"):
        refresh(world)
    world.wire.applications["https://oauth2.googleapis.com"] = google
    refresh(world)
    assert world.google.tokens.valid(world.token())


def test_a_box_that_was_not_ticked_is_found_before_anything_is_stored(world: World) -> None:
    world.google.faults.switch_on("token-without-sleep")
    with pytest.raises(ScopeNotGranted, match=r"sleep\.readonly"):
        refresh(world)
    with pytest.raises(AssertionError):
        world.token()


def test_an_answer_that_got_lost_together_with_a_rotation_is_told_for_what_it_is(world: World) -> None:
    world.google.faults.switch_on("token-rotates-and-drops", times=1)
    with pytest.raises(LookAgain, match="SourceUnavailable"):
        refresh(world)
    with pytest.raises(AuthorizationLost):
        refresh(world)


@pytest.mark.parametrize("values", ["random-string-of-CDK", {}, {"client_id": "a", "client_secret": "b"}])
def test_a_secret_that_was_not_filled_in_is_named_before_the_source_is_asked(values: Any, world: World) -> None:
    fill(world.environment["SOURCE_SECRET_ARN"], values)
    with pytest.raises(SourceSecretNotFilledIn, match="The source secret"):
        refresh(world)
    assert asked(world) == 0
