"""Addresses in the AWS console."""


def console_link(execution: str) -> str:
    """Where the AWS console shows an execution, by its ARN."""
    region = execution.split(":")[3]
    return f"https://{region}.console.aws.amazon.com/states/home?region={region}#/v2/executions/details/{execution}"
