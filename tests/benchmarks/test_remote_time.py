"""Calls are counted at the server, and so are the round trips and the time that they make."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from benchmarks.remote_time import Call, at_a_distance, rounds, under_way


@pytest.mark.parametrize(
    ("calls", "trips", "seconds"),
    [
        ([], 0, 0),
        ([(0, 1), (1, 2), (2, 3)], 3, 3),
        ([(0, 1), (0.25, 1.25), (0.5, 1.5)], 1, 1.5),
        ([(2.5, 3.5), (1, 2), (1.25, 2.25), (0, 0.75)], 3, 3),
        ([(0, 10), (1, 2), (3, 4)], 2, 10),
    ],
    ids=["none", "in a row", "at once", "rollups at once between two, in any order", "two beside a long one"],
)
def test_round_trips_are_the_longest_chain_and_remote_time_is_what_any_call_takes(
    calls: list[tuple[float, float]], trips: int, seconds: float
) -> None:
    noted = [Call("GET /", "1 to 2", *times) for times in calls]
    assert (rounds(noted), under_way(noted)) == (trips, seconds)


def application(environ: dict[str, Any], start: Any) -> list[bytes]:
    body = environ["wsgi.input"].read()
    start("201 Created", [("Content-Type", "application/json")])
    return [json.dumps({"path": environ["PATH_INFO"], "body": body.decode()}).encode()]


def test_each_call_is_delayed_and_noted_and_a_session_keeps_its_connection() -> None:
    with at_a_distance(application, seconds=0.05) as ([address], calls), requests.Session() as session:
        session.trust_env = False
        for text in ("first", "second"):
            answer = session.post(f"{address}/a/path?b=c", data=text, timeout=5)
            assert (answer.status_code, answer.json()) == (201, {"path": "/a/path", "body": text})
        requests.get(address, timeout=5)
    assert [call.what for call in calls] == ["POST /a/path", "POST /a/path", "GET /"]
    assert all(call.ended - call.began >= 0.05 for call in calls)
    assert calls[0].connection == calls[1].connection != calls[2].connection
