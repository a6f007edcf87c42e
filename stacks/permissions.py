"""Who may do what to what, action by action: all of it. A test sweeps every policy of the template against it."""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import aws_iam as iam

SOURCE_SECRET = "the source's credentials"  # noqa: S105
X_SECRET = "X's keys"  # noqa: S105
ACCESS_TOKEN = "the access token"  # noqa: S105
LEDGER = "the ledger"

STEPS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "Choose date": {},
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
    "Format posts": {},
    "Tweet": {
        X_SECRET: ("secretsmanager:GetSecretValue",),
        LEDGER: ("dynamodb:GetItem", "dynamodb:PutItem"),
    },
}

# CDK grants these by itself, to every step's function, to the state machine and to the schedule.
EVERY_STEP = ("logs:CreateLogStream", "logs:PutLogEvents", "xray:PutTraceSegments", "xray:PutTelemetryRecords")


def grant(step: str, role: iam.Role, arns: Mapping[str, str]) -> None:
    """Gives a step's role its row of the matrix; `arns` names each resource."""
    for resource, actions in STEPS[step].items():
        role.add_to_policy(iam.PolicyStatement(actions=list(actions), resources=[arns[resource]]))
