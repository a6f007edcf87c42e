"""The Bluesky simulator: logins, records and their swaps, blobs, limits."""

from __future__ import annotations

from typing import Any

import pytest

from local.simulators.bluesky.cid import cid_of_blob, cid_of_record
from local.simulators.bluesky.validation import graphemes
from tests.simulators.bluesky_client import POST, RECORD, A, Account, B, told

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


@pytest.fixture
def me() -> Account:
    return Account()


# Logins


def test_a_login_tells_the_account_and_gives_two_tokens(me: Account) -> None:
    body = me.login().get_json()
    assert (body["did"], body["active"]) == ("did:plc:ewvi7nxzyoun6zhxrhs64oiz", True)
    assert body["handle"] == me.simulator.credentials.handle
    assert body["accessJwt"].count(".") == body["refreshJwt"].count(".") == 2


def test_a_wrong_login_is_refused_and_one_without_a_password_is_invalid(me: Account) -> None:
    for wrong in ({"password": "x"}, {"identifier": "bob.bsky.social"}, {"password": ""}):
        assert told(me.login(**wrong)) == (401, "AuthenticationRequired", "Invalid identifier or password")
    assert me.login(identifier=me.simulator.credentials.did).status_code == 200
    assert told(me.call("server.createSession", json={"identifier": "a"}, token=None))[:2] == (400, "InvalidRequest")


def test_tokens_that_are_missing_broken_of_another_scope_or_expired_are_told_apart(me: Account) -> None:
    def put_with(token: str | None) -> tuple[int, str, str]:
        return told(me.call("repo.putRecord", json={}, token=token))

    assert put_with(None) == (401, "AuthMissing", "Authentication Required")
    assert put_with(me.token[:-2]) == put_with("x") == (400, "InvalidToken", "Token could not be verified")
    assert put_with(me.login().get_json()["refreshJwt"]) == (400, "InvalidToken", "Bad token scope")
    me.clock.turn(minutes=119)
    assert me.put().status_code == 200
    me.clock.turn(minutes=1)
    assert put_with(me.token) == (400, "ExpiredToken", "Token has expired")


# Records and their swaps


def test_a_record_that_is_written_is_told_with_its_address_and_its_hash(me: Account) -> None:
    body = me.put().get_json()
    assert body["uri"] == f"at://{me.simulator.credentials.did}/{POST}/{A}" and body["cid"] == cid_of_record(RECORD)
    assert body["validationStatus"] == "valid" and set(body["commit"]) == {"cid", "rev"}
    assert me.get().get_json() == {"uri": body["uri"], "cid": body["cid"], "value": RECORD}


def test_the_same_record_once_more_is_no_change_whatever_the_swap_says(me: Account) -> None:
    first = me.put().get_json()
    for swap in (None, ..., "bafyreiother", first["cid"]):
        assert me.put(swapRecord=swap).get_json() == {key: first[key] for key in ("uri", "cid", "validationStatus")}
    assert me.texts() == ["one"]


def test_another_record_is_refused_by_null_taken_with_its_hash_and_overwrites_where_nothing_is_said(
    me: Account,
) -> None:
    assert told(me.put(swapRecord="bafyreiother")) == (400, "InvalidSwap", "Record was at null")
    first = me.put().get_json()
    two, three = RECORD | {"text": "two"}, RECORD | {"text": "three"}
    assert told(me.put(two)) == (400, "InvalidSwap", f"Record was at {first['cid']}")
    assert told(me.put(two, swapRecord="bafyreiother"))[1] == "InvalidSwap" and me.texts() == ["one"]
    assert me.put(two, swapRecord=first["cid"]).status_code == 200 and me.texts() == ["two"]
    assert me.put(three, swapRecord=...).status_code == 200 and me.texts() == ["three"]


def test_the_same_text_at_another_address_or_at_another_time_is_another_post(me: Account) -> None:
    me.put()
    assert me.put(rkey=B).status_code == 200 and me.texts() == ["one", "one"]
    assert told(me.put(RECORD | {"createdAt": "2026-11-22T00:10:06.000Z"}))[1] == "InvalidSwap"


def test_a_deleted_post_is_written_again_by_a_replay(me: Account) -> None:
    uri = me.put().get_json()["uri"]
    assert me.simulator.repository.delete(uri) and me.texts() == []
    assert told(me.get()) == (400, "RecordNotFound", f"Could not locate record: {uri}")
    assert me.put().status_code == 200 and me.texts() == ["one"]


