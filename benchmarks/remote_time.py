"""Remote time: this project's day beside the original's. Every remote call is answered 100 ms after it came."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.test import run_wsgi_app

from benchmarks.deployed import Deployed, Execution
from benchmarks.results import Section, Target
from local.cdk import ROOT

DELAY = 0.1
# As a part of the delay.
BEFORE_WORK = 0.3
REPETITIONS = 10
FETCHING = ("fetch_activity", "fetch_sleep")

NOTES = f"""
Every remote call is answered {DELAY * 1000:.0f} ms after it came, by the strict simulators over HTTP on this machine;
calls, round trips (the longest chain of calls that waited for one another) and connections are counted there. Remote
time is the time in which any call was under way: connecting takes none here, and two or three round trips more, once
for each connection, to the real ones.

This project's day runs through its real handlers, warm, in the order of the deployed state machine. Fetching is Fetch
activity and Fetch sleep; its wall time has the reading of the access token, from moto, and what this machine needs. The
original's way asks the same simulators for nine values and the sleep, one after the other, over one connection, and
reads nothing of AWS. The least of {REPETITIONS} days each, a day of one after a day of the other.
"""


# A remote API at a distance


@dataclass(frozen=True)
class Call:
    """One request; `began` and `ended` are seconds of one clock, `connection` is the client's end of it."""

    what: str
    connection: str
    began: float
    ended: float


Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Delayed:
    """A WSGI application in front of another, whose own working time is part of the delay; notes every call."""

    def __init__(self, application: Application, calls: list[Call], seconds: float) -> None:
        self._application, self._calls, self._seconds = application, calls, seconds

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        began = time.monotonic()
        # While those side by side with it arrive, this machine's few CPUs are theirs: a remote API has its own.
        time.sleep(self._seconds * BEFORE_WORK)
        answer = list(self._application(environ, start_response))
        time.sleep(max(0.0, began + self._seconds - time.monotonic()))
        what = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
        connection = f"{environ.get('REMOTE_PORT')} to {environ['SERVER_PORT']}"
        self._calls.append(Call(what, connection, began, time.monotonic()))
        return answer


def rounds(calls: Sequence[Call]) -> int:
    """How many calls had to wait for one another: the longest chain in which each began after the last had ended."""
    number, free_at = 0, float("-inf")
    for call in sorted(calls, key=lambda call: call.ended):
        if call.began >= free_at:
            number, free_at = number + 1, call.ended
    return number


def under_way(calls: Sequence[Call]) -> float:
    """In how many seconds any of them was."""
    seconds, until = 0.0, float("-inf")
    for call in sorted(calls, key=lambda call: call.began):
        seconds += max(0.0, call.ended - max(call.began, until))
        until = max(until, call.ended)
    return seconds


class _Handler(WSGIRequestHandler):
    """Keeps the connection open, which werkzeug's own never does."""

    protocol_version = "HTTP/1.1"
    # Headers and body in one packet: in two they meet Nagle's algorithm and delayed ACK.
    wbufsize = -1
    disable_nagle_algorithm = True

    def run_wsgi(self) -> None:
        environ = self.make_environ()
        # The whole body: what an application leaves of it would be taken for the connection's next request.
        environ["wsgi.input"] = io.BytesIO(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        answer, status, headers = run_wsgi_app(self.server.app, environ)
        content = b"".join(answer)
        headers["Content-Length"] = str(len(content))
        self.send_response_only(int(status.partition(" ")[0]))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def at_a_distance(*applications: Application, seconds: float = DELAY) -> Iterator[tuple[list[str], list[Call]]]:
    """The applications' addresses on this machine, and the calls of them."""
    calls: list[Call] = []
    servers = [_serve(Delayed(application, calls, seconds)) for application in applications]
    try:
        yield [f"http://127.0.0.1:{server.server_port}" for server in servers], calls
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()


def _serve(application: Application) -> BaseWSGIServer:
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=_Handler)
    server.daemon_threads = True  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return server


# The days


