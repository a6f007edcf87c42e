"""Who may do what to what, action by action: all of it. A test sweeps every policy of the template against it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from aws_cdk import aws_iam as iam

from stacks.nag import acknowledge

SOURCE_SECRET = "the source's credentials"  # noqa: S105
X_SECRET = "X's keys"  # noqa: S105
BLUESKY_KEYS = "Bluesky's keys"
LINE_KEYS = "LINE's keys"
ACCESS_TOKEN = "the access token"  # noqa: S105
LEDGER = "the ledger"
HISTORY = "the history"
TOPIC = "the owner's topic"
TOLD = "what was told"
EXECUTIONS = "the executions of the workflow"
MACHINE = "the workflow"

STEPS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "Choose date": {LEDGER: ("dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem")},
    "Refresh token": {
        SOURCE_SECRET: (
            "secretsmanager:GetSecretValue",
            "secretsmanager:PutSecretValue",
            "secretsmanager:UpdateSecretVersionStage",
        ),
        ACCESS_TOKEN: ("ssm:GetParameter", "ssm:PutParameter"),
    },
    "Fetch activity": {ACCESS_TOKEN: ("ssm:GetParameter",)},
    "Fetch sleep": {ACCESS_TOKEN: ("ssm:GetParameter",)},
    "Keep history": {HISTORY: ("dynamodb:Query", "dynamodb:PutItem")},
    "Catch up": {
        LEDGER: ("dynamodb:Query",),
        MACHINE: ("states:StartExecution",),
        EXECUTIONS: ("states:DescribeExecution",),
    },
    "Format posts": {},
    "Tweet": {
        X_SECRET: ("secretsmanager:GetSecretValue",),
        BLUESKY_KEYS: ("ssm:GetParameter",),
        LINE_KEYS: ("ssm:GetParameter",),
        LEDGER: ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"),
    },
}

# The keys of each destination are for those who have chosen it.
KEYS_OF: Mapping[str, str] = {"x": X_SECRET, "bluesky": BLUESKY_KEYS, "line": LINE_KEYS}

# Functions that are no steps.
OTHERS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "Notify": {
        TOPIC: ("sns:Publish",),
        TOLD: ("dynamodb:GetItem", "dynamodb:PutItem"),
        LEDGER: ("dynamodb:Query",),
        EXECUTIONS: ("states:DescribeExecution", "states:GetExecutionHistory"),
    },
    "Widget": {HISTORY: ("dynamodb:Query",)},
}


def row_of(function: str, destinations: Collection[str]) -> Mapping[str, tuple[str, ...]]:
    """The function's row of the matrix, without the keys of what is not posted to."""
    without = {keys for destination, keys in KEYS_OF.items() if destination not in destinations}
    row = {**STEPS, **OTHERS}[function]
    return {resource: actions for resource, actions in row.items() if resource not in without}


def grant(function: str, role: iam.Role, arns: Mapping[str, str], destinations: Collection[str]) -> None:
    """Gives a function's role what it may do; `arns` names each resource."""
    beside = []
    for resource, actions in row_of(function, destinations).items():
        statement = iam.PolicyStatement(actions=list(actions), resources=[arns[resource]])
        if function in STEPS and resource in (MACHINE, EXECUTIONS):
            beside.append(statement)
        else:
            role.add_to_policy(statement)
        if resource == EXECUTIONS:
            reason = "An execution's name is not known before it runs: these are all executions of this state machine."
            acknowledge(role.node.scope, "IAM5", reason, resource=arns[resource])
    if beside:
        # The state machine waits for its role, which names the function, which waits for its role's own policy: beside
        # that one, this is no circle.
        iam.Policy(role.node.scope, "StartsExecutions", statements=beside, roles=[role])
