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
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

import oauthlib.common
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker

from fitbit_daily import clock
from fitbit_daily.adapters import aws, side_by_side
from fitbit_daily.adapters.bluesky import API as BLUESKY
from fitbit_daily.adapters.destination_keys import KEYS, parameter_of
from fitbit_daily.adapters.http import HttpSession
from fitbit_daily.adapters.ledger_table import LedgerTable
from fitbit_daily.adapters.line import API as LINE
from fitbit_daily.domain import ledger
from fitbit_daily.domain.ledger import Entry
from fitbit_daily.domain.mails import Writer
from fitbit_daily.log import logger
from local import moto_seams
from local.simulators.bluesky import BlueskySimulator
from local.simulators.days import Day, whole_day
from local.simulators.fitbit import FitbitSimulator
from local.simulators.google import GoogleSimulator
from local.simulators.line import LineSimulator
from local.simulators.page import AccountSimulator, Shown
from local.simulators.wearer import Wearer
from local.simulators.x import XSimulator
from tests.campaign.clients import Aws, make_secret, make_tables, real_client
from tests.campaign.effects import Effects, Killed, StruckWire
from tests.campaign.executions import MACHINE, Executions, Running
from tests.campaign.lambdas import HANDLERS, InTurn, context_of
from tests.campaign.notices import TOPIC, Notices
from tests.campaign.plan import Plan
from tests.campaign.scheduler import Scheduler
from tests.campaign.seen import Seen


class Person(Wearer):
    """The wearer, whose finished days the source may still revise."""

    def __init__(self, zone: ZoneInfo, now: Any) -> None:
        super().__init__(zone, now)
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


