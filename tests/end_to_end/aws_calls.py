"""Who has called what of the running local stack's AWS, with an ARN for each resource; and what is granted there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any

import requests

from tests.end_to_end.driver import COMMANDS, Stack

ACCOUNT, STACK = "123456789012", "fitbit-daily"


@dataclass(frozen=True, order=True)
class Right:
    """To do something to something; for a call, both are exact."""

    action: str
    resource: str

    def covers(self, other: Right) -> bool:
        return self.action == other.action and fnmatchcase(other.resource, self.resource)


class Calls:
    """Of everything that has run on the stack so far."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    def of_functions(self) -> dict[str, set[Right]]:
        """By the name of the step, or of the function that is none."""
        made: dict[str, set[Right]] = {step: set() for step in self._roles}
        for call in self._seen():
            if call["caller"] in self._steps:
                made[self._steps[call["caller"]]].add(self._right(call))
        return made

    def of_commands(self) -> set[Right]:
        return {self._right(call) for call in self._seen() if call["caller"] == COMMANDS}

    def granted(self) -> dict[str, set[Right]]:
        """What the policies of each function's role allow, as they were deployed."""
        iam = self._stack.client("iam")
        found: dict[str, set[Right]] = {}
        for step, role in self._roles.items():
            names = iam.list_role_policies(RoleName=role)["PolicyNames"]
            documents = [iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"] for name in names]
            found[step] = {
                Right(action, resource)
                for document in documents
                for statement in document["Statement"]
                for action in _listed(statement["Action"])
                for resource in _listed(statement["Resource"])
            }
        return found

    def patterns(self, rights: Iterable[Right]) -> set[Right]:
        """The same on any account: what AWS puts before and behind a name of the template is left open."""
        return {Right(each.action, self._pattern(each.resource)) for each in rights}

    def _pattern(self, arn: str) -> str:
        if arn == "*":
            return arn
        partition, service, _, _, named = arn.removeprefix("arn:").split(":", 4)
        for name, logical in self._logical.items():
            if name in named:
                # An execution has a name of its own behind that of the workflow.
                named = re.sub(rf"{re.escape(name)}.*?(?=:|$)", f"*{logical}*", named)
        named = re.sub(r"^(execution:[^:]+):.*", r"\1:*", named)
        if service == "cloudformation":
            named = f"stack/{STACK}/*"
        return f"arn:{partition}:{service}:*:*:{named}"

    @cached_property
    def _logical(self) -> Mapping[str, str]:
        """The template's names, by those that AWS made of them."""
        pages = self._stack.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=STACK)
        resources = [each for page in pages for each in page["StackResourceSummaries"] if "PhysicalResourceId" in each]
        names = {re.split("[:/]", each["PhysicalResourceId"])[-1]: each["LogicalResourceId"] for each in resources}
        return {name: logical for name, logical in names.items() if logical and logical in name}

    def _seen(self) -> list[dict[str, str]]:
        page = f"{self._stack.environment['LOCAL_STACK_URL']}/aws-calls"
        calls: list[dict[str, str]] = requests.get(page, timeout=5).json()["calls"]
        return calls

    @cached_property
    def _functions(self) -> list[dict[str, Any]]:
        functions = self._stack.client("lambda").list_functions()["Functions"]
        return [each for each in functions if each["Description"].startswith("fitbit-daily: ")]

    @cached_property
    def _steps(self) -> Mapping[str, str]:
        """By the name that AWS gave the function."""
        return {each["FunctionName"]: each["Description"].removeprefix("fitbit-daily: ") for each in self._functions}

    @cached_property
    def _roles(self) -> Mapping[str, str]:
        return {self._steps[each["FunctionName"]]: each["Role"].rpartition("/")[2] for each in self._functions}

    def _right(self, call: Mapping[str, str]) -> Right:
        return Right(call["action"], self._arn(call["action"].partition(":")[0], call["resource"]))

    def _arn(self, service: str, named: str) -> str:
        """https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html"""
        kinds = {
            "dynamodb": "table/",
            "ssm": "parameter/",
            "lambda": "function:",
            "cloudformation": "stack/",
            "logs": "log-group:",
            "sqs": "",
        }
        if not named or named.startswith("arn:"):
            return named or "*"
        region = self._stack.environment["AWS_REGION"]
        name = named.rpartition("/")[2] if service == "sqs" else named.lstrip("/") if service == "ssm" else named
        return f"arn:aws:{service}:{region}:{ACCOUNT}:{kinds[service]}{name}"


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
