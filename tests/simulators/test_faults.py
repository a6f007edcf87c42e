"""The destinations' own faults. What the program makes of each is told by the tests of its adapters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from werkzeug.test import TestResponse

from local.simulators.base import Dropped, Hanging, Simulator
from tests.simulators import bluesky_client, line_client, x_client

LOST = "accepted-then-"


@dataclass
class Vendor:
    """ask: a right request to each endpoint, the one that posts first; refused: a post that is wrong."""

    simulator: Simulator
    ask: Mapping[str, Callable[[], TestResponse]]
    refused: Callable[[], TestResponse]
    texts: Callable[[], list[str]]

    def own(self) -> list[tuple[str, str]]:
        """Of each endpoint, its own failures."""
        endpoints = [endpoint for endpoint in self.simulator.faults.endpoints if endpoint.name in self.ask]
        return [(endpoint.name, name) for endpoint in endpoints for name in endpoint.own]


def x() -> Vendor:
    me = x_client.account()
    ask = {"post": lambda: me.post("a"), "read": me.read, "me": lambda: me.send("GET", "/2/users/me")}
    return Vendor(me.simulator, ask, lambda: me.post("a" * 281), lambda: [post.text for post in me.simulator.posts])


def bluesky() -> Vendor:
    me = bluesky_client.Account()
    ask = {"put": me.put, "login": me.login, "record": me.get, "upload": lambda: me.upload(b"x")}
    return Vendor(me.simulator, ask, lambda: me.put(rkey="no tid"), me.texts)


def line() -> Vendor:
    me = line_client.Channel()
    quota, used = (lambda: me.call("quota")), (lambda: me.call("quota/consumption"))
    return Vendor(me.simulator, {"push": me.push, "quota": quota, "used": used}, lambda: me.push(to="U123"), me.texts)


VENDORS = (x, bluesky, line)


@pytest.mark.parametrize("make", VENDORS)
def test_a_fault_has_the_status_that_its_name_begins_with_and_no_effect(make: Callable[[], Vendor]) -> None:
    vendor = make()
    for endpoint, name in vendor.own():
        if name[0].isdigit() and name != "409-without-ids":
            vendor.simulator.faults.switch_on(f"{endpoint}-{name}", times=1)
            assert vendor.ask[endpoint]().status_code == int(name[:3]), (endpoint, name)
    assert vendor.texts() == [] and vendor.simulator.faults.on() == {}


@pytest.mark.parametrize("make", VENDORS)
def test_what_is_accepted_is_there_although_its_answer_is_lost_and_what_is_wrong_is_refused_all_the_same(
    make: Callable[[], Vendor],
) -> None:
    post = next(iter(make().ask))
    lost = [name for endpoint, name in make().own() if endpoint == post and name.startswith(LOST)]
    assert len(lost) >= 6
    for name in lost:
        vendor = make()
        vendor.simulator.faults.switch_on(f"{post}-{name}")
        assert vendor.refused().status_code == 400 and vendor.texts() == []
        assert status_of(vendor.ask[post]) in EXPECTED[name.removeprefix(LOST)[:3]], name
        assert len(vendor.texts()) == 1


EXPECTED: dict[str, tuple[Any, ...]] = {"dro": (Dropped,), "han": (Hanging,), "gar": (200, 201)}
EXPECTED |= {str(status): (status,) for status in (500, 502, 503, 504, 520)}


def status_of(ask: Callable[[], TestResponse]) -> Any:
    try:
        return ask().status_code
    except (Dropped, Hanging) as lost:
        return type(lost)


def test_xs_timeline_can_be_cleanly_empty_although_there_are_posts() -> None:
    me = x_client.account()
    me.post("a")
    me.simulator.faults.switch_on("read-empty")
    assert me.read().get_json() == {"meta": {"result_count": 0}}
    assert me.read(max_results=4).status_code == 400, "a wrong request is still refused"
