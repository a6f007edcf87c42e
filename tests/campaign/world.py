"""The world of one run: time, AWS, the source, X and the steps, all in this process; and what was seen in it."""

from __future__ import annotations

import io
import json
import os
import random
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stdout
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

import boto3
import oauthlib.common
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker

from fitbit_daily import clock
from fitbit_daily.adapters import aws, ledger_table, side_by_side
from fitbit_daily.adapters.http import Session
from fitbit_daily.domain import ledger
from fitbit_daily.log import logger
from local import moto_seams
from local.simulators.days import Day, whole_day
from local.simulators.fitbit import FitbitSimulator
from local.simulators.google import GoogleSimulator
from local.simulators.wearer import Wearer
from local.simulators.x import XSimulator
from tests.campaign.effects import Effects, Killed, StruckWire
from tests.campaign.lambdas import HANDLERS, InTurn, context_of
from tests.campaign.plan import Plan
from tests.campaign.scheduler import Scheduler
from tests.campaign.seen import Kept, Ran, Seen, Write, ran_of

ZONE = ZoneInfo("Asia/Tokyo")
# Parsing the definition is a third of a run, and what comes of it does not change.
PARSED_ONCE = staticmethod(cache(AmazonStateLanguageParser.parse))
LOOK_EVERY = timedelta(hours=2)


class Person(Wearer):
    """The wearer, whose finished days the source may still revise."""

    def __init__(self, now: Any) -> None:
        super().__init__(ZONE, now)
        self.revisions: Counter[date] = Counter()

    def stop_syncing(self, looks: int | None) -> None:
        """No sync from now on, for so many looks or until `sync`; what has arrived stays."""
        self._stuck_at = self.synced_until
        self.unsynced.start(looks)

    def day(self, day: date, until: datetime | None = None) -> Day:
        return revised(super().day(day, until), self.revisions[day])


def revised(day: Day, times: int) -> Day:
    """What the source makes of a day when it looks at it again: seven more steps, and five metres, each time."""
    if day.steps is None or not times:
        return day
    further = None if day.distance_mm is None else day.distance_mm + 5_000 * times
    return replace(day, steps=day.steps + 7 * times, distance_mm=further)


class Aws:
    """A boto3 client on moto, each of whose calls is an effect."""

    def __init__(self, world: World, service: str) -> None:
        self._world, self._service = world, service

    def __getattr__(self, name: str) -> Any:
        call = getattr(real_client(self._service), name)
        if not self._world.in_a_step:
            return call
        return lambda **words: self._world.effects.aws(f"{self._service}.{name}", lambda: self._done(name, call, words))

    def _done(self, name: str, call: Any, words: Mapping[str, Any]) -> Any:
        if name != "put_item":
            return call(**words)
        world = self._world
        answer = call(**words, ReturnValues="ALL_OLD")
        item, before = words["Item"], answer.pop("Attributes", {})
        if words["TableName"] == world.history_table:
            world.seen.kept.append(Kept(item, before))
        else:
            write = Write(
                world.scheduler.now(), ledger_table._entry(item), ledger_table._entry(before) if before else None
            )
            world.seen.writes.append(write)
        return answer


_CLIENTS: dict[str, Any] = {}


def real_client(service: Any) -> Any:
    if service not in _CLIENTS:
        _CLIENTS[service] = boto3.Session(region_name="ap-northeast-1").client(service)
    return _CLIENTS[service]


