"""Bluesky's own faults. tests/adapters/test_bluesky.py has what the program makes of each."""

from __future__ import annotations

from typing import Any

import pytest

from local.simulators.base import Dropped, Hanging
from local.simulators.bluesky.faults import endpoints
from tests.simulators.bluesky_client import Account, told
from tests.simulators.x_client import Clock

OWN = [
    (endpoint.name, name)
    for endpoint in endpoints(Clock())
    for name in endpoint.own
    if not name.startswith("accepted-then-")
]
LOST = {"dropped": None, "hang": None, "500": 500, "502": 502, "502-html": 502, "503": 503, "504": 504, "garbage": 200}


def ask(me: Account, endpoint: str) -> Any:
    return {"login": me.login, "put": me.put, "record": me.get, "upload": lambda: me.upload(b"x")}[endpoint]()


@pytest.mark.parametrize(("endpoint", "name"), OWN)
def test_a_fault_has_the_status_that_its_name_begins_with_and_no_effect(endpoint: str, name: str) -> None:
    me = Account()
    me.simulator.faults.switch_on(f"{endpoint}-{name}", times=1)
    assert ask(me, endpoint).status_code == int(name[:3])
    assert me.texts() == []
    assert ask(me, endpoint).status_code == (400 if endpoint == "record" else 200), "the fault struck once"


@pytest.mark.parametrize(("name", "status"), LOST.items())
def test_an_accepted_record_is_there_although_its_answer_is_lost(name: str, status: int | None) -> None:
    me = Account()
    me.simulator.faults.switch_on(f"put-accepted-then-{name}")
    if status is None:
        with pytest.raises((Dropped, Hanging)):
            me.put()
    else:
        assert me.put().status_code == status
    assert me.texts() == ["one"]


@pytest.mark.parametrize("name", LOST)
def test_a_record_that_is_refused_is_refused_even_where_the_answer_would_be_lost(name: str) -> None:
    me = Account()
    me.simulator.faults.switch_on(f"put-accepted-then-{name}")
    assert told(me.put(rkey="no tid"))[1] == "InvalidRequest"
    assert told(me.put(swapRecord="bafyrei"))[1] == "InvalidSwap"
    assert me.texts() == []


def test_too_many_requests_say_until_when_or_do_not() -> None:
    me = Account()
    for name, said in {"429": True, "429-without-reset": False}.items():
        me.simulator.faults.switch_on(f"put-{name}", times=1)
        assert ("RateLimit-Reset" in me.put().headers) is said
