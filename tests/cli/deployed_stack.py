"""A deployed stack in this process: moto where it serves, the simulators, and executions with a past."""

from __future__ import annotations

import functools
import itertools
import os
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import oauthlib.common
import pytest
from click.testing import CliRunner, Result
from moto import mock_aws

import fitbit_daily.clock
from cli.__main__ import daily
from cli.aws import Target
from cli.errors import DEBUG
from fitbit_daily import VERSION
from fitbit_daily.adapters import executions
from fitbit_daily.adapters.aws import client
from fitbit_daily.adapters.ledger_table import LedgerTable
from fitbit_daily.domain.cures import UNSYNCED
from fitbit_daily.domain.ledger import Due, Entry, Status, begin
from local.simulators.google import GoogleSimulator
from local.simulators.wearer import Wearer
from local.simulators.x import XSimulator
from stacks.addresses import VARIABLES
from stacks.settings_file import FILE, settings_of_the_clone
from tests.adapters.fixtures import HEALTH, OAUTH, X_API, Clock, fill, read_secrets_as_aws_does, secret, table
from tests.cli.step_functions import MACHINE, STEPS, Canned, ExecutionHistory, StepFunctions, output
from tests.tables import put_directly
from tests.wsgi import Wire, connected

PARAMETER = "/fitbit-daily/access-token"
OUT_OF_CREDITS = "X wants credits.\nBuy credits in X's developer console, then type: ./daily run --date {}"


