"""What is kept of a run for the checks: its executions, the ledger's writes, the data as they were."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from fitbit_daily.domain import ledger
from local.simulators.days import Day


@dataclass(frozen=True)
class Ran:
    """An execution that has ended, once or once more; `texts` is all that Step Functions keeps of it.

    began   the execution's own start; began_this_time: that, or its last redrive
    """

    name: str
    request: Any
    began: datetime
    began_this_time: datetime
    ended: datetime
    redrives: int
    status: str
    error: str
    cause: str
    output: Any
    last_state: str
    last_input: Any
    texts: str

    @property
    def date(self) -> str | None:
        known = (self.output or {}).get("date") or (self.last_input or {}).get("date")
        return known or self.given.get("date")

    @property
    def given(self) -> dict[str, Any]:
        return self.request if isinstance(self.request, dict) else {}

    @property
    def scheduled(self) -> bool:
        return "scheduled_time" in self.given

    @property
    def caught_up(self) -> bool:
        return "caught_up_by" in self.given

    @property
    def dry_run(self) -> bool:
        return self.given.get("dry_run") is True

    @property
    def sentence(self) -> str:
        """What the step itself told of its failure."""
        try:
            return str(json.loads(self.cause or "{}").get("errorMessage", ""))
        except ValueError:
            return self.cause


@dataclass(frozen=True)
class Write:
    """One write of the ledger that took effect."""

    at: datetime
    entry: ledger.Entry
    before: ledger.Entry | None


@dataclass(frozen=True)
class Kept:
    """One write of the history that took effect, as DynamoDB has it."""

    item: dict[str, Any]
    before: dict[str, Any]


@dataclass(frozen=True)
class Started:
    """A start that the program itself asked for, by which execution, and whether it was granted."""

    at: datetime
    by: str
    name: str
    request: Any


@dataclass(frozen=True)
class Span:
    """A pause, from a moment on; until is None while it lasts."""

    since: datetime
    until: datetime | None = None


@dataclass
class Seen:
    """What is kept for the checks."""

    ran: list[Ran] = field(default_factory=list)
    writes: list[Write] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    started: list[Started] = field(default_factory=list)
    pauses: list[Span] = field(default_factory=list)
    snapshots: dict[date, list[tuple[datetime, Day]]] = field(default_factory=lambda: defaultdict(list))
    moves: Counter[str] = field(default_factory=Counter)
    forced: Counter[date] = field(default_factory=Counter)
    truly_lost: set[str] = field(default_factory=set)
    canaries: set[str] = field(default_factory=set)
    deeds: Counter[str] = field(default_factory=Counter)


def ran_of(running: Any, now: datetime, status: str) -> Ran:
    """Of the interpreter's execution as it stands; `status` where something else than itself ended it."""
    ended = running.interpreted
    events = ended.exec_worker.env.event_manager.get_event_history() if ended else []
    entered = [event["stateEnteredEventDetails"] for event in events if "stateEnteredEventDetails" in event]
    own = not status
    status = status or ended.exec_status.value
    return Ran(
        name=running.name,
        request=running.request,
        began=running.began,
        began_this_time=running.began_this_time,
        ended=now,
        redrives=running.redrives,
        status=status,
        error=(ended.error or "") if own else "",
        cause=(ended.cause or "") if own else "",
        output=json.loads(json.dumps(ended.output)) if status == "SUCCEEDED" else None,
        last_state=entered[-1]["name"] if entered else "",
        last_input=json.loads(entered[-1]["input"]) if entered else None,
        texts=json.dumps(events, default=str, ensure_ascii=False),
    )
