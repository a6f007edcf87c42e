"""The picture of the workflow in the READMEs, drawn from the state machine's own definition.

`make picture` writes it anew; a test tells when it is out of date.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
READMES = ("README.md", "README.ja.md")

_BETWEEN = re.compile(r"(<!-- workflow -->\n)(.*?)(<!-- end of workflow -->)", re.DOTALL)
_SHAPES = {"Task": '["{}"]', "Choice": '{{"{}"}}', "Wait": '(["{}"])', "Succeed": '(("{}"))'}


def draw(definition: Mapping[str, Any]) -> str:
    """The definition as a Mermaid flowchart, which GitHub shows as a picture."""
    states: Mapping[str, Mapping[str, Any]] = definition["States"]
    order = _in_order(definition["StartAt"], states)
    ids = {name: f"s{number}" for number, name in enumerate(order)}
    lines = ["flowchart LR", f'  start(("every day, or by hand")) --> {ids[definition["StartAt"]]}']
    lines += [f"  {ids[name]}{_SHAPES[states[name]['Type']].format(name)}" for name in order]
    for name in order:
        lines += [f"  {ids[name]} {arrow} {ids[to]}" for arrow, to in _arrows(states[name])]
    return "```mermaid\n" + "\n".join(lines) + "\n```\n"


def replace_in(text: str, picture: str) -> str:
    """A README's text with its picture replaced."""
    return _BETWEEN.sub(lambda found: found[1] + picture + found[3], text)


def _in_order(start: str, states: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The states as one meets them from the start on."""
    order = [start]
    for name in order:
        order += dict.fromkeys(to for _, to in _arrows(states[name]) if to not in order)
    return order


def _arrows(state: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for choice in state.get("Choices", []):
        yield f"-- {choice['Comment']} -->", choice["Next"]
    for after in ("Default", "Next"):
        if after in state:
            yield "-->", state[after]
    for catch in state.get("Catch", []):
        errors = ", ".join(catch["ErrorEquals"]).replace("States.ALL", "any error")
        yield f"-. {errors} .->", catch["Next"]


def _definition() -> Mapping[str, Any]:
    from app import build

    context = json.loads((ROOT / "cdk.json").read_bytes())["context"] | {"aws:cdk:bundling-stacks": []}
    app = build(environ={}, today=datetime.now(UTC).date(), context=context)
    resources = app.synth().get_stack_by_name("fitbit-daily").template["Resources"].values()
    machine = next(each for each in resources if each["Type"] == "AWS::StepFunctions::StateMachine")
    parts = machine["Properties"]["DefinitionString"]["Fn::Join"][1]
    definition: Mapping[str, Any] = json.loads("".join(part if isinstance(part, str) else "arn" for part in parts))
    return definition


if __name__ == "__main__":
    picture = draw(_definition())
    for readme in READMES:
        file = ROOT / readme
        file.write_text(replace_in(file.read_text(), picture))
