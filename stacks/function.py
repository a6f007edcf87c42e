"""The functions of this program: alike where they can be, each with a role, a log group and variables of its own."""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.code import ARCHITECTURE, RUNTIME, dependencies, handlers, rasteriser
from stacks.nag import acknowledge

# Processing power grows with memory.
MEMORY_MB = 512


class Function(Construct):
    """`function` with its `role`. Functions makes it."""

    def __init__(self, scope: Construct, id: str, *, log_retention: logs.RetentionDays, **properties: object) -> None:
        super().__init__(scope, id)
        log_group = logs.LogGroup(self, "Logs", retention=log_retention, removal_policy=RemovalPolicy.DESTROY)
        self.role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        self.function = lambda_.Function(
            self,
            "Function",
            runtime=RUNTIME,
            architecture=ARCHITECTURE,
            memory_size=MEMORY_MB,
            role=self.role,
            log_group=log_group,
            logging_format=lambda_.LoggingFormat.JSON,
            tracing=lambda_.Tracing.ACTIVE,
            **properties,
        )
        log_group.grant_write(self.role)
        acknowledge(self.role, "IAM5", "X-Ray's actions, for tracing, take no resource but *.", resource="*")


class Functions(Construct):
    """Makes functions: the code that they share, its dependencies, and how long logs are kept are known here once."""

    def __init__(
        self, scope: Construct, id: str, *, log_retention: logs.RetentionDays, pictures: bool, here: bool
    ) -> None:
        """pictures: there are some to be made. here: the functions run on this machine."""
        super().__init__(scope, id)
        self.log_retention = log_retention
        self._code, self._layers = handlers(), [dependencies(self, "Dependencies")]
        self._for_pictures = [rasteriser(self, "Rasteriser", here=here)] if pictures else []

    def make(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        environment: Mapping[str, str],
        timeout: Duration,
        makes_pictures: bool = False,
        dead_letter_queue: sqs.IQueue | None = None,
    ) -> Function:
        """Named in plain English; its handler is the module of the same name.

        dead_letter_queue: for what an asynchronous invocation could not do in all its attempts.
        """
        return Function(
            scope,
            id,
            log_retention=self.log_retention,
            description=f"fitbit-daily: {name}",
            handler=f"{name.lower().replace(' ', '_')}.handler",
            code=self._code,
            layers=self._layers + (self._for_pictures if makes_pictures else []),
            environment=dict(environment),
            timeout=timeout,
            dead_letter_queue=dead_letter_queue,
        )
