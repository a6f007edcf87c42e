"""The X simulator: posting, duplicates, limits, prices, the page and the switches. See test_x_*.py for the rest."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.simulators.x_client import START, account

DUPLICATE = {
    "detail": "You are not allowed to create a Tweet with duplicate content.",
    "type": "about:blank",
    "title": "Forbidden",
    "status": 403,
}
ACTIVITY = """本日(2021-05-23)の運動 from Fitbit

座っていた時間: 551分
軽い運動の時間: 90分
アクティブな運動の時間: 4分
激しい運動の時間: 7分

本日の歩数: 1781歩 (1.213km)

消費カロリー: 1988kcal (基礎代謝: 1560kcal)"""


def test_a_post_is_answered_with_its_text_and_an_id_of_nineteen_digits_that_grows_even_within_a_millisecond() -> None:
    me = account()
    answer = me.post(ACTIVITY)
    data = answer.get_json()["data"]
    assert (answer.status_code, answer.headers["content-type"]) == (201, "application/json; charset=utf-8")
    assert data == {"id": data["id"], "edit_history_tweet_ids": [data["id"]], "text": ACTIVITY}
    ids = [data["id"], *(me.post(f"post {number}").get_json()["data"]["id"] for number in range(5))]
    assert all(isinstance(each, str) and len(each) == 19 for each in ids)
    assert [int(each) for each in ids] == sorted({int(each) for each in ids})


# What is refused before anything is posted


def test_a_body_that_x_does_not_specify_is_refused_with_400() -> None:
    me = account()
    bodies: list[tuple[object, str]] = [
        ({"text": "a", "idempotency_key": "b"}, "$.idempotency_key: is not defined in the schema and the schema does"),
        ({"text": "a", "poll": {}}, "$.poll: X knows this field, this simulator does not."),
        ({"text": "a", "media": {}}, "$.media.media_ids: must have 1 to 4 items"),
        ({"text": "a", "media": {"media_ids": [1]}}, "$.media.media_ids[0]: does not match the regex"),
        ({"text": "a", "media": {"media_ids": ["1", "1"]}}, "$.media.media_ids: must have 1 to 4 items, each once"),
        ({"text": "a", "media": {"media_ids": ["1"], "other": 1}}, "$.media: is not defined in the schema"),
        ({"text": "a", "media": {"media_ids": ["1"]}}, "Your media IDs are invalid."),
        ({"text": 7}, "$.text: int found, str expected"),
        ({"text": "a", "made_with_ai": "yes"}, "$.made_with_ai: str found, bool expected"),
        ({"text": "a", "reply_settings": "nobody"}, "$.reply_settings: does not have a value in the enumeration"),
        ({"text": "a", "reply": {}}, "$.reply.in_reply_to_tweet_id: is missing"),
        ({"text": "half a pair: \ud83d"}, "$.text: is not valid Unicode"),
        ({"text": " \n"}, "One of the fields `text` or `media` is required."),
        ({}, "One of the fields `text` or `media` is required."),
        (["a"], "The request body is not a JSON object."),
    ]
    for body, message in bodies:
        answer = me.send("POST", "/2/tweets", json=body)
        assert (answer.status_code, answer.get_json()["title"]) == (400, "Invalid Request")
        assert answer.get_json()["errors"][0]["message"].startswith(message)
    assert me.simulator.posts == []


def test_another_content_type_and_an_unknown_query_parameter_are_refused_with_400() -> None:
    me = account()
    for body, kind in (("text=a", "application/x-www-form-urlencoded"), ('{"text": "a"}', "text/plain")):
        authorization = me.sign("POST", "/2/tweets", form=body if body == "text=a" else None)
        answer = me.send("POST", "/2/tweets", authorization=authorization, data=body, content_type=kind)
        assert answer.status_code == 400
        assert "content-type of application/json" in answer.get_json()["errors"][0]["message"]
    for answer in (me.send("POST", "/2/tweets?dry_run=1", json={"text": "a"}), me.send("GET", "/2/users/me?text=a")):
        assert answer.status_code == 400
        assert "is not one of" in answer.get_json()["errors"][0]["message"]


def test_a_text_of_weight_280_is_posted_and_one_of_281_is_refused() -> None:
    me = account()
    assert me.post("字" * 140).status_code == 201
    refused = me.post("字" * 140 + "a")
    assert refused.status_code == 400
    assert refused.get_json()["errors"][0]["message"].startswith("Your Tweet text is too long.")


def test_a_reply_is_for_ones_own_posts_only() -> None:
    me = account()
    own = me.post("first").get_json()["data"]["id"]
    assert me.post("second", reply={"in_reply_to_tweet_id": own}).status_code == 201
    refused = me.post("third", reply={"in_reply_to_tweet_id": "20"})
    assert refused.status_code == 403
    assert refused.get_json()["type"].endswith("/problems/not-authorized-for-resource")


# Duplicates


def test_the_same_text_within_the_window_is_refused_in_the_words_of_x_and_posted_again_after_it() -> None:
    me = account(duplicate_window=timedelta(minutes=30))
    # Composed and decomposed letters are the same.
    assert me.post("\u00e9").status_code == 201
    me.clock.turn(minutes=29, seconds=59)
    refused = me.post("e\u0301")
    assert (refused.status_code, refused.get_json()) == (403, DUPLICATE)
    assert len(me.simulator.posts) == 1
    me.clock.turn(seconds=1)
    assert me.post("e\u0301").status_code == 201


def test_of_many_posts_of_one_text_at_the_same_time_one_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    me = account()
    # Between the look for duplicates and the post: long enough for the other threads, if nothing stops them.
    monkeypatch.setattr("local.simulators.x.account.urls", lambda text: time.sleep(0.01))
    headers = [me.sign("POST", "/2/tweets") for _ in range(20)]
    answers: list[int] = []

    def post(authorization: str) -> None:
        answers.append(me.send("POST", "/2/tweets", authorization=authorization, json={"text": "a"}).status_code)

    threads = [threading.Thread(target=post, args=(authorization,)) for authorization in headers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [201] + [403] * 19


# Limits, credits and prices


def test_every_answer_says_how_many_posts_are_left_and_the_101st_within_15_minutes_is_refused_until_then() -> None:
    me = account()
    headers = me.post("a").headers
    reset = str(int((START + timedelta(minutes=15)).timestamp()))
    assert [headers[f"x-rate-limit-{name}"] for name in ("limit", "remaining", "reset")] == ["100", "99", reset]
    assert headers["x-app-limit-24hour-limit"] == "10000"
    assert headers["x-app-limit-24hour-remaining"] == "9999"
    me.clock.turn(minutes=14)
    assert [me.post(f"{number}").status_code for number in range(99)] == [201] * 99
    refused = me.post("99")
    words = "Too Many Requests"
    assert refused.get_json() == {"title": words, "detail": words, "type": "about:blank", "status": 429}
    assert [refused.headers[f"x-rate-limit-{name}"] for name in ("remaining", "reset")] == ["0", reset]
    assert me.read().status_code == 200, "each endpoint has a limit of its own"
    me.clock.turn(minutes=1)
    assert me.post("99").status_code == 201


def test_without_credits_every_request_is_refused_with_402_in_the_form_of_x() -> None:
    me = account(credits=1)
    assert me.post("a").status_code == 201
    for refused in (me.post("b"), me.read()):
        body = refused.get_json()
        assert refused.status_code == 402
        assert body.pop("detail").endswith("does not have any credits to fulfill this request.")
        assert body == {
            "account_id": int(me.credentials.user_id),
            "title": "CreditsDepleted",
            "type": "https://api.twitter.com/2/problems/credits",
        }


def test_a_post_with_a_url_costs_thirteen_times_as_much() -> None:
    me = account()
    me.post("1.213km")
    me.post("1.213.km")
    assert [post.price for post in me.simulator.posts] == [Decimal("0.200"), Decimal("0.015")]
    me.post("1.213km")
    assert me.simulator.cost == Decimal("0.215"), "a refused post costs nothing"


# What people look at


def test_the_page_shows_the_posts_newest_first_and_escapes_them() -> None:
    me = account()
    me.post(ACTIVITY)
    me.post("<script>alert('&')</script>")
    answer = me.simulator.test_client().get("/")
    page = answer.get_data(as_text=True)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "a simulator on this machine, not X".lower() in page.lower()
    assert "<script" not in page
    assert "&lt;script&gt;alert(&#x27;&amp;&#x27;)&lt;/script&gt;" in page
    assert ACTIVITY in page and "203/280" in page and "white-space: pre-wrap" in page
    assert page.index("&lt;script") < page.index("座っていた時間")
    assert "http://" not in page and "https://" not in page and "url(" not in page


def test_the_timeline_is_there_as_json_whatever_the_lag() -> None:
    me = account(read_back_lag=timedelta(hours=1))
    post_id = me.post(ACTIVITY).get_json()["data"]["id"]
    timeline = me.simulator.test_client().get("/simulator/timeline").get_json()
    post = {"id": post_id, "text": ACTIVITY, "created_at": "2026-11-22T15:10:00+00:00"}
    more = {"weighted_length": 203, "price_usd": "0.015", "pictures": []}
    assert timeline == {"username": "fitbit_daily", "cost_usd": "0.015", "posts": [post | more]}
