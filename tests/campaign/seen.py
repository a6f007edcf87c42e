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
    """An execution that has ended; `texts` is all that Step Functions keeps of it."""

    name: str
    request: Any
    status: str
    error: str
    sentence: str
    output: Any
    failed_state: str
    failed_input: Any
    texts: str

    @property
    def date(self) -> str | None:
        return (self.output or self.failed_input or {}).get("date")


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


@dataclass
class Seen:
    """What is kept for the checks."""

    ran: list[Ran] = field(default_factory=list)
    writes: list[Write] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    snapshots: dict[date, list[tuple[datetime, Day]]] = field(default_factory=lambda: defaultdict(list))
    moves: Counter[str] = field(default_factory=Counter)
    forced: Counter[date] = field(default_factory=Counter)
    canaries: set[str] = field(default_factory=set)
    deeds: Counter[str] = field(default_factory=Counter)


def ran_of(name: str, request: Any, ended: Any) -> Ran:
    events = ended.exec_worker.env.event_manager.get_event_history()
    entered = [event["stateEnteredEventDetails"] for event in events if "stateEnteredEventDetails" in event]
    cause = ended.cause or "{}"
    try:
        sentence = str(json.loads(cause).get("errorMessage", ""))
    except ValueError:
        sentence = cause
    failed = ended.exec_status.value != "SUCCEEDED"
    return Ran(
        name=name,
        request=request,
        status=ended.exec_status.value,
        error=ended.error or "",
        sentence=sentence,
        output=None if failed else json.loads(json.dumps(ended.output)),
        failed_state=entered[-1]["name"] if failed else "",
        failed_input=json.loads(entered[-1]["input"]) if failed else None,
        texts=json.dumps(events, default=str, ensure_ascii=False),
    )