@dataclass
class DeployedStack:
    """`services` are the clients that are not moto's; `environment` is that of all functions."""

    clock: Clock
    google: GoogleSimulator
    x: XSimulator
    wire: Wire
    steps: StepFunctions
    environment: dict[str, str]
    release: dict[str, Any]
    secrets: dict[str, str]
    queue: str
    services: dict[str, Any] = field(default_factory=dict)
    # What is in the ledger already: moto is slow to ask.
    rows: set[tuple[str, str]] = field(default_factory=set)

    def type(self, *words: str, answers: str = "") -> Result:
        """As a person types it after ./daily, the output piped."""
        return CliRunner().invoke(daily, words, input=answers, prog_name="./daily")

    def daily(self, *words: str, exit_code: int = 0, answers: str = "") -> str:
        """What is printed to stdout, by a command that ends with this exit code."""
        done = self.type(*words, answers=answers)
        assert done.exit_code == exit_code, done.output
        assert "Traceback" not in done.output and "\x1b" not in done.output
        return done.stdout

    def refused(self, *words: str, exit_code: int = 1, answers: str = "") -> str:
        """The one sentence on stderr, by a command that fails."""
        done = self.type(*words, answers=answers)
        assert done.exit_code == exit_code, done.output
        assert "Traceback" not in done.output
        return done.stderr.rpartition("Error: ")[2].strip()

    def ran(self, day: str, *, told: Any = None, dry_run: bool = False, ago: timedelta | None = None) -> str:
        """An execution of the schedule that succeeded, the night after that day; the ledger has what it did."""
        started = self.night_after(day) if ago is None else self.clock() - ago
        given = {"date": day, "dry_run": True} if dry_run else {"scheduled_time": started.isoformat()}
        told = told or output(day)
        history = ExecutionHistory(started).do(*STEPS).succeed(told)
        name = f"uuid-{next(_numbers)}"
        if not dry_run:
            for post in told["posts"]:
                self.write(day, post["kind"], post_id=post["id"], at=history.at, execution=name)
            for skipped in told["skipped"]:
                status = Status.NOTHING if told["complete"] else Status.NOT_POSTED
                self.write(day, skipped["kind"], status, failure="" if told["complete"] else UNSYNCED, execution=name)
            if told["posts"] and ("due", "activity") not in self.rows:
                self.is_due_since(day)
        return self.steps.add(name, given, history, started)

    def failed(
        self,
        day: str,
        error: str = "XOutOfCredits",
        sentence: str = OUT_OF_CREDITS,
        by_hand: bool = False,
        ago: timedelta | None = None,
        **more: Any,
    ) -> str:
        """In Tweet, before it could note anything in the ledger, but that it was at work on the day."""
        started = self.night_after(day) if ago is None else self.clock() - ago
        given = {"date": day} if by_hand else {"scheduled_time": started.isoformat()}
        name = f"{day}-by-hand-x{next(_numbers)}" if by_hand else f"uuid-{next(_numbers)}"
        history = ExecutionHistory(started).do(*STEPS[:-1]).enter("Tweet").fail(error, sentence.format(day))
        self.take_on(day, name, started)
        return self.steps.add(name, given, history, started, **more)

    def failed_dry(self, day: str, ago: timedelta) -> str:
        """A preview that failed."""
        started = self.clock() - ago
        history = (
            ExecutionHistory(started).do(*STEPS[:1]).enter("Refresh token").fail("AuthorizationLost", "It is lost.")
        )
        return self.steps.add(f"{day}-by-hand-d{next(_numbers)}", {"date": day, "dry_run": True}, history, started)

    def waits(self, day: str) -> str:
        started = self.night_after(day)
        history = ExecutionHistory(started).do(*STEPS[:4]).enter("Wait", "Wait", wait_seconds=1800)
        return self.works(day, history)

    def works(self, day: str, history: ExecutionHistory) -> str:
        """An execution of the schedule that has not ended."""
        name, started = f"uuid-{next(_numbers)}", self.night_after(day)
        self.take_on(day, name, started)
        return self.steps.add(name, {"scheduled_time": started.isoformat()}, history, started)

    def night_after(self, day: str) -> datetime:
        """Ten past midnight in Tokyo."""
        return datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC) + timedelta(hours=15, minutes=10)

    @property
    def ledger(self) -> LedgerTable:
        return LedgerTable("ledger")

    def is_due_since(self, day: str, *kinds: str) -> None:
        for kind in kinds or ("activity", "sleep"):
            self.rows.add(("due", kind))
            with put_directly():
                self.ledger.write_due(Due("x", kind, date.fromisoformat(day)))

    def take_on(self, day: str, execution: str, at: datetime, *kinds: str) -> None:
        until = at + timedelta(hours=36)
        with put_directly():
            self.ledger.take_on("x", date.fromisoformat(day), kinds or ("activity", "sleep"), execution, until)

    def row(self, day: str, kind: str) -> Entry | None:
        return self.ledger.read("x", day, kind)

    def write(
        self,
        day: str,
        kind: str,
        status: Status = Status.POSTED,
        post_id: str | None = "17",
        at: datetime | None = None,
        execution: str = "e",
        **changed: Any,
    ) -> None:
        """A row of the ledger, by an attempt of a day ago unless told otherwise, and the plan of its day."""
        at, before = at or self.clock() - timedelta(days=1), self.row(day, kind) if (day, kind) in self.rows else None
        if (day, execution) not in self.rows:
            self.take_on(day, execution, at - timedelta(days=3), *(("day",) if kind == "day" else ()))
        self.rows |= {(day, kind), (day, execution)}
        entry = begin(before, destination="x", date=day, kind=kind, text="t", execution=execution, now=at)
        if status in (Status.NOTHING, Status.TOO_OLD) or changed.get("failure") == UNSYNCED:
            entry = replace(entry, text="", first_attempt_at=None, last_attempt_at=None, lease_until=None)
        post_id = post_id if status is Status.POSTED else None
        changed = {"generation": 1, "failed_in": execution if changed.get("failure") else "", **changed}
        with put_directly():
            self.ledger.write(replace(entry, status=status, post_id=post_id, **changed))

    def posted_all_but(self, *days: str, count: int = 0) -> None:
        """The last days are posted, but these, and the first of them was the first ever: a day before these."""
        last = date(2026, 11, 21)
        count = count or (last - date.fromisoformat(min(days, default="2026-11-20"))).days + 2
        all_days = [(last - timedelta(days=back)).isoformat() for back in range(count)]
        self.is_due_since(all_days[-1])
        for day in all_days:
            if day not in days:
                for kind in ("activity", "sleep"):
                    self.write(day, kind)

    def fill(self, which: str, values: Any) -> None:
        fill(self.secrets[which], values)

    def all_secrets(self) -> list[str]:
        values = [*asdict(self.google.tokens.credentials).values(), *asdict(self.x.credentials).values()]
        return [str(value) for value in values]


_numbers = itertools.count()
_OF_A_LOCAL_STACK = (
    "AWS_ENDPOINT_URL",
    "AWS_REGION",
    "STATE_MACHINE_ARN",
    "LEDGER_TABLE",
    "HISTORY_TABLE",
    "SOURCE_SECRET_ARN",
    "X_SECRET_ARN",
)


