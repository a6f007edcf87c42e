"""A usable access token ends up in the store, and no authorisation is lost or overwritten on the way."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from fitbit_daily.domain.authorization import (
    ENOUGH,
    FRESH,
    RENEWAL,
    AccessToken,
    Credentials,
    Grant,
    ensure_access_token,
    refusal,
)
from fitbit_daily.errors import (
    AccessTokenExpired,
    AuthorizationLost,
    AwsUnavailable,
    CredentialsOfAnotherSource,
    CredentialsReplaced,
    ScopeNotGranted,
    SourceUnavailable,
    StepError,
)

NOW = datetime(2026, 11, 22, 15, 10, tzinfo=UTC)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
SECRETS = ("the-client-secret", "refresh-1", "refresh-2", "access-1", "access-2")


@dataclass
class Fakes:
    """The three outer things in one; `done` lists what happened to them, in order."""

    credentials: Credentials = field(default_factory=lambda: Credentials("id", "the-client-secret", "refresh-1", "v1"))
    stored: AccessToken | None = None
    grant: Grant = field(default_factory=lambda: Grant("access-2", 8 * HOUR, None))
    rotates: bool = False
    done: list[str] = field(default_factory=list)
    fails: dict[str, StepError] = field(default_factory=dict)
    replaced_meanwhile_by: Credentials | None = None

    def _do(self, what: str) -> None:
        self.done.append(what)
        if what in self.fails:
            raise self.fails[what]

    def refresh(self, credentials: Credentials) -> Grant:
        assert credentials == self.credentials
        if self.replaced_meanwhile_by:
            self.credentials = self.replaced_meanwhile_by
        self._do("ask the provider")
        return self.grant

    def ensure(self, *, refused: bool = False, now: datetime = NOW) -> Credentials:
        return ensure_access_token(
            source=self, credentials_store=CredentialsFake(self), token_store=TokenFake(self), refused=refused, now=now
        )


@dataclass
class CredentialsFake:
    all: Fakes

    def read(self) -> Credentials:
        return self.all.credentials

    def check_writable(self, credentials: Credentials) -> None:
        self.all._do("check the store")

    def give_up(self, credentials: Credentials) -> None:
        self.all._do("give up")

    def replace(self, credentials: Credentials, refresh_token: str) -> Credentials:
        self.all._do("store the refresh token")
        if self.all.credentials.version != credentials.version:
            raise CredentialsReplaced("The authorisation was renewed.")
        self.all.credentials = replace(credentials, refresh_token=refresh_token, version="v2")
        return self.all.credentials


@dataclass
class TokenFake:
    all: Fakes

    def read(self) -> AccessToken | None:
        return self.all.stored

    def write(self, token: AccessToken) -> None:
        self.all._do("store the access token")
        self.all.stored = token


def token(*, age: timedelta = HOUR, left: timedelta = HOUR, version: str = "v1") -> AccessToken:
    return AccessToken("access-1", NOW - age, NOW + left, version)


ROTATED = Grant("access-2", 8 * HOUR, "refresh-2")
RENEWED = AccessToken("access-2", NOW, NOW + 8 * HOUR, "v1")


@pytest.mark.parametrize("left", [ENOUGH, HOUR])
def test_a_token_that_lasts_is_used_again_and_nobody_is_asked(left: timedelta) -> None:
    fakes = Fakes(stored=token(left=left))
    fakes.ensure()
    assert fakes.done == [] and fakes.stored == token(left=left)


@pytest.mark.parametrize(
    "stored",
    [None, token(left=ENOUGH - SECOND), token(left=-HOUR), token(version="v0")],
    ids=["none", "soon over", "long over", "of other credentials"],
)
def test_a_token_that_will_not_do_is_renewed(stored: AccessToken | None) -> None:
    fakes = Fakes(stored=stored)
    fakes.ensure()
    assert fakes.done == ["ask the provider", "store the access token"]
    assert fakes.stored == RENEWED
    assert fakes.credentials.refresh_token == "refresh-1"


@pytest.mark.parametrize("stored", [None, token()], ids=["renewed", "kept"])
def test_the_credentials_that_are_stored_at_the_end_are_told(stored: AccessToken | None) -> None:
    fakes = Fakes(stored=stored, grant=ROTATED)
    assert fakes.ensure() == fakes.credentials
    assert fakes.credentials.refresh_token == ("refresh-1" if stored else "refresh-2")


def test_a_refused_token_that_has_aged_is_renewed_though_it_should_last() -> None:
    fakes = Fakes(stored=token(age=FRESH))
    fakes.ensure(refused=True)
    assert fakes.stored == RENEWED


def test_a_refused_token_that_is_fresh_was_renewed_by_another_execution_and_is_left() -> None:
    fakes = Fakes(stored=token(age=FRESH - SECOND))
    fakes.ensure(refused=True)
    assert fakes.done == []


def test_a_fresh_token_of_credentials_that_were_replaced_is_renewed_even_so() -> None:
    fakes = Fakes(stored=token(age=SECOND, version="v0"))
    fakes.ensure(refused=True)
    assert fakes.stored == RENEWED


@pytest.mark.parametrize("rotates", [True, False])
def test_a_rotated_refresh_token_is_stored_before_anything_else(rotates: bool) -> None:
    fakes = Fakes(rotates=rotates, grant=ROTATED)
    fakes.ensure()
    check = ["check the store"] if rotates else []
    assert fakes.done == [*check, "ask the provider", "store the refresh token", "store the access token"]
    assert fakes.credentials == Credentials("id", "the-client-secret", "refresh-2", "v2")
    assert fakes.stored == replace(RENEWED, credentials_version="v2")


def test_a_provider_that_gives_the_same_refresh_token_again_changes_no_credentials() -> None:
    fakes = Fakes(rotates=True, grant=Grant("access-2", 8 * HOUR, "refresh-1"))
    fakes.ensure()
    assert fakes.done == ["check the store", "ask the provider", "store the access token"]
    assert fakes.credentials.version == "v1"


def test_a_rotating_provider_is_never_asked_where_its_answer_could_not_be_kept() -> None:
    fakes = Fakes(rotates=True, grant=ROTATED, fails={"check the store": AwsUnavailable("No.")})
    with pytest.raises(AwsUnavailable):
        fakes.ensure()
    assert fakes.done == ["check the store"]


def test_an_access_token_that_cannot_be_stored_does_not_cost_the_rotated_refresh_token() -> None:
    fakes = Fakes(rotates=True, grant=ROTATED, fails={"store the access token": AwsUnavailable("No.")})
    with pytest.raises(AwsUnavailable):
        fakes.ensure()
    assert fakes.credentials.refresh_token == "refresh-2"
    fakes.fails.clear()
    fakes.grant = Grant("access-2", 8 * HOUR, "refresh-3")
    fakes.ensure()
    assert fakes.stored is not None and fakes.credentials.refresh_token == "refresh-3"


ANEW = Credentials("id", "the-client-secret", "refresh-of-a-person", "v9")


def test_a_box_that_was_not_ticked_does_not_cost_the_rotated_refresh_token() -> None:
    fakes = Fakes(rotates=True, grant=replace(ROTATED, withheld=ScopeNotGranted("Sleep was not ticked.")))
    with pytest.raises(ScopeNotGranted):
        fakes.ensure()
    assert fakes.credentials.refresh_token == "refresh-2" and fakes.stored is None


def test_an_authorisation_given_while_the_old_one_rotates_is_not_overwritten() -> None:
    fakes = Fakes(rotates=True, grant=ROTATED, replaced_meanwhile_by=ANEW)
    with pytest.raises(CredentialsReplaced):
        fakes.ensure()
    assert fakes.credentials == ANEW
    assert fakes.stored is None


def test_an_old_authorisation_that_is_refused_while_it_is_replaced_is_retried_with_the_new_one() -> None:
    fakes = Fakes(fails={"ask the provider": AuthorizationLost("invalid_grant")}, replaced_meanwhile_by=ANEW)
    with pytest.raises(CredentialsReplaced) as raised:
        fakes.ensure()
    assert isinstance(raised.value.__cause__, AuthorizationLost)
    fakes.fails.clear()
    fakes.ensure()
    assert fakes.stored == replace(RENEWED, credentials_version="v9")


def test_a_refused_authorisation_that_nobody_replaced_is_lost() -> None:
    lost = AuthorizationLost("invalid_grant")
    fakes = Fakes(fails={"ask the provider": lost}, stored=token(left=-HOUR))
    with pytest.raises(AuthorizationLost) as raised:
        fakes.ensure()
    assert raised.value is lost
    assert fakes.done == ["ask the provider"] and fakes.stored == token(left=-HOUR)


def test_a_lost_authorisation_leaves_nobody_waiting_for_its_renewal() -> None:
    fakes = Fakes(rotates=True, fails={"ask the provider": AuthorizationLost("invalid_grant")})
    with pytest.raises(AuthorizationLost):
        fakes.ensure()
    assert fakes.done == ["check the store", "ask the provider", "give up"]


@pytest.mark.parametrize(
    ("ago", "error"),
    [(SECOND, CredentialsReplaced), (RENEWAL - SECOND, CredentialsReplaced), (RENEWAL, AuthorizationLost)],
)
def test_a_refresh_token_that_another_execution_may_just_have_used_up_is_not_called_lost(
    ago: timedelta, error: type[StepError]
) -> None:
    fakes = Fakes(rotates=True, fails={"ask the provider": AuthorizationLost("invalid_grant")})
    fakes.credentials = replace(fakes.credentials, tried_at=NOW - ago)
    with pytest.raises(error):
        fakes.ensure()


def test_a_provider_that_is_down_leaves_everything_as_it_was() -> None:
    before = token(left=-HOUR)
    fakes = Fakes(rotates=True, fails={"ask the provider": SourceUnavailable("503")}, stored=before)
    with pytest.raises(SourceUnavailable):
        fakes.ensure()
    assert fakes.stored == before and fakes.credentials.version == "v1"


# Whose the credentials are


def test_credentials_that_another_source_has_accepted_are_sent_to_no_other() -> None:
    fakes = Fakes(stored=replace(token(left=-HOUR), source="fitbit"))
    fakes.credentials = replace(fakes.credentials, source="google_health")
    with pytest.raises(CredentialsOfAnotherSource) as raised:
        fakes.ensure()
    assert fakes.done == [] and "./daily authorize google_health;" in raised.value.sentence


@pytest.mark.parametrize("version", ["v0", "v1"])
def test_who_has_accepted_another_version_of_them_says_nothing(version: str) -> None:
    fakes = Fakes(stored=replace(token(left=-HOUR, version=version), source="fitbit" if version == "v0" else ""))
    fakes.credentials = replace(fakes.credentials, source="google_health")
    fakes.ensure()
    assert fakes.stored == replace(RENEWED, source="google_health"), "from now on it is known"


# Refusals at the source


def test_a_token_refused_once_it_has_aged_leads_back_to_refresh_token() -> None:
    assert isinstance(refusal(token(age=FRESH), NOW, AuthorizationLost("401")), AccessTokenExpired)


def test_a_fresh_token_refused_means_that_the_authorisation_is_lost_unless_another_look_finds_it_accepted() -> None:
    lost = AuthorizationLost("401")
    assert not lost.may_pass
    assert refusal(token(age=FRESH - SECOND), NOW, lost) is lost and lost.may_pass


# Secrets


@pytest.mark.parametrize("thing", [Fakes().credentials, ROTATED, token()], ids=["credentials", "grant", "access token"])
def test_no_secret_shows_in_what_is_printed(thing: object) -> None:
    for printed in (repr(thing), str(thing), f"{thing}", f"{[thing]}", f"{({'it': thing},)!r}"):
        assert not any(secret in printed for secret in SECRETS)
        assert type(thing).__name__ in printed
