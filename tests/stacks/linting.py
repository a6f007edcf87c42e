"""cfn-lint over a template, as a library."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

# W3005: CDK makes a function wait for its role although it refers to it. Superfluous, and not ours.
IGNORED = ["W3005"]


# What exists differs, and these are far apart.
REGIONS = ("ap-northeast-1", "eu-central-1", "us-east-1")


def findings(template: dict[str, Any], regions: Sequence[str] = REGIONS) -> list[str]:
    """What cfn-lint finds, each as "rule: message"."""
    # Only here: to import it takes three seconds, in each of pytest's processes.
    from cfnlint.api import lint
    from cfnlint.config import ManualArgs

    arguments = ManualArgs(regions=list(regions), ignore_checks=IGNORED)
    return [f"{match.rule.id}: {match.message}" for match in lint(json.dumps(template), config=arguments)]
