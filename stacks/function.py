"""A function of this program: all are alike where they can be, each has its own role and log group."""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.code import ARCHITECTURE, RUNTIME

# One place for what is the same for every function. Processing power grows with memory.
MEMORY_MB = 512


class Function(Construct):
    """Named in plain English; its handler is the module of the same name."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        code: lambda_.Code,
        dependencies: lambda_.LayerVersion,
        environment: Mapping[str, str],
        timeout: Duration,
        log_retention: logs.RetentionDays,
        dead_letter_queue: sqs.IQueue | None = None,
    ) -> None:
        """dead_letter_queue: for what an asynchronous invocation could not do in all its attempts."""
        super().__init__(scope, id)
        log_group = logs.LogGroup(self, "Logs", retention=log_retention, removal_policy=RemovalPolicy.DESTROY)
        self.role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        self.function = lambda_.Function(
            self,
            "Function",
            description=f"fitbit-daily: {name}",
            runtime=RUNTIME,
            architecture=ARCHITECTURE,
            memory_size=MEMORY_MB,
            timeout=timeout,
            handler=f"{name.lower().replace(' ', '_')}.handler",
            code=code,
            layers=[dependencies],
            environment=dict(environment),
            role=self.role,
            log_group=log_group,
            logging_format=lambda_.LoggingFormat.JSON,
            tracing=lambda_.Tracing.ACTIVE,
            dead_letter_queue=dead_letter_queue,
        )
        log_group.grant_write(self.role)
