"""cfn-lint over a template, as a library."""

from __future__ import annotations

import json
from typing import Any

from cfnlint.api import lint
from cfnlint.config import ManualArgs

# W3005: CDK makes a function wait for its role although it refers to it. Superfluous, and not ours.
IGNORED = ["W3005"]


def findings(template: dict[str, Any]) -> list[str]:
    """What cfn-lint finds, each as "rule: message"; for regions far apart, because what exists differs."""
    arguments = ManualArgs(regions=["ap-northeast-1", "eu-central-1", "us-east-1"], ignore_checks=IGNORED)
    return [f"{match.rule.id}: {match.message}" for match in lint(json.dumps(template), config=arguments)]