class World:
    """`machine` is the deployed definition and its functions: (definition, {function's ARN: (module, time-out)})."""

    def __init__(self, plan: Plan, machine: tuple[str, Mapping[str, tuple[str, float]]]) -> None:
        self.plan = plan
        self.rng = random.Random(plan.seed + 1)
        self.definition, self.functions = machine
        begins = datetime.combine(plan.first_day + timedelta(days=1), time(0, 10), ZONE)
        self.scheduler = Scheduler(self.rng, begins.astimezone(UTC), in_step=plan.in_step)
        self.effects = Effects(plan, self.rng, self.scheduler)
        self.seen = Seen()
        self.logs = io.StringIO()
        self.wearer = Person(self.scheduler.now)
        self.x = XSimulator(
            now=self.scheduler.now, duplicate_window=plan.duplicate_window, read_back_lag=plan.read_back_lag
        )
        self.source: GoogleSimulator | FitbitSimulator
        if plan.source == "google_health":
            self.source = GoogleSimulator(
                wearer=self.wearer, now=self.scheduler.now, tells_last_sync=plan.tells_last_sync
            )
        else:
            self.source = FitbitSimulator(wearer=self.wearer, now=self.scheduler.now)
        if plan.looks_unsynced != 0:
            self.wearer.stay_unsynced(plan.looks_unsynced)
        self.days = [plan.first_day + timedelta(days=number) for number in range(plan.days)]
        self._names = 0

    # The steps

    @property
    def in_a_step(self) -> bool:
        return self.scheduler.task in self.effects.deadline

    def invoke(self, arn: str, payload: Any) -> tuple[Any, bool]:
        """A function's invocation, as Lambda would answer it."""
        module, timeout = self.functions[arn]
        task = self.scheduler.task
        self.effects.deadline[task] = self.scheduler.timestamp() + timeout
        try:
            refusal = self.effects.fault_at("lambda.invoke")
            if refusal.startswith("Lambda."):
                return {"errorType": refusal, "errorMessage": "refused"}, True
            answer = HANDLERS[module].handler(payload, context_of(module))
            if refusal == "killed-after":
                raise Killed("Runtime.ExitError")
            return json.loads(json.dumps(answer)), False
        except Killed as killed:
            return {"errorType": str(killed), "errorMessage": "killed"}, True
        except Exception as error:
            return {"errorType": type(error).__name__, "errorMessage": str(error), "stackTrace": []}, True
        finally:
            self.effects.deadline.pop(task, None)

    def execute(self, request: Any, name: str = "", definition: str = "") -> Ran:
        """One execution from its start to its end, in the running task."""
        if not name:
            self._names += 1
            name = f"execution-{self._names}"
        ended = moto_seams.interpret(definition or self.definition, name=name, request=request, invoke=self.invoke)
        ran = ran_of(name, request, ended)
        self.seen.ran.append(ran)
        return ran

    def redrive(self, failed: Ran) -> Ran:
        """What a redrive does: the failed state again, with its input, under the execution's own name."""
        definition = json.loads(self.definition) | {"StartAt": failed.failed_state}
        return self.execute(failed.failed_input, failed.name, json.dumps(definition))

    # The ledger, as a person or a check looks at it

    def entry(self, day: str, kind: str) -> ledger.Entry | None:
        key = {"date": {"S": day}, "kind": {"S": kind}}
        answer = real_client("dynamodb").get_item(TableName=self.table, Key=key, ConsistentRead=True)
        return ledger_table._entry(answer["Item"]) if "Item" in answer else None

    # What happens in it

    def look(self, where: str) -> None:
        if where in ("activity", "sleep"):
            for day in self.days:
                self.seen.snapshots[day].append((self.scheduler.now(), self.wearer.day(day)))

    def final_days(self, day: date) -> list[Day]:
        """A day as it is in the end, in each of its revisions."""
        whole = whole_day(day, ZONE)
        return [revised(whole, times) for times in range(self.wearer.revisions[day] + 1)]

    @contextmanager
    def open(self) -> Iterator[None]:
        """Everything in its place: the clock, AWS, the wire, the log."""
        run = uuid.uuid4().hex[:12]
        self._make_aws(run)
        stack = ExitStack()
        remote = {
            "https://health.googleapis.com": self.source,
            "https://oauth2.googleapis.com": self.source,
            "https://api.fitbit.com": self.source,
            "https://api.x.com": self.x,
        }
        wire = StruckWire(remote, self.effects, self.look)
        random.seed(self.plan.seed)
        environment = {
            "TIME_ZONE": ZONE.key,
            "TIME_OF_DAY": "00:10",
            "GIVE_UP_AT": "12:00",
            "LOOK_EVERY_MINUTES": str(int(LOOK_EVERY.total_seconds() // 60)),
            "LANGUAGE": self.plan.language,
            "SOURCE": self.plan.source,
            "ACCESS_TOKEN_PARAMETER": self.parameter,
            "SOURCE_SECRET_ARN": self.source_secret,
            "X_SECRET_ARN": self.x_secret,
            "LEDGER_TABLE": self.table,
            "HISTORY_TABLE": self.history_table,
            "ALERTS": "steps below 6000 for 3 days",
            "STYLE": "classic",
        }
        aws.client.cache_clear()
        with stack:
            stack.enter_context(patch.dict(os.environ, environment))
            stack.enter_context(patch.object(Session, "get_adapter", lambda session, url: wire))
            stack.enter_context(patch.object(clock, "time", SimpleNamespace(time=self.scheduler.timestamp)))
            stack.enter_context(patch.object(oauthlib.common, "time", SimpleNamespace(time=self.scheduler.timestamp)))
            stack.enter_context(
                patch.object(
                    aws, "_session", lambda: SimpleNamespace(create_client=lambda service, **_: Aws(self, service))
                )
            )
            stack.enter_context(patch.object(side_by_side, "ThreadPoolExecutor", InTurn))
            # The metrics are lines on standard output; the log keeps to the stream that it found there first.
            stack.enter_context(redirect_stdout(self.logs))
            stack.callback(setattr, logger, "stream", logger.stream)
            logger.stream = self.logs
            stack.enter_context(patch.object(ledger, "next_move", self._counted_move(ledger.next_move)))
            stack.enter_context(patch.object(AmazonStateLanguageParser, "parse", PARSED_ONCE))
            for owner, name in (
                (retrier_decl, "time"),
                (WaitFunction, "_wait_interval"),
                (ExecutionWorker, "_get_evaluation_environment"),
                (lambda_eval_utils, "_invoke_lambda_function"),
            ):
                stack.enter_context(patch.object(owner, name, getattr(owner, name)))
            moto_seams.move_secrets_current_label()
            moto_seams.keep_time(SimpleNamespace(wait=self.scheduler.sleep, now=self.scheduler.now))  # type: ignore[arg-type]
            yield
        aws.client.cache_clear()

    def _counted_move(self, next_move: Any) -> Any:
        def counted(*args: Any, **words: Any) -> Any:
            move = next_move(*args, **words)
            self.seen.moves[str(move)] += 1
            return move

        return counted

    def _make_aws(self, run: str) -> None:
        self.table, self.parameter = f"ledger-{run}", f"/{run}/access-token"
        self.history_table = f"history-{run}"
        for table, keys in ((self.table, ("date", "kind")), (self.history_table, ("year", "date"))):
            real_client("dynamodb").create_table(
                TableName=table,
                KeySchema=[
                    {"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=True)
                ],
                AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
                BillingMode="PAY_PER_REQUEST",
            )
        credentials = self.source.tokens.credentials
        secrets = real_client("secretsmanager")
        self.source_secret = secrets.create_secret(Name=f"source-{run}", SecretString=json.dumps(vars(credentials)))[
            "ARN"
        ]
        self.x_secret = secrets.create_secret(Name=f"x-{run}", SecretString=json.dumps(vars(self.x.credentials)))["ARN"]
        self.seen.canaries |= {*vars(credentials).values(), *vars(self.x.credentials).values()}
