"""X's own faults. tests/adapters/test_x.py has what the program, by tweepy, makes of each."""

from __future__ import annotations

from typing import Any

import pytest

from local.simulators.base import Dropped, Hanging
from local.simulators.x.faults import endpoints
from tests.simulators.x_client import Clock, account

LOST = {"dropped": None, "hang": None, "500": 500, "503": 503, "520": 520, "garbage": 201}


(POST,) = (endpoint for endpoint in endpoints(Clock()) if endpoint.name == "post")


@pytest.mark.parametrize("name", [name for name in POST.own if name[0].isdigit()])
def test_a_fault_has_the_status_that_its_name_begins_with_and_no_effect(name: str) -> None:
    me = account()
    me.simulator.faults.switch_on(f"post-{name}", times=1)
    assert me.post("a").status_code == int(name[:3])
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


def test_a_redirect_leads_to_what_a_client_that_follows_it_takes_for_a_success() -> None:
    me = account()
    me.simulator.faults.switch_on("post-301", times=1)
    location = me.post("a").headers["Location"]
    assert location.endswith("/2/moved") and me.send("GET", "/2/moved").get_json()["data"]["id"] == "301"
    assert me.simulator.posts == []
