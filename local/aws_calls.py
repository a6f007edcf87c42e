"""What really reached AWS on this machine: who called, which action, on what.

A caller is known by its access key's id: a function has its own name for one.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
_SIGNED = re.compile(r"Credential=(?P<caller>[^/]+)/\d+/[^/]+/(?P<service>[^/]+)/aws4_request")

# Where a service signs, or calls an action, otherwise than IAM does.
_SERVICES = {"monitoring": "cloudwatch"}
_ACTIONS = {"lambda:Invoke": "lambda:InvokeFunction"}

# What a request names its resource by, in the order in which they count.
_NAMES = (
    "TableName",
    "SecretId",
    "executionArn",
    "stateMachineArn",
    "TopicArn",
    "FunctionName",
    "QueueUrl",
    "StackName",
    "logGroupName",
    "Name",
)


@dataclass(frozen=True, order=True)
class Call:
    """action as IAM spells it; resource as the caller named it, "" where the action takes none."""

    caller: str
    action: str
    resource: str


class AwsCalls:
    """Each different call, once."""

    def __init__(self) -> None:
        self._seen: set[Call] = set()
        self._lock = threading.Lock()

    def record(self, authorization: str, operation: str, request: Mapping[str, Any]) -> None:
        signed = _SIGNED.search(authorization)
        if signed is None:
            return
        action = f"{_SERVICES.get(signed['service'], signed['service'])}:{operation}"
        named = next((request[name] for name in _NAMES if request.get(name)), "")
        with self._lock:
            self._seen.add(Call(signed["caller"], _ACTIONS.get(action, action), str(named)))

    def seen(self) -> list[Call]:
        with self._lock:
            return sorted(self._seen)
