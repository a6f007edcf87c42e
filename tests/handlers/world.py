"""The steps' handlers as the state machine runs them: in process, the state handed on as JSON."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest

import catch_up
import choose_date
import fetch_activity
import fetch_sleep
import format_posts
import keep_history
import refresh_token
import tweet
from fitbit_daily.adapters.access_token import AccessTokenParameter
from fitbit_daily.adapters.aws import client
from fitbit_daily.adapters.bluesky import API as BLUESKY_API
from fitbit_daily.adapters.executions import execution_arn
from fitbit_daily.adapters.history_table import HistoryTable
from fitbit_daily.adapters.ledger_table import LedgerTable
from fitbit_daily.adapters.line import API as LINE_API
from fitbit_daily.domain.days import Day, judge
from fitbit_daily.domain.history import DayRecord
from fitbit_daily.domain.ledger import Entry
from fitbit_daily.environment import CalendarEnvironment, CatchUpEnvironment
from fitbit_daily.errors import AccessTokenExpired, LookAgain, StepError
from fitbit_daily.log import logger
from fitbit_daily.step import VERSION
from local.simulators.bluesky import BlueskySimulator
from local.simulators.google import GoogleSimulator
from local.simulators.line import LineSimulator
from local.simulators.x import XSimulator
from tests.adapters.fixtures import START, Clock, parameter, secret
from tests.adapters.fixtures import table as new_table
from tests.wsgi import Wire

State = dict[str, Any]
HANDLERS: dict[str, Callable[[State, Any], State]] = {
    "Choose date": choose_date.handler,
    "Refresh token": refresh_token.handler,
    "Fetch activity": fetch_activity.handler,
    "Fetch sleep": fetch_sleep.handler,
    "Keep history": keep_history.handler,
    "Catch up": catch_up.handler,
    "Format posts": format_posts.handler,
    "Tweet": tweet.handler,
}
MACHINE = "arn:aws:states:eu-central-1:123456789012:stateMachine:Daily"
PARAMETER = "/FitbitDaily/access-token"
ARTICLES_POSTS = [
    (
        "本日(2021-05-23)の運動 from Fitbit\n\n座っていた時間: 551分\n軽い運動の時間: 90分\n"
        "アクティブな運動の時間: 4分\n激しい運動の時間: 7分\n\n本日の歩数: 1781歩 (1.213km)\n\n"
        "消費カロリー: 1988kcal (基礎代謝: 1560kcal)"
    ),
    "本日(2021-05-23)の睡眠時間 from Fitbit\n\n睡眠時間: 12.433時間",
]


@dataclass
class World:
    """`environment` is what the stack gives the functions; `states` are all that were handed on."""

    clock: Clock
    google: GoogleSimulator
    x: XSimulator
    wire: Wire
    environment: Mapping[str, str]
    log: io.StringIO
    bluesky: BlueskySimulator
    line: LineSimulator
    states: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    next_start: datetime = START
    later: list[tuple[Callable[[], bool], Callable[[], object]]] = field(default_factory=list)

    def begin(self, execution: str = "daily 1", **given: Any) -> State:
        """What the state machine gives to Choose date."""
        started_at = self.clock().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return {
            "version": VERSION,
            "state_machine": MACHINE,
            "execution": execution,
            "started_at": started_at,
            "input": given,
        }

    def run(self, name: str, state: State) -> State:
        try:
            result = HANDLERS[name](json.loads(json.dumps(state)), None)
        except StepError as error:
            self.errors.append(str(error))
            raise
        self.states.append(json.dumps(result, ensure_ascii=False))
        return dict(json.loads(self.states[-1]))

    def past_the_deadline(self, state: State) -> State:
        """The state of the last look."""
        return state | {"deadline": self.clock().isoformat(), "gives_up_at": self.clock().isoformat()}

    def fetch(self, state: State) -> State:
        """One look: from Refresh token to Synced?, with the Catches that there are."""
        for _ in range(3):
            try:
                state = self.run("Refresh token", state)
                return self.run("Fetch sleep", self.run("Fetch activity", state))
            except AccessTokenExpired as expired:
                state = state | {"refused": {"Error": "AccessTokenExpired", "Cause": str(expired)}}
            except LookAgain as stopped:
                return state | {"look_again": {"Error": "LookAgain", "Cause": str(stopped)}}
        raise AssertionError("the access token expires again and again")

    def execute(self, execution: str = "daily 1", **given: Any) -> State:
        """A whole execution; Step Functions does the waiting."""
        state = self.run("Choose date", self.begin(execution, **given))
        if state["paused"]:
            return state
        state = self.fetch(state)
        while state["wait_seconds"] or "look_again" in state:
            self.clock.turn(seconds=state["wait_seconds"])
            for is_time, do in self.later:
                if is_time():
                    do()
            state = self.fetch(state)
        for name in ("Keep history", "Catch up", "Format posts", "Tweet"):
            state = self.run(name, state)
        return state

    def when(self, is_time: Callable[[], bool], do: Callable[[], object]) -> None:
        """What changes outside while an execution waits."""
        self.later.append((is_time, do))

    def night(self) -> dict[str, str]:
        """The schedule's next start, and what it then starts: how each execution ended, by its name."""
        self.clock.moment = self.next_start
        self.next_start += timedelta(days=1)
        day = CalendarEnvironment.read().calendar.yesterday(self.clock())
        ended = {f"night of {day}": self.ends(f"night of {day}", scheduled_time=self.clock().isoformat())}
        for name, given in self.started().items():
            ended[name] = self.ends(name, **given)
            client("stepfunctions").stop_execution(executionArn=execution_arn(MACHINE, name))
        return ended

    def ends(self, execution: str, **given: Any) -> str:
        """How an execution ends: "" well, else by its error."""
        try:
            self.execute(execution, **given)
        except StepError as error:
            return type(error).__name__
        return ""

    def started(self) -> dict[str, State]:
        """The executions that Catch up has started and nobody has run, by name, with what each was given."""
        states = client("stepfunctions")
        running = states.list_executions(stateMachineArn=MACHINE, statusFilter="RUNNING")["executions"]
        told = {each["name"]: states.describe_execution(executionArn=each["executionArn"]) for each in running}
        return {name: json.loads(told[name]["input"]) for name in sorted(told)}

    def judged(self, day: str) -> Day:
        """What became of a day."""
        first = date.fromisoformat(day)
        rows = LedgerTable("ledger").rows(first).at(CatchUpEnvironment.read().destinations)
        (judged,) = judge(rows, first, first, calendar=CalendarEnvironment.read().calendar, now=self.clock())
        return judged

    def texts(self) -> list[str]:
        """On the timeline, oldest first."""
        return [post.text for post in reversed(self.x.posts)]

    def everywhere(self) -> dict[str, list[str]]:
        """The texts at each destination, oldest first."""
        bluesky = [post.value["text"] for post in reversed(self.bluesky.posts)]
        return {"x": self.texts(), "bluesky": bluesky, "line": [post.text for post in reversed(self.line.posts)]}

    def row(self, date: str, kind: str, destination: str = "x") -> Entry | None:
        return LedgerTable("ledger").read(destination, date, kind)

    def history(self, first: str, last: str | None = None) -> dict[date, DayRecord]:
        return HistoryTable("history").read(date.fromisoformat(first), date.fromisoformat(last or first))

    def token(self) -> str:
        stored = AccessTokenParameter(PARAMETER).read()
        assert stored is not None
        return stored.value

    def log_lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.getvalue().splitlines()]


