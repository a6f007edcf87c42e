"""The owner's side of the running local stack: days as the schedule starts them, and the mails that come of them."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import requests

from tests.end_to_end.driver import Execution, Stack

ZONE = ZoneInfo("Asia/Tokyo")
TEN_PAST = timedelta(minutes=10)
LOOKS_AT = datetime.min.time().replace(hour=13)


class Owner:
    """Has just deployed: the ledger is empty, what was told before is forgotten, only mails from now on count.

    now    the last scheduled time that has come, in the owner's zone
    """

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.pages = stack.environment["LOCAL_STACK_URL"]
        self.configure(LANGUAGE="ja")
        self.set_alarm("SILENCE_ALARM", "OK")
        self.restore()
        self.now = datetime.combine(self.clock().astimezone(ZONE).date(), datetime.min.time(), ZONE) + TEN_PAST
        self.next_day()
        assert self.scheduled().status == "SUCCEEDED"
        self.look()
        self._before = len(self._quiet()["mails"])

    # What happens to the days

    def next_day(self, days: int = 1) -> date:
        """So many nights later; the day that is to be posted then."""
        self.now += timedelta(days=days)
        answer = requests.post(f"{self.pages}/clock", json={"to": self.now.isoformat()}, timeout=5)
        answer.raise_for_status()
        return self.now.date() - timedelta(days=1)

    def scheduled(self) -> Execution:
        """The execution that the schedule starts now, when it is over and everything has come of it."""
        given = {"scheduled_time": f"{self.now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"}
        started = self.stack.step_functions.start_execution(
            stateMachineArn=self.stack.environment["STATE_MACHINE_ARN"],
            name=f"scheduled-{self.now:%Y-%m-%d}",
            input=json.dumps(given),
        )
        execution = self.stack.end(started["executionArn"])
        self._quiet()
        return execution

    def look(self) -> None:
        """The daily one, an hour after the time to give up; it is that late then."""
        at = max(self.clock(), datetime.combine(self.now.date(), LOOKS_AT, ZONE))
        requests.post(f"{self.pages}/clock", json={"to": at.isoformat()}, timeout=5).raise_for_status()
        answer = self.stack.client("lambda").invoke(FunctionName=self.function, Payload=b"{}")
        assert "FunctionError" not in answer

    def clock(self) -> datetime:
        return datetime.fromisoformat(requests.get(f"{self.pages}/clock", timeout=5).json()["now"])

    def restore(self) -> None:
        """Whatever was wrong is right again."""
        self.stack.clear_faults()
        self.stack.fault("tells-last-sync")

    def set_alarm(self, name: str, state: str) -> None:
        """As CloudWatch does when an alarm's state is found to be this."""
        self.stack.client("cloudwatch").set_alarm_state(
            AlarmName=self.told[name], StateValue=state, StateReason="Threshold Crossed"
        )

    # What the owner hears of it

    @property
    def mails(self) -> list[dict[str, Any]]:
        return self.all_mails[self._before :]

    @property
    def all_mails(self) -> list[dict[str, Any]]:
        """Of every test so far."""
        return list(self._quiet()["mails"])

    @property
    def texts(self) -> list[str]:
        """Subject and body of each mail."""
        return [f"{mail['subject']}\n\n{mail['body']}" for mail in self.mails]

    def link(self, execution: Execution) -> str:
        console = "https://ap-northeast-1.console.aws.amazon.com/states/home?region=ap-northeast-1"
        return f"{console}#/v2/executions/details/{execution.arn}"

    # The function that tells

    @property
    def told(self) -> Mapping[str, str]:
        """Its environment."""
        told: dict[str, str] = self._configuration()["Environment"]["Variables"]
        return told

    def configure(self, **changed: str) -> None:
        self.stack.client("lambda").update_function_configuration(
            FunctionName=self.function, Environment={"Variables": {**self.told, **changed}}
        )

    @cached_property
    def function(self) -> str:
        functions = self.stack.client("lambda").list_functions()["Functions"]
        return next(str(each["FunctionName"]) for each in functions if each["Handler"] == "notify.handler")

    @property
    def dead_letters(self) -> str:
        """The address of its queue."""
        name = self._configuration()["DeadLetterConfig"]["TargetArn"].rpartition(":")[2]
        return str(self.stack.client("sqs").get_queue_url(QueueName=name)["QueueUrl"])

    def _configuration(self) -> dict[str, Any]:
        return dict(self.stack.client("lambda").get_function_configuration(FunctionName=self.function))

    def _quiet(self) -> dict[str, Any]:
        deadline = time.monotonic() + 60
        while (told := requests.get(f"{self.pages}/mails", timeout=5).json())["under_way"]:
            assert time.monotonic() < deadline, "something is still under way"
            time.sleep(0.05)
        return dict(told)
