"""What must never be lost: the secrets that a person filled in, and the ledger of what was posted.

Kept when the stack is updated or deleted. The logical ids of these constructs are frozen by a test: CloudFormation
takes a new id for a new resource, and would deploy an empty one.
"""

from aws_cdk import CfnOutput, RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct


class Kept(Construct):
    """The source's credentials, X's keys, the ledger; each with its name in the stack's outputs."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        self.source_secret = self._secret("SourceSecret", "Client and refresh token of the source of the numbers")
        self.x_secret = self._secret("XSecret", "The four OAuth 1.0a values of the X account")
        self.ledger = dynamodb.Table(
            self,
            "Ledger",
            partition_key=dynamodb.Attribute(name="date", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="kind", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        )
        CfnOutput(self, "LedgerTable", value=self.ledger.table_name).override_logical_id("LedgerTable")

    def _secret(self, id: str, description: str) -> secretsmanager.Secret:
        """A secret that a person fills in: CDK gives it a random string, which the program knows to be no JSON."""
        secret = secretsmanager.Secret(
            self, id, description=description, removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
        )
        CfnOutput(self, f"{id}Arn", value=secret.secret_arn).override_logical_id(f"{id}Arn")
        return secret
