"""Judges that were not written here, of the template and of the definition. They return what they find."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from functools import cache
from typing import Any

from cloudformation_validate import CelEngine, Severity

from tests.stacks.conftest import ROOT

# W3005: CDK makes a function wait for its role although it refers to it. Superfluous, and not ours.
IGNORED = ["W3005"]


def cloudformation_validate(template: dict[str, Any]) -> list[str]:
    """https://github.com/aws-cloudformation/cloudformation-validate, from its warnings upwards."""
    told = _engine().validate_template(json.dumps(template).encode()).diagnostics
    return [
        f"{each.rule_id}: {each.message}"
        for each in told
        if each.severity.value >= Severity.WARN.value and each.rule_id not in IGNORED
    ]


@cache
def _engine() -> CelEngine:
    """It compiles its rules once."""
    return CelEngine()


def states_language(*definitions: dict[str, Any]) -> list[list[str]]:
    """https://github.com/aws/amazon-states-language-service, over each of the definitions."""
    command = [str(ROOT / ".venv/bin/node"), str(ROOT / "tests/stacks/states_language.mjs")]
    ended = subprocess.run(command, input=json.dumps(definitions), capture_output=True, text=True, check=True)
    found: list[list[str]] = json.loads(ended.stdout)
    return found


def cfn_lint(template: dict[str, Any], regions: Sequence[str]) -> list[str]:
    # Only here: to import it takes three seconds, in each of pytest's processes.
    from cfnlint.api import lint
    from cfnlint.config import ManualArgs

    arguments = ManualArgs(regions=list(regions), ignore_checks=IGNORED)
    return [f"{match.rule.id}: {match.message}" for match in lint(json.dumps(template), config=arguments)]
