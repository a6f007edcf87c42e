"""The workflow: the steps in their order, the wait for the tracker or its source, and the ways back to another look."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from aws_cdk import CfnOutput, Duration, RemovalPolicy
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from fitbit_daily.errors import (
    AccessTokenExpired,
    AwsUnavailable,
    DestinationRateLimited,
    DestinationUnavailable,
    LookAgain,
    PostInProgress,
    PostOutcomeUnknown,
    Retry,
    Retryable,
    XKeysRefused,
    XRateLimited,
    XUnavailable,
)
from fitbit_daily.step import VERSION
from stacks.function import Functions
from stacks.nag import acknowledge
from stacks.step import state_of

# Longer than a day's looks, every retry after them, and a way back for an access token (a test adds them up): a step
# that cannot go on ends with its own error and remedy, not with a bare time-out.
TIMEOUT = Duration.hours(52)

# Less than a minute of waiting in all: no post is held back for what the next day's execution mends.
FOR_WHAT_CAN_WAIT = Retry(first_wait=2, times=4, backoff=2.0, longest_wait=30, jitter=True)
CAN_WAIT = ("Keep history", "Catch up")


class Workflow(Construct):
    """Choose date, Refresh token, Fetch activity, Fetch sleep, Keep history, Catch up, Format posts, Tweet.

    Each is a function of its own. No Catch ends in Fail: a failed task fails the execution, so that a redrive runs that
    very task again. What goes wrong in Keep history or Catch up stands in the state, and the day is posted nonetheless.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        functions: Functions,
        environment: Mapping[str, Mapping[str, str]],
    ) -> None:
        """environment: by step, the variables that its function needs."""
        super().__init__(scope, id)
        self.steps = {
            name: functions.make(
                self,
                name.title().replace(" ", ""),
                name=name,
                environment=variables,
                timeout=Duration.seconds(120 if name == "Tweet" else 90),
                makes_pictures=name == "Format posts",
            )
            for name, variables in environment.items()
        }
        retries: Mapping[str, Iterable[type[LookAgain | Retryable]]] = {
            "Choose date": [AwsUnavailable],
            "Refresh token": [LookAgain],
            "Fetch activity": [LookAgain],
            "Fetch sleep": [LookAgain],
            "Keep history": [AwsUnavailable],
            "Catch up": [AwsUnavailable],
            "Format posts": [],
            "Tweet": [
                PostInProgress,
                PostOutcomeUnknown,
                XUnavailable,
                DestinationUnavailable,
                XRateLimited,
                DestinationRateLimited,
                XKeysRefused,
                AwsUnavailable,
            ],
        }
        self._states = {
            name: state_of(
                self.steps[name],
                name=name,
                retries=errors,
                patience=FOR_WHAT_CAN_WAIT if name in CAN_WAIT else None,
                payload=_BEGINNING if name == "Choose date" else None,
            )
            for name, errors in retries.items()
        }
        self.machine = sfn.StateMachine(
            self,
            "StateMachine",
            state_machine_type=sfn.StateMachineType.STANDARD,
            definition_body=sfn.DefinitionBody.from_chainable(self._chain()),
            timeout=TIMEOUT,
            tracing_enabled=True,
            logs=sfn.LogOptions(
                # The state holds health data: it stays in the console and out of the logs.
                include_execution_data=False,
                level=sfn.LogLevel.ALL,
                destination=logs.LogGroup(
                    self,
                    "Logs",
                    # This prefix keeps the account's log resource policy from growing past its limit.
                    log_group_name="/aws/vendedlogs/states/fitbit-daily",
                    retention=functions.log_retention,
                    removal_policy=RemovalPolicy.DESTROY,
                ),
            ),
        )
        role = self.machine.role
        acknowledge(role, "IAM5", "The actions for log delivery, and X-Ray's, take no resource but *.", resource="*")
        for step in self.steps.values():
            versions = f"{step.function.function_arn}:*"
            acknowledge(role, "IAM5", "CDK allows every version of the function: it has only one.", resource=versions)
        CfnOutput(self, "StateMachineArn", value=self.machine.state_machine_arn).override_logical_id("StateMachineArn")

    def _chain(self) -> sfn.Chain:
        state = self._states
        wait = sfn.Wait(self, "Wait", time=sfn.WaitTime.seconds_path("$.wait_seconds"))
        wait.next(state["Refresh token"])
        for name in ("Fetch activity", "Fetch sleep"):
            state[name].add_catch(state["Refresh token"], errors=[AccessTokenExpired.__name__], result_path="$.refused")
        for name in ("Refresh token", "Fetch activity", "Fetch sleep"):
            state[name].add_catch(wait, errors=[LookAgain.__name__], result_path="$.look_again")
        paused = sfn.Choice(self, "Paused?")
        paused.when(
            sfn.Condition.boolean_equals("$.paused", True), sfn.Succeed(self, "Nothing is done"), comment="paused"
        )
        synced = sfn.Choice(self, "Synced?")
        synced.when(sfn.Condition.number_greater_than("$.wait_seconds", 0), wait, comment="not yet")
        state["Keep history"].add_catch(state["Catch up"], errors=[sfn.Errors.ALL], result_path="$.history_failed")
        state["Catch up"].add_catch(state["Format posts"], errors=[sfn.Errors.ALL], result_path="$.catch_up_failed")
        synced.otherwise(state["Keep history"].next(state["Catch up"]).next(state["Format posts"]).next(state["Tweet"]))
        paused.otherwise(state["Refresh token"].next(state["Fetch activity"]).next(state["Fetch sleep"]).next(synced))
        return sfn.Chain.start(state["Choose date"]).next(paused)


_BEGINNING = sfn.TaskInput.from_object(
    {
        "version": VERSION,
        "state_machine": sfn.JsonPath.state_machine_id,
        "execution": sfn.JsonPath.execution_name,
        "started_at": sfn.JsonPath.execution_start_time,
        "input": sfn.JsonPath.entire_payload,
    }
)