def test_a_key_that_is_no_tid_is_refused(me: Account) -> None:
    for rkey in ("", "2026-11-21", A[:-1], f"{A}2", "zn2rs7ffk2222", "3n2rs7ffk222A", "3n2rs7ffk2221", "self"):
        status, name, message = told(me.put(rkey=rkey))
        assert (status, name) == (400, "InvalidRequest") and message.startswith(f"Invalid record key for {POST}: ")


def with_(**other: Any) -> dict[str, Any]:
    return {name: value for name, value in (RECORD | other).items() if value is not ...}


def test_a_record_that_the_lexicon_does_not_allow_is_refused(me: Account) -> None:
    for record, wrong in (
        (with_(text=...), "text"),
        (with_(text=5), "string"),
        (with_(text="あ" * 301), "300 graphemes"),
        (with_(text="👩‍👩‍👧‍👦" * 121), "3000 characters"),
        (with_(createdAt=...), "createdAt"),
        (with_(createdAt="2026-11-22 00:10:05Z"), "datetime"),
        (with_(createdAt="2026-11-22T00:10:05"), "datetime"),
        (with_(createdAt="2026-13-22T00:10:05Z"), "datetime"),
        (with_(langs="ja"), "array"),
        (with_(langs=["ja", "en", "de", "fr"]), "more than 3"),
        (with_(langs=["JA!"]), "BCP 47"),
        (with_(tags=["t"] * 9), "more than 8"),
        (with_(tags=["あ" * 65]), "64 graphemes"),
        (with_(facets=[]), "this simulator does not"),
        (with_(embed={"$type": "app.bsky.embed.external"}), "this simulator does not"),
    ):
        status, name, message = told(me.put(record))
        assert (status, name) == (400, "InvalidRequest") and message.startswith(f"Invalid {POST} record: ")
        assert wrong in message
    like = told(me.put(with_(**{"$type": "app.bsky.feed.like"})))[2]
    assert like == f"Invalid $type: expected {POST}, got app.bsky.feed.like" and me.texts() == []
    assert me.put(with_(**{"$type": ...})).get_json()["cid"] == cid_of_record(RECORD), "a missing one is added"


def test_a_text_may_be_as_long_as_its_graphemes_and_its_bytes_allow(me: Account) -> None:
    family, flag = "👩‍👩‍👧‍👦", "🇯🇵"
    assert [graphemes(text) for text in ("", "が", "か\u3099", family, flag * 2, "a\r\n")] == [0, 1, 1, 1, 2, 2]
    for number, text in enumerate(("あ" * 300, "a" * 300, family * 120, flag * 300)):
        assert me.put(with_(text=text), rkey=f"3n2rs7ffk222{'234567'[number]}").status_code == 200


def test_a_request_that_is_wrong_is_refused(me: Account) -> None:
    assert told(me.put(repo="did:plc:another"))[1] == "AuthenticationRequired"
    wrong: list[dict[str, Any]] = [
        {"repo": ...},
        {"record": ...},
        {"record": "text"},
        {"swapRecord": 5},
        {"swaprecord": None},
        {"collection": "app.bsky.feed.like"},
        {"record": RECORD | {"more": 1.5}},
    ]
    for other in wrong:
        assert told(me.put(**other))[1] == "InvalidRequest", other
    for content, kind in (("x", "text/plain"), ("{", "application/json")):
        answer = me.call("repo.putRecord", data=content, content_type=kind)
        assert told(answer)[:2] == (400, "InvalidRequest")
    assert told(me.call("repo.nothing"))[:2] == (404, "XRPCNotSupported")
    assert told(me.call("repo.putRecord", "GET"))[0] == 400
    assert me.texts() == []


def test_records_are_listed_newest_address_first(me: Account) -> None:
    for rkey in (B, A):
        me.put(RECORD | {"text": rkey}, rkey=rkey)
    wanted = {"repo": me.simulator.credentials.did, "collection": POST}

    def listed(**more: str) -> list[str]:
        answer = me.call("repo.listRecords", "GET", query_string=wanted | more)
        return [record["value"]["text"] for record in answer.get_json()["records"]]

    assert (listed(), listed(reverse="true"), listed(limit="1")) == ([B, A], [A, B], [B])
    assert me.call("repo.listRecords", "GET", query_string=wanted | {"limit": "101"}).status_code == 400
    assert told(me.get(more="1"))[:2] == told(me.call("repo.getRecord", "GET"))[:2] == (400, "InvalidRequest")


