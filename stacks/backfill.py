"""The function that fills in days of the past: no step of the workflow, invoked by ./daily backfill alone."""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import CfnOutput, Duration
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from fitbit_daily.domain.backfill import LONGEST_INVOCATION
from stacks.function import Function


class Backfill(Function):
    """Reads the source as Refresh token and both fetches do, and writes the history. It can post nothing."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        code: lambda_.Code,
        dependencies: lambda_.LayerVersion,
        environment: Mapping[str, str],
        log_retention: logs.RetentionDays,
    ) -> None:
        super().__init__(
            scope,
            id,
            name="Backfill",
            code=code,
            dependencies=dependencies,
            environment=environment,
            timeout=Duration.seconds(int(LONGEST_INVOCATION.total_seconds())),
            log_retention=log_retention,
        )
        CfnOutput(self, "Name", value=self.function.function_name).override_logical_id("BackfillFunction")
