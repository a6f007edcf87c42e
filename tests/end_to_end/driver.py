"""The running local stack, talked to over HTTP as a person would: by the lines of its env file alone."""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3
import requests

# The id of the access key that ./daily is given: by it, the local stack tells its calls from those of the tests.
COMMANDS = "commands"


@dataclass(frozen=True)
class Execution:
    """One that has ended."""

    arn: str
    status: str
    output: Any
    error: str | None
    message: str
    history: list[dict[str, Any]]

    @property
    def states(self) -> list[str]:
        return [
            event["stateEnteredEventDetails"]["name"]
            for event in self.history
            if event["type"].endswith("StateEntered")
        ]

    @property
    def errors(self) -> list[str]:
        """The errors of all failed attempts of its steps, in order."""
        return [
            event["lambdaFunctionFailedEventDetails"]["error"]
            for event in self.history
            if event["type"] == "LambdaFunctionFailed"
        ]

    def statuses(self) -> dict[str, str]:
        return {post["kind"]: post["status"] for post in self.output["posts"]}


class Stack:
    """The running local stack, by the lines of its env file alone."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.executions: list[Execution] = []

    def client(self, service: Any) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.environment["AWS_ENDPOINT_URL"],
            region_name=self.environment["AWS_REGION"],
            aws_access_key_id="local",
            aws_secret_access_key="local",
        )

    @cached_property
    def step_functions(self) -> Any:
        return self.client("stepfunctions")

    def start(self, request: Any) -> str:
        answer = self.step_functions.start_execution(
            stateMachineArn=self.environment["STATE_MACHINE_ARN"], name=str(uuid.uuid4()), input=json.dumps(request)
        )
        return str(answer["executionArn"])

    def run(self, request: Any) -> Execution:
        return self.end(self.start(request))

    def end(self, arn: str, within: float = 60) -> Execution:
        deadline = time.monotonic() + within
        while (told := self.step_functions.describe_execution(executionArn=arn))["status"] == "RUNNING":
            assert time.monotonic() < deadline, f"still running after {within} s"
            time.sleep(0.1)
        history = self.step_functions.get_execution_history(executionArn=arn, maxResults=1000)["events"]
        cause = told.get("cause") or "{}"
        execution = Execution(
            arn=arn,
            status=told["status"],
            output=json.loads(told["output"]) if "output" in told else None,
            error=told.get("error"),
            message=json.loads(cause).get("errorMessage", cause),
            history=history,
        )
        self.executions.append(execution)
        return execution

    def fault(self, name: str, times: int | None = None) -> None:
        of = {
            **dict.fromkeys(("post", "read", "me"), "X_API_URL"),
            **dict.fromkeys(("login", "put"), "BLUESKY_URL"),
            "push": "LINE_API_URL",
        }
        variable = of.get(name.partition("-")[0], "GOOGLE_HEALTH_URL")
        page = f"{self.environment[variable]}/simulator/faults"
        requests.post(page, json={"name": name, "times": times}, timeout=5).raise_for_status()

    def clear_faults(self) -> None:
        for variable in ("X_API_URL", "GOOGLE_HEALTH_URL", "BLUESKY_URL", "LINE_API_URL"):
            requests.delete(f"{self.environment[variable]}/simulator/faults", timeout=5).raise_for_status()

    def forget_access_token(self) -> None:
        """So that the next execution asks the token endpoint."""
        self.client("ssm").delete_parameters(Names=["/fitbit-daily/access-token"])

    def forget_ledger(self) -> None:
        """As a new deployment: nothing is due, nothing is posted."""
        table, rows = self.environment["LEDGER_TABLE"], self.client("dynamodb")
        for item in rows.scan(TableName=table)["Items"]:
            rows.delete_item(TableName=table, Key={name: item[name] for name in ("destination", "row")})

    def post_to(self, *destinations: str) -> None:
        """From now on, as if it were deployed so."""
        functions = self.client("lambda")
        for each in functions.list_functions()["Functions"]:
            variables = each.get("Environment", {}).get("Variables", {})
            if "DESTINATIONS" in variables:
                functions.update_function_configuration(
                    FunctionName=each["FunctionName"],
                    Environment={"Variables": {**variables, "DESTINATIONS": "; ".join(destinations)}},
                )

    def widget(self) -> str:
        """What the dashboard shows of the days."""
        functions = self.client("lambda")
        known = functions.list_functions()["Functions"]
        name = next(each["FunctionName"] for each in known if each["Handler"] == "widget.handler")
        html: str = json.loads(functions.invoke(FunctionName=name, Payload=b"{}")["Payload"].read())
        return html

    def texts(self, containing: str = "") -> list[str]:
        """The texts on X's timeline, oldest first."""
        page = requests.get(f"{self.environment['X_API_URL']}/simulator/timeline", timeout=5).json()
        return [post["text"] for post in reversed(page["posts"]) if containing in post["text"]]

    def ledger(self, date: str) -> dict[str, Any]:
        answer = self.client("dynamodb").query(
            TableName=self.environment["LEDGER_TABLE"],
            KeyConditionExpression="destination = :x AND begins_with(#row, :day)",
            ExpressionAttributeNames={"#row": "row"},
            ExpressionAttributeValues={":x": {"S": "x"}, ":day": {"S": f"{date}#"}},
        )
        return {item["kind"]["S"]: item for item in answer["Items"]}


def read_env(file: Path) -> dict[str, str]:
    exports = (line.removeprefix("export ") for line in file.read_text().splitlines() if line.startswith("export "))
    return dict(line.split("=", 1) for line in exports)
