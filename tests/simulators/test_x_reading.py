"""The X simulator: reading the account's posts back, and deleting them."""

from __future__ import annotations

from datetime import timedelta

from tests.simulators.x_client import account


def test_posts_are_read_back_newest_first_with_what_describes_the_page_and_the_fields_asked_for() -> None:
    me = account()
    assert me.read().get_json() == {"meta": {"result_count": 0}}
    me.clock.turn(milliseconds=7)
    ids = [me.post(f"post {number}").get_json()["data"]["id"] for number in range(3)]
    answer = me.read().get_json()
    assert [post["id"] for post in answer["data"]] == ids[::-1]
    assert answer["meta"] == {"result_count": 3, "newest_id": ids[2], "oldest_id": ids[0]}
    assert set(answer["data"][0]) == {"id", "text", "edit_history_tweet_ids"}
    post = me.read(**{"tweet.fields": "created_at,author_id,lang"}).get_json()["data"][0]
    assert (post["created_at"], post["author_id"]) == ("2026-11-22T15:10:00.007Z", me.credentials.user_id)


def test_texts_are_read_back_with_html_entities_and_wrapped_urls() -> None:
    me = account()
    me.post("""1 < 2 & 3 > "2" 'a' fitbit.com""")
    (text,) = me.texts()
    assert text.startswith("""1 &lt; 2 &amp; 3 &gt; "2" 'a' https://t.co/""")
    assert me.simulator.posts[0].text == """1 < 2 & 3 > "2" 'a' fitbit.com"""


def test_pages_follow_each_other_without_gap_or_repetition() -> None:
    me = account()
    for number in range(12):
        me.post(f"{number}")
    first = me.read(max_results=5).get_json()
    second = me.read(max_results=5, pagination_token=first["meta"]["next_token"]).get_json()
    third = me.read(max_results=5, pagination_token=second["meta"]["next_token"]).get_json()
    pages = [[post["text"] for post in page["data"]] for page in (first, second, third)]
    assert pages == [["11", "10", "9", "8", "7"], ["6", "5", "4", "3", "2"], ["1", "0"]]
    assert "next_token" not in third["meta"]


def test_times_include_the_second_that_they_name_and_ids_exclude_their_post_and_take_precedence() -> None:
    me = account()
    ids = []
    for minute in range(3):
        ids.append(me.post(f"{minute}").get_json()["data"]["id"])
        me.clock.turn(seconds=59.5)
    # made at 15:10:00.0, 15:10:59.5 and 15:11:59.0
    assert me.texts(start_time="2026-11-22T15:10:00Z") == ["2", "1", "0"]
    assert me.texts(start_time="2026-11-22T15:10:01Z") == ["2", "1"]
    assert me.texts(end_time="2026-11-22T15:10:59Z") == ["1", "0"]
    assert me.texts(end_time="2026-11-22T15:10:58Z") == ["0"]
    assert me.texts(since_id=ids[0]) == ["2", "1"]
    assert me.texts(until_id=ids[2]) == ["1", "0"]
    assert me.texts(since_id=ids[0], start_time="2027-01-01T00:00:00Z") == ["2", "1"]


def test_a_read_back_that_x_does_not_specify_is_refused_with_400() -> None:
    me = account()
    queries: list[dict[str, str | int]] = [
        {"max_results": 4},
        {"max_results": 101},
        {"max_results": "many"},
        {"start_time": "2026-11-22"},
        {"start_time": "2026-11-22T15:10:00.000Z"},
        {"start_time": "2026-11-22T15:10:00Z", "end_time": "2026-11-22T15:10:00Z"},
        {"since_id": "first"},
        {"pagination_token": "2"},
        {"tweet.fields": "created_at,mood"},
        {"count": 5},
    ]
    for query in queries:
        answer = me.read(**query)
        assert (answer.status_code, answer.get_json()["title"]) == (400, "Invalid Request"), query


def test_a_post_is_read_back_only_after_the_lag_but_is_a_duplicate_at_once() -> None:
    me = account(read_back_lag=timedelta(seconds=90))
    me.post("a")
    me.clock.turn(seconds=89)
    assert me.texts() == []
    assert me.post("a").status_code == 403
    me.clock.turn(seconds=1)
    assert me.texts() == ["a"]


def test_me_is_the_account_of_the_access_token_and_another_one_is_not_found_in_the_form_of_x() -> None:
    me = account(username="walker")
    data = me.send("GET", "/2/users/me").get_json()["data"]
    assert data == {"id": me.credentials.access_token.split("-")[0], "name": "walker", "username": "walker"}
    answer = me.send("GET", "/2/users/12/tweets")
    assert answer.status_code == 200
    assert answer.get_json()["errors"][0]["type"].endswith("/problems/resource-not-found")
    assert me.send("GET", "/2/users/me2/tweets").status_code == 400
