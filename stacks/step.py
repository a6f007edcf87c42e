"""A step of the workflow: a function, and the state that runs it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from fitbit_daily.errors import AFTER_INTERRUPTION, INTERRUPTIONS, LookAgain, Retry, Retryable
from stacks.function import Function


class Step(Function):
    """`state` has the name of its function."""

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
        retries: Iterable[type[LookAgain | Retryable]],
        patience: Retry | None = None,
        payload: sfn.TaskInput | None = None,
    ) -> None:
        """patience: for every retry of this step, instead of each error's own."""
        super().__init__(
            scope,
            id,
            name=name,
            code=code,
            dependencies=dependencies,
            environment=environment,
            timeout=timeout,
            log_retention=log_retention,
        )
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
        self._retry(INTERRUPTIONS, patience or AFTER_INTERRUPTION)
        for error in retries:
            self._retry([error.__name__], patience or error.retry)

    def _retry(self, errors: Iterable[str], retry: Retry) -> None:
        self.state.add_retry(
            errors=list(errors),
            interval=Duration.seconds(retry.first_wait),
            max_attempts=retry.times,
            backoff_rate=retry.backoff,
            max_delay=None if retry.longest_wait is None else Duration.seconds(retry.longest_wait),
            jitter_strategy=sfn.JitterType.FULL if retry.jitter else sfn.JitterType.NONE,
        )
