"""Bluesky: what each of its answers says about a post, and that writing once more is no second post."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from fitbit_daily.adapters.bluesky import API, Bluesky
from fitbit_daily.adapters.http import TIMEOUT
from fitbit_daily.domain.ledger import Entry, Status
from fitbit_daily.domain.posting import AnotherIsThere, NotPosted, OwnPost
from fitbit_daily.domain.posts import Picture
from fitbit_daily.errors import (
    DestinationAccountClosed,
    DestinationKeysRefused,
    DestinationRateLimited,
    DestinationUnavailable,
    PostOutcomeUnknown,
    StepError,
)
from local.simulators.bluesky import BlueskySimulator, Credentials
from tests.adapters.fixtures import START, Clock, canned
from tests.wsgi import Wire, connected

TEXT = "本日(2026-11-21)の睡眠時間 from Fitbit\n\n睡眠時間: 7.512時間"
ENTRY = Entry("bluesky", "2026-11-21", "sleep", 1, 1, Status.ATTEMPTING, TEXT, "E1", START, START)
LOGIN, PUT, GET = (f"/xrpc/com.atproto.{name}" for name in ("server.createSession", "repo.putRecord", "repo.getRecord"))

UNKNOWN, UNAVAILABLE, CLOSED = PostOutcomeUnknown, DestinationUnavailable, DestinationAccountClosed
KEYS, LIMITED = DestinationKeysRefused, DestinationRateLimited


# Of each answer to the login, before which nothing can be posted.
LOGINS: dict[str, tuple[type[StepError], str]] = {
    "400": (KEYS, "400 InvalidRequest"),
    "401-wrong-password": (KEYS, "./daily authorize bluesky"),
    "401-factor-required": (KEYS, "app password"),
    "401-taken-down": (CLOSED, "AccountTakedown"),
    "403-html": (UNAVAILABLE, "403"),
    "403-no-account": (CLOSED, "AccountNotFound"),
    "403-forbidden": (KEYS, "403 Forbidden"),
    "404": (KEYS, "404 XRPCNotSupported"),
    "408": (UNAVAILABLE, "408"),
    "413": (KEYS, "413"),
    "415": (KEYS, "415"),
    "429": (LIMITED, "until 2026-11-21 15:15 UTC"),
    "429-without-reset": (LIMITED, "fewer calls: nothing was posted"),
    **{
        name: (UNAVAILABLE, name[:3])
        for name in ("500", "501", "502", "503", "504", "301", "500-html", "502-html", "503-html", "504-html")
    },
    **dict.fromkeys(("html", "200-not-json", "200-list", "200-empty"), (UNAVAILABLE, "200")),
    "hang": (UNAVAILABLE, "ReadTimeout"),
    "drop": (UNAVAILABLE, "ConnectionError"),
}


@pytest.fixture
def bluesky(clock: Clock) -> BlueskySimulator:
    return BlueskySimulator(now=clock)


@pytest.fixture
def wire(bluesky: BlueskySimulator) -> Iterator[Wire]:
    with connected({API: bluesky}) as wire:
        yield wire


def keys(credentials: Credentials, **more: str) -> dict[str, str]:
    return {"handle": credentials.handle, "app_password": credentials.app_password, **more}


@pytest.fixture
def account(bluesky: BlueskySimulator, wire: Wire) -> Bluesky:
    return Bluesky(keys(bluesky.credentials), "ja")


def texts(bluesky: BlueskySimulator) -> list[str]:
    return [post.value["text"] for post in bluesky.posts]


def paths(bluesky: BlueskySimulator) -> list[str]:
    return [call.partition(" ")[2] for call in bluesky.calls]


def assert_says_no_secret(error: BaseException) -> None:
    own = Credentials()
    assert own.app_password not in str(error) and "eyJ" not in str(error)
    assert "7.512" not in str(error) and "睡眠" not in str(error)


# What is written


def test_a_post_is_a_record_at_its_own_address_made_of_the_row_alone(
    account: Bluesky, bluesky: BlueskySimulator
) -> None:
    address = account.post(ENTRY)
    (record,) = bluesky.posts
    assert address == record.uri == f"at://{Credentials().did}/app.bsky.feed.post/3n2rs7ffk2323"
    assert record.value == {
        "$type": "app.bsky.feed.post",
        "text": TEXT,
        "createdAt": "2026-11-21T15:10:00.000Z",
        "langs": ["ja"],
    }


def test_a_picture_is_part_of_the_record_and_a_repeat_makes_the_very_same_one(
    account: Bluesky, bluesky: BlueskySimulator
) -> None:
    picture = Picture((Path(__file__).parent / "golden/week.ja.png").read_bytes(), "7日間の歩数")
    entry = replace(ENTRY, kind="week", picture=picture)
    address = account.post(entry)
    (image,) = bluesky.posts[0].value["embed"]["images"]
    stored = bluesky.repository.blob(image["image"]["ref"]["$link"])
    assert stored and stored.content == picture.png and image["alt"] == picture.alt
    assert account.post(entry) == address and len(bluesky.posts) == 1


@pytest.mark.parametrize("name", ["503", "429", "413", "drop", "400-expired-token", "200-not-json"])
def test_a_picture_that_bluesky_does_not_take_is_certainly_no_post(
    name: str, account: Bluesky, bluesky: BlueskySimulator
) -> None:
    bluesky.faults.switch_on(f"upload-{name}", times=1)
    with pytest.raises(NotPosted):
        account.post(replace(ENTRY, picture=Picture(b"\x89PNG\r\n\x1a\n", "")))
    assert not any("putRecord" in call for call in bluesky.calls)


@pytest.mark.parametrize("microsecond", [999, 999_999])
def test_the_time_is_the_first_attempts_to_the_millisecond_whatever_its_zone(
    microsecond: int, account: Bluesky, bluesky: BlueskySimulator
) -> None:
    at = datetime(2026, 11, 21, 15, 10, 5, microsecond, tzinfo=UTC)
    address = account.post(replace(ENTRY, first_attempt_at=at))
    assert bluesky.posts[0].value["createdAt"] == f"2026-11-21T15:10:05.{microsecond // 1000:03}Z"
    assert account.post(replace(ENTRY, first_attempt_at=at.astimezone())) == address and len(bluesky.posts) == 1


def test_an_attempt_before_which_nothing_was_written_is_a_mistake(account: Bluesky) -> None:
    with pytest.raises(ValueError, match="nothing was attempted"):
        account.post(replace(ENTRY, first_attempt_at=None))


def test_every_request_has_a_time_out_and_a_null_where_leaving_out_would_mean_to_overwrite(
    account: Bluesky, wire: Wire
) -> None:
    account.post(ENTRY)
    assert [(e.method, e.origin, e.target, e.timeout) for e in wire.exchanges] == [
        ("POST", API, LOGIN, TIMEOUT),
        ("POST", API, PUT, TIMEOUT),
    ]
    body = json.loads(wire.exchanges[1].body)
    assert "swapRecord" in body and body["swapRecord"] is None


def test_one_login_serves_all_posts_of_a_run(account: Bluesky, bluesky: BlueskySimulator) -> None:
    account.post(ENTRY)
    account.post(replace(ENTRY, kind="activity", text="other"))
    assert paths(bluesky) == [LOGIN, PUT, PUT] and "eyJ" not in repr(account._session)


@pytest.mark.parametrize("service", ["https://pds.example.org", "https://pds.example.org/"])
def test_an_account_that_bluesky_does_not_host_is_spoken_to_where_it_is(
    service: str, bluesky: BlueskySimulator
) -> None:
    with connected({"https://pds.example.org": bluesky}):
        Bluesky(keys(bluesky.credentials, service=service), "en").post(ENTRY)
    assert texts(bluesky) == [TEXT]


def test_the_local_stacks_address_takes_the_place_of_any_service(
    bluesky: BlueskySimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BLUESKY_URL", "http://127.0.0.1:1")
    with connected({"http://127.0.0.1:1": bluesky}):
        for service in ("", "https://pds.example.org"):
            Bluesky(keys(bluesky.credentials, service=service), "en").post(ENTRY)
    assert texts(bluesky) == [TEXT]


# Once more


def test_what_else_is_in_its_place_is_told_and_left_as_it_is(account: Bluesky, bluesky: BlueskySimulator) -> None:
    address = account.post(replace(ENTRY, text="of long ago"))
    with pytest.raises(AnotherIsThere) as raised:
        account.post(ENTRY)
    assert raised.value.there == OwnPost(address, "of long ago") and texts(bluesky) == ["of long ago"]


@pytest.mark.parametrize("change", [{"first_attempt_at": START.replace(year=2025)}, {"language": "en"}])
def test_the_same_text_in_its_place_is_the_post_whatever_else_of_its_record_differs(
    change: dict[str, Any], account: Bluesky, bluesky: BlueskySimulator
) -> None:
    address = account.post(ENTRY)
    there = bluesky.posts[0]
    language = change.pop("language", "ja")
    assert Bluesky(keys(bluesky.credentials), language).post(replace(ENTRY, **change)) == address
    assert bluesky.posts == [there]


READS = ("400-not-found", "truncated", "400", "500", "301", "drop", "200-list", "200-empty")


@pytest.mark.parametrize("name", READS)
def test_what_is_in_its_place_and_is_not_shown_leaves_it_unknown(
    name: str, account: Bluesky, bluesky: BlueskySimulator
) -> None:
    account.post(replace(ENTRY, text="of long ago"))
    bluesky.faults.switch_on(f"record-{name}")
    with pytest.raises(PostOutcomeUnknown, match="another post in this one's place"):
        account.post(ENTRY)
    assert texts(bluesky) == ["of long ago"] and paths(bluesky)[-1] == GET


# Each answer


@pytest.mark.parametrize("name", LOGINS)
def test_each_answer_to_the_login_means_that_nothing_was_posted(
    name: str, account: Bluesky, bluesky: BlueskySimulator
) -> None:
    says, words = LOGINS[name]
    bluesky.faults.switch_on(f"login-{name}")
    with pytest.raises(NotPosted) as raised:
        account.post(ENTRY)
    error = raised.value.error
    assert type(error) is says and "nothing was posted" in error.what
    error.destination = "bluesky"
    assert words in str(error)
    assert_says_no_secret(error)
    assert paths(bluesky) == [LOGIN], "one request: no retry, no redirect followed"


def test_a_session_that_was_refused_is_not_used_for_the_next_post(account: Bluesky, bluesky: BlueskySimulator) -> None:
    bluesky.faults.switch_on("put-400-expired-token", times=1)
    with pytest.raises(NotPosted):
        account.post(ENTRY)
    account.post(ENTRY)
    assert paths(bluesky) == [LOGIN, PUT, LOGIN, PUT]


@pytest.mark.parametrize("body", [{"did": 1, "accessJwt": "token"}, {"did": "did:plc:x", "accessJwt": None}])
def test_a_login_without_a_token_is_none(body: Any, bluesky: BlueskySimulator) -> None:
    with connected({API: canned(body)}), pytest.raises(DestinationUnavailable):
        Bluesky(keys(bluesky.credentials), "ja").login()
