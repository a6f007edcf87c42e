"""What `./daily doctor` and `./daily confirm` look for in the deployed stack is there, under its name."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any, cast

from cli.aws import Deployed, Target
from tests.cli.step_functions import Canned
from tests.stacks.conftest import OWNER, ROOT
from tests.stacks.reading import Template, spelled

LOOKED_FOR = re.compile(r"\.resource\(\s*\"(AWS::[\w:]+)\", \"([\w/]+)\"")


def deployed(template: Template) -> Deployed:
    """As CloudFormation tells of it, each resource named by its logical id."""
    outputs: list[dict[str, Any]] = [
        {"OutputKey": name, "OutputValue": spelled(output["Value"])}
        for name, output in template.plain["Outputs"].items()
    ]
    resources = [
        {"ResourceType": resource["Type"], "LogicalResourceId": name, "PhysicalResourceId": name}
        for name, resource in template.resources.items()
    ]
    cloudformation = Canned(list_stack_resources={"StackResourceSummaries": resources})
    target = SimpleNamespace(stack={"StackName": "s", "Outputs": outputs}, client=lambda service: cloudformation)
    return Deployed(cast(Target, target))


def looked_for() -> set[tuple[str, str]]:
    files = (ROOT / "cli").rglob("*.py")
    return {found for file in files for found in LOOKED_FOR.findall(file.read_text(encoding="utf-8"))}


def test_every_resource_that_a_command_looks_for_is_there_by_its_whole_path(with_email: Template) -> None:
    wanted = looked_for()
    assert ("AWS::SQS::Queue", "Schedule/Undelivered") in wanted and len(wanted) == 4
    stack = deployed(with_email)
    found = {stack.resource(kind, path) for kind, path in wanted}
    assert None not in found and len(found) == len(wanted)
    logs = {stack.resource("AWS::Logs::LogGroup", path) for path in ("Workflow/Tweet/Logs", "Workflow/Logs")}
    assert len(logs) == 2 and stack.resource("AWS::Logs::LogGroup", "Workflow") is None
    assert stack.topic is not None
    (name,) = with_email.of("AWS::SNS::Topic")
    assert (stack.topic.arn, stack.topic.address) == (f"${{{name}}}", OWNER)


def test_without_an_address_only_those_of_the_notices_are_missing(template: Template) -> None:
    found = deployed(template)
    missing = {path for kind, path in looked_for() if found.resource(kind, path) is None}
    assert missing == {"Notices/Untold", "Notices/Notify/Logs"} and found.topic is None
