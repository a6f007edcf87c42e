"""A step of the workflow: the state that runs a function, and what it tries again."""

from __future__ import annotations

from collections.abc import Iterable

from aws_cdk import Duration
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks

from fitbit_daily.errors import AFTER_INTERRUPTION, INTERRUPTIONS, LookAgain, Retry, Retryable
from stacks.function import Function


def state_of(
    step: Function,
    *,
    name: str,
    retries: Iterable[type[LookAgain | Retryable]],
    patience: Retry | None = None,
    payload: sfn.TaskInput | None = None,
) -> tasks.LambdaInvoke:
    """Has the step's name. patience: for every retry of this step, instead of each error's own."""
    timeout = step.function.timeout
    state = tasks.LambdaInvoke(
        step,
        "State",
        state_name=name,
        lambda_function=step.function,
        payload=payload,
        payload_response_only=True,
        # CDK's own policy has no jitter, and knows nothing of our errors.
        retry_on_service_exceptions=False,
        task_timeout=sfn.Timeout.duration(timeout.plus(Duration.seconds(30))),
    )
    _retry(state, INTERRUPTIONS, patience or AFTER_INTERRUPTION)
    # Errors of the same patience share it, or a step that meets many would never end.
    together: dict[Retry, list[str]] = {}
    for error in retries:
        together.setdefault(patience or error.retry, []).append(error.__name__)
    for retry, names in together.items():
        _retry(state, names, retry)
    return state


def _retry(state: tasks.LambdaInvoke, errors: Iterable[str], retry: Retry) -> None:
    state.add_retry(
        errors=list(errors),
        interval=Duration.seconds(retry.first_wait),
        max_attempts=retry.times,
        backoff_rate=retry.backoff,
        max_delay=None if retry.longest_wait is None else Duration.seconds(retry.longest_wait),
        jitter_strategy=sfn.JitterType.FULL if retry.jitter else sfn.JitterType.NONE,
    )
