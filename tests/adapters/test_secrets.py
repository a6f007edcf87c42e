"""The secrets: what counts as filled in, and that an authorisation is never overwritten or lost."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from fitbit_daily.adapters.aws import client
from fitbit_daily.adapters.secrets import SOURCE_KEYS, X_KEYS, SourceSecret, read_secret
from fitbit_daily.domain.authorization import Credentials
from fitbit_daily.errors import (
    AwsUnavailable,
    CredentialsOfAnotherSource,
    CredentialsReplaced,
    SourceSecretNotFilledIn,
    XSecretNotFilledIn,
)
from tests.adapters.fixtures import fill, refusing, secret
from tests.canaries import escaped

FILLED = {"client_id": "CANARY-id", "client_secret": "CANARY-secret", "refresh_token": "CANARY-token"}

pytestmark = pytest.mark.usefixtures("aws")


def credentials(refresh_token: str, version: str) -> Credentials:
    return Credentials("CANARY-id", "CANARY-secret", refresh_token, version, source="google_health")


def current(arn: str) -> Any:
    answer = client("secretsmanager").get_secret_value(SecretId=arn)
    return json.loads(answer["SecretString"])


def stages(arn: str) -> dict[str, str]:
    """The version that each stage is attached to."""
    versions = client("secretsmanager").describe_secret(SecretId=arn)["VersionIdsToStages"]
    return {stage: version for version, attached in versions.items() for stage in attached}


@pytest.mark.parametrize(
    ("of", "name", "keys", "value"),
    [
        ("google_health", "source", SOURCE_KEYS, None),
        ("fitbit", "source", SOURCE_KEYS, "Xh3kP0CANARYv9_random-string-of-CDK"),
        *[("x", "X", X_KEYS, value) for value in (None, " ", '"CANARY"', "null", "{", json.dumps([FILLED]))],
    ],
)
def test_a_secret_without_an_object_was_never_filled_in(
    of: str, name: str, keys: tuple[str, ...], value: str | None
) -> None:
    with pytest.raises(XSecretNotFilledIn if of == "x" else SourceSecretNotFilledIn) as raised:
        read_secret(secret("s", value), keys, of)
    sentence = str(raised.value)
    assert f"The {name} secret was never filled in." in sentence
    assert f"./daily authorize {of};" in sentence and "./daily run --date" in sentence
    assert "canary" not in sentence.lower()


def test_a_byte_order_mark_that_came_along_into_the_console_does_no_harm() -> None:
    values, _ = read_secret(secret("s", "\ufeff" + json.dumps(FILLED)), SOURCE_KEYS, "google_health")
    assert values == FILLED


def test_a_binary_secret_was_never_filled_in() -> None:
    arn = secret("s")
    client("secretsmanager").put_secret_value(SecretId=arn, SecretBinary=b"CANARY")
    with pytest.raises(SourceSecretNotFilledIn, match="never filled in"):
        read_secret(arn, SOURCE_KEYS, "google_health")


@pytest.mark.parametrize(
    ("key", "blank"),
    [
        *[(key, ...) for key in SOURCE_KEYS],
        *[("refresh_token", blank) for blank in ("", "\n", None, 42, {"CANARY": 1}, ["CANARY"])],
    ],
)
def test_a_key_that_is_missing_blank_or_no_text_is_named(key: str, blank: Any) -> None:
    values = {name: blank if name == key else value for name, value in FILLED.items()}
    if blank is ...:
        del values[key]
    with pytest.raises(SourceSecretNotFilledIn) as raised:
        SourceSecret(secret("s", values)).read()
    assert f"The source secret lacks {key}." in str(raised.value)
    assert escaped([str(raised.value), repr(raised.value)], FILLED.values()) == []
    assert "canary" not in str(raised.value).lower()


def test_all_missing_keys_are_named_at_once() -> None:
    with pytest.raises(XSecretNotFilledIn, match="lacks consumer_key, consumer_secret, access_token_secret"):
        read_secret(secret("s", {"access_token": "a"}), X_KEYS, "x")


def test_white_space_around_a_pasted_value_is_no_part_of_it() -> None:
    arn = secret("s", {name: f" {value}\n" for name, value in FILLED.items()} | {"note": 1})
    expected = credentials("CANARY-token", stages(arn)["AWSCURRENT"])
    assert SourceSecret(arn).read() == expected


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ("2026-11-28T12:00:00+09:00", datetime(2026, 11, 28, 3, tzinfo=UTC)),
        (" 2026-11-28T03:00:00Z\n", datetime(2026, 11, 28, 3, tzinfo=UTC)),
        # As a person may have written it: no reason to fail.
        ("2026-11-28T12:00:00", None),
        ("in a week", None),
        (1_795_000_000, None),
        (None, None),
    ],
)
def test_when_an_authorisation_ends_is_read_where_it_can_be(stored: object, read: datetime | None) -> None:
    assert SourceSecret(secret("s", FILLED | {"authorization_expires_at": stored})).read().expires_at == read


# Rotation


def test_a_rotation_keeps_when_the_authorisation_ends() -> None:
    arn = secret("s", FILLED | {"authorization_expires_at": "2026-11-28T12:00:00+09:00"})
    store = SourceSecret(arn)
    before = store.read()
    with half_way(), pytest.raises(AwsUnavailable):
        store.replace(before, "new")
    finished = store.read()
    assert finished.refresh_token == "new" and finished.expires_at == before.expires_at
    again = store.replace(finished, "newer")
    assert store.read() == again and again.expires_at == before.expires_at
    assert current(arn)["authorization_expires_at"] == "2026-11-28T12:00:00+09:00"


def test_a_rotated_refresh_token_becomes_the_current_one_and_the_old_one_the_previous() -> None:
    arn = secret("s", FILLED)
    store = SourceSecret(arn)
    before = store.read()
    after = store.replace(before, "new")
    assert current(arn) == FILLED | {"refresh_token": "new", "source": "google_health", "replaces": before.version}
    assert store.read() == after == credentials("new", stages(arn)["AWSCURRENT"])
    assert stages(arn)["AWSPREVIOUS"] == before.version


def test_an_authorisation_that_a_person_stored_meanwhile_is_never_overwritten() -> None:
    arn = secret("s", FILLED)
    store = SourceSecret(arn)
    before = store.read()
    version = fill(arn, FILLED | {"refresh_token": "of the person"})
    with pytest.raises(CredentialsReplaced) as raised:
        store.replace(before, "rotated from the old one")
    assert current(arn)["refresh_token"] == "of the person"
    assert store.read().version == version
    assert "rotated" not in str(raised.value)


def test_to_check_that_it_can_be_written_changes_nothing_that_anybody_reads() -> None:
    arn = secret("s", FILLED)
    store = SourceSecret(arn)
    before = store.read()
    for _ in range(2):
        store.check_writable(before)
        assert replace(store.read(), tried_at=None) == before
        assert current(arn) == FILLED
    assert stages(arn)["FITBIT_DAILY_PENDING"] != before.version == stages(arn)["AWSCURRENT"]
    assert store.replace(before, "new") == store.read()


def half_way() -> AbstractContextManager[None]:
    """The second of the two requests fails."""
    return refusing("secrets-manager.UpdateSecretVersionStage", "InternalServiceError", 500)


def test_a_rotation_that_was_cut_off_half_way_is_finished_by_the_next_read() -> None:
    """The provider has forgotten the old token: the new one is in the pending stage and nowhere else."""
    arn = secret("s", FILLED)
    store = SourceSecret(arn)
    before = store.read()
    with half_way(), pytest.raises(AwsUnavailable):
        store.replace(before, "new")
    assert current(arn) == FILLED
    assert store.read() == credentials("new", stages(arn)["AWSCURRENT"])
    assert stages(arn)["AWSPREVIOUS"] == before.version


def test_a_rotation_that_was_cut_off_never_takes_the_place_of_a_later_authorisation() -> None:
    arn = secret("s", FILLED)
    store = SourceSecret(arn)
    with half_way(), pytest.raises(AwsUnavailable):
        store.replace(store.read(), "rotated")
    version = fill(arn, FILLED | {"refresh_token": "of the person"})
    assert store.read() == credentials("of the person", version)


@pytest.mark.parametrize("code", ["AccessDeniedException", "ResourceNotFoundException"])
def test_what_is_wrong_with_the_stack_is_no_replaced_authorisation(code: str) -> None:
    arn = secret("s", FILLED)
    credentials = SourceSecret(arn).read()
    if code == "ResourceNotFoundException":
        arn = arn.replace("secret:s", "secret:other")
        with pytest.raises(ClientError):
            SourceSecret(arn).replace(credentials, "new")
    else:
        with refusing("secrets-manager.UpdateSecretVersionStage", code), pytest.raises(ClientError):
            SourceSecret(arn).replace(credentials, "new")


# Whose they are


@pytest.mark.parametrize("label", ["fitbit", " fitbit\n", "another"])
def test_credentials_that_are_labelled_for_another_source_are_not_handed_out(label: str) -> None:
    with pytest.raises(CredentialsOfAnotherSource) as raised:
        SourceSecret(secret("s", FILLED | {"source": label}), "google_health").read()
    assert "./daily authorize google_health;" in raised.value.sentence
    assert escaped([str(raised.value), repr(raised.value)], FILLED.values()) == []


@pytest.mark.parametrize("label", ["google_health", " google_health\n", None, " "])
def test_credentials_of_this_source_or_without_a_label_are(label: str | None) -> None:
    assert SourceSecret(secret("s", FILLED | {"source": label}), "google_health").read().source == "google_health"


@pytest.mark.parametrize(
    ("client_id", "of"), [("23ABCD", "fitbit"), ("123-abc.apps.googleusercontent.com", "google_health")]
)
def test_without_a_label_a_client_that_is_plainly_anothers_is_taken_for_that(client_id: str, of: str) -> None:
    arn = secret("s", FILLED | {"client_id": client_id})
    other = {"fitbit": "google_health", "google_health": "fitbit"}[of]
    assert SourceSecret(arn, of).read().client_id == client_id
    with pytest.raises(CredentialsOfAnotherSource):
        SourceSecret(arn, other).read()


def test_a_label_counts_more_than_what_a_client_looks_like() -> None:
    arn = secret("s", FILLED | {"client_id": "23ABCD", "source": "google_health"})
    assert SourceSecret(arn, "google_health").read().client_id == "23ABCD"


def test_a_rotation_keeps_the_label_and_gives_one_where_there_is_none() -> None:
    for number, label in enumerate(({"source": "fitbit"}, {})):
        arn = secret(f"s{number}", FILLED | label)
        store = SourceSecret(arn, "fitbit")
        store.replace(store.read(), "new")
        assert current(arn)["source"] == "fitbit"


# Two at once


def test_others_see_that_a_renewal_is_under_way_until_it_is_over_or_given_up() -> None:
    store = SourceSecret(secret("s", FILLED))
    before = store.read()
    assert before.tried_at is None
    store.check_writable(before)
    tried_at = store.read().tried_at
    assert tried_at is not None and abs(datetime.now(UTC) - tried_at) < timedelta(minutes=1)
    store.give_up(before)
    assert store.read() == before
    store.check_writable(before)
    assert store.replace(before, "new").tried_at is None and store.read().tried_at is None
