"""Every effect of a step passes here: others may go on before it, it may be struck, and it is counted."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

import requests
from botocore.exceptions import ClientError, ReadTimeoutError
from urllib3 import HTTPConnectionPool
from urllib3.connection import HTTPConnection
from urllib3.exceptions import MaxRetryError, NewConnectionError

from local.simulators.base import Simulator
from tests.campaign.plan import Outage, Plan, Strike
from tests.campaign.scheduler import Scheduler
from tests.wsgi import Application, Wire

SLOW = 14.0


class Killed(BaseException):
    """The function's process is gone: no `except Exception` sees it. The text is what Lambda calls it."""


class Effects:
    """Strikes effects as the plan says, until `calm` is set."""

    def __init__(self, plan: Plan, rng: random.Random, scheduler: Scheduler) -> None:
        self.calm = False
        self.struck: Counter[str] = Counter()
        self.when: list[tuple[datetime, str, str]] = []
        self.deadline: dict[str, float] = {}
        self._rng = rng
        self._scheduler = scheduler
        self._begins = scheduler.timestamp()
        self._seen: Counter[str] = Counter()
        self._strikes = {(item.where, item.nth): item.fault for item in plan.schedule if isinstance(item, Strike)}
        self._outages = [item for item in plan.schedule if isinstance(item, Outage)]

    def aws(self, where: str, action: Callable[[], Any]) -> Any:
        fault = self.fault_at(where)
        if fault == "throttled":
            raise _refused("ThrottlingException", where)
        if fault == "failing":
            raise _refused("InternalServerError", where)
        if fault == "doubled":
            # boto3 repeats by itself a request whose answer was lost: the effect happens twice.
            with suppress(ClientError):
                action()
        result = action()
        if fault == "lost":
            raise ReadTimeoutError(endpoint_url="https://aws")
        self._end(fault)
        return result

    def http(self, where: str, simulator: Simulator, action: Callable[[], Any]) -> Any:
        fault = self.fault_at(where)
        if fault == "unplugged":
            pool = HTTPConnectionPool("remote")
            refused = NewConnectionError(HTTPConnection("remote"), "Connection refused")
            raise requests.ConnectionError(MaxRetryError(pool, "/", refused))
        if fault in simulator.faults.known:
            simulator.faults.switch_on(fault, 1)
        try:
            result = action()
        except requests.ReadTimeout:
            self._scheduler.sleep(15)
            self.live()
            raise
        finally:
            if fault in simulator.faults.known:
                simulator.faults.clear()
        self._end(fault)
        return result

    def fault_at(self, where: str) -> str:
        """Which fault strikes this effect; "" for none. Kills at once where it says so."""
        # Mostly no time passes, so that what runs side by side stays side by side.
        self._scheduler.sleep(self._rng.choice((0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.5)))
        self.live()
        fault = self.befallen(where)
        if fault == "killed-before":
            raise Killed("Runtime.ExitError")
        if fault == "slow":
            self._scheduler.sleep(SLOW)
            self.live()
        return fault

    def befallen(self, where: str) -> str:
        """The fault that the plan has for this effect; "" for none."""
        fault = "" if self.calm else self._planned(where)
        if fault:
            self.struck[f"{where} {fault}"] += 1
            self.when.append((self._scheduler.now(), where, fault))
        return fault

    def live(self) -> None:
        """A function that has lived longer than its time-out is killed wherever it is."""
        deadline = self.deadline.get(self._scheduler.task)
        if deadline is not None and self._scheduler.timestamp() > deadline:
            raise Killed("Sandbox.Timedout")

    def _end(self, fault: str) -> None:
        if fault == "killed-after":
            raise Killed("Runtime.ExitError")
        self._scheduler.switch()
        self.live()

    def _planned(self, where: str) -> str:
        self._seen[where] += 1
        strike = self._strikes.get((where, self._seen[where]))
        if strike:
            return strike
        elapsed = self._scheduler.timestamp() - self._begins
        for outage in self._outages:
            if outage.where == where and outage.begins <= elapsed < outage.begins + outage.lasts:
                return outage.fault
        return ""


class StruckWire(Wire):
    """The wire to the simulators, with each request an effect; `seen` is told of each one that was answered."""

    def __init__(self, applications: Mapping[str, Application], effects: Effects, seen: Callable[[str], None]) -> None:
        super().__init__(applications)
        self._effects = effects
        self._told = seen

    def _carry(self, request: requests.PreparedRequest, origin: str, body: bytes, timeout: Any) -> Any:
        where = endpoint_of(str(request.method), request.path_url)
        simulator = self.applications[origin]
        assert isinstance(simulator, Simulator)
        carry = super()._carry

        def action() -> Any:
            self._told(where)
            return carry(request, origin, body, timeout)

        return self._effects.http(where, simulator, action)


def endpoint_of(method: str, path: str) -> str:
    """The plan's name for an endpoint of any of the remote APIs."""
    if path.endswith("/token"):
        return "token"
    if "pairedDevices" in path or "devices.json" in path:
        return "devices"
    if "/sleep/" in path:
        return "sleep"
    if path.startswith("/xrpc/"):
        return {"createSession": "login", "putRecord": "put"}.get(path.rpartition(".")[2], "record")
    if path.startswith("/v2/bot/"):
        return "push"
    if path.startswith("/2/"):
        return "post" if method == "POST" else "read"
    return "activity"


def _refused(code: str, where: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "struck"}}, where)
