"""Every fault of the X simulator, through a real port and tweepy where a client's view of it matters."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
import tweepy

from local.simulators.base import Dropped, Hanging, serve
from local.simulators.x import XSimulator
from tests.simulators.x_client import account

STATUS = {
    "400": 400,
    "401": 401,
    "402": 402,
    "402-new-type": 402,
    "403-credits": 403,
    "403-spend-cap": 403,
    "403-usage-capped": 403,
    "403-forbidden": 403,
    "403-oauth1-permissions": 403,
    "403-unsupported-authentication": 403,
    "403-client-forbidden": 403,
    "403-not-permitted": 403,
    "404": 404,
    "408": 408,
    "429": 429,
    "429-code-88": 429,
    "429-without-reset": 429,
    "429-user-24h": 429,
    "429-app-24h": 429,
    "500": 500,
    "500-list": 500,
    "503": 503,
    "520": 520,
    "301": 301,
    "200-not-json": 200,
    "200-only-errors": 200,
    "403-duplicate": 403,
    "201-not-json": 201,
    "201-without-id": 201,
}
LOST = {"dropped": None, "hang": None, "500": 500, "503": 503, "520": 520, "garbage": 201}


@pytest.mark.parametrize(("name", "status"), STATUS.items())
def test_a_fault_has_its_status_and_no_effect(name: str, status: int) -> None:
    me = account()
    me.simulator.faults.switch_on(f"post-{name}", times=1)
    assert me.post("a").status_code == status
    assert me.simulator.posts == []
    assert me.post("a").status_code == 201, "the fault struck once"


@pytest.mark.parametrize(("name", "status"), LOST.items())
def test_an_accepted_post_is_there_although_its_answer_is_lost(name: str, status: int | None) -> None:
    me = account()
    me.simulator.faults.switch_on(f"post-accepted-then-{name}", times=1)
    if status is None:
        with pytest.raises((Dropped, Hanging)):
            me.post("a")
    else:
        answer = me.post("a")
        assert answer.status_code == status
        assert me.simulator.posts[0].id not in answer.get_data(as_text=True)
    assert me.texts() == ["a"]
    assert me.post("a").status_code == 403, "sent again, it is a duplicate"


@pytest.mark.parametrize("name", LOST)
def test_a_post_that_is_refused_is_refused_even_where_the_answer_would_be_lost(name: str) -> None:
    me = account()
    me.post("a")
    me.simulator.faults.switch_on(f"post-accepted-then-{name}")
    assert me.post("a").status_code == 403
    stale = me.sign("POST", "/2/tweets", timestamp="1318622958")
    assert me.send("POST", "/2/tweets", authorization=stale, json={"text": "b"}).status_code == 401


def test_the_forms_of_429_differ_in_body_and_headers() -> None:
    me = account()
    now = int(me.clock().timestamp())

    def struck(name: str) -> Any:
        me.simulator.faults.switch_on(f"post-{name}", times=1)
        return me.post("a")

    assert struck("429").headers["x-rate-limit-reset"] == str(now + 900)
    assert struck("429-code-88").get_json() == {"errors": [{"code": 88, "message": "Rate limit exceeded"}]}
    assert not [name for name, _ in struck("429-without-reset").headers if name.lower().startswith("x-")]
    for name, whose in (("429-user-24h", "x-user"), ("429-app-24h", "x-app")):
        headers = struck(name).headers
        assert headers[f"{whose}-limit-24hour-remaining"] == "0"
        assert headers[f"{whose}-limit-24hour-reset"] == str(now + 5 * 3600)
        assert headers["x-rate-limit-remaining"] != "0"
        assert headers["x-rate-limit-reset"] == str(now + 900), "the other window's"


def test_the_bodies_that_are_no_problem_documents() -> None:
    me = account()
    me.simulator.faults.switch_on("post-500-list", times=1)
    assert isinstance(me.post("a").get_json(), list)
    me.simulator.faults.switch_on("post-520", times=1)
    assert me.post("a").mimetype == "text/html"
    me.simulator.faults.switch_on("post-200-only-errors", times=1)
    assert set(me.post("a").get_json()) == {"errors"}
    me.simulator.faults.switch_on("post-201-without-id", times=1)
    assert "id" not in me.post("a").get_json()["data"]


def test_the_timeline_can_be_cleanly_empty_although_there_are_posts() -> None:
    me = account()
    me.post("a")
    me.simulator.faults.switch_on("read-empty", times=1)
    assert me.read().get_json() == {"meta": {"result_count": 0}}
    assert me.texts() == ["a"]
    me.simulator.faults.switch_on("read-empty", times=1)
    assert me.read(max_results=4).status_code == 400, "a wrong request is still refused"


# Through a real port, with tweepy


class LocalSession(requests.Session):
    """tweepy has the host, the absence of a time-out and the following of redirects built in."""

    def __init__(self, base: str, *, follow: bool = False) -> None:
        super().__init__()
        self.base, self.follow, self.trust_env = base, follow, False

    def request(self, method: Any, url: Any, *args: Any, **how: Any) -> requests.Response:
        how |= {"timeout": 0.3, "allow_redirects": self.follow}
        return super().request(method, url.replace("https://api.twitter.com", self.base, 1), *args, **how)


def real_time() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[XSimulator, str]]:
    simulator = XSimulator(now=real_time, duplicate_window=timedelta(0))
    running = serve(simulator)
    yield simulator, f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    running.server_close()


@pytest.fixture
def simulator(server: tuple[XSimulator, str]) -> Iterator[XSimulator]:
    yield server[0]
    server[0].faults.clear()


@pytest.fixture
def client(server: tuple[XSimulator, str]) -> tweepy.Client:
    own = server[0].credentials
    client = tweepy.Client(
        consumer_key=own.consumer_key,
        consumer_secret=own.consumer_secret,
        access_token=own.access_token,
        access_token_secret=own.access_token_secret,
    )
    client.session = LocalSession(server[1])
    return client


def test_tweepy_posts_and_reads_back(client: tweepy.Client, simulator: XSimulator) -> None:
    text = "本日(2021-05-23)の運動 & 睡眠\n\n1.213km"
    post_id = client.create_tweet(text=text).data["id"]
    user_id = client.get_me(user_auth=True).data.id
    read = client.get_users_tweets(
        user_id,
        max_results=5,
        start_time=real_time() - timedelta(minutes=1),
        tweet_fields=["created_at"],
        user_auth=True,
    )
    assert [str(post.id) for post in read.data] == [post_id]
    assert read.data[0].text == text.replace("&", "&amp;")


def test_a_client_that_follows_the_redirect_believes_in_a_success_and_can_be_caught(
    client: tweepy.Client, simulator: XSimulator, server: tuple[XSimulator, str]
) -> None:
    client.session = LocalSession(server[1], follow=True)
    simulator.faults.switch_on("post-301", times=1)
    before = len(simulator.posts)
    assert client.create_tweet(text="a").data["id"] == "301"
    assert len(simulator.posts) == before
    assert simulator.calls[-1] == "GET /2/moved"
