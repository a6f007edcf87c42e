"""What must never be lost: the secrets that a person filled in, the ledger of what was posted, the history of the days.

Kept when the stack is updated or deleted. The logical ids of these constructs are frozen by a test: CloudFormation
takes a new id for a new resource, and would deploy an empty one.
"""

from aws_cdk import CfnOutput, RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from stacks.nag import acknowledge

NO_ROTATION = (
    "Its values come from Google and from X, by a person's consent: Secrets Manager cannot make new ones. "
    "Refresh token stores what the provider rotates."
)


class Kept(Construct):
    """The source's credentials, X's keys, the ledger, the history; each with its name in the stack's outputs."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        self.source_secret = self._secret("SourceSecret", "Client and refresh token of the source of the numbers")
        self.x_secret = self._secret("XSecret", "The four OAuth 1.0a values of the X account")
        self.ledger = self._table("PostLedger", partition_key="destination", sort_key="row")
        self.history = self._table("History", partition_key="year", sort_key="date")

    def _secret(self, id: str, description: str) -> secretsmanager.Secret:
        """A secret that a person fills in: CDK gives it a random string, which the program knows to be no JSON."""
        secret = secretsmanager.Secret(
            self, id, description=description, removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
        )
        acknowledge(secret, "SMG4", NO_ROTATION)
        CfnOutput(self, f"{id}Arn", value=secret.secret_arn).override_logical_id(f"{id}Arn")
        return secret

    def _table(self, id: str, *, partition_key: str, sort_key: str) -> dynamodb.Table:
        """A table of rows that can be restored to any second of the last 35 days."""
        text = dynamodb.AttributeType.STRING
        table = dynamodb.Table(
            self,
            id,
            partition_key=dynamodb.Attribute(name=partition_key, type=text),
            sort_key=dynamodb.Attribute(name=sort_key, type=text),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        )
        output = f"{id.removeprefix('Post')}Table"
        CfnOutput(self, output, value=table.table_name).override_logical_id(output)
        return table