# Blobs


def picture(blob: Any, **other: Any) -> dict[str, Any]:
    image = {"image": blob, "alt": "a week", "aspectRatio": {"width": 1200, "height": 675}} | other
    images = [{name: value for name, value in image.items() if value is not ...}]
    return RECORD | {"embed": {"$type": "app.bsky.embed.images", "images": images}}


def test_a_blob_is_known_by_its_hash_however_often_it_is_uploaded_and_its_type_is_sniffed(me: Account) -> None:
    expected = {"$type": "blob", "ref": {"$link": cid_of_blob(PNG)}, "mimeType": "image/png", "size": len(PNG)}
    for kind in ("image/png", "image/jpeg", "application/octet-stream"):
        assert me.upload(PNG, kind).get_json() == {"blob": expected}
    assert me.put(picture(expected)).status_code == 200
    assert me.put(picture(expected)).get_json().get("commit") is None
    assert told(me.put(picture(me.upload(PNG + b"\0").get_json()["blob"])))[1] == "InvalidSwap", "other bytes"


def test_a_blob_that_no_record_names_is_dropped_after_a_while_and_one_that_is_named_stays(me: Account) -> None:
    blob = me.upload(PNG).get_json()["blob"]
    me.clock.turn(hours=1)
    assert told(me.put(picture(blob))) == (400, "BlobNotFound", f"Could not find blob: {cid_of_blob(PNG)}")
    me.upload(PNG)
    me.put(picture(blob))
    me.clock.turn(minutes=90)
    me.token = me.login().get_json()["accessJwt"]
    assert me.put(picture(blob)).status_code == 200


def test_what_is_said_of_a_picture_must_be_there_and_true(me: Account) -> None:
    blob, text = me.upload(PNG).get_json()["blob"], me.upload(b"text", "text/plain").get_json()["blob"]
    for change in ({"alt": ...}, {"aspectRatio": {"width": 0, "height": 1}}, {"image": {"$type": "blob"}}):
        assert told(me.put(picture(blob, **change)))[1] == "InvalidRequest", change
    assert told(me.put(picture(blob | {"size": 1})))[1] == "InvalidSize"
    assert told(me.put(picture(blob | {"mimeType": "image/jpeg"})))[1] == "InvalidMimeType"
    assert told(me.put(picture(text)))[1] == "InvalidMimeType"
    assert told(me.upload(PNG + bytes(2_000_000)))[:2] == (413, "PayloadTooLarge")
    assert me.upload(b"").status_code == 400


# Limits


def test_every_answer_says_how_much_is_left(me: Account) -> None:
    headers = me.get().headers
    assert (headers["RateLimit-Limit"], headers["RateLimit-Remaining"]) == ("3000", "2998")
    assert headers["RateLimit-Policy"] == "3000;w=300" and int(headers["RateLimit-Reset"]) > me.clock().timestamp()


def test_thirty_logins_in_five_minutes_are_the_most(me: Account) -> None:
    for _ in range(29):
        me.login()
    refused = me.login()
    assert told(refused) == (429, "RateLimitExceeded", "Rate Limit Exceeded")
    assert refused.headers["Retry-After"] == "300"
    me.clock.turn(minutes=5)
    assert me.login().status_code == 200


def test_writes_count_by_points(me: Account) -> None:
    hour, _ = me.simulator._writes
    assert me.put().status_code == 200
    assert hour.take(5000 - 2 * 2, me.clock())[0]
    assert me.put().status_code == 200
    refused = me.put()
    assert told(refused)[0] == 429 and refused.headers["RateLimit-Limit"] == "5000"
    me.clock.turn(hours=1)
    assert me.put().status_code == 200


# For people and tests


def test_the_timeline_lists_the_posts_and_calls_are_noted_without_secrets(me: Account) -> None:
    me.put()
    page = me.simulator.test_client().get("/simulator/timeline").get_json()
    assert [post["text"] for post in page["posts"]] == ["one"]
    assert [call.rpartition(".")[2] for call in me.simulator.calls] == ["createSession", "putRecord"]
