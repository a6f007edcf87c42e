"""The executions of a run, as Step Functions keeps them: started under their own names, stopped, asked for, redriven.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from local import moto_seams
from tests.campaign.scheduler import Scheduler
from tests.campaign.seen import Ran, ran_of

MACHINE = "arn:aws:states:ap-northeast-1:123456789012:stateMachine:fitbit-daily"
EXECUTION = MACHINE.replace(":stateMachine:", ":execution:")


class Stopped(Exception):
    """The execution is over: nothing more of it is begun."""


@dataclass
class Running:
    """An execution from its start on; `ran` once it is over."""

    name: str
    request: Any
    began: datetime
    began_this_time: datetime
    stops_at: datetime
    task: str
    date: str = ""
    redrives: int = 0
    interpreted: Any = None
    ran: Ran | None = None

    @property
    def status(self) -> str:
        return self.ran.status if self.ran else "RUNNING"


class Executions:
    """`ended` is told of each end. The interpreter's waits must come here (`wait`), so that they can be cut off."""

    def __init__(
        self,
        scheduler: Scheduler,
        definition: str,
        invoke: Callable[[str, Any], tuple[Any, bool]],
        ended: Callable[[Running], None],
    ) -> None:
        self.definition = definition
        self.known: dict[str, Running] = {}
        self._scheduler = scheduler
        self._invoke = invoke
        self._ended = ended
        self._limit = timedelta(seconds=json.loads(definition)["TimeoutSeconds"])
        self._by_task: dict[str, Running] = {}
        self._count = 0

    def running(self) -> list[Running]:
        return [each for each in self.known.values() if each.ran is None]

    @property
    def current(self) -> Running | None:
        """The one that the running task is."""
        return self._by_task.get(self._scheduler.task)

    def execute(self, request: Any, name: str = "") -> Ran:
        """From its start to its end, in the running task."""
        if not name:
            self._count += 1
            name = f"execution-{self._count}"
        now = self._scheduler.now()
        running = Running(name, request, now, now, now + self._limit, self._scheduler.task)
        self.known[name] = running
        return self._go_on(running, self.definition, request)

    def redrive(self, failed: Running) -> Ran:
        """The failed state again, with its input, under the execution's own name."""
        assert failed.ran is not None
        definition = json.dumps(json.loads(self.definition) | {"StartAt": failed.ran.last_state})
        given = failed.ran.last_input
        now = self._scheduler.now()
        failed.ran, failed.redrives, failed.task = None, failed.redrives + 1, self._scheduler.task
        failed.began_this_time, failed.stops_at = now, now + self._limit
        return self._go_on(failed, definition, given)

    def stop(self, running: Running, status: str = "ABORTED") -> None:
        """What a function is doing it does to its end; no state follows it, and no wait is waited out."""
        if running.ran is None:
            self._over(running, status)
            self._scheduler.wake(running.task)

    def invoke(self, arn: str, payload: Any) -> tuple[Any, bool]:
        self._go_no_further()
        if self.current and isinstance(payload, dict):
            self.current.date = payload.get("date", "")
        answer = self._invoke(arn, payload)
        self._go_no_further()
        return answer

    def wait(self, seconds: float) -> None:
        running = self.current
        left = (running.stops_at - self._scheduler.now()).total_seconds() if running else seconds
        self._go_no_further()
        self._scheduler.sleep(min(seconds, left))
        if running and running.ran is None and seconds > left:
            self._over(running, "TIMED_OUT")
        self._go_no_further()

    def client(self) -> Mapping[str, Callable[..., Any]]:
        """The calls of Step Functions that the program makes."""
        return {
            "start_execution": self._start,
            "describe_execution": self._describe,
            "get_execution_history": self._history,
        }

    def _go_no_further(self) -> None:
        running = self.current
        if running and running.ran is not None:
            raise Stopped

    def _go_on(self, running: Running, definition: str, given: Any) -> Ran:
        task = self._scheduler.task
        before = self._by_task.get(task)
        self._by_task[task] = running
        try:
            moto_seams.interpret(
                definition,
                machine=MACHINE,
                name=running.name,
                started_at=running.began,
                request=given,
                invoke=self.invoke,
                begun=partial(setattr, running, "interpreted"),
            )
        finally:
            self._by_task.pop(task)
            if before:
                self._by_task[task] = before
        if running.ran is None:
            self._over(running, "")
        assert running.ran is not None
        return running.ran

    def _over(self, running: Running, status: str) -> None:
        running.ran = ran_of(running, self._scheduler.now(), status)
        self._ended(running)

    def _start(self, *, stateMachineArn: str, name: str, input: str) -> dict[str, Any]:
        assert stateMachineArn == MACHINE, stateMachineArn
        request, known = json.loads(input), self.known.get(name)
        if known and (known.ran is not None or known.request != request):
            raise _refused("ExecutionAlreadyExists", "StartExecution")
        if known is None:
            now = self._scheduler.now()
            # It is there at once, whenever its task goes on.
            self.known[name] = Running(name, request, now, now, now + self._limit, f"execution {name}")
            self._scheduler.spawn(f"execution {name}", partial(self.execute, request, name))
        return {"executionArn": f"{EXECUTION}:{name}"}

    def _describe(self, *, executionArn: str) -> dict[str, Any]:
        found = self._found(executionArn, "DescribeExecution")
        described: dict[str, Any] = {
            "executionArn": executionArn,
            "name": found.name,
            "status": found.status,
            "startDate": found.began,
            "input": json.dumps(found.request),
            "redriveCount": found.redrives,
        }
        if found.ran:
            told = {"error": found.ran.error, "cause": found.ran.cause, "stopDate": found.ran.ended}
            described |= {name: value for name, value in told.items() if value}
            if found.ran.output is not None:
                described["output"] = json.dumps(found.ran.output)
        return described

    def _history(
        self,
        *,
        executionArn: str,
        reverseOrder: bool,
        maxResults: int,
        includeExecutionData: bool = True,
    ) -> dict[str, Any]:
        assert reverseOrder and includeExecutionData
        interpreted = self._found(executionArn, "GetExecutionHistory").interpreted
        events = interpreted.exec_worker.env.event_manager.get_event_history() if interpreted else []
        return {"events": events[::-1][:maxResults]}

    def _found(self, arn: str, action: str) -> Running:
        name = arn.removeprefix(f"{EXECUTION}:")
        if name not in self.known:
            raise _refused("ExecutionDoesNotExist", action)
        return self.known[name]


def _refused(code: str, action: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "struck"}}, action)
