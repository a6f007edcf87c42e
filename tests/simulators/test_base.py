"""What every simulator has from its base: faults that can be switched, and a real server that can fail.

What follows for each vendor is written once, here: each of its endpoints has every generic failure.
"""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from flask import Response

from local.simulators.base import (
    GENERIC,
    Dropped,
    Endpoint,
    Failure,
    Faults,
    Hanging,
    Refusal,
    Simulator,
    after,
    drop,
    flag,
    instead,
    json_answer,
)
from tests.simulators.bluesky_client import Account
from tests.simulators.fitbit_client import Fitbit
from tests.simulators.google_client import Google
from tests.simulators.line_client import Channel
from tests.simulators.x_client import account
from tests.wsgi import served

SHORT = 1.5


class Teapot(Refusal):
    def answer(self) -> Response:
        return Response("short and stout", 418)


class Worker(Simulator):
    """Counts its work; refuses it when it is lazy."""

    def __init__(self) -> None:
        super().__init__("Worker")
        self.done, self.lazy = 0, False
        own = {
            "teapot": Failure("another status", instead(Teapot().answer)),
            "done-then-dropped": Failure("done, and not answered", after(drop)),
        }
        self.faults = Faults(
            [
                Endpoint("job", "the job", frozenset({"job"}), own),
                Endpoint("any", "whichever comes next", frozenset({"job", "elsewhere"}), own),
                Endpoint("elsewhere", "elsewhere", frozenset({"elsewhere"}), own),
            ],
            [flag("lazy", "nothing is done", self, "lazy", True)],
        )
        self.add_url_rule("/job", "job", self._job, methods=["GET", "POST"])
        self.add_url_rule("/elsewhere", "elsewhere", self._elsewhere)

    def _job(self) -> Response:
        if self.lazy:
            raise Teapot
        self.done += 1
        return json_answer(200, {"done": self.done})

    def _elsewhere(self) -> Response:
        """Returns its refusals, which others raise."""
        return Teapot().answer() if self.lazy else self._job()

    def statuses(self, *paths: str) -> list[int]:
        return [self.test_client().get(path).status_code for path in paths]


@pytest.fixture
def worker() -> Worker:
    worker = Worker()
    worker.slow_seconds = 0
    return worker


def test_a_fault_strikes_as_often_as_it_was_asked_to_or_until_it_is_cleared(worker: Worker) -> None:
    worker.faults.switch_on("job-teapot", times=2)
    assert worker.statuses(*["/job"] * 3) == [418, 418, 200]
    worker.faults.switch_on("job-teapot")
    assert worker.statuses(*["/job"] * 5) == [418] * 5
    worker.faults.clear()
    assert worker.statuses("/job") == [200]


def test_faults_strike_their_own_routes_one_after_the_other_as_they_were_switched_on(worker: Worker) -> None:
    worker.faults.switch_on("elsewhere-teapot", times=1)
    worker.faults.switch_on("any-teapot", times=1)
    worker.faults.switch_on("job-503-html", times=1)
    assert worker.statuses("/job", "/job", "/elsewhere", "/job", "/elsewhere") == [418, 503, 418, 200, 200]


def test_a_scenario_lasts_until_it_is_cleared_and_what_it_refuses_is_answered(worker: Worker) -> None:
    worker.faults.switch_on("lazy")
    assert worker.statuses("/job", "/elsewhere") == [418, 418]
    assert worker.faults.on() == {"lazy": None}
    worker.faults.clear()
    assert worker.statuses("/job") == [200]


def test_faults_are_switched_listed_and_cleared_over_http_and_calls_counted_without_what_is_in_them(
    worker: Worker,
) -> None:
    client = worker.test_client()
    switched = client.post("/simulator/faults", json={"name": "job-teapot", "times": 3}).get_json()
    assert switched["on"] == {"job-teapot": 3}
    client.get("/job?secret=1")
    listed = client.get("/simulator/faults").get_json()
    assert (listed["on"], listed["known"]["job-teapot"]) == ({"job-teapot": 2}, "the job: another status")
    assert client.delete("/simulator/faults").get_json()["on"] == {}
    unknown = client.post("/simulator/faults", json={"name": "nonsense"})
    assert unknown.status_code == 404 and "job-teapot" in unknown.get_json()["known"]
    assert worker.calls == ["GET /job"]


