"""Notify in a run: told of each end as EventBridge tells it, looking once a day, and the mails that come of it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from fitbit_daily.domain.mails import Mail
from fitbit_daily.domain.notice_kinds import Notice
from tests.campaign.executions import EXECUTION, MACHINE, Running
from tests.campaign.plan import HOUR, Plan
from tests.campaign.scheduler import Scheduler

TOPIC = "arn:aws:sns:ap-northeast-1:123456789012:owner"
# Seconds after which Lambda tries an event again:
# https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
AGAIN_AFTER = (60, 120)
LATE = 5 * HOUR
LOOKS_AFTER = timedelta(hours=1)


@dataclass(frozen=True)
class Sent:
    """A mail that SNS took, and what it is about."""

    at: datetime
    mail: Mail
    notice: Notice


class Notices:
    """invoke: runs Notify with an event; False where it failed. befallen: what strikes an event or a daily look."""

    def __init__(
        self,
        plan: Plan,
        scheduler: Scheduler,
        invoke: Callable[[Any], bool],
        befallen: Callable[[str], str],
    ) -> None:
        self.sent: list[Sent] = []
        self.counted: Counter[str] = Counter()
        self.written: dict[Mail, Notice] = {}
        self._plan, self._scheduler = plan, scheduler
        self._invoke, self._befallen = invoke, befallen
        self._tasks = 0

    def tell(self, running: Running) -> None:
        """An execution is over."""
        assert running.ran is not None
        ran = running.ran
        detail: dict[str, Any] = {
            "executionArn": f"{EXECUTION}:{running.name}",
            "stateMachineArn": MACHINE,
            "name": running.name,
            "status": ran.status,
            "startDate": int(ran.began.timestamp() * 1000),
            "stopDate": int(ran.ended.timestamp() * 1000),
            "input": json.dumps(ran.request),
            "output": None if ran.output is None else json.dumps(ran.output),
            "redriveCount": ran.redrives,
            # What an event has no room for is asked for.
            "error": None,
            "cause": None,
        }
        event = {"detail-type": "Step Functions Execution Status Change", "detail": detail}
        befallen = self._befallen("event")
        self.counted[f"events {befallen}".strip()] += 1
        if befallen != "lost":
            self._deliver(event, after=LATE if befallen == "late" else 1)
        if befallen == "doubled":
            self._deliver(event, after=1)

    def look_daily(self, nights: int) -> None:
        for night in range(nights):
            at = self._plan.gives_up_at(night) + LOOKS_AFTER
            self._spawn(self._look, (at - self._scheduler.now()).total_seconds())

    def publish(self, *, TopicArn: str, Subject: str, Message: str) -> Mapping[str, Any]:
        assert TopicArn == TOPIC
        mail = Mail(Subject, Message)
        self.sent.append(Sent(self._scheduler.now(), mail, self.written[mail]))
        return {"MessageId": str(len(self.sent))}

    def _look(self) -> None:
        befallen = self._befallen("look")
        self.counted[f"daily looks {befallen}".strip()] += 1
        if befallen != "lost":
            self._run({})

    def _deliver(self, event: Any, after: float) -> None:
        self._spawn(partial(self._run, event), after)

    def _spawn(self, work: Callable[[], Any], after: float) -> None:
        self._tasks += 1
        self._scheduler.spawn(f"notify {self._tasks}", work, after)

    def _run(self, event: Any) -> None:
        for wait in (0, *AGAIN_AFTER):
            self._scheduler.sleep(wait)
            if self._invoke(event):
                return
        self.counted["looks that failed for good"] += 1
