"""Calls are counted at the server, and so are the round trips that they make."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from benchmarks.delayed import Call, Delayed, connections, rounds, served


def call(began: float, ended: float) -> Call:
    return Call("GET /", "1 to 2", began, ended)


@pytest.mark.parametrize(
    ("calls", "trips"),
    [
        ([], 0),
        ([(0, 1)], 1),
        ([(0, 1), (1, 2), (2, 3)], 3),
        ([(0, 1), (0.01, 1.01), (0.02, 1.02)], 1),
        ([(0, 1), (1.1, 2.1), (1.2, 2.2), (1.3, 2.3), (2.4, 3.4)], 3),
        ([(2.4, 3.4), (1.1, 2.1), (0, 1)], 3),
        ([(0, 10), (1, 2), (3, 4)], 2),
    ],
    ids=["none", "one", "in a row", "at once", "sync, rollups, sleep", "in any order", "two beside a long one"],
)
def test_round_trips_are_the_longest_chain_of_calls_that_waited_for_one_another(
    calls: list[tuple[float, float]], trips: int
) -> None:
    assert rounds([call(*times) for times in calls]) == trips


def application(environ: dict[str, Any], start: Any) -> list[bytes]:
    body = environ["wsgi.input"].read()
    start("201 Created", [("Content-Type", "application/json")])
    return [json.dumps({"path": environ["PATH_INFO"], "body": body.decode()}).encode()]


class Time:
    """A clock that only sleeping moves on, and working, by as much as it is told."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.mark.parametrize(("works", "sleeps"), [(0.0, 0.07), (0.03, 0.04), (0.2, 0.0)])
def test_an_answers_own_making_is_part_of_its_delay(works: float, sleeps: float) -> None:
    time = Time()

    def working(environ: Any, start: Any) -> list[bytes]:
        time.now += works
        return [b"done"]

    delayed = Delayed(working, 0.1, sleep=time.sleep, clock=lambda: time.now)
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "SERVER_PORT": "80"}
    assert delayed(environ, lambda *_: None) == [b"done"]
    assert time.slept == [pytest.approx(0.03), pytest.approx(sleeps)]
    assert [call.ended - call.began for call in delayed.calls] == [pytest.approx(0.03 + works + sleeps)]


def test_a_session_keeps_its_connection_and_each_call_is_noted() -> None:
    with served({"one": application}, 0.0) as (addresses, [delayed]), requests.Session() as session:
        session.trust_env = False
        for text in ("first", "second"):
            answer = session.post(f"{addresses['one']}/a/path?b=c", data=text, timeout=5)
            assert (answer.status_code, answer.json()) == (201, {"path": "/a/path", "body": text})
        assert [each.what for each in delayed.calls] == ["POST /a/path"] * 2
        assert connections(delayed.calls) == 1
        requests.get(addresses["one"], timeout=5)
        assert connections(delayed.calls) == 2
