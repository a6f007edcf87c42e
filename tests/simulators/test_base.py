"""What every simulator has from its base: faults that can be switched, and a real server that can fail."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import requests
from flask import Response

from local.simulators.base import Dropped, Fault, Hanging, Simulator, json_answer, serve

SHORT = 0.3


def drop(truth: Callable[[], Response]) -> Response:
    raise Dropped


def hang(truth: Callable[[], Response]) -> Response:
    raise Hanging


def done_then_dropped(truth: Callable[[], Response]) -> Response:
    truth()
    raise Dropped


FAULTS = [
    Fault("drop", "job", "Nothing is answered.", drop),
    Fault("hang", "job", "Nothing is ever answered.", hang),
    Fault("done-then-dropped", "job", "Done, and not answered.", done_then_dropped),
    Fault("teapot", "job", "Another status.", lambda truth: Response("short and stout", 418)),
    Fault("other", "elsewhere", "Strikes another endpoint.", lambda truth: Response(status=418)),
]


class Worker(Simulator):
    """Counts its work."""

    def __init__(self) -> None:
        super().__init__("worker", FAULTS)
        self.done = 0
        self.add_url_rule("/job", "job", self._job, methods=["GET", "POST"])
        self.add_url_rule("/elsewhere", "elsewhere", self._job)

    def _job(self) -> Response:
        self.done += 1
        return json_answer(200, {"done": self.done})


@contextmanager
def served(worker: Worker) -> Iterator[str]:
    server = serve(worker)
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def worker() -> Worker:
    return Worker()


def test_a_fault_strikes_as_often_as_it_was_asked_to_and_then_no_more(worker: Worker) -> None:
    worker.faults.switch_on("teapot", times=2)
    assert [worker.test_client().get("/job").status_code for _ in range(4)] == [418, 418, 200, 200]


def test_a_fault_without_a_count_strikes_until_it_is_cleared(worker: Worker) -> None:
    worker.faults.switch_on("teapot")
    assert [worker.test_client().get("/job").status_code for _ in range(5)] == [418] * 5
    worker.faults.clear()
    assert worker.test_client().get("/job").status_code == 200


def test_a_fault_strikes_only_its_own_endpoint(worker: Worker) -> None:
    worker.faults.switch_on("other", times=1)
    assert worker.test_client().get("/job").status_code == 200
    assert worker.test_client().get("/elsewhere").status_code == 418


def test_faults_strike_one_after_the_other_in_the_order_in_which_they_were_switched_on(worker: Worker) -> None:
    worker.faults.switch_on("teapot", times=1)
    worker.faults.switch_on("drop", times=1)
    client = worker.test_client()
    assert client.get("/job").status_code == 418
    with pytest.raises(Dropped):
        client.get("/job")
    assert client.get("/job").json == {"done": 1}


def test_an_unknown_fault_is_refused_and_the_known_ones_are_named(worker: Worker) -> None:
    with pytest.raises(KeyError):
        worker.faults.switch_on("nonsense")
    answer = worker.test_client().post("/simulator/faults", json={"name": "nonsense"})
    assert answer.status_code == 404
    assert answer.get_json()["known"] == sorted(fault.name for fault in FAULTS)


def test_faults_are_switched_listed_and_cleared_over_http(worker: Worker) -> None:
    client = worker.test_client()
    assert client.post("/simulator/faults", json={"name": "teapot", "times": 3}).get_json()["on"] == {"teapot": 3}
    client.get("/job")
    listed = client.get("/simulator/faults").get_json()
    assert listed["on"] == {"teapot": 2}
    assert listed["known"]["teapot"] == "Another status."
    assert client.delete("/simulator/faults").get_json()["on"] == {}


def test_a_dropped_connection_has_no_answer_and_no_effect(worker: Worker) -> None:
    worker.faults.switch_on("drop", times=1)
    with served(worker) as url:
        with pytest.raises(requests.ConnectionError):
            requests.post(f"{url}/job", json={"a": "b"}, timeout=5)
        assert worker.done == 0
        assert requests.get(f"{url}/job", timeout=5).json() == {"done": 1}


def test_work_that_was_done_can_be_dropped_afterwards(worker: Worker) -> None:
    worker.faults.switch_on("done-then-dropped", times=1)
    with served(worker) as url, pytest.raises(requests.ConnectionError):
        requests.post(f"{url}/job", timeout=5)
    assert worker.done == 1


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_hanging_server_lets_the_client_run_into_its_time_out(worker: Worker, method: str) -> None:
    worker.faults.switch_on("hang", times=1)
    with served(worker) as url:
        # The body comes in a packet of its own after the headers: it must not be taken for the client's good-bye.
        with pytest.raises(requests.ReadTimeout):
            requests.request(method, f"{url}/job", json={"text": "x" * 20_000}, timeout=SHORT)
        assert worker.done == 0


def test_one_hanging_request_does_not_hold_up_another(worker: Worker) -> None:
    worker.faults.switch_on("hang", times=1)
    with served(worker) as url:
        waiting = threading.Thread(target=_times_out, args=(f"{url}/job",))
        waiting.start()
        while worker.faults.on():
            pass
        assert requests.get(f"{url}/job", timeout=5).json() == {"done": 1}
        waiting.join()


def _times_out(url: str) -> None:
    with pytest.raises(requests.ReadTimeout):
        requests.get(url, timeout=SHORT)


def test_headers_and_body_are_answered_in_one_packet(worker: Worker) -> None:
    with served(worker) as url:
        port = int(url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(b"GET /job HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            first = connection.recv(65536)
    headers, _, body = first.partition(b"\r\n\r\n")
    assert headers.startswith(b"HTTP/1.1 200")
    assert b'"done"' in body


def test_the_server_listens_on_this_machine_only(worker: Worker) -> None:
    server = serve(worker)
    try:
        assert server.server_address[0] == "127.0.0.1"
    finally:
        server.shutdown()
        server.server_close()