def make(
    clock: Clock, google: GoogleSimulator, x: XSimulator, wire: Wire, table: str | None, patch: pytest.MonkeyPatch
) -> World:
    """Without a table, there are no secrets either: for steps that need nothing of AWS."""
    bluesky, line = BlueskySimulator(now=clock), LineSimulator(now=clock)
    wire.applications |= {BLUESKY_API: bluesky, LINE_API: line}
    log = io.StringIO()
    patch.setattr(logger, "stream", log)
    environment = {
        "TIME_ZONE": google.wearer.time_zone.key,
        "TIME_OF_DAY": "00:10",
        "GIVE_UP_AT": "12:00",
        "LOOK_EVERY_MINUTES": "30",
        "CATCH_UP_DAYS": "3",
        "SOURCE": "google_health",
        "LANGUAGE": "ja",
        "STYLE": "classic",
        "WEEKLY": "off",
        "DESTINATIONS": "x",
        "BLUESKY_PARAMETER": "/FitbitDaily/bluesky",
        "LINE_PARAMETER": "/FitbitDaily/line",
        "ALERTS": "",
        "ACCESS_TOKEN_PARAMETER": PARAMETER,
    }
    if table is not None:
        client("stepfunctions").create_state_machine(
            name=MACHINE.rpartition(":")[2],
            definition=json.dumps({"StartAt": "Never run", "States": {"Never run": {"Type": "Succeed"}}}),
            roleArn="arn:aws:iam::123456789012:role/states",
        )
        environment |= {
            "SOURCE_SECRET_ARN": secret("source", asdict(google.tokens.credentials)),
            "X_SECRET_ARN": secret("x", asdict(x.credentials)),
            "LEDGER_TABLE": table,
            "HISTORY_TABLE": new_table("history", "year", "date"),
        }
        keys = asdict(bluesky.credentials)
        parameter(environment["BLUESKY_PARAMETER"], {name: keys[name] for name in ("handle", "app_password")})
        parameter(environment["LINE_PARAMETER"], asdict(line.credentials))
    for name, value in environment.items():
        patch.setenv(name, value)
    return World(clock, google, x, wire, environment, log, bluesky, line)