# The generic failures


def test_a_generic_failure_has_its_status_its_body_and_its_effect(worker: Worker) -> None:
    for name, status, body, done in (
        ("html", 200, "<h1>200 OK</h1>", 0),
        ("403-html", 403, "<h1>403 Forbidden</h1>", 0),
        ("503-html", 503, "<h1>503 Service Unavailable</h1>", 0),
        ("truncated", 200, '{"do', 1),
        ("slow", 200, '{"done":2}', 2),
    ):
        worker.faults.switch_on(f"job-{name}", times=1)
        answer = worker.test_client().get("/job")
        assert (answer.status_code, worker.done) == (status, done)
        assert body in answer.text and (name != "truncated" or len(answer.text) < 8)


def test_each_endpoint_of_each_vendor_has_every_generic_failure_and_each_says_in_a_phrase_what_it_does() -> None:
    simulators = (Google().simulator, Fitbit().simulator, account().simulator, Account().simulator, Channel().simulator)
    for simulator in simulators:
        views = {view for endpoint in simulator.faults.endpoints for view in endpoint.views}
        assert views <= set(simulator.view_functions)
        known = simulator.faults.known
        assert {f"{at.name}-{name}" for at in simulator.faults.endpoints for name in GENERIC} <= set(known)
        assert all(says and "\n" not in says and not says.endswith(".") for says in known.values())


def test_a_dropped_connection_has_no_answer_and_no_effect(worker: Worker) -> None:
    worker.faults.switch_on("job-drop", times=1)
    with served(worker) as url:
        with pytest.raises(requests.ConnectionError):
            requests.post(f"{url}/job", json={"a": "b"}, timeout=5)
        assert worker.done == 0
        assert requests.get(f"{url}/job", timeout=5).json() == {"done": 1}


def test_work_that_was_done_can_be_dropped_afterwards_and_what_is_refused_is_refused(worker: Worker) -> None:
    worker.faults.switch_on("any-done-then-dropped")
    with pytest.raises(Dropped):
        worker.test_client().get("/job")
    assert worker.done == 1
    worker.lazy = True
    assert worker.statuses("/job", "/elsewhere") == [418, 418]


def test_a_hanging_request_runs_into_its_own_time_out_and_holds_up_no_other(worker: Worker) -> None:
    worker.faults.switch_on("job-hang", times=1)

    def ask() -> None:
        # The body comes in a packet of its own after the headers: it must not be taken for the client's good-bye.
        with pytest.raises(requests.ReadTimeout):
            requests.post(f"{url}/job", json={"text": "x" * 20_000}, timeout=SHORT)

    with served(worker) as url, ThreadPoolExecutor() as pool:
        waiting = pool.submit(ask)
        while worker.faults.on():
            pass
        assert requests.get(f"{url}/job", timeout=1).json() == {"done": 1}
        waiting.result()
    worker.faults.switch_on("job-hang", times=1)
    with pytest.raises(Hanging):
        worker.test_client().get("/job")
    assert worker.done == 1


def test_headers_and_body_are_answered_in_one_packet_on_this_machine_only(worker: Worker) -> None:
    with served(worker) as url:
        host, _, port = url.removeprefix("http://").partition(":")
        assert host == "127.0.0.1"
        # In two packets, they would come together now and then, too.
        for _ in range(30):
            with socket.create_connection((host, int(port)), timeout=5) as connection:
                connection.sendall(b"GET /job HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                headers, body = connection.recv(65536).split(b"\r\n\r\n", 1)
            assert headers.startswith(b"HTTP/1.1 200") and b'"done"' in body
