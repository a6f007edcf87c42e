"""The stack as it is deployed, on this machine (local/stack.py), and executions of its workflow that are watched."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, time, timedelta
from functools import cached_property
from time import perf_counter, sleep
from time import time as seconds_now
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

import boto3

from local.cdk import REGION
from local.lambda_process import Function, LambdaProcesses
from local.stack import Choices, LocalStack
from stacks import STACK

# In real seconds: a day that waits for hours takes a few here.
LONGEST_EXECUTION = 120


@dataclass(frozen=True)
class Invocation:
    function: Function
    event: Any
    seconds: float

    @property
    def module(self) -> str:
        return self.function.handler.partition(".")[0]


@dataclass
class Execution:
    """One execution of the workflow: its history, the functions' runs, their calls to AWS, and what they printed.

    aws  by name, such as dynamodb:GetItem
    """

    status: str = ""
    events: Sequence[Mapping[str, Any]] = ()
    invocations: list[Invocation] = field(default_factory=list)
    aws: Counter[str] = field(default_factory=Counter)
    printed: str = ""
    output: Any = None


class Deployed(ExitStack):
    """A context: the local stack is up inside it, and nothing of it is left afterwards."""

    def __init__(self, say: Callable[[str], None] = lambda line: None) -> None:
        super().__init__()
        self._say = say
        self._overrides: Mapping[str, str] = {}
        self._now = Execution()
        self._functions: set[str] = set()

    def __enter__(self) -> Deployed:
        self.enter_context(patch.dict(os.environ))
        self.enter_context(patch.object(LambdaProcesses, "invoke", self._watch(LambdaProcesses.invoke)))
        # Waits of the state machine take no time here: the local clock skips them whole.
        self.stack = LocalStack(Choices(longest_wait=0.0), self._say)
        self.stack.aws_calls.record = self._count  # type: ignore[method-assign]
        try:
            self.enter_context(self.stack)
        except BaseException:
            self.close()
            raise
        os.environ.update({name: value for name, value in self.stack.environment.items() if name.startswith("AWS_")})
        return self

    def client(self, service: Any) -> Any:
        return boto3.client(service, region_name=REGION, endpoint_url=self.stack.environment["AWS_ENDPOINT_URL"])

    # What is deployed

    def resources(self, resource_type: str) -> list[dict[str, Any]]:
        """The properties of the template's resources of a type."""
        return [each.get("Properties", {}) for each in self._template.values() if each["Type"] == resource_type]

    @cached_property
    def _template(self) -> dict[str, Any]:
        path = self.stack.folder / "cdk.out" / f"{STACK}.template.json"
        return dict(json.loads(path.read_text(encoding="utf-8"))["Resources"])

    @cached_property
    def code(self) -> bytes:
        """The archive of all handlers, as it was uploaded."""
        (key,) = {each["Code"].get("S3Key") for each in self.resources("AWS::Lambda::Function")} - {None}
        return self._uploaded(key)

    @cached_property
    def layer(self) -> bytes:
        """The archive of the dependencies, as it was uploaded."""
        (layer,) = self.resources("AWS::Lambda::LayerVersion")
        return self._uploaded(layer["Content"]["S3Key"])

    def _uploaded(self, key: str) -> bytes:
        client = self.client("s3")
        (bucket,) = client.list_buckets()["Buckets"]
        return bytes(client.get_object(Bucket=bucket["Name"], Key=key)["Body"].read())

    @cached_property
    def setting(self) -> Mapping[str, str]:
        """The environment variables of all functions together."""
        told = self.client("lambda").list_functions()["Functions"]
        return {
            name: value
            for each in told
            for name, value in each.get("Environment", {"Variables": {}})["Variables"].items()
        }

    # Time, tokens, faults

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.setting["TIME_ZONE"])

    def wait_for_night(self) -> None:
        """Skips to the schedule's next time of day."""
        self._wait_until(time.fromisoformat(self.setting["TIME_OF_DAY"]))

    def wait_until_noon(self) -> None:
        """Skips to the next noon, when there is nothing left to wait for."""
        self._wait_until(time(12))

    def _wait_until(self, at: time) -> None:
        now = self.stack.clock.now().astimezone(self.zone)
        next_one = datetime.combine(now.date(), at, self.zone)
        next_one += timedelta(days=next_one <= now)
        self.stack.clock.wait((next_one - now).total_seconds())

    def authorise(self, source: str) -> None:
        """The source's secret as it is after `./daily authorize`; there is no access token yet."""
        self.client("secretsmanager").put_secret_value(
            SecretId=self.stack.environment["SOURCE_SECRET_ARN"],
            SecretString=json.dumps(asdict(self.credentials(source))),
        )
        self.client("ssm").delete_parameters(Names=[self.setting["ACCESS_TOKEN_PARAMETER"]])

    def credentials(self, source: str) -> Any:
        """Client and refresh token; Fitbit's refresh token is another one after each refresh."""
        if source == "fitbit":
            tokens = self.stack.fitbit.tokens
            return replace(tokens.credentials, refresh_token=tokens.refresh_token)
        return self.stack.google.tokens.credentials

    @contextmanager
    def faults(self, *names: str, times: int | None = None) -> Iterator[None]:
        """Faults and scenarios of the simulators of Google and X; each for so many times, or as long as this lasts."""
        simulators = (self.stack.google, self.stack.x)
        for name in names:
            (simulator,) = (each for each in simulators if name in each.faults.known)
            simulator.faults.switch_on(name, times)
        try:
            yield
        finally:
            for simulator in simulators:
                simulator.faults.clear()

    # Executions

    def execute(self, overrides: Mapping[str, str] | None = None) -> Execution:
        """A scheduled execution, from now to its end; `overrides` are set over the functions' own environment."""
        self._now, self._overrides = Execution(), overrides or {}
        client = self.client("stepfunctions")
        request = {"scheduled_time": self.stack.clock.now().isoformat(timespec="seconds")}
        arn = client.start_execution(
            stateMachineArn=self.stack.environment["STATE_MACHINE_ARN"],
            name=f"benchmark-{seconds_now():.6f}".replace(".", "-"),
            input=json.dumps(request),
        )["executionArn"]
        deadline = perf_counter() + LONGEST_EXECUTION
        while (told := client.describe_execution(executionArn=arn))["status"] == "RUNNING":
            if perf_counter() > deadline:
                raise TimeoutError(f"an execution still runs after {LONGEST_EXECUTION} s")
            sleep(0.02)
        # The notice of its end, too.
        self.stack.bus.wait_until_quiet(LONGEST_EXECUTION)
        self._now.status, self._now.output = told["status"], json.loads(told.get("output") or "null")
        self._now.events = client.get_execution_history(executionArn=arn, maxResults=1000)["events"]
        return self._now

    def _watch(self, invoke: Callable[..., tuple[str, bool, str]]) -> Callable[..., tuple[str, bool, str]]:
        def watched(processes: LambdaProcesses, function: Function, event: Any) -> tuple[str, bool, str]:
            self._functions.add(function.name)
            overridden = replace(function, environment={**function.environment, **self._overrides})
            began = perf_counter()
            answer, failed, printed = invoke(processes, overridden, event)
            self._now.invocations.append(Invocation(function, event, perf_counter() - began))
            self._now.printed += printed
            return answer, failed, printed

        return watched

    def _count(self, authorization: str, operation: str, request: Mapping[str, Any]) -> None:
        """As AwsCalls.record, of what the functions call."""
        caller, _, _, service = authorization.partition("Credential=")[2].split("/")[:4] or [""] * 4
        if caller in self._functions:
            self._now.aws[f"{service}:{operation}"] += 1
