"""The deployed definition and its functions, from the synthesised template."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

from tests.campaign.run import Machine

ROOT = Path(__file__).parent.parent.parent


def deployed_machine() -> Machine:
    os.environ["CDK_VALIDATION"] = "false"
    from app import build

    context = json.loads((ROOT / "cdk.json").read_text())["context"] | {
        "aws:cdk:bundling-stacks": [],
        "email": "owner@example.com",
    }
    app = build(environ={}, today=date(2026, 11, 22), context=context)
    return machine_of(app.synth().get_stack_by_name("fitbit-daily").template)


def machine_of(template: dict[str, Any]) -> Machine:
    """The definition with the functions' logical ids for their ARNs, and by these their modules and time-outs."""
    resources: dict[str, Any] = template["Resources"]
    (machine,) = (each for each in resources.values() if each["Type"] == "AWS::StepFunctions::StateMachine")
    parts = machine["Properties"]["DefinitionString"]["Fn::Join"][1]
    definition = "".join(part if isinstance(part, str) else _arn(part["Fn::GetAtt"][0]) for part in parts)
    functions = {
        _arn(name): (each["Properties"]["Handler"].partition(".")[0], float(each["Properties"]["Timeout"]))
        for name, each in resources.items()
        if each["Type"] == "AWS::Lambda::Function"
    }
    return definition, functions


def _arn(name: str) -> str:
    return f"arn:aws:lambda:ap-northeast-1:123456789012:function:{name}"