@dataclass
class Measured:
    """Some days of one way: the calls of the last, and the times of each in seconds."""

    name: str
    calls: Sequence[Call] = ()
    day: list[float] = field(default_factory=list)
    fetching: list[float] = field(default_factory=list)
    remote: list[float] = field(default_factory=list)
    last: Execution = field(default_factory=Execution)

    @property
    def fetching_calls(self) -> list[Call]:
        return [call for call in self.calls if "/user" in call.what]

    def note(self, calls: list[Call], day: float, fetching: float) -> None:
        self.calls = list(calls)
        calls.clear()
        self.day.append(day)
        self.fetching.append(fetching)
        self.remote.append(under_way(self.fetching_calls))

    def row(self) -> list[str]:
        return [
            self.name,
            str(len(self.calls)),
            str(rounds(self.calls)),
            str(len({call.connection for call in self.calls})),
            f"{min(self.day):.2f} s",
            str(len(self.fetching_calls)),
            str(rounds(self.fetching_calls)),
            f"{min(self.remote):.3f} s",
            f"{min(self.fetching):.3f} s",
        ]


@dataclass(frozen=True)
class Pair:
    """This project's day and the original's, on the same simulator.

    told       whether the source tells when the tracker last synced; if not, the following day's steps prove it
    original   the function of original/day.py that is the original's way
    """

    name: str
    source: str
    told: bool
    original: str

    def measure(self, deployed: Deployed) -> tuple[Measured, Measured]:
        ours, original = Measured(f"this project, {self.name}"), Measured(f"the original's way, {self.name}")
        stack = deployed.stack
        simulator = stack.fitbit if self.source == "fitbit" else stack.google
        with at_a_distance(simulator, stack.x) as ((source, x), calls):
            for _ in range(REPETITIONS):
                deployed.wait_until_noon()
                deployed.authorise(self.source)
                with deployed.faults(*(["tells-last-sync"] if self.told else [])):
                    execution = deployed.execute(self._environment(source, x))
                if execution.status != "SUCCEEDED":
                    raise RuntimeError(f"the day failed: {execution.printed[-2000:]}")
                ours.last = execution
                fetching = sum(run.seconds for run in execution.invocations if run.module in FETCHING)
                ours.note(calls, sum(run.seconds for run in execution.invocations), fetching)
                took = self._original_day(deployed, source, x)
                original.note(calls, took["day"], took["fetching"])
        return ours, original

    def _original_day(self, deployed: Deployed, source: str, x: str) -> Mapping[str, float]:
        event = {
            "address": source,
            "x_address": x,
            "credentials": asdict(deployed.credentials(self.source)),
            "x_credentials": asdict(deployed.stack.x.credentials),
            "date": f"{deployed.stack.clock.now().astimezone(deployed.zone).date() - timedelta(days=1)}",
            "skipped": deployed.stack.clock.skipped,
        }
        command = [sys.executable, "-m", "benchmarks.original.day", self.original]
        done = subprocess.run(command, cwd=ROOT, input=json.dumps(event), capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"the original's day failed: {done.stderr[-2000:]}")
        return dict(json.loads(done.stdout))

    def _environment(self, source: str, x: str) -> dict[str, str]:
        names = ("FITBIT_API_URL",) if self.source == "fitbit" else ("GOOGLE_HEALTH_URL", "GOOGLE_OAUTH_URL")
        return {"SOURCE": self.source, "X_API_URL": x, **dict.fromkeys(names, source)}


PAIRS = (
    Pair("Google Health, tells the last sync", "google_health", True, "google_day"),
    Pair("Google Health, does not tell it", "google_health", False, "google_day"),
    Pair("Fitbit Web API", "fitbit", True, "fitbit_day"),
)


def measure(deployed: Deployed) -> list[tuple[Measured, Measured]]:
    return [pair.measure(deployed) for pair in PAIRS]


def section(measured: Sequence[tuple[Measured, Measured]]) -> Section:
    fetching = ("fetching: calls", "round trips", "remote time", "wall time")
    return Section(
        title="1. Remote time of a day",
        columns=("way", "calls", "round trips", "connections", "day", *fetching),
        rows=[way.row() for pair in measured for way in pair],
        targets=[target for pair, ways in zip(PAIRS, measured, strict=True) for target in _targets(pair, *ways)],
        notes=NOTES,
    )


def _targets(pair: Pair, ours: Measured, original: Measured) -> list[Target]:
    trips = rounds(ours.fetching_calls)
    remote, wall = min(original.remote) / min(ours.remote), min(original.fetching) / min(ours.fetching)
    return [
        Target(f"{pair.name}: fetching within 4 round trips", f"It takes {trips}.", trips <= 4),
        Target(
            f"{pair.name}: fetching in a third of the original's remote time",
            f"{remote:.2f} times as fast; {wall:.2f} times by wall time.",
            remote >= 3,
        ),
        Target(f"{pair.name}: at most 12 calls a day", f"{len(ours.calls)}.", len(ours.calls) <= 12),
    ]
