"""The execution history, as Step Functions tells it, becomes the moments that a person cares about.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from fitbit_daily.adapters.executions import as_object, message_of
from fitbit_daily.errors import LookAgain

_FAILURES = {
    "LambdaFunctionFailed": "lambdaFunctionFailedEventDetails",
    "LambdaFunctionTimedOut": "lambdaFunctionTimedOutEventDetails",
    "LambdaFunctionScheduleFailed": "lambdaFunctionScheduleFailedEventDetails",
    "LambdaFunctionStartFailed": "lambdaFunctionStartFailedEventDetails",
}
_ENDINGS = {
    "ExecutionFailed": "executionFailedEventDetails",
    "ExecutionTimedOut": "executionTimedOutEventDetails",
    "ExecutionAborted": "executionAbortedEventDetails",
}

LOOK_AGAIN = LookAgain.__name__

# Where the state tells of what these steps failed with.
_CAUGHT_BY = {"Keep history": "history_failed", "Catch up": "catch_up_failed"}


@dataclass(frozen=True)
class Entered:
    """A state begins; waits_seconds is set for a Wait, and `because` where a look failed: not for want of a sync.

    until          when the last look is, with the offset of the configured zone
    every_seconds  how long it is from one look to the next
    """

    state: str
    waits_seconds: int | None = None
    at: datetime | None = None
    because: str = ""
    until: datetime | None = None
    every_seconds: int | None = None

    @property
    def next_look(self) -> datetime | None:
        """In the zone of `until`, where that is known."""
        if self.at is None or self.waits_seconds is None:
            return None
        return self.at.astimezone(self.until.tzinfo if self.until else None) + timedelta(seconds=self.waits_seconds)

    @property
    def looks_to_come(self) -> int | None:
        """At most; the next one included."""
        following = self.next_look
        if following is None or self.until is None or not self.every_seconds:
            return None
        return 1 + max(0, ceil((self.until - following).total_seconds() / self.every_seconds))


@dataclass(frozen=True)
class Stumbled:
    """A step failed; it may be tried again. LookAgain is what stops a look that has time to be repeated."""

    state: str
    error: str
    what: str
    at: datetime | None = None


@dataclass(frozen=True)
class Done:
    """A step ended well; `output` is the state that it handed on.

    was_left_out   it failed in the end, and the workflow goes on without it
    """

    state: str
    seconds: float
    output: Mapping[str, Any]
    at: datetime | None = None

    @property
    def was_left_out(self) -> bool:
        return bool(self.left_out_for)

    @property
    def left_out_for(self) -> str:
        """The error's name."""
        caught = self.output.get(_CAUGHT_BY.get(self.state, ""), {})
        return str(caught.get("Error", ""))


@dataclass(frozen=True)
class Ended:
    """The execution is over; `output` on success, else error, sentence and the state where it ended."""

    output: Mapping[str, Any] | None
    error: str = ""
    sentence: str = ""
    state: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Redriven:
    """A failed execution goes on from the step that failed."""

    at: datetime


Moment = Entered | Stumbled | Done | Ended | Redriven


@dataclass
class Reader:
    """Reads events in their order, from the first; what has been read once is not told again."""

    _seen: int = 0
    _state: str = ""
    _entered_at: dict[str, datetime] = field(default_factory=dict)

    def skip(self, events: Iterable[Mapping[str, Any]]) -> None:
        """Reads what is not to be told, so that what follows is understood."""
        for _ in self.read(events):
            pass

    def read(self, events: Iterable[Mapping[str, Any]]) -> Iterator[Moment]:
        for event in events:
            if event["id"] > self._seen:
                self._seen = event["id"]
                yield from self._moments(event)

    def _moments(self, event: Mapping[str, Any]) -> Iterator[Moment]:
        kind, at = event["type"], event["timestamp"]
        if kind.endswith("StateEntered"):
            details = event["stateEnteredEventDetails"]
            self._state = details["name"]
            self._entered_at[self._state] = at
            given = as_object(details.get("input")) if kind == "WaitStateEntered" else {}
            stopped = given.get("look_again", {})
            yield Entered(
                self._state,
                given.get("wait_seconds"),
                at,
                message_of(stopped.get("Cause", "")).what,
                _last_look(given),
                given.get("look_every_seconds"),
            )
        elif kind == "TaskStateExited":
            details = event["stateExitedEventDetails"]
            took = (at - self._entered_at[details["name"]]).total_seconds()
            output = as_object(details.get("output"))
            # A Catch leaves the state by the same event, with what it caught.
            if not {"refused", "look_again"} & output.keys():
                yield Done(details["name"], took, output, at)
        elif kind in _FAILURES:
            details = event.get(_FAILURES[kind], {})
            yield Stumbled(self._state, details.get("error", kind), message_of(details.get("cause", "")).what, at)
        elif kind == "ExecutionSucceeded":
            yield Ended(as_object(event["executionSucceededEventDetails"].get("output")), at=at)
        elif kind in _ENDINGS:
            details = event.get(_ENDINGS[kind], {})
            yield Ended(
                None, details.get("error") or kind, message_of(details.get("cause", "")).sentence, self._state, at
            )
        elif kind == "ExecutionRedriven":
            # The step that failed is run again, without being entered again.
            self._entered_at[self._state] = at
            yield Redriven(at)


def _last_look(state: Mapping[str, Any]) -> datetime | None:
    """The deadline may be told in any zone; when the day's own wait is given up is told in the configured one."""
    if "deadline" not in state or "gives_up_at" not in state:
        return None
    zone = datetime.fromisoformat(state["gives_up_at"]).tzinfo
    return datetime.fromisoformat(state["deadline"]).astimezone(zone)
