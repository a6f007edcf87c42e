"""The LINE simulator: what a push may hold, retry keys and their 24 hours, the quota of a month."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest

from local.simulators.line.validation import units
from tests.simulators.line_client import KEY, OTHER, Channel, said


@pytest.fixture
def me() -> Channel:
    return Channel()


# What a push may hold


def test_a_message_that_is_taken_is_told_with_its_id(me: Channel) -> None:
    answer = me.push()
    (sent,) = answer.get_json()["sentMessages"]
    assert answer.status_code == 200 and set(sent) == {"id", "quoteToken"} and sent["id"] == me.simulator.posts[0].id
    assert uuid.UUID(answer.headers["x-line-request-id"])


def test_without_the_channels_token_nothing_is_done(me: Channel) -> None:
    for token in (None, "wrong"):
        for answer in (me.push(token=token), me.call("quota", token=token), me.call("quota/consumption", token=token)):
            assert answer.status_code == 401 and "invalid token" in said(answer)[1]
    assert me.texts() == []


def test_each_mistake_is_told_with_its_place(me: Channel) -> None:
    text = {"type": "text", "text": "a"}
    mistakes: list[tuple[dict[str, Any], list[str]]] = [
        ({"to": ...}, ["to"]),
        ({"to": "U123"}, ["to"]),
        ({"to": "X0123456789abcdef0123456789abcdef"}, ["to"]),
        ({"messages": []}, ["messages"]),
        ({"messages": [text] * 6}, ["messages"]),
        ({"messages": [text | {"text": " "}]}, ["messages[0].text"]),
        ({"messages": [text | {"text": "a" * 5001}]}, ["messages[0].text"]),
        ({"messages": [text, {"type": "image"}]}, ["messages[1].type"]),
        ({"messages": [text | {"more": 1}]}, ["messages[0].more"]),
        ({"to": ..., "messages": [{"type": "text"}]}, ["to", "messages[0].text"]),
        ({"notificationDisabled": "no"}, ["notificationDisabled"]),
        ({"retryKey": KEY}, ["retryKey"]),
    ]
    for other, where in mistakes:
        answer = me.push(**other)
        assert said(answer) == (400, f"The request body has {len(where)} error(s)")
        assert [detail["property"] for detail in answer.get_json()["details"]] == where
    for key in ("2026-11-21", KEY[:-1], KEY.replace("-", ""), "{" + KEY + "}"):
        assert me.push(key=key).status_code == 400
    assert me.call("push", "POST", data="{", content_type="application/json").status_code == 400
    assert me.call("push", "POST", data="{}", content_type="text/plain").status_code == 400
    assert me.push("a", messages=[text | {"text": "a" * 2_100_000}]).status_code == 413
    assert me.texts() == []


def test_lengths_count_in_units_of_utf_16(me: Channel) -> None:
    assert [units(text) for text in ("a", "あ", "👣")] == [1, 1, 2]
    assert me.push("👣" * 2501, key=OTHER).status_code == 400
    assert me.push("👣" * 2500).status_code == 200


def test_nobody_is_a_recipient_but_the_channels_friends_and_who_blocks_it_gets_nothing(me: Channel) -> None:
    assert said(me.push(to="U0123456789abcdef0123456789abcdef")) == (400, "Failed to send messages")
    me.simulator.channel.blocked.add(me.simulator.credentials.user_id)
    assert me.push().status_code == 200 and not me.simulator.posts[0].delivered and me.used() == 0


# Retry keys


def test_a_known_key_is_answered_with_the_first_ids_and_the_first_requests_own(me: Channel) -> None:
    first = me.push()
    again = me.push()
    assert said(again) == (409, "The retry key is already accepted")
    assert again.get_json()["sentMessages"] == first.get_json()["sentMessages"]
    assert again.headers["x-line-accepted-request-id"] == first.headers["x-line-request-id"]
    assert again.headers["x-line-request-id"] != first.headers["x-line-request-id"]
    assert me.push(key=KEY.upper()).status_code == 409 and me.texts() == ["one"] and me.used() == 1


def test_a_key_lives_for_a_day_from_its_first_request_on(me: Channel) -> None:
    me.simulator.faults.switch_on("push-500", times=1)
    me.push()
    assert me.push().status_code == 200, "a fault comes before the key"
    me.clock.turn(hours=23, minutes=59)
    assert me.push().status_code == 409
    me.clock.turn(minutes=1)
    assert me.push().status_code == 200 and me.texts() == ["one", "one"]


def test_a_key_whose_request_was_refused_begins_its_life_all_the_same(me: Channel) -> None:
    me.simulator.channel.quota = 0
    assert me.push().status_code == 429
    me.simulator.channel.quota = 200
    me.clock.turn(hours=23)
    assert me.push().status_code == 200
    me.clock.turn(hours=1)
    assert me.push().status_code == 200 and len(me.texts()) == 2


def test_another_key_or_none_is_another_message(me: Channel) -> None:
    assert [me.push(key=key).status_code for key in (KEY, OTHER, None)] == [200] * 3
    assert me.texts() == ["one"] * 3


# The quota


def test_a_request_counts_once_for_each_recipient(me: Channel) -> None:
    group = "C0123456789abcdef0123456789abcdef"
    me.simulator.channel.friends[group] = 5
    me.push(messages=[{"type": "text", "text": text} for text in "ab"])
    assert me.used() == 1
    me.push(to=group, key=OTHER)
    assert me.used() == 6


def test_the_months_messages_end_and_begin_again_with_the_month_in_japan(me: Channel) -> None:
    me.clock.time = datetime(2026, 11, 30, 14, 59, tzinfo=UTC)
    me.simulator.channel.quota = 1
    assert me.call("quota").get_json() == {"type": "limited", "value": 1}
    me.push()
    assert said(me.push(key=OTHER)) == (429, "You have reached your monthly limit.")
    assert me.push().status_code == 409, "a known key comes first"
    me.clock.turn(minutes=1)
    assert me.used() == 0 and me.push(key=OTHER).status_code == 200
    me.simulator.channel.quota = None
    assert me.call("quota").get_json() == {"type": "none"}


def test_the_timeline_lists_the_messages_and_calls_are_noted_without_secrets(me: Channel) -> None:
    me.push()
    page = me.simulator.test_client().get("/simulator/timeline").get_json()
    assert [(post["text"], post["delivered"]) for post in page["posts"]] == [("one", True)]
    assert me.simulator.calls == ["POST /v2/bot/message/push"]
