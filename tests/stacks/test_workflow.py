"""The state machine: its order, what it repeats and how long, and that nothing but a finished day ends it well."""

from __future__ import annotations

from typing import Any

from fitbit_daily.domain import ledger
from fitbit_daily.errors import (
    INTERRUPTIONS,
    AccessTokenExpired,
    LookAgain,
    Retry,
    Retryable,
    all_errors,
)
from fitbit_daily.step import TWEET_MAY_TAKE, VERSION
from stacks.permissions import STEPS
from stacks.workflow import CAN_WAIT
from tests.stacks.handler_code import behind
from tests.stacks.reading import Template

FETCHES = ("Fetch activity", "Fetch sleep")
LOOKS = ("Refresh token", *FETCHES)
HOUR = 3600
DAY = 24 * HOUR
# In seconds: no request goes on for longer than its time-outs, but for what AWS itself ends, which fails at once.
ATTEMPT = 30
LOOK_EVERY_AT_LEAST, LOOK_EVERY_AT_MOST = 5 * 60, 240 * 60

# Those of the looks have no patience of their own: the deadline is theirs.
RETRIED: dict[str, type[LookAgain | Retryable]] = {
    error.__name__: error
    for error in all_errors()
    if issubclass(error, LookAgain | Retryable) and hasattr(error, "retry")
}


def policy(retry: Retry) -> dict[str, Any]:
    """How Step Functions is told of a Retry."""
    told: dict[str, Any] = {
        "IntervalSeconds": retry.first_wait,
        "MaxAttempts": retry.times,
        "BackoffRate": retry.backoff,
    }
    if retry.longest_wait is not None:
        told["MaxDelaySeconds"] = retry.longest_wait
    return told | {"JitterStrategy": "FULL" if retry.jitter else "NONE"}


