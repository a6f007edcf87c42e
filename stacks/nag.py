"""cdk-nag's findings that are as they should be: each is acknowledged beside what it is about, with the reason."""

from __future__ import annotations

from typing import Any

from aws_cdk import Acknowledgment, Stack, Validations
from constructs import IConstruct


def acknowledge(construct: IConstruct, rule: str, reason: str, *, resource: Any = None) -> None:
    """A finding on a construct or below it; resource: the one that a statement with a wildcard names, where it does."""
    found = f"[Resource::{_in_a_finding(Stack.of(construct).resolve(resource))}]" if resource else ""
    Validations.of(construct).acknowledge(Acknowledgment(id=f"AwsSolutions::AwsSolutions-{rule}{found}", reason=reason))


def _in_a_finding(value: Any) -> str:
    """A reference as cdk-nag writes it."""
    match value:
        case {"Ref": name}:
            return f"<{name}>"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"<{name}.{attribute}>"
        case {"Fn::Join": ["", parts]}:
            return "".join(map(_in_a_finding, parts))
    return str(value)
