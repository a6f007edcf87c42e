"""Executions' names, and their addresses in the AWS console."""

from __future__ import annotations


def execution_arn(machine: str, name: str) -> str:
    """Of an execution of a state machine (its ARN), by its name."""
    return f"{machine.replace(':stateMachine:', ':execution:', 1)}:{name}"


def console_link(execution: str) -> str:
    """Where the AWS console shows an execution, by its ARN."""
    region = execution.split(":")[3]
    return f"https://{region}.console.aws.amazon.com/states/home?region={region}#/v2/executions/details/{execution}"