def deploy(
    clock: Clock, google: GoogleSimulator, x: XSimulator, wire: Wire, patch: pytest.MonkeyPatch
) -> DeployedStack:
    """On AWS, as far as the commands can tell: nothing in the environment names any of it."""
    secrets = {
        "source": secret("source", asdict(google.tokens.credentials)),
        "x": secret("x", asdict(x.credentials)),
    }
    queue = client("sqs").create_queue(QueueName="undelivered")["QueueUrl"]
    stack = DeployedStack(
        clock=clock,
        google=google,
        x=x,
        wire=wire,
        steps=StepFunctions(clock),
        environment={
            "TIME_ZONE": "Asia/Tokyo",
            "TIME_OF_DAY": "00:10",
            "GIVE_UP_AT": "12:00",
            "LOOK_EVERY_MINUTES": "30",
            "CATCH_UP_DAYS": "3",
            "SOURCE": "google_health",
            "LANGUAGE": "ja",
            "ACCESS_TOKEN_PARAMETER": PARAMETER,
        },
        release={"version": VERSION, "settings": dict(_settings(clock().date(), os.environ[FILE]))},
        secrets=secrets,
        queue=queue,
    )
    outputs = {
        "StateMachineArn": MACHINE,
        "SourceSecretArn": secrets["source"],
        "XSecretArn": secrets["x"],
        "LedgerTable": table("ledger", "destination", "row"),
        "HistoryTable": table("history", "year", "date"),
    }
    resources = [
        resource("AWS::Scheduler::Schedule", "ScheduleDaily5D48AD69", "daily"),
        resource("AWS::SQS::Queue", "ScheduleUndelivered4514B30D", queue),
        resource("AWS::IAM::Policy", "NotMadeYet0A1B2C3D", ""),
    ]
    stack.services = {
        "stepfunctions": stack.steps,
        "lambda": Canned(get_function_configuration=lambda **_: {"Environment": {"Variables": stack.environment}}),
        "cloudformation": Canned(
            describe_stacks={
                "Stacks": [
                    {
                        "StackName": "fitbit-daily",
                        "StackStatus": "UPDATE_COMPLETE",
                        "Outputs": [{"OutputKey": key, "OutputValue": value} for key, value in outputs.items()],
                    }
                ]
            },
            list_stack_resources={"StackResourceSummaries": resources},
            get_template=lambda **_: {"TemplateBody": {"Metadata": {"fitbit-daily": stack.release}}},
        ),
        "sts": Canned(get_caller_identity={"Account": "123456789012"}),
        "scheduler": Canned(
            get_schedule={
                "State": "ENABLED",
                "ScheduleExpression": "cron(10 0 * * ? *)",
                "ScheduleExpressionTimezone": "Asia/Tokyo",
            }
        ),
    }
    # Clients are slow to make: moto's are kept from test to test, as a warm function keeps them.
    patch.setattr(Target, "client", lambda self, service: stack.services.get(service) or client(service))
    patch.setattr(executions, "client", lambda service: stack.services.get(service) or client(service))
    return stack


@functools.cache
def _settings(today: date, file: str) -> dict[str, str]:
    """They are long to read, and the same for each test."""
    return settings_of_the_clone(today).as_words()


def resource(kind: str, logical_id: str, name: str) -> dict[str, str]:
    """As CloudFormation lists it."""
    return {"ResourceType": kind, "LogicalResourceId": logical_id, "PhysicalResourceId": name}


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[DeployedStack]:
    clock = Clock()
    monkeypatch.setattr(fitbit_daily.clock, "time", clock)
    monkeypatch.setattr(oauthlib.common, "time", clock)
    monkeypatch.setattr(time, "sleep", _nobody_sleeps)
    read_secrets_as_aws_does(monkeypatch)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    for name in (*_OF_A_LOCAL_STACK, *VARIABLES, "AWS_PROFILE", DEBUG):
        # What a command leaves in the environment is taken out of it, too.
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    google = GoogleSimulator(wearer=Wearer(ZoneInfo("Asia/Tokyo"), clock), now=clock)
    google.slow_seconds = 0
    x = XSimulator(now=clock)
    _keep_own_clients_only()
    with mock_aws(), connected({HEALTH: google, OAUTH: google, X_API: x}) as wire:
        yield deploy(clock, google, x, wire, monkeypatch)
    _left.append(client.cache_info())


_left: list[Any] = []


def _keep_own_clients_only() -> None:
    """Others may have made theirs for another region, or for another endpoint."""
    if not _left or client.cache_info() != _left[-1]:
        client.cache_clear()


def _nobody_sleeps(seconds: float) -> None:
    assert seconds == 0, f"somebody sleeps for {seconds} s"