def retried(state: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """A state's retries, by error name."""
    return {
        name: {key: value for key, value in entry.items() if key != "ErrorEquals"}
        for entry in state["Retry"]
        for name in entry["ErrorEquals"]
    }


def longest_wait(entry: dict[str, Any]) -> float:
    """The waits of one retry entry, all of them and none shortened by jitter."""
    waits = (entry["IntervalSeconds"] * entry["BackoffRate"] ** attempt for attempt in range(entry["MaxAttempts"]))
    return sum(min(wait, entry.get("MaxDelaySeconds", wait)) for wait in waits)


def attempts(state: dict[str, Any]) -> int:
    return 1 + sum(entry["MaxAttempts"] for entry in state["Retry"])


def waits(state: dict[str, Any]) -> float:
    """The longest that a task can take: every retry of every entry, each attempt as long as functions take at most."""
    return attempts(state) * ATTEMPT + sum(longest_wait(entry) for entry in state["Retry"])


def test_there_are_no_other_states_than_these_and_the_wait(template: Template) -> None:
    kinds = {name: state["Type"] for name, state in template.states().items()}
    choices = {"Paused?": "Choice", "Synced?": "Choice", "Wait": "Wait", "Nothing is done": "Succeed"}
    assert kinds == dict.fromkeys(STEPS, "Task") | choices


def test_a_look_that_stopped_leads_to_the_wait_an_aged_token_back_what_can_wait_on_and_nothing_else_is_caught(
    template: Template,
) -> None:
    catches = {name: state["Catch"] for name, state in template.states().items() if "Catch" in state}
    expired = {"ErrorEquals": [AccessTokenExpired.__name__], "ResultPath": "$.refused", "Next": "Refresh token"}
    stopped = {"ErrorEquals": [LookAgain.__name__], "ResultPath": "$.look_again", "Next": "Wait"}
    anything = {"ErrorEquals": ["States.ALL"]}
    assert catches == {
        "Refresh token": [stopped],
        **{name: [expired, stopped] for name in FETCHES},
        "Keep history": [anything | {"ResultPath": "$.history_failed", "Next": "Catch up"}],
        "Catch up": [anything | {"ResultPath": "$.catch_up_failed", "Next": "Format posts"}],
    }


def test_the_first_step_is_given_the_version_the_executions_own_name_and_start_and_its_input(
    template: Template,
) -> None:
    states = template.tasks()
    assert states["Choose date"]["Parameters"] == {
        "version": VERSION,
        "state_machine.$": "$$.StateMachine.Id",
        "execution.$": "$$.Execution.Name",
        "started_at.$": "$$.Execution.StartTime",
        "input.$": "$",
    }
    assert [name for name in STEPS if "Parameters" in states[name]] == ["Choose date"]


def test_every_error_with_patience_is_retried_somewhere_and_but_for_what_can_wait_with_its_own_numbers(
    template: Template,
) -> None:
    tasks = [retried(state) for name, state in template.tasks().items() if name not in CAN_WAIT]
    for error, kind in RETRIED.items():
        told = [task[error] for task in tasks if error in task]
        assert told and all(each == policy(kind.retry) for each in told), error


def test_a_step_retries_exactly_the_errors_with_patience_that_its_own_code_raises(template: Template) -> None:
    for step in set(STEPS) - set(LOOKS):
        raised = behind(step.lower().replace(" ", "_")).calls & set(RETRIED)
        if step in ("Choose date", "Catch up"):
            # The ledger's adapter raises it for whoever posts; these only read it, and plan.
            raised -= {"PostInProgress"}
        assert set(retried(template.tasks()[step])) - set(INTERRUPTIONS) == raised, step


def test_what_aws_may_say_includes_a_time_out_and_too_many_requests() -> None:
    assert {"Lambda.Unknown", "Sandbox.Timedout", "States.Timeout", "Lambda.TooManyRequestsException"} < set(
        INTERRUPTIONS
    )


def test_a_function_ends_before_the_state_gives_it_up_and_a_lease_outlives_both(template: Template) -> None:
    for step, state in template.tasks().items():
        assert state["TimeoutSeconds"] >= template.functions()[step]["Timeout"] + 30, step
    assert ledger.LEASE.total_seconds() > template.tasks()["Tweet"]["TimeoutSeconds"]


def test_the_longest_way_to_the_end_fits_the_time_out_of_the_state_machine(template: Template) -> None:
    states = template.tasks()
    # The first time to give up after the start is less than a day later, but for the clock that is set back.
    looking = DAY + HOUR
    # Refresh token alone may stop a look for ever: its wait is then that of the first one, which may lead past the end.
    late = LOOK_EVERY_AT_MOST
    # AWS may end every attempt of the last look; its access token may have aged meanwhile, which is another one.
    last_looks = 2 * sum(waits(states[name]) for name in LOOKS)
    total = waits(states["Choose date"]) + looking + late + last_looks
    total += sum(waits(states[name]) for name in (*CAN_WAIT, "Format posts", "Tweet"))
    assert total < template.definition()["TimeoutSeconds"] == 52 * HOUR


def test_all_of_tweets_waits_end_within_what_the_ledger_calls_under_way(template: Template) -> None:
    assert waits(template.tasks()["Tweet"]) < TWEET_MAY_TAKE.total_seconds() <= 12 * HOUR


def test_the_longest_history_stays_below_the_25000_events_at_which_an_execution_is_ended(template: Template) -> None:
    states = template.tasks()
    rounds = DAY / LOOK_EVERY_AT_LEAST
    # Of a task: entered, scheduled, started, succeeded, left. Of a retry: scheduled, started, failed.
    looking = rounds * (5 * 3 + 2 + 2)
    retries = sum(3 * attempts(states[name]) for name in STEPS) + sum(3 * attempts(states[name]) for name in LOOKS)
    assert looking + retries + 5 * len(STEPS) + 10 < 25_000 / 2


def test_the_workflow_is_a_standard_one_traced_and_logged_but_for_what_the_state_holds(template: Template) -> None:
    machine = template.only("AWS::StepFunctions::StateMachine")["Properties"]
    assert (machine["StateMachineType"], machine["TracingConfiguration"]) == ("STANDARD", {"Enabled": True})
    logging = machine["LoggingConfiguration"]
    assert (logging["Level"], logging["IncludeExecutionData"]) == ("ALL", False)
    (destination,) = logging["Destinations"]
    group, _ = destination["CloudWatchLogsLogGroup"]["LogGroupArn"]["Fn::GetAtt"]
    assert template.resources[group]["Properties"]["LogGroupName"].startswith("/aws/vendedlogs/states/")
