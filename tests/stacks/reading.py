"""Reading a template: its resources by kind, its references by name, its state machine's definition."""

from __future__ import annotations

import json
from typing import Any

Resource = dict[str, Any]


class Template:
    """A synthesised template, as plain JSON."""

    def __init__(self, plain: dict[str, Any]) -> None:
        self.plain = plain
        self.resources: dict[str, Resource] = plain["Resources"]

    def of(self, kind: str) -> dict[str, Resource]:
        """The resources of a type, by logical id."""
        return {name: resource for name, resource in self.resources.items() if resource["Type"] == kind}

    def only(self, kind: str) -> Resource:
        (resource,) = self.of(kind).values()
        return resource

    def functions(self) -> dict[str, Resource]:
        """The properties of the functions, by the name of their step."""
        functions = [resource["Properties"] for resource in self.of("AWS::Lambda::Function").values()]
        return {properties["Description"].removeprefix("fitbit-daily: "): properties for properties in functions}

    def alarms(self) -> dict[str, Resource]:
        """The properties of the alarms, by their names without the stack's."""
        found = [resource["Properties"] for resource in self.of("AWS::CloudWatch::Alarm").values()]
        return {properties["AlarmName"].removeprefix("fitbit-daily-"): properties for properties in found}

    def dashboard(self) -> dict[str, Any]:
        """The dashboard's body, each reference in it spelled out."""
        body = self.only("AWS::CloudWatch::Dashboard")["Properties"]["DashboardBody"]
        spelled_out: dict[str, Any] = json.loads(spelled(body))
        return spelled_out

    def definition(self) -> dict[str, Any]:
        """The state machine's definition, with an ARN for every reference."""
        machine = self.only("AWS::StepFunctions::StateMachine")
        definition: dict[str, Any] = json.loads(with_arns(machine["Properties"]["DefinitionString"]))
        return definition

    def states(self) -> dict[str, dict[str, Any]]:
        states: dict[str, dict[str, Any]] = self.definition()["States"]
        return states

    def tasks(self) -> dict[str, dict[str, Any]]:
        return {name: state for name, state in self.states().items() if state["Type"] == "Task"}


def spelled(value: Any) -> str:
    """A reference as text: "${Id}" for Ref, "${Id.Arn}" for GetAtt, and what they are joined to."""
    match value:
        case str():
            return value
        case {"Ref": name}:
            return f"${{{name}}}"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"${{{name}.{attribute}}}"
        case {"Fn::Join": ["", parts]}:
            return "".join(spelled(part) for part in parts)
    raise AssertionError(f"no way to spell {value}")


def with_arns(value: Any) -> str:
    """A text with references in it, each replaced by some function's ARN."""
    match value:
        case {"Fn::GetAtt": [name, "Arn"]}:
            return f"arn:aws:lambda:ap-northeast-1:123456789012:function:{name}"
        case {"Fn::Join": ["", parts]}:
            return "".join(with_arns(part) for part in parts)
    return spelled(value)


def listed(value: Any) -> list[Any]:
    """CloudFormation writes a list of one as that one."""
    return value if isinstance(value, list) else [value]
