"""A step of the workflow: a function with its own role and log group, and the state that runs it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from fitbit_daily.errors import Retry, Retryable
from stacks.code import ARCHITECTURE, RUNTIME

# One place for what is the same for every function. Processing power grows with memory.
MEMORY_MB = 512

# What AWS says when it, not our code, ends an invocation. Some of these happen after the work was done: every step
# is safe to run again, Tweet by its ledger.
INTERRUPTIONS = (
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
    "Lambda.Unknown",
    "Runtime.ExitError",
    "Sandbox.Timedout",
    # The invocation was stuck on its way in or out: the function itself ends sooner.
    "States.Timeout",
)
AFTER_INTERRUPTION = Retry(first_wait=4, times=20, backoff=2.0, longest_wait=600, jitter=True)


class Step(Construct):
    """`state` is named in plain English; the function's handler is the module of the same name."""

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
        retries: Iterable[type[Retryable]],
        payload: sfn.TaskInput | None = None,
    ) -> None:
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
        )
        log_group.grant_write(self.role)
        self.state = tasks.LambdaInvoke(
            self,
            "State",
            state_name=name,
            lambda_function=self.function,
            payload=payload,
            payload_response_only=True,
            # CDK's own policy has no jitter, and knows nothing of our errors.
            retry_on_service_exceptions=False,
            task_timeout=sfn.Timeout.duration(timeout.plus(Duration.seconds(30))),
        )
        self._retry(INTERRUPTIONS, AFTER_INTERRUPTION)
        for error in retries:
            self._retry([error.__name__], error.retry)

    def _retry(self, errors: Iterable[str], retry: Retry) -> None:
        self.state.add_retry(
            errors=list(errors),
            interval=Duration.seconds(retry.first_wait),
            max_attempts=retry.times,
            backoff_rate=retry.backoff,
            max_delay=None if retry.longest_wait is None else Duration.seconds(retry.longest_wait),
            jitter_strategy=sfn.JitterType.FULL if retry.jitter else sfn.JitterType.NONE,
        )
