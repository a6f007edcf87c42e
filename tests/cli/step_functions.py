"""Step Functions with executions that have a past, which moto cannot be given; and clients with canned answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from tests.adapters.fixtures import START, Clock

MACHINE = "arn:aws:states:eu-central-1:123456789012:stateMachine:fitbit-daily"
LAMBDA = "arn:aws:lambda:eu-central-1:123456789012:function:"
STEPS = (
    "Choose date",
    "Refresh token",
    "Fetch activity",
    "Fetch sleep",
    "Keep history",
    "Catch up",
    "Format posts",
    "Tweet",
)

Events = list[dict[str, Any]]


def refusal(code: str, message: str = "because") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "Operation")


def output(day: str, *, complete: bool = True, skipped: Sequence[str] = (), status: str = "posted") -> dict[str, Any]:
    posts = [
        {
            "kind": kind,
            "destination": "x",
            "text": f"text of the {kind} of {day}",
            "status": status,
            "id": "17" if status != "dry_run" else None,
        }
        for kind in ("activity", "sleep")
        if kind not in skipped
    ]
    return {
        "date": day,
        "complete": complete,
        "posts": posts,
        "skipped": [{"kind": kind, "reason": "no number is known"} for kind in skipped],
    }


class ExecutionHistory:
    """Events as Step Functions tells them: https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html"""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.events: Events = []
        self.add("ExecutionStarted")

    def add(self, kind: str, seconds: float = 1, **details: Any) -> ExecutionHistory:
        self.at += timedelta(seconds=seconds)
        self.events.append({"id": len(self.events) + 1, "type": kind, "timestamp": self.at, **details})
        return self

    def enter(self, state: str, kind: str = "Task", **given: Any) -> ExecutionHistory:
        return self.add(f"{kind}StateEntered", stateEnteredEventDetails={"name": state, "input": json.dumps(given)})

    def leave(self, state: str, told: Any = None, kind: str = "Task") -> ExecutionHistory:
        return self.add(f"{kind}StateExited", stateExitedEventDetails={"name": state, "output": json.dumps(told or {})})

    def do(self, *states: str) -> ExecutionHistory:
        for state in states:
            self.enter(state).leave(state)
        return self

    def stumble(self, error: str, sentence: str = "It did not go well. Nothing to type.") -> ExecutionHistory:
        """The first of these sentences is what happened, the rest what to type."""
        sentence = sentence.replace(". ", ".\n", 1)
        cause = json.dumps({"errorMessage": sentence, "errorType": error, "stackTrace": []})
        return self.add("LambdaFunctionFailed", lambdaFunctionFailedEventDetails={"error": error, "cause": cause})

    def fail(self, error: str, sentence: str) -> ExecutionHistory:
        self.stumble(error, sentence)
        details = {"error": error, "cause": json.dumps({"errorMessage": sentence})}
        return self.add("ExecutionFailed", executionFailedEventDetails=details)

    def succeed(self, told: Any) -> ExecutionHistory:
        return self.add("ExecutionSucceeded", executionSucceededEventDetails={"output": json.dumps(told)})


class StepFunctions:
    """The calls that the commands make. `upcoming` decides how the next executions go; without it, they post."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.executions: list[dict[str, Any]] = []
        self.events_of: dict[str, Events] = {}
        self.upcoming: list[Callable[[str, ExecutionHistory], ExecutionHistory]] = []
        self.calls: list[str] = []
        self.days_started: list[str] = []
        self.created = START - timedelta(days=100)
        self.redrive_error: ClientError | None = None
        self.when_redriven: Callable[[ExecutionHistory], ExecutionHistory] | None = None

    def add(self, name: str, given: Any, history: ExecutionHistory, started: datetime, **more: Any) -> str:
        arn = f"{MACHINE.replace(':stateMachine:', ':execution:')}:{name}"
        last = history.events[-1]
        status = {"ExecutionSucceeded": "SUCCEEDED", "ExecutionFailed": "FAILED"}.get(last["type"], "RUNNING")
        told: dict[str, Any] = {"executionArn": arn, "name": name, "status": status, "startDate": started}
        told["input"] = json.dumps(given)
        if status != "RUNNING":
            told["stopDate"] = history.at
        if status == "SUCCEEDED":
            told["output"] = last["executionSucceededEventDetails"]["output"]
        if status == "FAILED":
            told |= last["executionFailedEventDetails"]
        self.executions.append(told | more)
        self.executions.sort(key=lambda each: each["startDate"], reverse=True)
        self.events_of[arn] = history.events
        return arn

    def describe_state_machine(self, **asked: Any) -> dict[str, Any]:
        self.calls.append("describe_state_machine")
        if asked != {"stateMachineArn": MACHINE}:
            raise refusal("StateMachineDoesNotExist")
        states = {name: {"Type": "Task", "Resource": LAMBDA + name.replace(" ", "")} for name in STEPS}
        definition = {"States": {**states, "Wait": {"Type": "Wait"}}}
        return {"definition": json.dumps(definition), "creationDate": self.created}

    def describe_execution(self, **asked: Any) -> dict[str, Any]:
        self.calls.append("describe_execution")
        for each in self.executions:
            if each["executionArn"] == asked["executionArn"]:
                return each
        raise refusal("ExecutionDoesNotExist")

    def start_execution(self, **asked: Any) -> dict[str, Any]:
        given = json.loads(asked["input"])
        day = given.get("date", "2026-11-21")
        self.days_started.append(day)
        history = ExecutionHistory(self.clock())
        status = "dry_run" if given.get("dry_run") else "posted"
        go = self.upcoming.pop(0) if self.upcoming else lambda day, h: h.do(*STEPS).succeed(output(day, status=status))
        return {"executionArn": self.add(asked["name"], given, go(day, history), self.clock())}

    def redrive_execution(self, **asked: Any) -> None:
        self.calls.append("redrive_execution")
        if self.redrive_error:
            raise self.redrive_error
        history = ExecutionHistory(self.clock())
        history.events = self.events_of[asked["executionArn"]]
        history.add("ExecutionRedriven")
        assert self.when_redriven is not None
        self.when_redriven(history)

    def stop_execution(self, **asked: Any) -> None:
        self.calls.append("stop_execution")
        (stopped,) = [each for each in self.executions if each["executionArn"] == asked["executionArn"]]
        stopped["status"] = "ABORTED"

    def get_paginator(self, operation: str) -> Any:
        steps = self

        class Pages:
            def paginate(self, **asked: Any) -> Iterator[dict[str, Any]]:
                steps.calls.append(operation)
                if operation == "list_executions":
                    keys = ("executionArn", "name", "status", "startDate", "stopDate")
                    of = asked.get("statusFilter")
                    executions = [each for each in steps.executions if of in (None, each["status"])]
                    listed = [{key: each[key] for key in keys if key in each} for each in executions]
                    # Two pages, so that both are read.
                    yield {"executions": listed[:3]}
                    yield {"executions": listed[3:]}
                else:
                    events = steps.events_of[asked["executionArn"]]
                    yield {"events": events[::-1] if asked.get("reverseOrder") else list(events)}

        return Pages()


class Canned:
    """A client whose operations answer with what they are given; an exception is raised."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def answer(**asked: Any) -> Any:
            found = self.answers[operation]
            found = found(**asked) if callable(found) else found
            if isinstance(found, Exception):
                raise found
            return found

        return answer

    def get_paginator(self, operation: str) -> Any:
        canned = self

        class Pages:
            def paginate(self, **asked: Any) -> list[Any]:
                return [getattr(canned, operation)(**asked)]

        return Pages()