class World:
    """`machine` is the deployed definition and its functions: (definition, {function's ARN: (module, time-out)})."""

    def __init__(self, plan: Plan, machine: tuple[str, Mapping[str, tuple[str, float]]]) -> None:
        self.plan = plan
        self.rng = random.Random(plan.seed + 1)
        definition, self.functions = machine
        self.zone = ZoneInfo(plan.zone)
        self.scheduler = Scheduler(self.rng, plan.start_of(0), in_step=plan.in_step)
        self.executions = Executions(self.scheduler, definition, self.invoke, self._ended)
        self.effects = Effects(plan, self.rng, self.scheduler)
        self.notices = Notices(plan, self.scheduler, self._notify, self.effects.befallen)
        self.seen = Seen()
        self.versions: dict[str, datetime] = {}
        self.logs = io.StringIO()
        self.wearer = Person(self.zone, self.scheduler.now)
        self.x = XSimulator(
            now=self.scheduler.now, duplicate_window=plan.duplicate_window, read_back_lag=plan.read_back_lag
        )
        self.bluesky, self.line = BlueskySimulator(now=self.scheduler.now), LineSimulator(now=self.scheduler.now)
        self.source: GoogleSimulator | FitbitSimulator
        if plan.source == "google_health":
            self.source = GoogleSimulator(
                wearer=self.wearer, now=self.scheduler.now, tells_last_sync=plan.tells_last_sync
            )
        else:
            self.source = FitbitSimulator(wearer=self.wearer, now=self.scheduler.now)
        if plan.looks_unsynced != 0:
            self.wearer.stay_unsynced(plan.looks_unsynced)
        # Those of the schedule's nights; a person may ask for others.
        self.days = [plan.day(night) for night in range(plan.nights)]

    # The steps

    @property
    def in_a_step(self) -> bool:
        return self.scheduler.task in self.effects.deadline

    @property
    def of_notify(self) -> str:
        """What the names of effects begin with while Notify runs."""
        return "notify." if self.scheduler.task.startswith("notify") else ""

    def _notify(self, event: Any) -> bool:
        arn = next(arn for arn, (module, _) in self.functions.items() if module == "notify")
        _, failed = self.invoke(arn, event)
        return not failed

    def invoke(self, arn: str, payload: Any) -> tuple[Any, bool]:
        """A function's invocation, as Lambda would answer it."""
        module, timeout = self.functions[arn]
        task = self.scheduler.task
        self.effects.deadline[task] = self.scheduler.timestamp() + timeout
        try:
            refusal = self.effects.fault_at(f"{self.of_notify}lambda.invoke")
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

    def _ended(self, running: Running) -> None:
        assert running.ran is not None
        self.seen.ran.append(running.ran)
        if running.ran.error == "AuthorizationLost" and not self.authorised:
            self.seen.truly_lost.add(running.name)
        self.notices.tell(running)

    # The ledger, as a person or a check looks at it

    def ledger(self) -> LedgerTable:
        return LedgerTable(self.table)

    def entry(self, day: str, kind: str, destination: str) -> Entry | None:
        return self.ledger().read(destination, day, kind)

    def shown(self, destination: str) -> list[Shown]:
        """What is at a destination, newest first."""
        account: AccountSimulator = {"x": self.x, "bluesky": self.bluesky, "line": self.line}[destination]
        return account.shown()

    @property
    def authorised(self) -> bool:
        """The source would still take the stored refresh token, or one that is about to take its place."""
        secrets = real_client("secretsmanager")
        live = (
            self.source.tokens.refresh_tokens
            if isinstance(self.source, GoogleSimulator)
            else {self.source.tokens.refresh_token}
        )
        stages = [
            stage
            for version in secrets.list_secret_version_ids(SecretId=self.source_secret)["Versions"]
            for stage in version["VersionStages"]
            if stage != "AWSPREVIOUS"
        ]
        values = [
            json.loads(secrets.get_secret_value(SecretId=self.source_secret, VersionStage=stage)["SecretString"])
            for stage in stages
        ]
        return any(each["refresh_token"] in live for each in values)

    @property
    def paused(self) -> bool:
        return any(span.until is None for span in self.seen.pauses)

    # What happens in it

    def look(self, where: str) -> None:
        """The source is read for the sake of a day, whose data are then as they are."""
        current = self.executions.current
        if where in ("activity", "sleep") and current and current.date:
            day = date.fromisoformat(current.date)
            self.seen.snapshots[day].append((self.scheduler.now(), self.wearer.day(day)))

    def final_days(self, day: date) -> list[Day]:
        """A day as it is in the end, in each of its revisions."""
        whole = whole_day(day, self.zone)
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
            BLUESKY: self.bluesky,
            LINE: self.line,
        }
        wire = StruckWire(remote, self.effects, self.look)
        random.seed(self.plan.seed)
        environment = {
            "TIME_ZONE": self.plan.zone,
            "TIME_OF_DAY": self.plan.time_of_day,
            "GIVE_UP_AT": self.plan.give_up_at,
            "CATCH_UP_DAYS": str(self.plan.catch_up_days),
            "LOOK_EVERY_MINUTES": str(self.plan.look_every_minutes),
            "LANGUAGE": self.plan.language,
            "SOURCE": self.plan.source,
            "ACCESS_TOKEN_PARAMETER": self.parameter,
            "SOURCE_SECRET_ARN": self.source_secret,
            "X_SECRET_ARN": self.x_secret,
            "LEDGER_TABLE": self.table,
            "HISTORY_TABLE": self.history_table,
            "ALERTS": "steps below 6000 for 3 days",
            "STYLE": self.plan.style,
            "WEEKLY": "off",
            "DESTINATIONS": "; ".join(self.plan.destinations),
            "BLUESKY_PARAMETER": parameter_of(run, "bluesky"),
            "LINE_PARAMETER": parameter_of(run, "line"),
            "TOLD_TABLE": self.told_table,
            "TOPIC_ARN": TOPIC,
            "STATE_MACHINE_ARN": MACHINE,
            "SILENCE_ALARM": "silence",
            "UNDELIVERED_ALARM": "undelivered",
            "THROTTLED_ALARM": "throttled",
        }
        aws.client.cache_clear()
        with stack:
            stack.enter_context(patch.dict(os.environ, environment))
            stack.enter_context(patch.object(HttpSession, "get_adapter", lambda session, url: wire))
            stack.enter_context(patch.object(clock, "time", SimpleNamespace(time=self.scheduler.timestamp)))
            stack.enter_context(patch.object(oauthlib.common, "time", SimpleNamespace(time=self.scheduler.timestamp)))
            stack.enter_context(
                patch.object(
                    aws, "session", lambda: SimpleNamespace(create_client=lambda service, **_: Aws(self, service))
                )
            )
            stack.enter_context(patch.object(side_by_side, "ThreadPoolExecutor", InTurn))
            # The metrics are lines on standard output; the log keeps to the stream that it found there first.
            stack.enter_context(redirect_stdout(self.logs))
            stack.callback(setattr, logger, "stream", logger.stream)
            logger.stream = self.logs
            stack.enter_context(patch.object(ledger, "next_move", self._counted_move(ledger.next_move)))
            stack.enter_context(patch.object(Writer, "write", self._remembered(Writer.write)))
            for owner, name in (
                (retrier_decl, "time"),
                (WaitFunction, "_wait_interval"),
                (ExecutionWorker, "_get_evaluation_environment"),
                (lambda_eval_utils, "_invoke_lambda_function"),
            ):
                stack.enter_context(patch.object(owner, name, getattr(owner, name)))
            moto_seams.move_secrets_current_label()
            moto_seams.keep_time(SimpleNamespace(wait=self.executions.wait, now=self._start_time))  # type: ignore[arg-type]
            yield
        aws.client.cache_clear()

    def _start_time(self) -> datetime:
        """A redriven execution keeps the time of its first start."""
        current = self.executions.current
        return current.began if current else self.scheduler.now()

    def _counted_move(self, next_move: Any) -> Any:
        def counted(*args: Any, **words: Any) -> Any:
            move = next_move(*args, **words)
            self.seen.moves[str(move)] += 1
            return move

        return counted

    def _remembered(self, write: Any) -> Any:
        """Which notice a mail was made of."""

        def remembered(writer: Writer, notice: Any) -> Any:
            mail = write(writer, notice)
            self.notices.written[mail] = notice
            return mail

        return remembered

    def _make_aws(self, run: str) -> None:
        self.table, self.history_table, self.told_table = f"ledger-{run}", f"history-{run}", f"told-{run}"
        self.parameter = f"/{run}/access-token"
        make_tables(
            **{self.table: ("destination", "row"), self.history_table: ("year", "date"), self.told_table: ("id",)}
        )
        source, x = vars(self.source.tokens.credentials), vars(self.x.credentials)
        if "x" not in self.plan.destinations:
            x = dict.fromkeys(x, "")
        self.source_secret, self.x_secret = make_secret(f"source-{run}", source), make_secret(f"x-{run}", x)
        self.seen.canaries |= {*source.values(), *x.values()} - {""}
        for destination, given in (("bluesky", self.bluesky.credentials), ("line", self.line.credentials)):
            if destination in self.plan.destinations:
                keys = {key: getattr(given, key) for key in KEYS[destination]}
                self.seen.canaries |= {*keys.values()}
                real_client("ssm").put_parameter(
                    Name=parameter_of(run, destination), Value=json.dumps(keys), Type="SecureString"
                )
