"""Bluesky: what each of its answers says about a post, and that writing once more is no second post."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests

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
    PostRejected,
    StepError,
)
from local.simulators.base import serve
from local.simulators.bluesky import BlueskySimulator, Credentials
from local.simulators.bluesky.cid import cid_of_record
from tests.adapters.fixtures import START, Clock, canned
from tests.wsgi import Wire, connected

TEXT = "本日(2026-11-21)の睡眠時間 from Fitbit\n\n睡眠時間: 7.512時間"
ENTRY = Entry("bluesky", "2026-11-21", "sleep", 1, 1, Status.ATTEMPTING, TEXT, "E1", START, START)
LOGIN, PUT, GET = (f"/xrpc/com.atproto.{name}" for name in ("server.createSession", "repo.putRecord", "repo.getRecord"))

UNKNOWN, UNAVAILABLE, CLOSED = PostOutcomeUnknown, DestinationUnavailable, DestinationAccountClosed
KEYS, LIMITED = DestinationKeysRefused, DestinationRateLimited

PAGES = ("500-html", "502-html", "503-html", "504-html")

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
    **{name: (UNAVAILABLE, name[:3]) for name in ("500", "501", "502", "503", "504", "301", *PAGES)},
    **dict.fromkeys(("html", "200-not-json", "200-list", "200-empty"), (UNAVAILABLE, "200")),
    "hang": (UNAVAILABLE, "ReadTimeout"),
    "drop": (UNAVAILABLE, "ConnectionError"),
}
# Of each answer to the record: UNKNOWN, or certainly not posted, for this reason.
PUTS: dict[str, tuple[type[StepError], str]] = {
    "400": (PostRejected, "Input must be an object"),
    "400-invalid-record": (PostRejected, "Record/text must not be longer"),
    "400-blob-not-found": (PostRejected, "Could not find blob"),
    "400-invalid-swap": (UNKNOWN, "does not show it"),
    "400-expired-token": (UNAVAILABLE, "ExpiredToken"),
    "400-revoked-token": (UNAVAILABLE, "ExpiredToken"),
    "400-invalid-token": (UNAVAILABLE, "InvalidToken"),
    "400-token-scope": (UNAVAILABLE, "InvalidToken"),
    "400-malformed-token": (UNAVAILABLE, "InvalidToken"),
    "401-auth-missing": (UNAVAILABLE, "AuthMissing"),
    "401-not-this-repo": (UNAVAILABLE, "AuthenticationRequired"),
    "401-taken-down": (CLOSED, "AccountTakedown"),
    "401-deactivated": (CLOSED, "AccountDeactivated"),
    "403-html": (UNKNOWN, "403"),
    "403-no-account": (CLOSED, "AccountNotFound"),
    "403-forbidden": (PostRejected, "Forbidden"),
    "404": (PostRejected, "404"),
    "408": (UNKNOWN, "408"),
    "413": (PostRejected, "413"),
    "415": (PostRejected, "415"),
    "429": (LIMITED, "until 2026-11-21 15:15 UTC"),
    "429-without-reset": (LIMITED, "fewer calls: nothing was posted"),
    **{name: (UNKNOWN, name[:3]) for name in ("500", "501", "502", "503", "504", "301", *PAGES)},
    **dict.fromkeys(("html", "200-not-json", "200-list", "200-empty"), (UNKNOWN, "the post may exist")),
    "hang": (UNKNOWN, "ReadTimeout"),
    "drop": (UNKNOWN, "ConnectionError"),
}
LOST = tuple(f"accepted-then-{name}" for name in ("dropped", "hang", "500", "502", "502-html", "503", "504", "garbage"))


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
    assert bluesky.posts == []


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
    assert paths(bluesky) == [LOGIN, PUT, PUT]


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


def test_the_same_once_more_changes_nothing_however_late(
    account: Bluesky, bluesky: BlueskySimulator, clock: Clock
) -> None:
    first = account.post(ENTRY)
    clock.turn(days=400)
    again = Bluesky(keys(bluesky.credentials), "ja")
    repeat = replace(ENTRY, version=7, execution="E2", last_attempt_at=clock(), text_sent_before=True)
    again.settle(repeat)
    assert again.post(repeat) == first and len(bluesky.posts) == 1


@pytest.mark.parametrize("name", [*LOST, "truncated"])
def test_a_lost_answer_leaves_it_unknown_and_the_same_once_more_tells_its_address(
    name: str, account: Bluesky, bluesky: BlueskySimulator
) -> None:
    bluesky.faults.switch_on(f"put-{name}", times=1)
    with pytest.raises(PostOutcomeUnknown) as raised:
        account.post(ENTRY)
    assert_says_no_secret(raised.value)
    assert texts(bluesky) == [TEXT]
    assert account.post(ENTRY) == bluesky.posts[0].uri and len(bluesky.posts) == 1


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


def test_the_tables_have_every_fault_of_the_simulator_that_can_strike_a_post(bluesky: BlueskySimulator) -> None:
    struck = {endpoint.name: {*endpoint.failures} - {"slow", "truncated"} for endpoint in bluesky.faults.endpoints}
    assert struck["login"] == {*LOGINS}
    assert struck["put"] == {*PUTS, *LOST}


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


@pytest.mark.parametrize("name", PUTS)
def test_each_answer_to_the_record_says_what_is_certain_and_no_more(
    name: str, account: Bluesky, bluesky: BlueskySimulator
) -> None:
    says, words = PUTS[name]
    bluesky.faults.switch_on(f"put-{name}")
    with pytest.raises((NotPosted, PostOutcomeUnknown)) as raised:
        account.post(ENTRY)
    found = raised.value.error if isinstance(raised.value, NotPosted) else raised.value
    assert type(found) is says and isinstance(raised.value, NotPosted) is (says is not UNKNOWN)
    assert words in found.what
    assert_says_no_secret(found)
    assert bluesky.posts == []
    assert paths(bluesky) == [LOGIN, PUT, *[GET] * (name == "400-invalid-swap")], "no retry, no redirect followed"


def test_a_session_that_was_refused_is_not_used_for_the_next_post(account: Bluesky, bluesky: BlueskySimulator) -> None:
    bluesky.faults.switch_on("put-400-expired-token", times=1)
    with pytest.raises(NotPosted):
        account.post(ENTRY)
    account.post(ENTRY)
    assert paths(bluesky) == [LOGIN, PUT, LOGIN, PUT]


@pytest.mark.parametrize("key", ["handle", "app_password"])
def test_each_key_is_needed_for_the_login(key: str, bluesky: BlueskySimulator, wire: Wire) -> None:
    wrong = keys(bluesky.credentials) | {key: "alice.bsky.social"}
    with pytest.raises(NotPosted) as raised:
        Bluesky(wrong, "ja").post(ENTRY)
    assert type(raised.value.error) is KEYS


@pytest.mark.parametrize("message", ["'睡眠時間: 7.512時間' is not allowed.", "Is 7512 a number?"])
def test_words_that_repeat_the_text_are_not_told(message: str, bluesky: BlueskySimulator) -> None:
    session = {"did": Credentials().did, "accessJwt": "token"}
    refuses = canned(session, {"error": "InvalidRequest", "message": message})

    def application(environ: dict[str, Any], start: Any) -> Any:
        def answer(status: str, headers: Any) -> None:
            start(status if environ["PATH_INFO"] == LOGIN else "400 Bad Request", headers)

        return refuses(environ, answer)

    with connected({API: application}), pytest.raises(NotPosted) as raised:
        Bluesky(keys(bluesky.credentials), "ja").post(ENTRY)
    assert type(raised.value.error) is PostRejected
    assert_says_no_secret(raised.value.error)
    assert "7512" not in str(raised.value.error)


def test_a_post_that_bluesky_never_heard_of_is_certainly_not_posted(
    account: Bluesky, bluesky: BlueskySimulator, wire: Wire
) -> None:
    account.login()
    wire.unplugged.add(API)
    with pytest.raises(NotPosted) as raised:
        account.post(ENTRY)
    assert type(raised.value.error) is UNAVAILABLE and paths(bluesky) == [LOGIN]


@pytest.mark.parametrize(
    "body",
    [
        {"did": 1, "accessJwt": "token"},
        {"did": "did:plc:x"},
        {"did": "did:plc:x", "accessJwt": None},
    ],
)
def test_a_login_without_a_token_is_none(body: Any, bluesky: BlueskySimulator) -> None:
    with connected({API: canned(body)}), pytest.raises(DestinationUnavailable):
        Bluesky(keys(bluesky.credentials), "ja").login()


def test_the_session_does_not_show_its_token(account: Bluesky) -> None:
    assert "eyJ" not in repr(account.login())


# Over a socket


def test_over_a_socket_a_lost_answer_ends_with_one_post(
    bluesky: BlueskySimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(bluesky)
    try:
        monkeypatch.setenv("BLUESKY_URL", f"http://127.0.0.1:{server.server_port}")
        account = Bluesky(keys(bluesky.credentials), "ja")
        bluesky.faults.switch_on("put-accepted-then-dropped", times=1)
        with pytest.raises(PostOutcomeUnknown):
            account.post(ENTRY)
        assert account.post(ENTRY) == bluesky.posts[0].uri
    finally:
        server.shutdown()
        server.server_close()
    assert [post.cid for post in bluesky.posts] == [cid_of_record(bluesky.posts[0].value)]


@pytest.mark.parametrize(
    "error", [requests.exceptions.SSLError("certificate"), requests.exceptions.ChunkedEncodingError()]
)
def test_a_connection_that_broke_leaves_it_unknown(error: Exception, account: Bluesky, wire: Wire) -> None:
    account.login()

    def breaks(*_: Any) -> Any:
        raise error

    wire.applications[API] = breaks
    with pytest.raises(PostOutcomeUnknown):
        account.post(ENTRY)
